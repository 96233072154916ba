// json_text writes JSON that every reader takes, with no number that a reader would change.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace driftbench {

/// Returns the document and a newline, indented by one space a level, or in one line where it is `compact`. A number
/// that is NaN or infinite, for which JSON has no word, is written as null. A whole number of 2^53 or more in magnitude
/// is written as a string of its digits, as readers that compute in double precision would change it. Bytes that are
/// not UTF-8 are replaced.
std::string json_text(nlohmann::ordered_json document, bool compact = false);

}  // namespace driftbench
