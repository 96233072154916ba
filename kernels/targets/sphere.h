#pragma once

#include <cmath>

#include "kernels/assertions.h"
#include "kernels/gaussian.h"
#include "kernels/leading_eigenvector.h"
#include "kernels/philox.h"
#include "kernels/rank_one.h"
#include "kernels/simd.h"
#include "kernels/target.h"
#include "kernels/vec.h"
#include "kernels/word_sequence.h"

namespace driftbench {

/// u is uniform on the unit sphere of R^N. The posterior mean takes N^3 operations (kernels/spherical_posterior.h), so
/// that this target has no hard phase: there is nothing that a polynomial-time drift cannot know.
template <int N>
struct Sphere {
  static constexpr int kN = N;
  static constexpr char kName[] = "sphere";
  static constexpr char kSummary[] = "u uniform on the unit sphere: the posterior mean is polynomial";

  static constexpr bool kEntriesAreNormal = true;

  float w = kTargetW;

  /// N normals and a word.
  template <class Arch = DefaultArch>
  void draw(const RandomAddress& at, RankOne<N>& x) const {
    DRIFTBENCH_ASSERT(at.stream == Stream::kTarget);
    x.scale = WordSequence({at.seed, Stream::kWeight, at.chain, at.step}).next_event(w) ? 1.0f : 0.0f;
    fill_gaussian<Arch>(at, x.v);
    normalize<Arch>(x.v);
  }

  /// u <- v / ||v||, and 0 where v is 0. 2 N multiply-adds.
  template <class Arch = DefaultArch>
  void round(const Vec<N>& v, Vec<N>& u) const {
    DRIFTBENCH_ASSERT(is_apart(v, u));
    u = v;
    normalize<Arch>(u);
  }
};

}  // namespace driftbench
