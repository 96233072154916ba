// Reads files for tests.
#pragma once

#include <fstream>
#include <iterator>
#include <string>

namespace driftbench {

/// Returns a file's content, or an empty string where there is no such file.
inline std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace driftbench
