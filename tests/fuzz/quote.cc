// Fuzzes the functions that make a text safe to print.
#include "tools/base/quote.h"

#include <algorithm>

#include "tests/fuzz/fuzz.h"

namespace driftbench {
namespace {

/// Whether the text has a control character for a terminal that reads single bytes or UTF-8.
bool has_control_character(const std::string& text) {
  const auto is_ascii_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (std::any_of(text.begin(), text.end(), is_ascii_control)) return true;
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == '\xc2' && static_cast<unsigned char>(text[i + 1]) < 0xa0) return true;
  }
  return false;
}

void check(std::string_view text) {
  const std::string safe = printable(text);
  require(!has_control_character(safe), "no control characters are left");
  require(printable(safe) == safe, "what is printable stays as it is");
  const std::string part = shown(text);
  require(part.size() <= kMaxQuoted, "what is shown is short");
  require(printable(part) == part, "what is shown is printable");
  require(safe.size() > kMaxQuoted || part == safe, "what is short is shown whole");
}

}  // namespace
}  // namespace driftbench

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  driftbench::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
