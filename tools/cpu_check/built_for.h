/* kDriftbenchBuiltFor says what the build's own flags let the compiler use. */
#pragma once

/* Names of CPU features, each after a blank. They are those of /proc/cpuinfo, but for a few. The text is empty for a
   build that every CPU of its architecture can run. */
extern const char kDriftbenchBuiltFor[];
