// Makes text of any origin fit for documents.
#pragma once

#include <string>
#include <string_view>

namespace driftbench {

/// Returns the text as valid UTF-8 on one line. Bytes that are not UTF-8 become U+FFFD, and so do control characters.
/// White space becomes a blank.
std::string clean_text(std::string_view text);

/// Returns clean_text(text) with all characters escaped that have a meaning in HTML or XML. The result is fit for
/// content and for quoted attributes.
std::string escape_markup(std::string_view text);

}  // namespace driftbench
