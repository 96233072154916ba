/* driftbench_cpu_has tells what the CPU has, with code that every CPU of the architecture runs. */
#pragma once

/* Returns whether the CPU has the feature, which has a name of built_for.h, and the system lets programs use its
   registers. An unknown name counts as missing: the program would not know that it may go on. */
int driftbench_cpu_has(const char* feature, unsigned long length);
