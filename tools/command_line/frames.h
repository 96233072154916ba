// Frames are the matrices of several files or of standard input, counted from 0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/base/matrix_reader.h"
#include "tools/base/stoppable_input.h"

namespace driftbench {

/// Stands for standard input among names of files.
inline constexpr char kStandardInput[] = "-";

struct InputFrame {
  std::uint64_t number = 0;  ///< how many frames were before it, of all files
  std::string name;          ///< what messages call it: its file, unless that is standard input, and its number
  std::size_t n = 0;
  std::vector<float> matrix;  ///< n x n numbers row by row
};

/// Throws ArgumentError where a file is not there, cannot be read, is a terminal or a folder, or is what stdout is
/// written to, and where standard input is named twice.
void check_inputs(const std::vector<std::string>& files);

/// Reads the frames of files in turn. A file is opened when the one before it has ended.
class FrameSource {
 public:
  FrameSource(std::vector<std::string> files, MatrixReader::Possible possible)
      : files_(std::move(files)), possible_(std::move(possible)) {}

  /// Reads the next frame; returns false where there is none. Errors are those of MatrixReader and name the frame; a
  /// file without any is an ArgumentError.
  bool read(InputFrame& frame);
  /// Makes a read() on another thread return or fail soon.
  void stop() const { stop_.send(); }

 private:
  void open_next();

  std::vector<std::string> files_;
  MatrixReader::Possible possible_;
  StopSignal stop_;
  InputStream stream_{nullptr, std::fclose};
  std::optional<MatrixReader> reader_;  // of the file before files_[next_], unless that has ended
  std::size_t next_ = 0;
  std::uint64_t count_ = 0;            // of all frames
  std::uint64_t count_of_others_ = 0;  // of those of earlier files
};

}  // namespace driftbench
