#include "tools/output.h"

#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "tools/errors.h"

namespace driftbench {

OutputFile::OutputFile(std::string path) : path_(std::move(path)) {
  if (is_stdout()) return;
  std::error_code error;
  const auto status = std::filesystem::status(path_, error);
  const bool replaceable = !std::filesystem::exists(status) || std::filesystem::is_regular_file(status);
  if (std::filesystem::is_regular_file(status) && access(path_.c_str(), W_OK) != 0) {
    throw ArgumentError(fmt::format("--json: {}: {}", path_, std::strerror(errno)));
  }
  if (replaceable) temporary_ = fmt::format("{}.partial.{}", path_, getpid());
  file_ = std::fopen(replaceable ? temporary_.c_str() : path_.c_str(), "wb");
  if (file_ == nullptr) {
    throw ArgumentError(
        fmt::format("--json: {}: {}; give a file that can be written, or - for stdout", path_, std::strerror(errno)));
  }
}

OutputFile::~OutputFile() {
  if (file_ == nullptr) return;
  std::fclose(file_);
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

void OutputFile::commit(std::string_view content) {
  if (is_stdout()) {
    print_stdout(content);
    return;
  }
  std::FILE* file = std::exchange(file_, nullptr);
  errno = 0;
  bool good = std::fwrite(content.data(), 1, content.size(), file) == content.size();
  good = std::fclose(file) == 0 && good;
  if (good && !temporary_.empty()) good = std::rename(temporary_.c_str(), path_.c_str()) == 0;
  if (good) return;
  const int reason = errno;
  if (!temporary_.empty()) unlink(temporary_.c_str());
  throw RunError(fmt::format("{}: {}; nothing was kept", path_, std::strerror(reason)));
}

void print_stdout(std::string_view text) {
  errno = 0;
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (std::fflush(stdout) != 0 || !written || std::ferror(stdout) != 0) {
    throw RunError(fmt::format("standard output: {}", std::strerror(errno)));
  }
}

}  // namespace driftbench
