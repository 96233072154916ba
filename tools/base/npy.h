// These functions read and write NumPy's .npy arrays, one after another in a stream. The format is that of NumPy's
// documentation of numpy.lib.format.
#pragma once

#include <cstddef>
#include <cstdio>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace driftbench {

/// A header may have this many bytes. NumPy itself reads no longer ones unless told to.
inline constexpr std::size_t kMaxNpyHeaderBytes = 10'000;

/// What an array claims to be. The shape is as it stands in the file: nothing bounds the product of its dimensions.
struct NpyHeader {
  char kind;                ///< 'b' boolean, 'i' integer, 'u' unsigned integer, 'f' floating-point
  std::size_t value_bytes;  ///< 1 for 'b'; 1, 2, 4 or 8 for 'i' and 'u'; 2, 4 or 8 for 'f'
  bool big_endian;
  bool fortran_order;
  std::vector<std::size_t> shape;
};

/// Reads the header of the stream's next array, of format version 1.0, 2.0 or 3.0; returns none where the stream ends
/// instead. Throws ArgumentError, which says what is possible, where there is anything else, and RunError where the
/// stream cannot be read. Takes kMaxNpyHeaderBytes at most.
std::optional<NpyHeader> read_npy_header(std::FILE* stream);

/// Reads the next numbers of a header's array, in the order in which they lie in the stream. They become single
/// precision, in which a number that is too large is infinite. Errors are those of read_npy_header. Takes 64 KiB beside
/// the values.
void read_npy_values(std::FILE* stream, const NpyHeader& header, std::span<float> values);

/// Returns what stands before the numbers of an array of that shape, '<f4', the last dimension's side by side.
std::string npy_header(const std::vector<std::size_t>& shape);

/// Writes an array of two dimensions, '<f4', row by row, to stdout, and leaves nothing in its buffer. Throws RunError
/// where it cannot be written.
void print_npy(std::size_t rows, std::size_t columns, std::span<const float> values);

}  // namespace driftbench
