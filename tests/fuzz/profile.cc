// Fuzzes the reader of the documents that `compare` reads.
#include "tests/fuzz/fuzz.h"
#include "tools/profiling/profile_document.h"

namespace driftbench {
namespace {

void parse(std::string_view content) {
  const ProfileDocument document = parse_profile_document("a.json", content);
  require(!document.order.empty() && document.order.size() == document.rows.size(), "a row each drift and phase");
  for (const ProfileKey& key : document.order) {
    const auto& row = document.rows.at(key);
    for (const char* name : {"p50_ns", "p90_ns", "p99_ns"}) {
      const auto& duration = row.at(name);
      require(duration.is_null() || duration.get<double>() >= 0, "durations are not negative");
    }
  }
}

}  // namespace
}  // namespace driftbench

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  driftbench::expect_result_or_refusal([&] { driftbench::parse({reinterpret_cast<const char*>(data), size}); });
  return 0;
}
