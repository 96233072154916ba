#include "tools/machine/caches.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <fstream>

namespace driftbench {
namespace {

std::string first_word(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string word;
  file >> word;
  return word;
}

/// Returns the bytes that a text such as "48K" or "32M" stands for; 0 for any other text.
std::size_t bytes_of(const std::string& text) {
  std::size_t count = 0;
  const char* end = std::from_chars(text.data(), text.data() + text.size(), count).ptr;
  const std::string unit(end, text.data() + text.size());
  if (unit == "K") return count << 10;
  return unit == "M" ? count << 20 : 0;
}

}  // namespace

std::vector<Cache> read_caches(const std::filesystem::path& folder) {
  std::vector<Cache> caches;
  for (int index = 0;; ++index) {
    const auto cache = folder / fmt::format("index{}", index);
    const std::string level = first_word(cache / "level");
    if (level.empty()) break;
    const std::size_t bytes = bytes_of(first_word(cache / "size"));
    if (bytes > 0 && first_word(cache / "type") != "Instruction") caches.push_back({"L" + level, bytes});
  }
  std::sort(caches.begin(), caches.end(), [](const Cache& a, const Cache& b) { return a.name < b.name; });
  return caches;
}

std::optional<std::string> level_that_holds(std::size_t bytes, const std::vector<Cache>& caches) {
  if (caches.empty()) return std::nullopt;
  for (const Cache& cache : caches) {
    if (bytes <= cache.bytes) return cache.name;
  }
  return "memory";
}

}  // namespace driftbench
