// These functions read a matrix from a file in the Matrix Market format of Boisvert, Pozo and Remington, "The Matrix
// Market exchange formats", NISTIR 5935.
#pragma once

#include <cstddef>
#include <cstdio>
#include <span>

namespace driftbench {

/// A line may have this many bytes, as the format says.
inline constexpr std::size_t kMaxMatrixMarketLine = 1024;

/// What a file claims to hold. Nothing bounds its numbers.
struct MatrixMarketHeader {
  bool coordinate;  ///< entries with their places, and not all elements column by column
  bool pattern;     ///< entries have no values and are 1
  bool symmetric;   ///< only the lower triangle is in the file
  std::size_t rows, columns;
  std::size_t lines;  ///< how many lines with an element follow
  std::size_t line;   ///< the number of the last line that was read, from 1
};

/// Reads the lines before the first element. Throws ArgumentError, which names the line and says what is possible,
/// where there is anything but a general or symmetric matrix of real or integer numbers or of a pattern, and RunError
/// where the stream cannot be read.
MatrixMarketHeader read_matrix_market_header(std::FILE* stream);

/// Reads the elements of a header's matrix, row by row in single precision, and the rest of the stream, which is empty.
/// `values` has room for rows x columns. Elements that are not in the file are 0, and those that are there several
/// times are added. Errors are those of read_matrix_market_header.
void read_matrix_market_values(std::FILE* stream, const MatrixMarketHeader& header, std::span<float> values);

}  // namespace driftbench
