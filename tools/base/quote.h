// People read text from arguments and files. These functions see to it that such text neither steers a terminal nor
// fills the screen.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace driftbench {

/// A message shows no more bytes of a text than this, quotation marks aside.
inline constexpr std::size_t kMaxQuoted = 80;
/// A message shows no more bytes than this of the name of a file, which a reader wants to find.
inline constexpr std::size_t kMaxPathQuoted = 400;

/// Returns the text with bytes escaped as \xNN where they are not UTF-8, or are of a character that a terminal could
/// obey: a control character, or one that reorders or breaks a line. Applied twice, it changes nothing more.
std::string printable(std::string_view text);

/// Returns printable(text), or its beginning and its end with an ellipsis between them where it has more than `most`
/// bytes.
std::string shown(std::string_view text, std::size_t most = kMaxQuoted);

/// Returns shown(text, most) in double quotes.
std::string in_quotes(std::string_view text, std::size_t most = kMaxQuoted);

}  // namespace driftbench
