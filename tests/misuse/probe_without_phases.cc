// expect: template constraint failure for
#include "kernels/rank_one.h"
#include "runtime/sampler.h"

struct Unnamed {
  using Estimate = driftbench::RankOne<8>;
#if !defined(MISUSE)
  static constexpr driftbench::Phase kPhases[] = {driftbench::kProductPhase};
#endif
  template <class Probe = driftbench::NoProbe>
  driftbench::Status operator()(const driftbench::SymMatrix<8>&, float, Estimate&, Probe&& probe = {}) {
    probe(0);
    return driftbench::Status::kOk;
  }
};

template class driftbench::Sampler<8, Unnamed>;
