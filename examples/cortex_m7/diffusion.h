// One diffusion from start to end, which runs the same on the target and on the host.
#pragma once

#include <bit>
#include <cstdint>
#include <new>

#include "examples/cortex_m7/output.h"
#include "kernels/status.h"
#include "runtime/sampler.h"
#include "runtime/schedule.h"

namespace driftbench::cortex_m7 {

/// The times of all diffusions: dt = 1/2 up to T = 4 N, which makes 8 N steps.
template <int N>
inline constexpr auto kTimes = tabulate<8 * N>(UniformSchedule(0.5, 4 * N));

/// Memory for a T that is constructed when it is asked for. Unlike a static T it needs no guard, no destructor, and no
/// copy of its initial value in flash.
template <class T>
class Storage {
 public:
  T& make() { return *new (bytes_) T; }

 private:
  alignas(T) unsigned char bytes_[sizeof(T)];
};

/// Runs chain 0 of a seed, and prints the sample's norm and a hash of all bits of the last Y. Returns false where an
/// estimate was not finite.
template <int N, class D>
bool diffuse(Sampler<N, D>& sampler, std::uint64_t seed) {
  sampler.start(seed, 0);
  constexpr GridSchedule schedule(kTimes<N>);
  bool finite = true;
  for (std::int64_t i = 1; i <= schedule.steps(); ++i) {
    finite &= sampler.step(schedule.time(i)) != Status::kNotFinite;
  }
  finite &= sampler.evaluate() != Status::kNotFinite;

  Hash hash;
  for (float y : sampler.y().data) hash.add(std::bit_cast<std::uint32_t>(y));
  Line line;
  line << D::kName << " n " << std::uint32_t{N} << " seed " << static_cast<std::uint32_t>(seed) << " steps "
       << static_cast<std::uint32_t>(schedule.steps()) << " bytes " << static_cast<std::uint32_t>(sampler.bytes())
       << " norm " << frobenius_norm(sampler.estimate()) << " Y " << hash.value();
  line.end();
  return finite;
}

}  // namespace driftbench::cortex_m7
