// expect: template constraint failure for
#include "kernels/rank_one.h"
#include "runtime/sampler.h"

struct Half {
  using Estimate = driftbench::RankOne<8>;
#if defined(MISUSE)
  void operator()(const driftbench::SymMatrix<8>&, float, Estimate&) {}
#else
  driftbench::Status operator()(const driftbench::SymMatrix<8>&, float, Estimate&) { return driftbench::Status::kOk; }
#endif
};

template class driftbench::Sampler<8, Half>;
