// The reference data: files of the paper's authors, or made with their code, which are not in the repository.
#pragma once

#include <cstdlib>
#include <optional>
#include <string>

namespace driftbench {

/// Returns the path of a file of the reference data, or none where the environment names no folder with it.
inline std::optional<std::string> reference_file(const std::string& name) {
  const char* const folder = std::getenv("DRIFTBENCH_REFERENCE");
  if (folder == nullptr) return std::nullopt;
  return std::string(folder) + "/" + name;
}

/// Says why a test that needs the file is skipped, and what is to be done.
inline std::string no_reference(const std::string& name) {
  return name + " is not in the repository: set DRIFTBENCH_REFERENCE to a folder that has it; " +
         "docs/contributing.md, \"Reference data\", says where it comes from";
}

}  // namespace driftbench
