// Fuzzes the reader of .npy arrays with a stream of them, as denoise takes it.
#include "tools/base/npy.h"

#include <memory>

#include "tests/fuzz/fuzz.h"

namespace driftbench {
namespace {

constexpr std::size_t kMaxRows = 64;

void read_all(std::FILE* stream) {
  std::vector<float> values;
  while (const auto header = read_npy_header(stream)) {
    require(header->value_bytes == 4 || header->value_bytes == 8, "numbers have 4 or 8 bytes");
    const auto& shape = header->shape;
    if (shape.size() != 2 || shape[0] > kMaxRows || shape[1] > kMaxRows) return;
    read_npy_values(stream, *header, values);
    require(values.size() == shape[0] * shape[1], "as many values as the shape says");
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
