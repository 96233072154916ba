// Prints how many bytes of stack two steps used: it paints the stack before them and looks for paint afterwards. It is
// linked with step() of one subject, and with the number of that subject in for_each_subject().
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "examples/cortex_m7/output.h"
#include "resources/subject.h"

extern "C" int step(void* sampler, float t_next);
extern "C" const int kSubject;

namespace driftbench {
namespace {

constexpr int kWords = 8 * 1024;
constexpr std::uint32_t kPaint = 0x5ca1ab1e;

// These two functions and step() are called from one function, so that their frames begin at the same place. The
// language does not define what they do; volatile makes the compiler do it all the same.
[[gnu::noinline]] void paint() {
  volatile std::uint32_t stack[kWords];
  for (int i = 0; i < kWords; ++i) stack[i] = kPaint;
}
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
[[gnu::noinline]] std::uint32_t bytes_without_paint() {
  volatile std::uint32_t stack[kWords];
  int painted = 0;
  while (painted < kWords && stack[painted] == kPaint) ++painted;
  return static_cast<std::uint32_t>(kWords - painted) * 4;
}
#pragma GCC diagnostic pop

constexpr std::size_t largest_sampler() {
  std::size_t largest = 0;
  for_each_subject<DefaultArch>(
      [&]<int N, int, class D>() { largest = std::max(largest, sizeof(Sampler<N, D, DefaultArch>)); });
  return largest;
}

alignas(64) unsigned char memory[largest_sampler()];

/// Starts the subject's sampler in `memory`, and returns its n.
[[gnu::noinline]] int start_subject() {
  int number = 0, n = 0;
  for_each_subject<DefaultArch>([&]<int N, int, class D>() {
    if (number++ != kSubject) return;
    make_subject<N, D, DefaultArch>(memory)->start(/*seed=*/1, /*chain=*/0);
    n = N;
  });
  return n;
}

}  // namespace
}  // namespace driftbench

int main() {
  using namespace driftbench;
  // The frames below are aligned too. With this one aligned, their gaps do not depend on where the stack began.
  alignas(64) volatile unsigned char aligned[64];
  aligned[0] = 0;
  const auto n = static_cast<float>(start_subject());
  paint();
  // The times start above 0, where a step has no drift.
  for (const float t : {1.0f * n, 1.5f * n}) step(memory, t);
  const std::uint32_t bytes = bytes_without_paint();
  cortex_m7::Line line;
  line << bytes;
  line.end();
  return 0;
}
