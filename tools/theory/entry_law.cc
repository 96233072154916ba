#include "tools/theory/entry_law.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace driftbench {

std::optional<EntryLaw> EntryLaw::with_density(double density) const {
  double total = 0, second_moment = 0;
  for (const Atom& atom : atoms_) {
    if (atom.value == 0) continue;
    total += atom.probability;
    second_moment += atom.probability * atom.value * atom.value;
  }
  if (total == 0) return std::nullopt;
  const double factor = std::sqrt(total / (second_moment * density));
  std::vector<Atom> atoms;
  if (density < 1) atoms.push_back({0, 1 - density});
  for (const Atom& atom : atoms_) {
    if (atom.value != 0) atoms.push_back({factor * atom.value, density * atom.probability / total});
  }
  return EntryLaw(std::move(atoms));
}

bool EntryLaw::is_even() const {
  return std::all_of(atoms_.begin(), atoms_.end(), [&](const Atom& atom) {
    return atom.value == 0 || std::any_of(atoms_.begin(), atoms_.end(), [&](const Atom& other) {
             return other.value == -atom.value && other.probability == atom.probability;
           });
  });
}

double EntryLaw::posterior_mean(double field, double gamma) const {
  if (atoms_.empty()) return field / (1 + gamma);
  // Exponents are taken relative to the largest, so that none overflows.
  double largest = -std::numeric_limits<double>::infinity();
  const auto exponent = [&](const Atom& atom) { return atom.value * (field - 0.5 * gamma * atom.value); };
  for (const Atom& atom : atoms_) largest = std::max(largest, exponent(atom));
  double total = 0, mean = 0;
  for (const Atom& atom : atoms_) {
    const double weight = atom.probability * std::exp(exponent(atom) - largest);
    total += weight;
    mean += weight * atom.value;
  }
  return mean / total;
}

double EntryLaw::overlap(double gamma) const {
  if (atoms_.empty()) return gamma / (1 + gamma);
  constexpr double kEnd = 9, kStep = 0.02;
  constexpr int kSteps = static_cast<int>(kEnd / kStep);
  const double density = kStep * std::numbers::inv_sqrtpi / std::numbers::sqrt2, deviation = std::sqrt(gamma);
  double sum = 0;
  for (const Atom& atom : atoms_) {
    if (atom.value == 0) continue;
    double integral = 0;
    for (int i = -kSteps; i <= kSteps; ++i) {
      const double z = i * kStep;
      integral += std::exp(-0.5 * z * z) * posterior_mean(gamma * atom.value + deviation * z, gamma);
    }
    sum += atom.probability * atom.value * density * integral;
  }
  return sum;
}

}  // namespace driftbench
