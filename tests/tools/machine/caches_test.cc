// Reads caches as Linux describes them, in folders that the test makes.
#include "tools/machine/caches.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace driftbench {
namespace {

namespace fs = std::filesystem;

class Caches : public testing::Test {
 protected:
  Caches() { fs::remove_all(folder_); }

  void add(int index, const std::string& level, const std::string& type, const std::string& size) const {
    const fs::path cache = folder_ / ("index" + std::to_string(index));
    fs::create_directories(cache);
    std::ofstream(cache / "level") << level << '\n';
    std::ofstream(cache / "type") << type << '\n';
    std::ofstream(cache / "size") << size << '\n';
  }

  const fs::path folder_ = fs::path(testing::TempDir()) / "caches";
};

TEST_F(Caches, ThoseOfDataNearestFirst) {
  add(0, "3", "Unified", "32M");
  add(1, "1", "Instruction", "64K");
  add(2, "1", "Data", "48K");
  add(3, "2", "Unified", "2048K");
  const auto caches = read_caches(folder_);
  ASSERT_EQ(caches.size(), 3U);
  EXPECT_EQ(caches[0].name, "L1");
  EXPECT_EQ(caches[0].bytes, 49152U);
  EXPECT_EQ(caches[1].name, "L2");
  EXPECT_EQ(caches[1].bytes, 2097152U);
  EXPECT_EQ(caches[2].name, "L3");
  EXPECT_EQ(caches[2].bytes, 33554432U);
}

TEST_F(Caches, UnknownWhereNothingDescribesThem) {
  EXPECT_TRUE(read_caches(folder_).empty());
  add(0, "1", "Data", "");
  add(1, "2", "Unified", "many");
  EXPECT_TRUE(read_caches(folder_).empty());
  EXPECT_EQ(level_that_holds(1, {}), std::nullopt);
}

TEST_F(Caches, TheNearestThatHolds) {
  add(0, "1", "Data", "32K");
  add(1, "2", "Unified", "1M");
  const auto caches = read_caches(folder_);
  EXPECT_EQ(level_that_holds(1, caches), "L1");
  EXPECT_EQ(level_that_holds(32768, caches), "L1");
  EXPECT_EQ(level_that_holds(32769, caches), "L2");
  EXPECT_EQ(level_that_holds(1048576, caches), "L2");
  EXPECT_EQ(level_that_holds(1048577, caches), "memory");
}

}  // namespace
}  // namespace driftbench
