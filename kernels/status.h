// What can go wrong in a step of the diffusion. A kernel that reports anything but kOk still leaves its outputs defined
// and finite.
#pragma once

namespace driftbench {

/// The order is that of severity: where several statuses meet, the largest is reported.
enum class Status : unsigned char {
  kOk,
  kNotConverged,  ///< the iterations ran out before they converged; the output is that of the last iterate
  kDiverged,      ///< the same, and the last iteration moved the iterate by more than its norm
  kNotFinite,     ///< NaN, infinity or an overflow came up; the output is zero
};

/// Returns a short text for people, of static lifetime.
constexpr const char* to_string(Status status) {
  switch (status) {
    case Status::kOk:
      return "ok";
    case Status::kNotConverged:
      return "not converged";
    case Status::kDiverged:
      return "diverged";
    case Status::kNotFinite:
      return "not finite";
  }
  return "unknown";
}

}  // namespace driftbench
