// An EntryLaw is the law of an entry of v = sqrt(n) u, and what can be known of the entry from a Gaussian channel.
#pragma once

#include <optional>
#include <utility>
#include <vector>

namespace driftbench {

struct Atom {
  double value, probability;
};

/// A law of second moment 1: finitely many values with their probabilities, or the standard normal.
///
/// The channel at gamma >= 0 shows the field B = gamma v + sqrt(gamma) Z, with Z standard normal, whose likelihood of v
/// is exp(B v - gamma v^2 / 2). Integrals over Z are sums by the trapezoidal rule, which converges faster than any
/// power of its step for a Gaussian integrand; their errors are below 1e-9.
class EntryLaw {
 public:
  explicit EntryLaw(std::vector<Atom> atoms) : atoms_(std::move(atoms)) {}
  static EntryLaw normal() { return EntryLaw({}); }

  /// Returns the law whose entries are non-zero with that probability, in (0, 1], and then have this law's values but
  /// for a factor; none for the normal law.
  std::optional<EntryLaw> with_density(double density) const;
  /// Whether v and -v have the same law.
  bool is_even() const;
  /// Returns E[v | B = field, gamma].
  double posterior_mean(double field, double gamma) const;
  /// Returns E[v E[v | B]], the overlap of v with its posterior mean.
  double overlap(double gamma) const;

 private:
  std::vector<Atom> atoms_;  // none for the normal law
};

}  // namespace driftbench
