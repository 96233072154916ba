#include "tools/base/write_file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "tools/base/standard_streams.h"

namespace driftbench {
namespace {

constexpr char kNothingKept[] = "nothing was kept", kPartlyWritten[] = "it may be partly written";

std::string failure(int error, const char* kept) { return fmt::format("{}, {}", std::strerror(error), kept); }

int result_of(int returned) { return returned == 0 ? 0 : errno; }

/// Returns whether the file has attributes that one in its place would lack: an access-control list, or a user's own.
/// Attributes of the system's security modules do not count: every file is given them.
bool has_attributes(const std::string& path) {
  constexpr std::size_t kMostBytes = 64 << 10;  // Linux lists no more
  std::string names(kMostBytes, '\0');
  const ssize_t bytes = listxattr(path.c_str(), names.data(), names.size());
  for (ssize_t at = 0; at < bytes;) {
    const std::string_view name = names.data() + at;
    if (!name.starts_with("security.")) return true;
    at += static_cast<ssize_t>(name.size()) + 1;
  }
  return false;
}

/// Returns whether another file could take this one's place and change nothing but the content.
bool is_replaceable(const std::string& path, const struct stat& status) {
  return S_ISREG(status.st_mode) && status.st_nlink == 1 && !has_attributes(path);
}

/// Sets aside what the file needs for that many bytes, and leaves its content and size as they are. Returns 0 or errno.
/// It is no error that a file system cannot set room aside.
int make_room(int file, std::size_t bytes) {
  rlimit limit{};
  if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && bytes > limit.rlim_cur) return EFBIG;
  const int error = result_of(fallocate(file, FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(bytes)));
  return error == ENOSPC || error == EDQUOT || error == EFBIG ? error : 0;
}

std::optional<std::string> overwrite(const std::string& path, std::string_view content) {
  const int file = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (file < 0) return failure(errno, kNothingKept);
  int error = make_room(file, content.size());
  const char* const kept = error != 0 ? kNothingKept : kPartlyWritten;
  if (error == 0) error = write_all(file, content);
  if (error == 0) error = result_of(ftruncate(file, static_cast<off_t>(content.size())));
  if (error == 0) error = result_of(fsync(file));
  const int close_error = result_of(close(file));
  if (error == 0) error = close_error;
  if (error == 0) return std::nullopt;
  return failure(error, kept);
}

}  // namespace

SignalsHeld::SignalsHeld() {
  sigset_t held;
  sigfillset(&held);
  for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT}) sigdelset(&held, fault);
  pthread_sigmask(SIG_BLOCK, &held, &before_);
}

SignalsHeld::~SignalsHeld() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

TemporaryFile::TemporaryFile(const std::string& folder, const struct stat* like) : folder_(folder) {
  do {
    std::uint64_t random = 0;
    if (getrandom(&random, sizeof random, 0) != sizeof random) {
      error_ = errno;
      return;
    }
    path_ = fmt::format("{}/driftbench.partial.{:016x}", folder, random);
    file_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, like != nullptr ? 0600 : 0666);
  } while (file_ < 0 && errno == EEXIST);
  if (file_ < 0) {
    error_ = errno;
  } else if (like != nullptr) {
    // The order matters. A change of owner takes the bits for set-user-id and set-group-id away. The folder's default
    // access-control list, which the other file does not have, would bend the mode.
    error_ = result_of(fchown(file_, like->st_uid, like->st_gid));
    fremovexattr(file_, "system.posix_acl_access");
    if (error_ == 0) error_ = result_of(fchmod(file_, like->st_mode & 07777));
  }
}

TemporaryFile::~TemporaryFile() {
  if (file_ < 0) return;
  close(file_);
  if (!path_.empty()) unlink(path_.c_str());
}

int TemporaryFile::write(std::string_view content) {
  const int error = write_all(file_, content);
  return error != 0 ? error : result_of(fsync(file_));
}

int TemporaryFile::rename_to(const std::string& path) {
  if (std::rename(path_.c_str(), path.c_str()) != 0) return errno;
  path_.clear();
  // The file is in its place. A folder that cannot be read, and so not synchronized, is left to the system.
  const int folder = open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return 0;
  fsync(folder);
  close(folder);
  return 0;
}

std::optional<std::string> write_file(const std::string& path, std::string_view content) {
  const SignalsHeld held;
  struct stat status {};
  const bool exists = stat(path.c_str(), &status) == 0;
  if (exists && !is_replaceable(path, status)) return overwrite(path, content);
  int error = 0;
  {
    TemporaryFile temporary(std::filesystem::path(path).parent_path(), exists ? &status : nullptr);
    error = temporary.error();
    if (error == 0) {
      error = temporary.write(content);
      if (error != 0) return failure(error, kNothingKept);
      error = temporary.rename_to(path);
    }
  }  // What the temporary file took of the disk is free again where it was not renamed.
  if (error == 0) return std::nullopt;
  if (exists) return overwrite(path, content);
  return failure(error, kNothingKept);
}

}  // namespace driftbench
