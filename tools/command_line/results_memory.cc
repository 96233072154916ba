#include "tools/command_line/results_memory.h"

#include <fmt/core.h>

#include "tools/base/errors.h"

namespace driftbench {

ResultsMemory::ResultsMemory(std::size_t results, std::size_t bytes_a_result, const std::string& what)
    : bytes_a_result_(bytes_a_result), reserve_(results * bytes_a_result) {
  if (!reserve_.held()) throw RunError(fmt::format("{}, or raise the limit on memory (ulimit -v)", what));
}

ResultsMemory memory_for_points(std::size_t points) {
  // A point's result has up to 14 numbers, each with a name, in JSON values of 48 bytes, and some 30 bytes a number in
  // a text that doubles as it grows; and a row of 7 cells, 32 bytes each.
  constexpr std::size_t kBytesAPoint = 2560;
  return {points, kBytesAPoint,
          fmt::format("out of memory before the work began: there is none for {} results; give fewer times or drifts",
                      points)};
}

}  // namespace driftbench
