// Fuzzes the reader of the network's weights.
#include <cmath>
#include <cstring>

#include "tests/fuzz/fuzz.h"
#include "tools/drifts/weights.h"

namespace driftbench {
namespace {

void parse(std::string_view content) {
  const WeightsFile file = parse_weights("w.safetensors", content);
  require(file.n.value_or(1) >= 1 && file.k.value_or(1) >= 1, "sizes are positive");
  float values[sizeof file.weights / sizeof(float)];
  std::memcpy(values, &file.weights, sizeof values);
  for (const float value : values) require(std::isfinite(value), "weights are finite");
}

}  // namespace
}  // namespace driftbench

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  driftbench::expect_result_or_refusal([&] { driftbench::parse({reinterpret_cast<const char*>(data), size}); });
  return 0;
}
