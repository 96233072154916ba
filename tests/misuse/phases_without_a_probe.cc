// expect: template constraint failure for
#include "kernels/rank_one.h"
#include "runtime/sampler.h"

struct Silent {
  using Estimate = driftbench::RankOne<8>;
#if defined(MISUSE)
  static constexpr driftbench::Phase kPhases[] = {driftbench::kProductPhase};
#endif
  driftbench::Status operator()(const driftbench::SymMatrix<8>&, float, Estimate&) { return driftbench::Status::kOk; }
};

template class driftbench::Sampler<8, Silent>;
