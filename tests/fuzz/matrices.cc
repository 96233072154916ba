// Fuzzes the reader of matrices with a stream of .npy arrays or a Matrix Market file, as denoise takes it.
#include <memory>

#include "tests/fuzz/fuzz.h"
#include "tools/base/matrix_reader.h"

namespace driftbench {
namespace {

constexpr std::size_t kMaxRows = 64;

void read_all(std::FILE* stream) {
  MatrixReader reader(stream, [](std::size_t n) -> std::optional<std::string> {
    if (n > 0 && n <= kMaxRows) return std::nullopt;
    return "another size";
  });
  std::vector<float> values;
  while (const std::size_t n = reader.read(values)) {
    require(n <= kMaxRows && values.size() == n * n, "as many values as the size says");
  }
}

}  // namespace
}  // namespace driftbench

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;  // no stream can be made of no bytes
  std::string bytes(reinterpret_cast<const char*>(data), size);
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> stream(fmemopen(bytes.data(), size, "rb"), std::fclose);
  driftbench::expect_result_or_refusal([&] { driftbench::read_all(stream.get()); });
  return 0;
}
