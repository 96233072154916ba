// Prints how many bytes of stack two steps used: it paints the stack before them and looks for paint afterwards.
#include <cstdint>

#include "examples/cortex_m7/output.h"
#include "resources/subject.h"

extern "C" int step(driftbench::Subject& sampler, float t_next);

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

alignas(Subject) unsigned char memory[sizeof(Subject)];

}  // namespace
}  // namespace driftbench

int main() {
  using namespace driftbench;
  // The frames below are aligned too. With this one aligned, their gaps do not depend on where the stack began.
  alignas(64) volatile unsigned char aligned[64];
  aligned[0] = 0;
  auto* sampler = new (memory) Subject(make_subject<DefaultArch>());
  sampler->start(/*seed=*/1, /*chain=*/0);
  paint();
  // The times start above 0, where a step has no drift.
  for (const float t : {1.0f * N, 1.5f * N}) step(*sampler, t);
  const std::uint32_t bytes = bytes_without_paint();
  cortex_m7::Line line;
  line << bytes;
  line.end();
  return 0;
}
