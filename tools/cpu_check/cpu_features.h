/* What the CPU has, from code that every CPU of the architecture runs. */
#pragma once

/* Whether the CPU has the feature, of the names of built_for.h, and the system lets programs use its registers. An
   unknown name counts as missing: the program would not know that it may go on. */
int driftbench_cpu_has(const char* feature, unsigned long length);
