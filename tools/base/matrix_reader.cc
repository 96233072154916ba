#include "tools/base/matrix_reader.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <span>
#include <utility>

#include "tools/base/errors.h"
#include "tools/base/matrix_market.h"

namespace driftbench {
namespace {

int peek(std::FILE* stream) {
  const int c = std::getc(stream);
  if (c != EOF) std::ungetc(c, stream);
  return c;
}

/// Replaces an n x n matrix by its transpose.
void transpose(std::size_t n, std::span<float> values) {
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < i; ++j) std::swap(values[i * n + j], values[j * n + i]);
  }
}

}  // namespace

std::size_t MatrixReader::read(std::vector<float>& values) {
  if (taken_ == count_ && peek(stream_) == '%') {
    read_market(values);
    return n_;
  }
  if (taken_ == count_ && !next_array()) return 0;
  values.resize(n_ * n_);
  if (!interleaved_.empty()) {
    take_interleaved(values);
  } else {
    read_npy_values(stream_, header_, values);
    if (header_.fortran_order) transpose(n_, values);
  }
  ++taken_;
  return n_;
}

bool MatrixReader::next_array() {
  interleaved_.clear();
  do {
    auto header = read_npy_header(stream_);
    if (!header) return false;
    header_ = std::move(*header);
    n_ = accept(header_.shape);
    count_ = header_.shape.size() == 3 ? header_.shape[0] : 1;
    taken_ = 0;
  } while (count_ == 0);
  if (header_.fortran_order && count_ > 1) read_interleaved();
  return true;
}

/// Returns n of a shape that is possible.
std::size_t MatrixReader::accept(const std::vector<std::size_t>& shape) const {
  const auto refuse = [&](const std::string& possible) {
    throw ArgumentError(fmt::format("an array of shape ({}); give {}", fmt::join(shape, ", "), possible));
  };
  const std::size_t rank = shape.size();
  if ((rank != 2 && rank != 3) || shape[rank - 2] != shape[rank - 1]) {
    refuse("a square matrix, (n, n), or a stack of them, (m, n, n)");
  }
  if (const auto others = possible_(shape.back())) refuse(*others);
  return shape.back();
}

void MatrixReader::read_interleaved() {
  const std::size_t matrix_bytes = n_ * n_ * sizeof(float);
  if (count_ > kMaxInterleavedBytes / matrix_bytes) {
    throw ArgumentError(fmt::format(
        "a stack in Fortran order of shape ({}), whose matrices lie interleaved; give one of {} matrices at most, or "
        "one in C order, as numpy.ascontiguousarray makes it",
        fmt::join(header_.shape, ", "), kMaxInterleavedBytes / matrix_bytes));
  }
  interleaved_.resize(count_ * n_ * n_);
  read_npy_values(stream_, header_, interleaved_);
}

void MatrixReader::take_interleaved(std::vector<float>& values) const {
  for (std::size_t i = 0; i < n_; ++i) {
    for (std::size_t j = 0; j < n_; ++j) values[i * n_ + j] = interleaved_[taken_ + count_ * (i + n_ * j)];
  }
}

void MatrixReader::read_market(std::vector<float>& values) {
  const MatrixMarketHeader header = read_matrix_market_header(stream_);
  n_ = accept({header.rows, header.columns});
  values.resize(n_ * n_);
  read_matrix_market_values(stream_, header, values);
}

}  // namespace driftbench
