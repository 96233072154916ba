// What the fuzz targets share. A target is a source that defines fuzz(). An error in it ends the program, which both
// libFuzzer and the replay of the corpus notice.
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

/// Calls f. It may refuse its input with an ArgumentError, whose message must be one short line without control
/// characters; every other exception ends the program.
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

/// The function that libFuzzer calls: it reads the bytes in the target's format.
// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
