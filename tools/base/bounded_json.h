// JSON from files that others wrote.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>

namespace driftbench {

/// Larger texts are no documents of ours, and no headers of weights.
inline constexpr std::size_t kMaxJsonBytes = std::size_t{4} << 20;
/// Values within values: to copy and to compare them takes a function's frame each. Ours go five deep.
inline constexpr std::size_t kMaxJsonDepth = 64;
/// Every value takes some hundred bytes of memory; in a document of ours it has some 25 bytes of text.
inline constexpr std::size_t kMaxJsonValues = std::size_t{1} << 18;

/// Why a text was not taken, as in "it is not JSON".
struct JsonRefusal : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The text's value. JsonRefusal where it is no JSON, exceeds one of the limits above, or has an object that names a
/// key twice. Takes some tens of megabytes at most, and time of order size log size.
nlohmann::json parse_bounded_json(std::string_view text);

}  // namespace driftbench
