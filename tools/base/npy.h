// NumPy's .npy arrays, one after another in a stream: NumPy's documentation of numpy.lib.format.
#pragma once

#include <cstddef>
#include <cstdio>
#include <optional>
#include <span>
#include <vector>

namespace driftbench {

/// NumPy itself reads no longer ones unless told to.
inline constexpr std::size_t kMaxNpyHeaderBytes = 10'000;

/// What an array of floating-point numbers claims to be. The shape is as it stands there: nothing bounds its product.
struct NpyHeader {
  std::size_t value_bytes;  ///< 4 for '<f4', 8 for '<f8'
  bool fortran_order;
  std::vector<std::size_t> shape;
};

/// The header of the stream's next array, of format version 1.0, 2.0 or 3.0; none where the stream ends instead.
/// ArgumentError, which says what is possible, where it is anything else. RunError where the stream cannot be read.
/// Takes kMaxNpyHeaderBytes at most.
std::optional<NpyHeader> read_npy_header(std::FILE* stream);

/// values <- the array of a header with two dimensions, whose product the caller has found small enough: row by row, in
/// single precision, where what is too large for it is infinite. Leaves the stream behind the array. Errors as above.
/// Takes 64 KiB beside the values.
void read_npy_values(std::FILE* stream, const NpyHeader& header, std::vector<float>& values);

/// An array of two dimensions, '<f4', row by row, to stdout and through its buffer. RunError where it cannot be
/// written.
void print_npy(std::size_t rows, std::size_t columns, std::span<const float> values);

}  // namespace driftbench
