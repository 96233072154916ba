// Files whose readers know how large they can sensibly be.
#pragma once

#include <cstddef>
#include <string>

namespace driftbench {

/// What a file, a pipe or a device holds, `bytes` at most: an endless one is read no further. A content of just that
/// size may have been cut; readers ask for one byte more than they take. std::system_error, with the system's reason,
/// where it cannot be read.
std::string read_at_most(const std::string& path, std::size_t bytes);

}  // namespace driftbench
