#include "tools/pictures/markup.h"

#include <cstddef>
#include <cstdint>

namespace driftbench {
namespace {

/// Returns the number of bytes of the UTF-8 sequence that the text starts with (Unicode, table 3-7), or 0 where it is
/// ill-formed.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<std::uint8_t>(text[i]) : 0U; };
  const auto in = [](unsigned value, unsigned low, unsigned high) { return low <= value && value <= high; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (in(first, 0xC2, 0xDF)) return in(byte(1), 0x80, 0xBF) ? 2 : 0;
  if (in(first, 0xE0, 0xEF)) {
    const unsigned low = first == 0xE0 ? 0xA0 : 0x80, high = first == 0xED ? 0x9F : 0xBF;
    return in(byte(1), low, high) && in(byte(2), 0x80, 0xBF) ? 3 : 0;
  }
  if (in(first, 0xF0, 0xF4)) {
    const unsigned low = first == 0xF0 ? 0x90 : 0x80, high = first == 0xF4 ? 0x8F : 0xBF;
    return in(byte(1), low, high) && in(byte(2), 0x80, 0xBF) && in(byte(3), 0x80, 0xBF) ? 4 : 0;
  }
  return 0;
}

/// Whether the character is a control character, up to U+001F or from U+007F to U+009F, or one that no document may
/// hold: U+xxFFFE, U+xxFFFF, and U+FDD0 to U+FDEF.
bool is_forbidden(std::string_view sequence) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(sequence[i]); };
  switch (sequence.size()) {
    case 1:
      return byte(0) < 0x20 || byte(0) == 0x7F;
    case 2:
      return byte(0) == 0xC2 && byte(1) < 0xA0;
    case 3:
      return byte(0) == 0xEF &&
             ((byte(1) == 0xBF && byte(2) >= 0xBE) || (byte(1) == 0xB7 && byte(2) >= 0x90 && byte(2) <= 0xAF));
    default:
      return (byte(1) & 0x0F) == 0x0F && byte(2) == 0xBF && byte(3) >= 0xBE;
  }
}

}  // namespace

std::string clean_text(std::string_view text) {
  std::string clean;
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    const std::string_view sequence = text.substr(0, length);
    if (text[0] == '\n' || text[0] == '\t' || text[0] == '\r' || text[0] == '\f' || text[0] == '\v') {
      clean += ' ';
    } else if (length == 0 || is_forbidden(sequence)) {
      clean += "\uFFFD";
    } else {
      clean += sequence;
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return clean;
}

std::string escape_markup(std::string_view text) {
  std::string escaped;
  for (const char c : clean_text(text)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

}  // namespace driftbench
