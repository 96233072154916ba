// State evolution: what approximate message passing does as n grows, and what could be known at all.
#pragma once

#include <optional>
#include <vector>

#include "tools/theory/entry_law.h"

namespace driftbench {

/// The signal-to-noise ratios lambda^2 = 2 t / n that part the phases of a target. All three are 1 where the transition
/// is continuous.
struct PhaseThresholds {
  double truth;        ///< above it, AMP that starts from the truth stays near it
  double information;  ///< above it, the posterior mean knows more than it does from little signal (free energies)
  double algorithm;    ///< above it, AMP that starts from nothing finds as much as from the truth
};

/// The state evolution of Bayes-optimal AMP (Deshpande and Montanari, "Information-theoretically optimal sparse PCA",
/// 2014, equation 7; Lesieur, Krzakala and Zdeborova, "Constrained low-rank matrix estimation", 2017, equations 120 and
/// 121) for Y = t u u^T + noise, with lambda^2 = 2 t / n. An iterate of overlap q = <v, m> / n sees each entry of v
/// through a channel at gamma = lambda^2 q, so that the next one has q <- F(lambda^2 q) with F the law's overlap(). Its
/// fixed points lie on the curve q = F(gamma), lambda^2 = gamma / F(gamma), which is tabulated once; a free energy of
/// their own, phi(gamma) - lambda^2 q^2 / 4 with phi' = F / 2, tells which of two fixed points the posterior mean has.
class StateEvolution {
 public:
  explicit StateEvolution(EntryLaw law);

  /// Returns F(lambda^2 overlap), the overlap of the next iterate.
  double next_overlap(double lambda2, double overlap) const { return law_.overlap(lambda2 * overlap); }

  /// Return the overlap q of the fixed point that AMP reaches from nothing, and from the truth; lambda^2 is in (0, 64].
  /// The error of the estimate of u u^T is 1 - q^2.
  double overlap_from_nothing(double lambda2) const;
  double overlap_from_truth(double lambda2) const;

  /// Returns none where the overlap grows with lambda^2 without any transition.
  std::optional<PhaseThresholds> thresholds() const;

 private:
  /// A point of the curve of fixed points.
  struct FixedPoint {
    double gamma, overlap, lambda2;
    double phi;  ///< the integral of F / 2 from 0 to gamma
  };

  double lambda2_at(double gamma) const { return gamma / law_.overlap(gamma); }
  /// Returns gamma between two neighbours of the curve at which lambda^2 is the given one.
  double refine(const FixedPoint& low, const FixedPoint& high, double lambda2) const;
  double free_energy(const FixedPoint& point) const {
    return point.phi - point.lambda2 * point.overlap * point.overlap / 4;
  }

  EntryLaw law_;
  std::vector<FixedPoint> curve_;  ///< by gamma
};

}  // namespace driftbench
