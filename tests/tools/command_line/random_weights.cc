// Writes a file of random weights to stdout.

#include <cstdio>
#include <string>

#include "tests/kernels/safetensors.h"

int main() {
  const std::string file =
      driftbench::file_of(driftbench::tensors_of(driftbench::random_weights(11)), R"({"n": "350", "k": "20"})");
  return std::fwrite(file.data(), 1, file.size(), stdout) == file.size() && std::fflush(stdout) == 0 ? 0 : 1;
}
