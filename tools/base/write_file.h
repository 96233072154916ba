// write_file writes a regular file as a whole: wherever possible it is complete, or as it was before.
#pragma once

#include <sys/stat.h>

#include <csignal>
#include <optional>
#include <string>
#include <string_view>

namespace driftbench {

/// While a SignalsHeld lives, the signals that end a program from outside wait, so that a file is complete or gone
/// before they are heard. They must not be meant for another thread; where files are opened and written, there is none.
class SignalsHeld {
 public:
  SignalsHeld();
  ~SignalsHeld();
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;

 private:
  sigset_t before_;
};

/// A new file in a folder, under a name that no other process can have taken. It is removed unless it was renamed.
class TemporaryFile {
 public:
  /// Creates the file, with owner, group and mode of `like` where that is not null. error() is then 0, or errno where
  /// that failed.
  TemporaryFile(const std::string& folder, const struct stat* like);
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  int error() const { return error_; }
  /// Writes the content down to the disk. Returns 0 or errno.
  int write(std::string_view content);
  /// Gives the file its final name, in place of what is there, down to the disk. Returns 0 or errno.
  int rename_to(const std::string& path);

 private:
  std::string folder_, path_;
  int file_ = -1;
  int error_ = 0;
};

/// Gives the regular file this content, or makes a new one with it. A second file with the same owner, group and mode
/// takes the first one's place by a rename, so that there is a complete file at every time.
///
/// The file itself is overwritten where a rename would change more than the content, as with further hard links, an
/// access-control list or other attributes. It is also overwritten where a rename is not possible, as with a file
/// mounted into a container or in a folder that cannot be written. Its file system sets aside the room for the content
/// first.
///
/// The last part of the path is no symbolic link. Returns why the writing failed, and what was kept; none where it did
/// not fail.
std::optional<std::string> write_file(const std::string& path, std::string_view content);

}  // namespace driftbench
