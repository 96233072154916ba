// What can go wrong in a step. A kernel that reports anything but kOk still leaves its outputs defined and finite.
#pragma once

namespace driftbench {

enum class Status : unsigned char {
  kOk,
  kNotConverged,  ///< the iterations ran out; the best iterate is returned
  kDiverged,      ///< the iterates move without approaching anything; the last of them is returned
  kNotFinite,     ///< NaN, infinity or overflow on the way; the output is zero
};

/// A short text for people, of static lifetime.
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
