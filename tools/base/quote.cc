#include "tools/base/quote.h"

#include <fmt/core.h>

#include <cstdint>

namespace driftbench {
namespace {

constexpr std::string_view kEllipsis = "...";

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

/// The character at the beginning of a text. It has no bytes where the text does not begin with UTF-8.
struct Character {
  std::uint32_t code = 0;
  std::size_t bytes = 0;
};

Character first_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return {lead, 1};
  const std::size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < bytes) return {};
  std::uint32_t code = lead & (0xffU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if (!is_continuation(text[i])) return {};
    code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3fU);
  }
  // A code is wrong that is longer than necessary, half of a surrogate pair, or beyond the last character.
  const bool wrong = (bytes == 3 && code < 0x800) || (bytes == 4 && code < 0x10000) ||
                     (code >= 0xd800 && code < 0xe000) || code > 0x10ffff;
  return wrong ? Character{} : Character{code, bytes};
}

/// Returns whether a terminal could obey the character: control characters of ASCII and of Latin 1, line and paragraph
/// separators, and marks of direction.
bool steers(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x061c || code == 0x200e || code == 0x200f ||
         (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

}  // namespace

std::string printable(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const Character character = first_character(text);
    const std::size_t bytes = character.bytes == 0 ? 1 : character.bytes;
    if (character.bytes > 0 && !steers(character.code)) {
      result += text.substr(0, bytes);
    } else {
      for (const char c : text.substr(0, bytes)) result += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
    text.remove_prefix(bytes);
  }
  return result;
}

std::string shown(std::string_view text, std::size_t most) {
  std::string whole = printable(text);
  if (whole.size() <= most) return whole;
  std::size_t head = (most - kEllipsis.size()) / 2;
  std::size_t tail = whole.size() - (most - kEllipsis.size() - head);
  while (is_continuation(whole[head])) --head;
  while (is_continuation(whole[tail])) ++tail;
  return whole.substr(0, head).append(kEllipsis).append(whole.substr(tail));
}

std::string in_quotes(std::string_view text, std::size_t most) { return fmt::format("\"{}\"", shown(text, most)); }

}  // namespace driftbench
