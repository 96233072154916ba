#include "tools/measurements/not_finite.h"

#include <fmt/core.h>

#include "tools/base/table.h"

namespace driftbench {

/// No drift of ours overflows at a Y whose elements are smaller, unless its weights or settings make it.
constexpr float kSafeElement = 1e15f;

void MissingEstimates::add(const std::string& drift, const NotFinite& missing, std::int64_t all,
                           const SampleKind& kind) {
  if (missing.count == 0) return;
  if (measurements_++ > 0) return;
  const Overflow& at = missing.first;
  const std::string found =
      fmt::format("{}: {} of {} {} have no finite estimate", drift, missing.count, all, kind.many);
  // No drift is evaluated at t = 0, so that t is 0 where no status was kNotFinite.
  first_ =
      at.t == 0
          ? fmt::format("{}, although the drift's status is ok: it must be kNotFinite where an estimate is not finite",
                        found)
          : fmt::format(
                "{}, first {} {} at t = {:g}, where the largest element of Y has magnitude {} and single "
                "precision overflows on the way; {}",
                found, kind.numbered, at.number, at.t, general(at.largest_element, 3),
                at.largest_element < kSafeElement
                    ? "Y is not too large for that: look at the drift's weights and settings"
                    : "Y grows as t: give smaller times");
}

std::optional<std::string> MissingEstimates::failure() const {
  if (measurements_ == 0) return std::nullopt;
  if (measurements_ == 1) return first_;
  return fmt::format("{}; so in {} measurements in all", first_, measurements_);
}

std::string MissingEstimates::table_note() const {
  return measurements_ == 0 ? "" : "\n- stands for what is not known, as estimates that it takes were not finite.\n";
}

}  // namespace driftbench
