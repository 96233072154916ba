#include "tools/base/output.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "tools/base/errors.h"
#include "tools/base/quote.h"
#include "tools/base/standard_streams.h"
#include "tools/base/write_file.h"

namespace driftbench {
namespace {

namespace fs = std::filesystem;

/// Returns whether it is one of Linux's memory devices, such as /dev/null and /dev/full.
bool is_memory_device(const struct stat& status) {
  constexpr unsigned kMemoryMajor = 1;
  return S_ISCHR(status.st_mode) && major(status.st_rdev) == kMemoryMajor;
}

bool leads_to_stdout(const struct stat& status) {
  struct stat out {};
  return !is_memory_device(status) && fstat(STDOUT_FILENO, &out) == 0 && out.st_dev == status.st_dev &&
         out.st_ino == status.st_ino;
}

/// Returns the descriptor that a path such as /dev/fd/3 or /dev/stderr names; none for another path.
std::optional<int> named_descriptor(const std::string& path) {
  if (path == "/dev/stderr") return STDERR_FILENO;
  for (const std::string folder : {"/dev/fd/", "/proc/self/fd/"}) {
    if (!path.starts_with(folder)) continue;
    int descriptor = 0;
    const char* const end = path.data() + path.size();
    const auto parsed = std::from_chars(path.data() + folder.size(), end, descriptor);
    if (parsed.ec == std::errc() && parsed.ptr == end) return descriptor;
  }
  return std::nullopt;
}

/// Returns the path behind symbolic links, the last of which may lead to where nothing is yet. The path's folder must
/// be there.
fs::path follow_links(fs::path path) {
  constexpr int kMostLinks = 40;  // Linux follows as many
  for (int links = 0; links < kMostLinks && fs::is_symlink(path); ++links) {
    path = path.parent_path() / fs::read_symlink(path);
  }
  const fs::path folder = path.parent_path();
  return fs::canonical(folder.empty() ? "." : folder) / path.filename();
}

}  // namespace

Output::Output(std::string argument, std::string path, const char* possible)
    : argument_(std::move(argument)), path_(std::move(path)), possible_(possible) {
  struct stat status {};
  if (path_ == "-") {
    accept_stdout();
  } else if (stat(path_.c_str(), &status) == 0) {
    accept_existing(status);
  } else if (errno == ENOENT && !path_.empty()) {
    accept_new();
  } else {
    refuse(errno);
  }
}

Output::~Output() { close(); }

void Output::refuse(const std::string& reason) const {
  throw ArgumentError(fmt::format("{}: {} is not possible: {}; give {}", argument_, in_quotes(path_, kMaxPathQuoted),
                                  reason, possible_));
}

void Output::refuse(int reason) const { refuse(std::strerror(reason)); }

void Output::accept_stdout() {
  if (!stdout_is_open()) refuse("standard output is closed");
  kind_ = Kind::kStdout;
  descriptor_ = STDOUT_FILENO;
  struct stat status {};
  if (fstat(STDOUT_FILENO, &status) == 0) identity_ = {status.st_dev, status.st_ino, ""};
}

void Output::accept_existing(const struct stat& status) {
  identity_ = {status.st_dev, status.st_ino, ""};
  keeps_nothing_ = is_memory_device(status);
  if (S_ISDIR(status.st_mode)) refuse(EISDIR);
  if (leads_to_stdout(status)) return accept_stdout();
  // What is open already is written through its descriptor: from where its owner is, behind what stands there.
  named_ = named_descriptor(path_);
  if (named_) {
    kind_ = Kind::kPipe;
    if (const int flags = fcntl(*named_, F_GETFL); flags < 0 || (flags & O_ACCMODE) == O_RDONLY) refuse(EBADF);
    return;
  }
  if (S_ISSOCK(status.st_mode)) refuse(ENXIO);
  if (!S_ISREG(status.st_mode)) {
    kind_ = Kind::kPipe;
    if (faccessat(AT_FDCWD, path_.c_str(), W_OK, AT_EACCESS) != 0) refuse(errno);
    return;
  }
  const int trial = ::open(path_.c_str(), O_WRONLY | O_CLOEXEC);
  if (trial < 0) refuse(errno);
  ::close(trial);
  // A path such as /proc/1234/fd/3 leads to the file even where no name does any more. It is then the target itself.
  std::error_code none;
  const fs::path behind = fs::canonical(path_, none);
  target_ = !none && fs::equivalent(behind, path_, none) && !none ? behind.string() : path_;
}

void Output::accept_new() {
  try {
    const fs::path target = follow_links(path_);
    target_ = target;
    identity_.name = target.filename();
    if (identity_.name.empty()) refuse(EISDIR);
    struct stat folder {};
    if (stat(target.parent_path().c_str(), &folder) != 0) refuse(errno);
    identity_.device = folder.st_dev;
    identity_.inode = folder.st_ino;
    const SignalsHeld held;
    if (const int error = TemporaryFile(target.parent_path(), nullptr).error(); error != 0) refuse(error);
  } catch (const fs::filesystem_error& error) {
    refuse(error.code().value());
  }
}

bool Output::is_where(const struct stat& file) const {
  return identity_ == Identity{file.st_dev, file.st_ino, ""} && !keeps_nothing_;
}

bool Output::is_where(const Output& other) const {
  if (is_stdout() && other.is_stdout()) return true;
  return identity_ == other.identity_ && !keeps_nothing_;
}

void Output::open() {
  if (kind_ != Kind::kPipe) return;
  descriptor_ =
      named_ ? fcntl(*named_, F_DUPFD_CLOEXEC, STDERR_FILENO + 1) : ::open(path_.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor_ < 0) refuse(errno);
}

void Output::close() {
  if (kind_ != Kind::kPipe || descriptor_ < 0) return;
  ::close(std::exchange(descriptor_, -1));
}

}  // namespace driftbench
