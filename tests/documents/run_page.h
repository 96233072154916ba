// Runs what a page of the documents tells its reader to.
#pragma once

#include <string>
#include <vector>

#include "tests/documents/page.h"

namespace driftbench {

/// Runs the page's commands in a folder like a checkout where all is built, except those whose use says not to and
/// those whose text is one of `others`. Returns a text for each command that failed or printed what the page does not
/// show.
std::vector<std::string> run_page(const DocumentPage& page, const std::vector<std::string>& others = {});

/// Returns a text for each word of a command that names what there is not: a script of this project's, an option that a
/// script does not know, or a configuration that .bazelrc does not have. Nothing is run.
std::vector<std::string> unknown_words(const PageCommand& command);

}  // namespace driftbench
