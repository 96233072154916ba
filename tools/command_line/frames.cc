#include "tools/command_line/frames.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "tools/base/errors.h"
#include "tools/base/quote.h"

namespace driftbench {
namespace {

constexpr char kFormats[] = ".npy arrays, one after another, or a Matrix Market file";

std::string name_of(const std::string& file) {
  return file == kStandardInput ? "standard input" : shown(file, kMaxPathQuoted);
}

[[noreturn]] void refuse_file(const std::string& file, const std::string& reason) {
  throw ArgumentError(
      fmt::format("{}: {}; give a file of {}, or - for standard input", name_of(file), reason, kFormats));
}

void check_file(const std::string& file) {
  struct stat status {};
  if (stat(file.c_str(), &status) != 0) refuse_file(file, std::strerror(errno));
  if (S_ISDIR(status.st_mode)) refuse_file(file, std::strerror(EISDIR));
  if (faccessat(AT_FDCWD, file.c_str(), R_OK, AT_EACCESS) != 0) refuse_file(file, std::strerror(errno));
  if (S_ISCHR(status.st_mode) && file != "/dev/null") refuse_file(file, "a device is not possible");
}

/// Returns whether both are one regular file, to which what is written would be read again, without end.
bool is_stdout(const struct stat& in) {
  struct stat out {};
  return S_ISREG(in.st_mode) && fstat(STDOUT_FILENO, &out) == 0 && in.st_dev == out.st_dev && in.st_ino == out.st_ino;
}

}  // namespace

void check_inputs(const std::vector<std::string>& files) {
  if (std::count(files.begin(), files.end(), kStandardInput) > 1) {
    throw ArgumentError("-: standard input can be read once; give - once");
  }
  for (const std::string& file : files) {
    struct stat in {};
    if (file == kStandardInput) {
      if (isatty(STDIN_FILENO) != 0) {
        throw ArgumentError("standard input: a terminal is not possible; redirect it, as in denoise < matrix.npy");
      }
      if (fstat(STDIN_FILENO, &in) != 0) continue;  // reading it fails
    } else {
      check_file(file);
      stat(file.c_str(), &in);
    }
    if (is_stdout(in)) {
      throw ArgumentError(
          fmt::format("standard output: the file that {} is not possible; give another file",
                      file == kStandardInput ? "standard input reads" : fmt::format("is read as {}", name_of(file))));
    }
  }
}

bool FrameSource::read(InputFrame& frame) {
  for (;;) {
    if (!reader_) {
      if (next_ == files_.size()) return false;
      open_next();
    }
    const std::string& file = files_[next_ - 1];
    frame.number = count_;
    frame.name = fmt::format("frame {}", count_);
    if (file != kStandardInput) frame.name = fmt::format("{}: {}", name_of(file), frame.name);
    try {
      frame.n = reader_->read(frame.matrix);
    } catch (const ArgumentError& error) {
      throw ArgumentError(fmt::format("{}: {}", frame.name, error.what()));
    } catch (const RunError& error) {
      if (file == kStandardInput) throw;
      throw RunError(fmt::format("{}: {}", frame.name, error.what()));
    }
    if (frame.n > 0) break;
    if (count_ == count_of_others_) throw ArgumentError(fmt::format("{}: empty; give {}", name_of(file), kFormats));
    reader_.reset();
  }
  ++count_;
  return true;
}

void FrameSource::open_next() {
  const std::string& file = files_[next_];
  ++next_;
  const int descriptor = file == kStandardInput ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)
                                                : open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) refuse_file(file, std::strerror(errno));
  stream_ = open_stoppable(descriptor, stop_);
  reader_.emplace(stream_.get(), possible_);
  count_of_others_ = count_;
}

}  // namespace driftbench
