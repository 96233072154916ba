// A MatrixReader reads square matrices from a stream, whatever the format that they are in.
#pragma once

#include <cstddef>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tools/base/npy.h"

namespace driftbench {

/// A stack in Fortran order takes memory as a whole, and may take this many bytes in single precision.
inline constexpr std::size_t kMaxInterleavedBytes = std::size_t{1} << 30;

/// Reads one matrix after another from .npy arrays, which may be stacks (m, n, n) of m matrices, or the one of a Matrix
/// Market file. The stream's first byte tells which of these it is.
class MatrixReader {
 public:
  /// Returns what could be given in place of an n x n matrix; nothing where that is possible itself. n = 0 never is.
  using Possible = std::function<std::optional<std::string>(std::size_t n)>;

  /// The stream belongs to the caller, who uses it no more.
  MatrixReader(std::FILE* stream, Possible possible) : stream_(stream), possible_(std::move(possible)) {}

  /// Reads the next matrix into `values`, row by row and in single precision, and returns its n; 0 where there is none.
  /// Memory is taken only for sizes that are possible: for one matrix, and for a stack in Fortran order, whose matrices
  /// lie interleaved, for all of it. Throws ArgumentError, which says what is possible, where the stream holds anything
  /// else, and RunError where it cannot be read.
  std::size_t read(std::vector<float>& values);

 private:
  /// Reads the header of the next array that has matrices; returns false where the stream ends.
  bool next_array();
  std::size_t accept(const std::vector<std::size_t>& shape) const;
  void read_interleaved();
  void take_interleaved(std::vector<float>& values) const;
  void read_market(std::vector<float>& values);

  std::FILE* stream_;
  Possible possible_;
  NpyHeader header_{};              // of the array whose matrices are read
  std::size_t n_ = 0;               // their size
  std::size_t count_ = 0;           // how many there are
  std::size_t taken_ = 0;           // and how many have been returned
  std::vector<float> interleaved_;  // a stack in Fortran order
};

}  // namespace driftbench
