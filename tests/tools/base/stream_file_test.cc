#include "tools/base/stream_file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cerrno>
#include <csignal>
#include <string>

#include "tests/files.h"

namespace driftbench {
namespace {

std::string place(const std::string& name) { return testing::TempDir() + name; }

TEST(StreamFile, LeavesAFileAsItWasUntilThereIsAPiece) {
  const std::string path = place("kept");
  {
    Output output("--out", path);
    StreamFile file(output);
    ASSERT_EQ(file.write("before"), 0);
    EXPECT_EQ(file.finish(), 0);
  }
  Output output("--out", path);
  StreamFile file(output);
  EXPECT_EQ(read_file(path), "before");
  EXPECT_EQ(file.write("a"), 0);
  EXPECT_EQ(read_file(path), "a");
  EXPECT_EQ(file.write("bc"), 0);
  EXPECT_EQ(file.finish(), 0);
  EXPECT_EQ(read_file(path), "abc");
}

/// A limit on the size of files, as a full disk, has room for a part of a piece.
TEST(StreamFile, TakesBackAPartOfAPiece) {
  std::signal(SIGXFSZ, SIG_IGN);  // as in the program
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const std::string path = place("limited");
  Output output("--out", path);
  StreamFile file(output);
  const rlimit limit{250, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  const std::string piece(100, 'x');
  EXPECT_EQ(file.write(piece), 0);
  EXPECT_EQ(file.write(piece), 0);
  EXPECT_EQ(file.write(piece), EFBIG);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  EXPECT_EQ(read_file(path), piece + piece);
}

}  // namespace
}  // namespace driftbench
