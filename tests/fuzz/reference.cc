// Fuzzes the reader of score-matching curves that others measured.
#include "tools/report/reference.h"

#include <cmath>

#include "tests/fuzz/fuzz.h"

namespace driftbench {
namespace {

void parse(std::string_view content) {
  const auto curve = parse_reference("curve.csv", content);
  require(!curve.empty(), "a curve has points");
  double before = 0;
  for (const ReferencePoint& point : curve) {
    require(point.t > before, "times increase from above 0");
    require(std::isfinite(point.mse) && point.mse >= 0, "errors are numbers and not negative");
    before = point.t;
  }
}

}  // namespace
}  // namespace driftbench

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  driftbench::expect_result_or_refusal([&] { driftbench::parse({reinterpret_cast<const char*>(data), size}); });
  return 0;
}
