// Fuzzes lists of drifts, sizes and instruction sets, against sizes that were compiled in. The first byte says which of
// the three is read.
#include <string>
#include <vector>

#include "tests/fuzz/fuzz.h"
#include "tools/command_line/selection.h"
#include "tools/sizes/compiled_size.h"

namespace driftbench {
namespace {

const std::vector<std::unique_ptr<CompiledSize>>& sizes() {
  static const auto all = all_sizes();
  return all;
}

void parse(char what, const std::string& text) {
  const CompiledSize& size = find_size(sizes(), {"sparse-signs", "12", "3"});
  switch (what) {
    case 'n':
      require(find_size(sizes(), {"sparse-signs", text, "3"}).id().k == 3, "a size is the one asked for");
      return;
    case 'k':
      require(find_size(sizes(), {"sparse-signs", "12", text}).n() == 12, "a size is the one asked for");
      return;
    case 'i': {
      const InstructionSet here{"sse2", true, nullptr}, elsewhere{"avx512", false, nullptr};
      const auto chosen = parse_instruction_sets(text, {here, elsewhere});
      return require(chosen.size() == 1 && chosen[0].name == "sse2", "one instruction set can be chosen");
    }
    case 's': {
      for (const DriftAtSizes& drift : parse_drifts_at_sizes(text, sizes(), {"sparse-signs", {}, {}}, {}))
        drift.sizes.front()->drift(drift.name);
      return;
    }
    default: {
      for (const std::string& name : parse_drifts(text, size, {})) size.drift(name);
    }
  }
}

}  // namespace
}  // namespace driftbench

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  driftbench::expect_result_or_refusal([&] { driftbench::parse(static_cast<char>(data[0]), text); });
  return 0;
}
