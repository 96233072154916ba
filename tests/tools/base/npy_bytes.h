// .npy arrays as bytes, good and bad ones, written without the code under test.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace driftbench {

/// Returns the values' own bytes.
template <class T>
std::string bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

/// Returns the magic, version, length and header, as they are given.
inline std::string npy_header_bytes(int version, const std::string& header) {
  std::string bytes = "\x93NUMPY";
  bytes += static_cast<char>(version);
  bytes += '\0';
  for (int i = 0; i < (version == 1 ? 2 : 4); ++i) bytes += static_cast<char>(header.size() >> 8 * i & 0xff);
  return bytes + header;
}

/// Returns a header of version 1.0 as NumPy writes it, apart from the blanks.
inline std::string npy_header_bytes(const std::string& type, const std::string& shape) {
  return npy_header_bytes(1, "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }\n");
}

/// Returns an n x n array of type '<f4'.
inline std::string npy_bytes(int n, const std::vector<float>& values) {
  const std::string size = std::to_string(n);
  std::string shape = "(";
  shape.append(size).append(", ").append(size).append(")");
  return npy_header_bytes("<f4", shape) + bytes_of(values);
}

}  // namespace driftbench
