#include "tools/base/npy.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "tools/base/errors.h"
#include "tools/base/quote.h"
#include "tools/base/standard_streams.h"

namespace driftbench {
namespace {

static_assert(std::endian::native == std::endian::little, "arrays are little-endian and read as they lie");

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

/// Parses the Python dictionary that describes an array.
class HeaderParser {
 public:
  explicit HeaderParser(std::string_view text) : text_(text) {}

  NpyHeader parse() {
    std::optional<std::size_t> value_bytes;
    std::optional<bool> fortran_order;
    std::optional<std::vector<std::size_t>> shape;
    expect("{");
    while (!take("}")) {
      const std::string_view key = string();
      expect(":");
      if (key == "descr") {
        value_bytes = type();
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
    if (position_ != text_.size() || !value_bytes || !fortran_order || !shape) refuse();
    return {*value_bytes, *fortran_order, *shape};
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

  std::size_t type() {
    constexpr char kPossible[] = "give little-endian '<f4' or '<f8'";
    skip_blanks();
    if (text_.substr(position_).starts_with('[')) throw ArgumentError(fmt::format("records; {}", kPossible));
    const std::string_view given = string();
    if (given == "<f4") return sizeof(float);
    if (given == "<f8") return sizeof(double);
    throw ArgumentError(fmt::format("numbers of type {}; {}", in_quotes(given), kPossible));
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

void read_npy_values(std::FILE* stream, const NpyHeader& header, std::vector<float>& values) {
  const std::size_t rows = header.shape[0], columns = header.shape[1], count = rows * columns;
  values.resize(count);
  std::vector<char> chunk(kChunkBytes);
  std::size_t done = 0;
  const auto add = [&](float value) {
    const std::size_t at = header.fortran_order ? done % rows * columns + done / rows : done;
    values[at] = value;
    ++done;
  };
  while (done < count) {
    const std::size_t wanted = std::min(chunk.size(), (count - done) * header.value_bytes);
    const std::size_t got = read_some(stream, chunk.data(), wanted);
    if (got < wanted) {
      throw ArgumentError(fmt::format("truncated: {} of {} bytes of data", done * header.value_bytes + got,
                                      count * header.value_bytes));
    }
    for (std::size_t offset = 0; offset < got; offset += header.value_bytes) {
      float single = 0;
      double twice = 0;
      if (header.value_bytes == sizeof single) {
        std::memcpy(&single, chunk.data() + offset, sizeof single);
        add(single);
      } else {
        std::memcpy(&twice, chunk.data() + offset, sizeof twice);
        add(static_cast<float>(twice));
      }
    }
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
