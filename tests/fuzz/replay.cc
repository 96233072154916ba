// Calls one fuzz target with every file of its corpus, which is the folder that the environment variable
// DRIFTBENCH_CORPUS names. What a fuzzer once found is found again without a fuzzer.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>

#include "tests/files.h"
#include "tests/fuzz/fuzz.h"

namespace driftbench {
namespace {

TEST(Corpus, EveryFileIsReadOrRefused) {
  const char* const folder = std::getenv("DRIFTBENCH_CORPUS");
  ASSERT_NE(folder, nullptr);
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::cout << entry.path().string() << std::endl;  // the last one printed is the input that ended the program
    const std::string content = read_file(entry.path().string());
    ASSERT_FALSE(content.empty());
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(content.data()), content.size());
    ++files;
  }
  EXPECT_GE(files, 10);
}

}  // namespace
}  // namespace driftbench
