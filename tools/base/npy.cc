#include "tools/base/npy.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "tools/base/errors.h"
#include "tools/base/quote.h"
#include "tools/base/standard_streams.h"

namespace driftbench {
namespace {

static_assert(std::endian::native == std::endian::little, "little-endian arrays are read as they lie");

using namespace std::string_view_literals;

constexpr std::string_view kMagic = "\x93NUMPY"sv;
constexpr std::size_t kVersionBytes = 2;
/// A header ends at a multiple of this, so that the data after it are aligned for any vector instructions.
constexpr std::size_t kAlignment = 64;
constexpr std::size_t kChunkBytes = 64 * 1024;

/// Reads as many bytes as there are, `bytes` at most, and returns their number.
std::size_t read_some(std::FILE* stream, char* to, std::size_t bytes) {
  errno = 0;
  const std::size_t got = std::fread(to, 1, bytes, stream);
  if (std::ferror(stream) != 0) throw RunError(fmt::format("the input cannot be read: {}", std::strerror(errno)));
  return got;
}

void read_header_bytes(std::FILE* stream, char* to, std::size_t bytes) {
  if (read_some(stream, to, bytes) < bytes) throw ArgumentError("truncated: the input ends within the array's header");
}

/// What a header's 'descr' says.
struct NumberType {
  char kind;
  std::size_t bytes;
  bool big_endian;
};

/// Returns the type that NumPy calls by this name, such as "<f4"; none for types that are not read.
std::optional<NumberType> find_type(std::string_view name) {
  if (name.size() != 3) return std::nullopt;
  const char order = name[0], kind = name[1], digit = name[2];
  constexpr std::string_view kPossible = "b1 i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8"sv;
  if (kind == ' ' || digit == ' ' || kPossible.find(name.substr(1)) == std::string_view::npos) return std::nullopt;
  if (order != '<' && order != '>' && !(order == '|' && digit == '1')) return std::nullopt;
  return NumberType{kind, static_cast<std::size_t>(digit - '0'), order == '>'};
}

/// Parses the Python dictionary that describes an array.
class HeaderParser {
 public:
  explicit HeaderParser(std::string_view text) : text_(text) {}

  NpyHeader parse() {
    std::optional<NumberType> number;
    std::optional<bool> fortran_order;
    std::optional<std::vector<std::size_t>> shape;
    expect("{");
    while (!take("}")) {
      const std::string_view key = string();
      expect(":");
      if (key == "descr") {
        number = type();
      } else if (key == "fortran_order") {
        fortran_order = boolean();
      } else if (key == "shape") {
        shape = dimensions();
      } else {
        refuse();
      }
      if (!take(",")) {
        expect("}");
        break;
      }
    }
    skip_blanks();
    if (position_ != text_.size() || !number || !fortran_order || !shape) refuse();
    return {number->kind, number->bytes, number->big_endian, *fortran_order, *shape};
  }

 private:
  [[noreturn]] void refuse() const {
    throw ArgumentError(
        fmt::format("not an .npy header from its character {} on; give 'descr', 'fortran_order' and 'shape' as NumPy "
                    "writes them",
                    position_));
  }

  void skip_blanks() { position_ = std::min(text_.find_first_not_of(" \t\r\n"sv, position_), text_.size()); }

  bool take(std::string_view token) {
    skip_blanks();
    if (!text_.substr(position_).starts_with(token)) return false;
    position_ += token.size();
    return true;
  }

  void expect(std::string_view token) {
    if (!take(token)) refuse();
  }

  /// Parses a quoted string. None of the strings of a header holds an escape.
  std::string_view string() {
    const char delimiter = take("'") ? '\'' : '"';
    if (delimiter == '"') expect("\"");
    const std::size_t end = text_.find(delimiter, position_);
    if (end == std::string_view::npos) refuse();
    const std::string_view content = text_.substr(position_, end - position_);
    position_ = end + 1;
    return content;
  }

  NumberType type() {
    constexpr char kPossible[] =
        "give booleans, integers or floating-point numbers of 16, 32 or 64 bits, such as '<f4'";
    skip_blanks();
    if (text_.substr(position_).starts_with('[')) throw ArgumentError(fmt::format("records; {}", kPossible));
    const std::string_view given = string();
    const auto found = find_type(given);
    if (!found) throw ArgumentError(fmt::format("numbers of type {}; {}", in_quotes(given), kPossible));
    return *found;
  }

  bool boolean() {
    if (take("True")) return true;
    expect("False");
    return false;
  }

  std::size_t number() {
    skip_blanks();
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text_.data() + position_, text_.data() + text_.size(), value);
    if (error != std::errc{}) refuse();
    position_ = static_cast<std::size_t>(end - text_.data());
    if (text_.substr(position_).starts_with('L')) ++position_;  // a long integer of Python 2
    return value;
  }

  std::vector<std::size_t> dimensions() {
    std::vector<std::size_t> sizes;
    expect("(");
    while (!take(")")) {
      sizes.push_back(number());
      if (!take(",")) {
        expect(")");
        break;
      }
    }
    return sizes;
  }

  std::string_view text_;
  std::size_t position_ = 0;
};

/// A half-precision number of IEEE 754: a sign, 5 bits of exponent and 10 bits of significand.
struct Half {
  std::uint16_t bits;
  explicit operator float() const {
    const int exponent = bits >> 10 & 31, significand = bits & 1023;
    const float magnitude = exponent == 31  ? (significand == 0 ? INFINITY : NAN)
                            : exponent == 0 ? std::ldexp(static_cast<float>(significand), -24)
                                            : std::ldexp(static_cast<float>(significand + 1024), exponent - 25);
    return (bits & 0x8000) != 0 ? -magnitude : magnitude;
  }
};

/// A boolean is a byte that is 0 or anything else.
struct Boolean {
  unsigned char byte;
  explicit operator float() const { return byte != 0 ? 1.0f : 0.0f; }
};

/// Converts as many numbers as there is room for.
using Converter = void (*)(const char* from, bool big_endian, std::span<float> to);

template <class T>
void convert_all(const char* from, bool big_endian, std::span<float> to) {
  for (float& value : to) {
    std::array<char, sizeof(T)> bytes;
    std::memcpy(bytes.data(), from, sizeof(T));
    if (big_endian) std::reverse(bytes.begin(), bytes.end());
    value = static_cast<float>(std::bit_cast<T>(bytes));
    from += sizeof(T);
  }
}

template <class One, class Two, class Four, class Eight>
Converter of_width(std::size_t bytes) {
  return bytes == 1   ? convert_all<One>
         : bytes == 2 ? convert_all<Two>
         : bytes == 4 ? convert_all<Four>
                      : convert_all<Eight>;
}

Converter find_converter(const NpyHeader& header) {
  if (header.kind == 'i') return of_width<std::int8_t, std::int16_t, std::int32_t, std::int64_t>(header.value_bytes);
  if (header.kind == 'u')
    return of_width<std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t>(header.value_bytes);
  return of_width<Boolean, Half, float, double>(header.value_bytes);
}

}  // namespace

std::optional<NpyHeader> read_npy_header(std::FILE* stream) {
  char magic[kMagic.size()];
  const std::size_t got = read_some(stream, magic, sizeof magic);
  if (got == 0) return std::nullopt;
  if (!kMagic.starts_with(std::string_view(magic, got))) {
    throw ArgumentError("not an .npy array: it does not begin with \\x93NUMPY");
  }
  if (got < kMagic.size()) throw ArgumentError("truncated: the input ends within the array's header");

  unsigned char version[kVersionBytes];
  read_header_bytes(stream, reinterpret_cast<char*>(version), sizeof version);
  if (version[0] < 1 || version[0] > 3 || version[1] != 0) {
    throw ArgumentError(fmt::format("version {}.{} of the .npy format; give 1.0, 2.0 or 3.0", version[0], version[1]));
  }
  std::uint32_t length = 0;  // it takes 2 bytes in version 1.0, 4 in the others
  read_header_bytes(stream, reinterpret_cast<char*>(&length), version[0] == 1 ? 2 : 4);
  if (length > kMaxNpyHeaderBytes) {
    throw ArgumentError(fmt::format("a header of {} bytes; give one of at most {}", length, kMaxNpyHeaderBytes));
  }
  std::string text(length, '\0');
  read_header_bytes(stream, text.data(), text.size());
  return HeaderParser(text).parse();
}

void read_npy_values(std::FILE* stream, const NpyHeader& header, std::span<float> values) {
  const std::size_t width = header.value_bytes;
  const auto check = [&](std::size_t got, std::size_t wanted, std::size_t before) {
    if (got == wanted) return;
    throw ArgumentError(fmt::format("truncated: {} of {} bytes of data", before + got, values.size() * width));
  };
  if (header.kind == 'f' && width == sizeof(float) && !header.big_endian) {
    return check(read_some(stream, reinterpret_cast<char*>(values.data()), values.size_bytes()), values.size_bytes(),
                 0);
  }
  const Converter convert = find_converter(header);
  std::vector<char> chunk(std::min(kChunkBytes, values.size() * width));
  for (std::size_t done = 0; done < values.size();) {
    const std::size_t count = std::min(chunk.size() / width, values.size() - done);
    check(read_some(stream, chunk.data(), count * width), count * width, done * width);
    convert(chunk.data(), header.big_endian, values.subspan(done, count));
    done += count;
  }
}

std::string npy_header(const std::vector<std::size_t>& shape) {
  // Python writes a tuple of one with a comma behind it.
  std::string text = fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}{}), }}",
                                 fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
  const std::size_t before = kMagic.size() + kVersionBytes + sizeof(std::uint16_t);
  const std::size_t end = (before + text.size() + 1 + kAlignment - 1) / kAlignment * kAlignment;
  text.append(end - before - text.size() - 1, ' ');
  text += '\n';
  const auto length = static_cast<std::uint16_t>(text.size());
  std::string header(kMagic);
  header += "\x01\x00"sv;
  header.append(reinterpret_cast<const char*>(&length), sizeof length);
  return header + text;
}

void print_npy(std::size_t rows, std::size_t columns, std::span<const float> values) {
  print_stdout(npy_header({rows, columns}));
  print_stdout({reinterpret_cast<const char*>(values.data()), values.size_bytes()});
}

}  // namespace driftbench
