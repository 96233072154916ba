// Tests arrays in NumPy's format, from a stream and back.
#include "tools/base/npy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/tools/base/npy_bytes.h"
#include "tools/base/errors.h"

namespace driftbench {
namespace {

using Stream = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

/// Returns a stream of these bytes.
Stream open_stream(const std::string& bytes) {
  Stream stream(std::tmpfile(), std::fclose);
  std::fwrite(bytes.data(), 1, bytes.size(), stream.get());
  std::rewind(stream.get());
  return stream;
}

std::vector<float> read_all_values(std::FILE* stream) {
  std::vector<float> values;
  const auto header = read_npy_header(stream);
  if (header) {
    std::size_t count = 1;
    for (const std::size_t dimension : header->shape) count *= dimension;
    values.resize(count);
    read_npy_values(stream, *header, values);
  } else {
    ADD_FAILURE() << "no array";
  }
  return values;
}

/// Returns the message with which the bytes are refused.
std::string refusal(const std::string& bytes) {
  const Stream stream = open_stream(bytes);
  try {
    read_all_values(stream.get());
  } catch (const ArgumentError& error) {
    return error.what();
  }
  return "nothing";
}

void expect_refused(const std::string& bytes, const std::string& said) {
  EXPECT_NE(refusal(bytes).find(said), std::string::npos) << refusal(bytes);
}

/// Returns the bytes with each group of `size` reversed.
std::string swapped(std::string bytes, std::size_t size) {
  for (std::size_t i = 0; i < bytes.size(); i += size) {
    std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(i), bytes.begin() + static_cast<std::ptrdiff_t>(i + size));
  }
  return bytes;
}

/// Reads the values, of NumPy's type `type` but for its byte order, in each byte order and version of the format.
template <class T>
void expect_read(const std::string& type, const std::vector<T>& given, const std::vector<float>& expected) {
  const std::string shape = "(" + std::to_string(given.size()) + ",)";
  for (const int version : {1, 2, 3}) {
    for (const std::string order : {"<", ">"}) {
      const std::string header =
          "{'descr': '" + order + type + "', 'fortran_order': False, 'shape': " + shape + ", }\n";
      const std::string bytes = order == "<" ? bytes_of(given) : swapped(bytes_of(given), sizeof(T));
      EXPECT_EQ(read_all_values(open_stream(npy_header_bytes(version, header) + bytes).get()), expected)
          << version << order << type;
    }
  }
}

TEST(Npy, EveryTypeByteOrderAndVersion) {
  expect_read<float>("f4", {1.5f, -2, 3e38f}, {1.5f, -2, 3e38f});
  expect_read<double>("f8", {1.5, -2, 1e300}, {1.5f, -2, INFINITY});
  expect_read<std::int8_t>("i1", {127, -128}, {127, -128});
  expect_read<std::int16_t>("i2", {32767, -32768}, {32767, -32768});
  expect_read<std::int32_t>("i4", {16777217, -2147483648}, {16777216, -2147483648.0f});
  expect_read<std::int64_t>("i8", {-1, INT64_MAX}, {-1, 9223372036854775808.0f});
  expect_read<std::uint8_t>("u1", {0, 255}, {0, 255});
  expect_read<std::uint16_t>("u2", {1, 65535}, {1, 65535});
  expect_read<std::uint32_t>("u4", {1, UINT32_MAX}, {1, 4294967296.0f});
  expect_read<std::uint64_t>("u8", {1, UINT64_MAX}, {1, 18446744073709551616.0f});
  expect_read<std::uint8_t>("b1", {0, 1, 255}, {0, 1, 1});
  // Half precision: 1, -2, the largest and the smallest number, 0, and infinity.
  expect_read<std::uint16_t>("f2", {0x3c00, 0xc000, 0x7bff, 0x0001, 0x8000, 0x7c00},
                             {1, -2, 65504, 5.9604645e-8f, -0.0f, INFINITY});
  const auto nan = read_all_values(open_stream(npy_header_bytes("<f2", "(1,)") + std::string("\x01\x7c", 2)).get());
  EXPECT_TRUE(std::isnan(nan.at(0)));
}

/// The values of an array that is larger than what is converted at a time.
TEST(Npy, LargeArrays) {
  std::vector<std::uint32_t> given;
  std::vector<float> expected;
  for (std::uint32_t i = 0; i < 50'000; ++i) {
    given.push_back(7 * i);
    expected.push_back(static_cast<float>(7 * i));
  }
  expect_read<std::uint32_t>("u4", given, expected);
}

/// Where a type has one byte, NumPy writes no byte order.
TEST(Npy, TypesOfOneByte) {
  for (const std::string type : {"|b1", "|i1", "|u1"}) {
    EXPECT_EQ(read_all_values(open_stream(npy_header_bytes(type, "(2,)") + std::string("\x01\x00", 2)).get()),
              (std::vector<float>{1, 0}))
        << type;
  }
}

/// The values come as they lie, and it is for the caller to know the order.
TEST(Npy, ValuesComeInTheOrderOfTheFile) {
  const Stream stream = open_stream(npy_header_bytes(1, "{'descr': '<i2', 'fortran_order': True, 'shape': (2, 3)}\n") +
                                    bytes_of<std::int16_t>({1, 4, 2, 5, 3, 6}));
  EXPECT_EQ(read_all_values(stream.get()), (std::vector<float>{1, 4, 2, 5, 3, 6}));
}

TEST(Npy, HeadersAsOthersWriteThem) {
  for (const char* header : {"{'shape':(1,2),'fortran_order':False,'descr':'<f4'}",
                             "  {\"descr\": \"<f4\" , \"shape\" : ( 1 , 2 , ) , \"fortran_order\": False , }  \n\n",
                             "{'descr': '<f4', 'fortran_order': False, 'shape': (1L, 2L), }  \n"}) {
    const Stream stream = open_stream(npy_header_bytes(1, header) + bytes_of<float>({3, 4}));
    EXPECT_EQ(read_all_values(stream.get()), (std::vector<float>{3, 4})) << header;
  }
}

TEST(Npy, ShapesOfAnyRank) {
  const std::vector<std::pair<std::string, std::vector<std::size_t>>> shapes{
      {"()", {}}, {"(7,)", {7}}, {"(2, 3, 4)", {2, 3, 4}}, {"(18446744073709551615, 0)", {18446744073709551615U, 0}}};
  for (const auto& [text, shape] : shapes) {
    const Stream stream = open_stream(npy_header_bytes("<f8", text));
    const auto header = read_npy_header(stream.get());
    ASSERT_TRUE(header);
    EXPECT_EQ(header->shape, shape);
    EXPECT_EQ(header->value_bytes, 8U);
  }
}

/// The arrays are larger than the reader's buffer, which does not end where a row or an array does.
TEST(Npy, OneAfterAnother) {
  std::vector<float> large(150 * 150);
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<float>(i);
  const Stream stream = open_stream(npy_bytes(150, large) + npy_bytes(1, {5}) + npy_bytes(150, large));
  EXPECT_EQ(read_all_values(stream.get()), large);
  EXPECT_EQ(read_all_values(stream.get()), std::vector<float>{5});
  EXPECT_EQ(read_all_values(stream.get()), large);
  EXPECT_FALSE(read_npy_header(stream.get()));
}

TEST(Npy, WhatSinglePrecisionCannotHoldIsInfinite) {
  const Stream stream = open_stream(npy_header_bytes("<f8", "(1, 2)") + bytes_of<double>({1e300, 0.1}));
  EXPECT_EQ(read_all_values(stream.get()), (std::vector<float>{INFINITY, 0.1f}));
}

/// The bytes must be those that numpy.save writes.
TEST(Npy, WritesAsNumPyDoes) {
  const std::vector<float> values{1, 2, 3, 4, 5, -6};
  testing::internal::CaptureStdout();
  print_npy(2, 3, values);
  std::string expected("\x93NUMPY\x01\x00v\x00{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 69);
  expected.append(127 - expected.size(), ' ');
  expected += "\n" + bytes_of(values);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), expected);
}

TEST(Npy, RoundTrip) {
  for (const std::size_t rows : {1, 9, 350}) {
    std::vector<float> values(rows * 2);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = 0.1f * static_cast<float>(i);
    testing::internal::CaptureStdout();
    print_npy(rows, 2, values);
    const std::string bytes = testing::internal::GetCapturedStdout();
    EXPECT_EQ((bytes.size() - bytes_of(values).size()) % 64, 0U);
    EXPECT_EQ(read_all_values(open_stream(bytes).get()), values);
  }
}

/// numpy.save writes the same bytes.
TEST(Npy, HeadersAreNumPys) {
  const std::string one = npy_header({5});
  EXPECT_EQ(one.size(), 128U);
  EXPECT_EQ(one, npy_header_bytes(
                     1, "{'descr': '<f4', 'fortran_order': False, 'shape': (5,), }" + std::string(60, ' ') + "\n"));
  EXPECT_NE(npy_header({2, 3}).find("'shape': (2, 3), }"), std::string::npos);
}

TEST(BadNpy, OtherFiles) {
  expect_refused("PK\x03\x04 an archive of arrays", "not an .npy array");
  expect_refused("x", "not an .npy array");
  expect_refused("\n" + npy_bytes(1, {1}), "not an .npy array");
}

TEST(BadNpy, Versions) {
  for (const int version : {0, 4, 255}) {
    expect_refused(npy_header_bytes(version, "{}"), "version " + std::to_string(version) + ".0");
  }
  std::string bytes = npy_bytes(1, {1});
  bytes[7] = 1;
  expect_refused(bytes, "version 1.1 of the .npy format; give 1.0, 2.0 or 3.0");
}

TEST(BadNpy, Truncated) {
  const std::string header = npy_header_bytes("<f8", "(2, 2)"), whole = header + bytes_of<double>({1, 2, 2, 1});
  for (std::size_t length = 1; length < header.size(); ++length) {
    expect_refused(whole.substr(0, length), "truncated: the input ends within the array's header");
  }
  for (std::size_t missing = 1; missing <= 32; ++missing) {
    expect_refused(whole.substr(0, whole.size() - missing),
                   "truncated: " + std::to_string(32 - missing) + " of 32 bytes of data");
  }
}

TEST(BadNpy, HugeHeaders) {
  expect_refused(npy_header_bytes(1, std::string(10'001, ' ')), "a header of 10001 bytes; give one of at most 10000");
  expect_refused(std::string("\x93NUMPY\x02\x00\xff\xff\xff\xff", 12), "a header of 4294967295 bytes");
}

TEST(BadNpy, Types) {
  for (const std::string type :
       {"<c8", "|f4", "|i2", "<f16", "=f4", "f4", "", "<b2", "<f1", "<i3", "|S8", "<U2", "<m8", "|V4", "< 1"}) {
    expect_refused(npy_header_bytes(type, "(1, 1)") + "12345678",
                   "numbers of type \"" + type + "\"; give booleans, integers or floating-point numbers");
  }
  expect_refused(npy_header_bytes(std::string(5'000, 'f'), "(1, 1)"),
                 "\"" + std::string(38, 'f') + "..." + std::string(39, 'f') + "\";");
  expect_refused(npy_header_bytes("\x1b[31m", "(1, 1)"), "numbers of type \"\\x1b[31m\"; give");
  expect_refused(npy_header_bytes(1, "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1, 1)}"), "records");
}

TEST(BadNpy, Headers) {
  for (const char* header :
       {"", "{", "{}", "nonsense", "{'descr': '<f4', 'shape': (1, 1)}", "{'descr': '<f4', 'fortran_order': False}",
        "{'fortran_order': False, 'shape': (1, 1)}", "{'descr': '<f4', 'fortran_order': 0, 'shape': (1, 1)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 1)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1.5, 1)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999, 1)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1",
        "{'descr': '<f4', 'fortran_order': False, 'shape': 1}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1 1)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1)} x",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1), 'more': 1}", "{'descr: '<f4'}", "{'descr"}) {
    EXPECT_NE(refusal(npy_header_bytes(1, header) + "1234").find("not an .npy header from its character"),
              std::string::npos)
        << header << ": " << refusal(npy_header_bytes(1, header) + "1234");
  }
}

TEST(BadNpy, UnreadableStreams) {
  const Stream folder(std::fopen("/", "rb"), std::fclose);
  ASSERT_TRUE(folder);
  EXPECT_THROW(read_npy_header(folder.get()), RunError);
}

}  // namespace
}  // namespace driftbench
