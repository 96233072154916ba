#include <cmath>
#include <cstdint>
#include <cstdio>

#include "kernels/drifts/spectral.h"
#include "kernels/target.h"
#include "kernels/word_sequence.h"
#include "runtime/observe.h"

using namespace driftbench;

/// u has K neighbours in a ring of N, all 1/sqrt(K), whose place is uniform.
template <int N, int K>
struct Ring {
  static constexpr int kN = N;
  static constexpr char kName[] = "ring";
  static constexpr char kSummary[] = "k neighbours in a ring, 1/sqrt(k) each, whose place is uniform";

  float w = kTargetW;

  void draw(const RandomAddress& at, RankOne<N>& x) const {
    WordSequence words(at);
    x.scale = words.next_event(w) ? 1.0f : 0.0f;
    set(words.next_below(N), x.v);
  }

  /// u <- the pattern nearest to v or -v: an eigenvector has no sign.
  template <class Arch = DefaultArch>
  void round(const Vec<N>& v, Vec<N>& u) const {
    int best = 0;
    float most = -1;
    for (int first = 0; first < N; ++first) {
      float sum = 0;
      for (int i = 0; i < K; ++i) sum += v[(first + i) % N];
      if (std::fabs(sum) > most) most = std::fabs(sum), best = first;
    }
    set(best, u);
  }

 private:
  static void set(int first, Vec<N>& u) {
    u = Vec<N>{};
    for (int i = 0; i < K; ++i) u[(first + i) % N] = 1 / std::sqrt(static_cast<float>(K));
  }
};

int main() {
  static Spectral<Ring<64, 6>> drift;
  static SymMatrix<64> y;
  RankOne<64> x, m;
  const float t = 64;
  double sum = 0;
  for (int i = 0; i < 400; ++i) {
    const RandomAddress at = draw_observation(drift.target, /*seed=*/1, i, t, x, y);
    evaluate_drift(drift, at, y, t, m);
    sum += squared_distance(m, x);
  }
  std::printf("error of spectral at t = n %.3f\n", sum / 400);
}
