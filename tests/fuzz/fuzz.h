// What the fuzz targets share. A target is a source that defines fuzz(); an error in it ends the program, which
// libFuzzer and the replay of the corpus see.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>

#include "tools/base/errors.h"
#include "tools/base/quote.h"

namespace driftbench {

/// Ends the program where the condition does not hold.
inline void require(bool condition, std::string_view what) {
  if (condition) return;
  std::fprintf(stderr, "required: %s\n", std::string(what).c_str());
  std::abort();
}

/// Calls f, which may refuse its input with an ArgumentError of one short line that no terminal obeys; every other
/// exception ends the program.
template <class F>
void expect_result_or_refusal(F f) {
  constexpr std::size_t kMaxRefusal = 1000;
  try {
    f();
  } catch (const ArgumentError& error) {
    const std::string text = error.what();
    require(printable(text) == text, "a refusal is printable");
    require(!text.empty() && text.size() <= kMaxRefusal, "a refusal is short");
  }
}

}  // namespace driftbench

/// libFuzzer's entry: reads the bytes as the target's format.
// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
