// Regular files that are written as a whole: complete, or as they were before.
#pragma once

#include <sys/stat.h>

#include <csignal>
#include <optional>
#include <string>
#include <string_view>

namespace driftbench {

/// While it lives, the signals that end a program from outside wait: a file is complete or gone before they are heard.
/// They must not be meant for another thread; where files are opened and written, there is none.
class SignalsHeld {
 public:
  SignalsHeld();
  ~SignalsHeld();
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;

 private:
  sigset_t before_;
};

/// A new file in a folder, under a name that no other process can have taken; removed unless it was renamed.
class TemporaryFile {
 public:
  /// With owner, group and mode of `like`, where there is such a file. error() is 0, or errno where that failed.
  TemporaryFile(const std::string& folder, const struct stat* like);
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  int error() const { return error_; }
  /// Writes the content down to the disk. 0 or errno.
  int write(std::string_view content);
  /// Gives it its final name, in place of what is there, down to the disk. 0 or errno.
  int rename_to(const std::string& path);

 private:
  std::string folder_, path_;
  int file_ = -1;
  int error_ = 0;
};

/// Makes the content that of the regular file, or of a new one. Another file takes its place by a rename, so that it is
/// complete at every time; with its owner, group and mode. Where a rename would change more than the content, as with
/// further hard links, an access-control list or other attributes, or where it is not possible, as with a file mounted
/// into a container or in a folder that cannot be written, the file itself is overwritten, once its file system has set
/// aside the room for it. The last part of the path is no symbolic link. Returns why it failed, and what was kept; none
/// where it did not.
std::optional<std::string> write_file(const std::string& path, std::string_view content);

}  // namespace driftbench
