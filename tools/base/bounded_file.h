// read_at_most reads a file whose reader knows how large it can sensibly be.
#pragma once

#include <cstddef>
#include <string>

namespace driftbench {

/// Returns what a file, a pipe or a device holds, `bytes` at most: an endless one is read no further. Content of just
/// that size may have been cut, so readers ask for one byte more than they take. Throws std::system_error, with the
/// system's reason, where the file cannot be read.
std::string read_at_most(const std::string& path, std::size_t bytes);

}  // namespace driftbench
