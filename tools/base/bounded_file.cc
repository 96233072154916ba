#include "tools/base/bounded_file.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

namespace driftbench {
namespace {

constexpr std::size_t kReadBytes = 64 * 1024;

[[noreturn]] void fail_with_errno() { throw std::system_error(errno, std::generic_category()); }

}  // namespace

std::string read_at_most(const std::string& path, std::size_t bytes) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (!file) fail_with_errno();
  std::string content;
  while (content.size() < bytes) {
    const std::size_t before = content.size(), wanted = std::min(kReadBytes, bytes - before);
    content.resize(before + wanted);
    const std::size_t got = std::fread(content.data() + before, 1, wanted, file.get());
    content.resize(before + got);
    if (std::ferror(file.get()) != 0) fail_with_errno();
    if (got < wanted) break;
  }
  return content;
}

}  // namespace driftbench
