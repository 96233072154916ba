#include "tools/base/json_text.h"

#include <cmath>
#include <cstdint>
#include <utility>

namespace driftbench {
namespace {

using nlohmann::ordered_json;

/// From this number on, a double no longer tells each whole number from its neighbours.
constexpr std::int64_t kFirstInexact = std::int64_t{1} << 53;

bool is_exact(const ordered_json& whole) {
  if (whole.is_number_unsigned()) return whole.get<std::uint64_t>() < static_cast<std::uint64_t>(kFirstInexact);
  const auto value = whole.get<std::int64_t>();
  return -kFirstInexact < value && value < kFirstInexact;
}

void make_readable(ordered_json& value) {
  if (value.is_structured()) {
    for (ordered_json& part : value) make_readable(part);
  } else if (value.is_number_float()) {
    if (!std::isfinite(value.get<double>())) value = nullptr;
  } else if (value.is_number_integer() && !is_exact(value)) {
    value = value.dump();
  }
}

}  // namespace

std::string json_text(ordered_json document, bool compact) {
  make_readable(document);
  return document.dump(compact ? -1 : 1, ' ', false, ordered_json::error_handler_t::replace).append("\n");
}

}  // namespace driftbench
