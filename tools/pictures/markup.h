// Text of any origin made fit for documents.
#pragma once

#include <string>
#include <string_view>

namespace driftbench {

/// The text as valid UTF-8 on one line: what is no UTF-8 becomes U+FFFD, as do control characters other than white
/// space, which becomes a blank.
std::string clean_text(std::string_view text);

/// clean_text with what HTML and XML give a meaning escaped; fit for content and for quoted attributes.
std::string escape_markup(std::string_view text);

}  // namespace driftbench
