// expect: draw_target: K is out of range 1 to N
#include "runtime/target.h"

#if defined(MISUSE)
constexpr int kEntries = 0;
#else
constexpr int kEntries = 1;
#endif

void draw(driftbench::RankOne<8>& x) { driftbench::draw_target<kEntries>({}, 0.5f, x); }
