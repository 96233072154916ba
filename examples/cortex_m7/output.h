// Text output for a program without a standard library.
#pragma once

#include <cstdint>
#include <cstring>

namespace driftbench::cortex_m7 {

/// Writes text to the host of the debugger by semihosting on the target, and to stdout on the host.
void write(const char* text);

/// One line of text, cut off where it is too long.
class Line {
 public:
  Line& operator<<(const char* text) {
    while (*text != '\0') put(*text++);
    return *this;
  }
  Line& operator<<(std::uint32_t number) {
    char digits[10];
    int count = 0;
    do {
      digits[count++] = static_cast<char>('0' + number % 10);
      number /= 10;
    } while (number != 0);
    while (count > 0) put(digits[--count]);
    return *this;
  }
  /// Prints 16 hexadecimal digits.
  Line& operator<<(std::uint64_t bits) {
    for (int shift = 60; shift >= 0; shift -= 4) put("0123456789abcdef"[bits >> shift & 15]);
    return *this;
  }
  /// Prints a number with 0 <= number < 4000, cut off after six decimals.
  Line& operator<<(float number) {
    const auto millionths = static_cast<std::uint32_t>(number * 1e6f);
    *this << millionths / 1000000 << ".";
    for (std::uint32_t unit = 100000; unit > 0; unit /= 10) put(static_cast<char>('0' + millionths / unit % 10));
    return *this;
  }
  void end() {
    text_[length_++] = '\n';
    text_[length_] = '\0';
    write(text_);
    length_ = 0;
  }

 private:
  void put(char c) {
    if (length_ < kCapacity) text_[length_++] = c;
  }

  static constexpr int kCapacity = 120;
  char text_[kCapacity + 2];
  int length_ = 0;
};

/// The hash FNV-1a with 64 bits.
class Hash {
 public:
  void add(std::uint32_t word) {
    for (int byte = 0; byte < 4; ++byte) state_ = (state_ ^ (word >> 8 * byte & 0xff)) * 0x100000001b3;
  }
  std::uint64_t value() const { return state_; }

 private:
  std::uint64_t state_ = 0xcbf29ce484222325;
};

}  // namespace driftbench::cortex_m7
