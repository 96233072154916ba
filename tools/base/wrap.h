// Breaks text into lines.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace driftbench {

/// Lines of text for people are no longer than this, indents included.
inline constexpr std::size_t kTextWidth = 100;

/// Returns the words of the text in lines of at most kTextWidth - indent characters. All lines but the first begin with
/// that many blanks; no newline ends the last. A longer word is a line of its own.
std::string wrap(std::string_view text, std::size_t indent = 0);

}  // namespace driftbench
