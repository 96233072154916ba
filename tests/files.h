// Files, for tests.
#pragma once

#include <fstream>
#include <iterator>
#include <string>

namespace driftbench {

/// A file's content; empty where there is none.
inline std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace driftbench
