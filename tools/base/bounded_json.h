// This header parses JSON from files that others wrote, within limits.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>

namespace driftbench {

/// A text may have this many bytes. Larger ones are no documents of ours, and no headers of weights.
inline constexpr std::size_t kMaxJsonBytes = std::size_t{4} << 20;
/// Values may lie within each other this deep: copying and comparing them takes a function's frame for each level. Our
/// own documents go five deep.
inline constexpr std::size_t kMaxJsonDepth = 64;
/// A text may hold this many values. Each takes some hundred bytes of memory; in a document of ours it has some 25
/// bytes of text.
inline constexpr std::size_t kMaxJsonValues = std::size_t{1} << 18;

/// Says why a text was not taken, as in "it is not JSON".
struct JsonRefusal : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Returns the text's value. Throws JsonRefusal where the text is no JSON, exceeds one of the limits above, or has an
/// object that names a key twice. Takes some tens of megabytes at most, and time of order size log size.
nlohmann::json parse_bounded_json(std::string_view text);

}  // namespace driftbench
