#include "tools/theory/state_evolution.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace driftbench {
namespace {

constexpr double kLeastGamma = 1e-5, kMostGamma = 64;
constexpr int kPoints = 600;
/// A dip of the curve by less than this part is one of rounding.
constexpr double kDip = 1e-6;

}  // namespace

StateEvolution::StateEvolution(EntryLaw law) : law_(std::move(law)) {
  const double factor = std::pow(kMostGamma / kLeastGamma, 1.0 / (kPoints - 1));
  double gamma = kLeastGamma;
  for (int i = 0; i < kPoints; ++i, gamma *= factor) {
    const double overlap = law_.overlap(gamma);
    FixedPoint point{gamma, overlap, gamma / overlap, 0};
    if (curve_.empty()) {
      point.phi = gamma * (law_.overlap(0) + overlap) / 4;
    } else {
      // Simpson's rule.
      const FixedPoint& last = curve_.back();
      const double middle = law_.overlap((last.gamma + gamma) / 2);
      point.phi = last.phi + (gamma - last.gamma) * (last.overlap + 4 * middle + overlap) / 12;
    }
    curve_.push_back(point);
  }
}

double StateEvolution::refine(const FixedPoint& low, const FixedPoint& high, double lambda2) const {
  double a = low.gamma, b = high.gamma;
  const bool rises = low.lambda2 < high.lambda2;
  for (int i = 0; i < 50; ++i) {
    const double middle = (a + b) / 2;
    ((lambda2_at(middle) < lambda2) == rises ? a : b) = middle;
  }
  return (a + b) / 2;
}

double StateEvolution::overlap_from_nothing(double lambda2) const {
  // The iteration climbs to the first fixed point beyond which it falls: where the curve passes lambda^2 from below.
  if (lambda2 < curve_.front().lambda2) return law_.is_even() ? 0 : law_.overlap(lambda2 * law_.overlap(0));
  for (std::size_t i = 1; i < curve_.size(); ++i) {
    if (curve_[i - 1].lambda2 <= lambda2 && lambda2 < curve_[i].lambda2) {
      return law_.overlap(refine(curve_[i - 1], curve_[i], lambda2));
    }
  }
  return curve_.back().overlap;
}

double StateEvolution::overlap_from_truth(double lambda2) const {
  for (std::size_t i = curve_.size(); i-- > 1;) {
    if (curve_[i - 1].lambda2 <= lambda2 && lambda2 < curve_[i].lambda2) {
      return law_.overlap(refine(curve_[i - 1], curve_[i], lambda2));
    }
  }
  return lambda2 < curve_.front().lambda2 ? overlap_from_nothing(lambda2) : curve_.back().overlap;
}

std::optional<PhaseThresholds> StateEvolution::thresholds() const {
  // The curve falls from a highest point, where the branch from nothing ends, to a lowest one, where that from the
  // truth begins. For an even law the former is gamma = 0, where lambda^2 is 1.
  const auto by_lambda2 = [](const FixedPoint& a, const FixedPoint& b) { return a.lambda2 < b.lambda2; };
  std::size_t fall = 1;
  while (fall < curve_.size() && curve_[fall].lambda2 >= (1 - kDip) * curve_[fall - 1].lambda2) ++fall;
  if (fall == curve_.size()) return law_.is_even() ? std::optional(PhaseThresholds{1, 1, 1}) : std::nullopt;
  const FixedPoint highest = curve_[fall - 1];
  const auto lowest = std::min_element(curve_.begin() + static_cast<std::ptrdiff_t>(fall), curve_.end(), by_lambda2);
  // The free energies of the two branches are compared at each lambda^2 in between, by bisection.
  double low = lowest->lambda2, high = highest.lambda2;
  const auto truth_wins = [&](double lambda2) {
    const auto energy_at = [&](double overlap) {
      const double gamma = lambda2 * overlap;
      const auto next = std::upper_bound(curve_.begin(), curve_.end(), gamma,
                                         [](double value, const FixedPoint& point) { return value < point.gamma; });
      if (next == curve_.begin()) return gamma * law_.overlap(0) / 2 - lambda2 * overlap * overlap / 4;
      const FixedPoint& last = *(next - 1);
      const double phi = last.phi + (gamma - last.gamma) * (last.overlap + law_.overlap(gamma)) / 4;
      return free_energy({gamma, overlap, lambda2, phi});
    };
    return energy_at(overlap_from_truth(lambda2)) > energy_at(overlap_from_nothing(lambda2));
  };
  for (int i = 0; i < 30; ++i) {
    const double middle = (low + high) / 2;
    (truth_wins(middle) ? high : low) = middle;
  }
  return PhaseThresholds{lowest->lambda2, (low + high) / 2, highest.lambda2};
}

}  // namespace driftbench
