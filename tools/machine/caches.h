// This header describes the caches of this machine's CPU.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace driftbench {

struct Cache {
  std::string name;  ///< L1, L2, ...
  std::size_t bytes = 0;
};

/// Returns the caches that data pass through, the nearest first, as Linux describes them in the folder. Returns none
/// where it does not.
std::vector<Cache> read_caches(const std::filesystem::path& folder = "/sys/devices/system/cpu/cpu0/cache");

/// Returns the name of the nearest cache that holds so many bytes, or "memory" where none does. Returns none where the
/// caches are unknown.
std::optional<std::string> level_that_holds(std::size_t bytes, const std::vector<Cache>& caches);

}  // namespace driftbench
