// An Output is a place that an argument such as --json names.
#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>

namespace driftbench {

/// Refusals say with these what may be given instead: the first is for most outputs, the second for those that cannot
/// be stdout.
inline constexpr char kFilePipeOrStdout[] = "a file or a pipe that can be written, or - for stdout";
inline constexpr char kFileOrPipe[] = "a file or a pipe that can be written";

/// An output goes to a regular file, to one that is not there yet, to a pipe, to a device, or to stdout, which is
/// called "-". Symbolic links are followed. A path that leads to the file, pipe or terminal that stdout is, such as
/// /dev/stdout, is stdout.
class Output {
 public:
  /// Looks at the place and changes no file there. For a new file, a temporary one is created in the folder and
  /// removed. Throws ArgumentError, which says what is possible, where the place cannot be written.
  Output(std::string argument, std::string path, const char* possible = kFilePipeOrStdout);
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  const std::string& argument() const { return argument_; }
  const std::string& path() const { return path_; }
  bool is_stdout() const { return kind_ == Kind::kStdout; }
  /// Returns whether it is a regular file, or will be one. Its path behind symbolic links is target().
  bool is_file() const { return kind_ == Kind::kFile; }
  const std::string& target() const { return target_; }

  /// Returns whether both are written to one place, under whatever names. A device that keeps nothing, such as
  /// /dev/null, has room for all.
  bool is_where(const Output& other) const;
  /// Returns whether this output would be written over that file.
  bool is_where(const struct stat& file) const;

  /// Opens a pipe or a device, and waits until a pipe has a reader. Throws ArgumentError where that fails.
  void open();
  /// Returns the descriptor of stdout, or of what open() opened; -1 for a file.
  int descriptor() const { return descriptor_; }
  /// Closes what open() opened, which tells a pipe's reader that this is the end.
  void close();

 private:
  enum class Kind { kStdout, kPipe, kFile };
  /// A place is known by this. A file has its own device and inode. Where no file is yet, they are those of the folder,
  /// and the name is the file's.
  struct Identity {
    dev_t device = 0;
    ino_t inode = 0;
    std::string name;
    bool operator==(const Identity&) const = default;
  };

  [[noreturn]] void refuse(const std::string& reason) const;
  [[noreturn]] void refuse(int reason) const;
  void accept_stdout();
  void accept_existing(const struct stat& status);
  void accept_new();

  std::string argument_, path_, target_;
  const char* possible_;
  Kind kind_ = Kind::kFile;
  Identity identity_;
  bool keeps_nothing_ = false;
  std::optional<int> named_;  ///< the open descriptor that a path such as /dev/fd/3 stands for
  int descriptor_ = -1;
};

}  // namespace driftbench
