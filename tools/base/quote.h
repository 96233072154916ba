// Text from arguments and files in what people read: it neither steers a terminal nor fills the screen.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace driftbench {

/// A message shows no more bytes of a text than this, quotation marks aside.
inline constexpr std::size_t kMaxQuoted = 80;
/// The same for the name of a file, which a reader wants to find.
inline constexpr std::size_t kMaxPathQuoted = 400;

/// The text with each byte escaped as \xNN that a terminal could obey or that is not UTF-8: control characters, and
/// characters that reorder or break a line. Applied twice, it changes nothing more.
std::string printable(std::string_view text);

/// printable(text), or its beginning and its end with an ellipsis between them where it has more than `most` bytes.
std::string shown(std::string_view text, std::size_t most = kMaxQuoted);

/// shown(text, most) in double quotes.
std::string in_quotes(std::string_view text, std::size_t most = kMaxQuoted);

}  // namespace driftbench
