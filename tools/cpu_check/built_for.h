/* What the build's own flags let the compiler use. */
#pragma once

/* Names of CPU features, as /proc/cpuinfo has them but for a few, each after a blank; empty for a build that every CPU
   of its architecture can run. */
extern const char kDriftbenchBuiltFor[];
