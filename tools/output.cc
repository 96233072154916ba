#include "tools/output.h"

#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <utility>

#include "tools/errors.h"

namespace driftbench {

namespace {

/// While it lives, the signals that end a program from outside wait: a file is complete or gone before they are heard.
/// They must not be meant for another thread; where files are opened and written, there is none.
class SignalsHeld {
 public:
  SignalsHeld() {
    sigset_t held;
    sigemptyset(&held);
    for (int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) sigaddset(&held, signal);
    pthread_sigmask(SIG_BLOCK, &held, &before_);
  }
  ~SignalsHeld() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;

 private:
  sigset_t before_;
};

}  // namespace

OutputFile::OutputFile(const std::string& argument, std::string path) : path_(std::move(path)) {
  if (is_stdout()) return;
  const auto refuse = [&](int reason) {
    throw ArgumentError(fmt::format("{}: \"{}\" is not possible: {}; give a file that can be written, or - for stdout",
                                    argument, path_, std::strerror(reason)));
  };
  std::error_code error;
  const auto status = std::filesystem::status(path_, error);
  if (path_.empty()) refuse(ENOENT);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    file_ = std::fopen(path_.c_str(), "wb");
    if (file_ == nullptr) refuse(errno);
    return;
  }
  if (std::filesystem::exists(status) && access(path_.c_str(), W_OK) != 0) refuse(errno);
  temporary_ = fmt::format("{}.partial.{}", path_, getpid());
  const SignalsHeld held;
  std::FILE* trial = std::fopen(temporary_.c_str(), "wbx");
  if (trial == nullptr) refuse(errno);
  std::fclose(trial);
  unlink(temporary_.c_str());
}

OutputFile::~OutputFile() {
  if (file_ != nullptr) std::fclose(file_);
}

void OutputFile::commit(std::string_view content) {
  if (is_stdout()) {
    print_stdout(content);
    return;
  }
  const SignalsHeld held;
  errno = 0;
  std::FILE* file = temporary_.empty() ? std::exchange(file_, nullptr) : std::fopen(temporary_.c_str(), "wbx");
  bool good = file != nullptr && std::fwrite(content.data(), 1, content.size(), file) == content.size();
  if (file != nullptr) good = std::fclose(file) == 0 && good;
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
