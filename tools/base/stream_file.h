// A StreamFile is a file or a pipe that is written piece by piece while the work goes on.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tools/base/output.h"

namespace driftbench {

/// A file or a pipe to which pieces are streamed, such as steps or matrices. They are written as they come, so that
/// what an interrupted run has streamed is there. A file is opened, and emptied, when there is something to write: a
/// run that does not come so far leaves it as it was.
class StreamFile {
 public:
  /// The output must be open, and outlive this object.
  explicit StreamFile(const Output& output) : output_(output), descriptor_(output.descriptor()) {}
  ~StreamFile();
  StreamFile(const StreamFile&) = delete;
  StreamFile& operator=(const StreamFile&) = delete;

  const std::string& path() const { return output_.path(); }
  /// Writes a piece. Returns 0, or errno where not all of it could be written; of a file, the part that was is then
  /// taken back. Where SIGPIPE is ignored, a pipe without a reader is such an error.
  int write(std::string_view piece);
  /// Brings a file down to the disk and closes it. Returns 0 or errno.
  int finish();

 private:
  const Output& output_;
  int descriptor_;
  std::int64_t written_ = 0;  // bytes of whole pieces
};

}  // namespace driftbench
