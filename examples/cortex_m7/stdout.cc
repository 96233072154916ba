#include <cstdio>

#include "examples/cortex_m7/output.h"

void driftbench::cortex_m7::write(const char* text) { std::fputs(text, stdout); }
