#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <string>
#include <thread>

#include "tools/base/errors.h"
#include "tools/report/reference.h"

namespace driftbench {
namespace {

std::string file_of(const std::string& content) {
  const std::string path = testing::TempDir() + "reference.csv";
  std::ofstream(path, std::ios::binary) << content;
  return path;
}

TEST(ReferenceFile, AveragesRowsOfOneTime) {
  const auto points = read_reference(file_of("seed,t,mse\r\n1,40,0.25\n2,20,0.5\n\n2,40,0.75\n"));
  ASSERT_EQ(points.size(), 2U);
  EXPECT_EQ(points[0].t, 20);
  EXPECT_EQ(points[0].mse, 0.5);
  EXPECT_EQ(points[1].t, 40);
  EXPECT_EQ(points[1].mse, 0.5);
}

TEST(ReferenceFile, MayBeginWithAByteOrderMark) {
  const auto points = read_reference(file_of("\xef\xbb\xbft,mse\n40,0.25\n"));
  ASSERT_EQ(points.size(), 1U);
  EXPECT_EQ(points[0].t, 40);
}

void expect_refused(const std::string& path, const std::string& said) {
  try {
    read_reference(path);
    ADD_FAILURE() << "not refused: " << said;
  } catch (const ArgumentError& error) {
    EXPECT_NE(std::string(error.what()).find(said), std::string::npos) << error.what();
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
  }
}

TEST(ReferenceFile, RefusesWhatIsNoCurve) {
  expect_refused(testing::TempDir() + "nowhere.csv", "No such file");
  expect_refused(testing::TempDir(), "directory");
  expect_refused(file_of(""), "empty");
  expect_refused(file_of("t,error\n1,2\n"), "no column \"mse\"");
  expect_refused(file_of("t,mse,t\n1,2,3\n"), "more than one column \"t\"");
  expect_refused(file_of("mse\n1\n"), "no column \"t\"");
  expect_refused(file_of("t,mse\n"), "no points");
  expect_refused(file_of("t,mse\n1,0.5\n2\n"), "line 3");
  for (const char* row : {"x,1", "1,nan", "1,inf", "0,1", "-1,1", "1,-1", "1,0.5x", ","}) {
    expect_refused(file_of(std::string("t,mse\n").append(row)), "line 2");
  }
}

TEST(ReferenceFile, RowsHaveAsManyCellsAsTheFirstLine) {
  expect_refused(file_of("t,mse\n1,0.5\n2,0.5,3\n"), "line 3 has 3 cells, the first line names 2 columns");
  expect_refused(file_of("t,mse\n1,0.5,\n"), "line 2 has 3 cells");
  expect_refused(file_of("t,mse,seed\n1,0.5\n"), "line 2 has 2 cells");
}

TEST(ReferenceFile, EndlessAndHugeFilesAreRefusedEarly) {
  const std::string too_large = "more than 4194304 bytes, too large for a curve";
  expect_refused("/dev/zero", too_large);
  expect_refused(file_of("t,mse\n" + std::string(std::size_t{5} << 20, '1')), too_large);
  std::string lines = "t,mse\n";
  for (int i = 0; i < 100'000; ++i) lines += "1,2\n";
  expect_refused(file_of(lines), "more than 100000 lines");
}

/// The writer of the pipe never ends.
TEST(ReferenceFile, EndlessPipesAreRefusedEarly) {
  const std::string path = testing::TempDir() + "pipe";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  std::signal(SIGPIPE, SIG_IGN);
  std::thread writer([&] {
    std::ofstream pipe(path, std::ios::binary);
    const std::string ones(std::size_t{1} << 20, '1');
    while (pipe << ones) {
    }
  });
  expect_refused(path, "too large for a curve");
  writer.join();
  unlink(path.c_str());
}

TEST(ReferenceFile, NamesAreShownWithoutControlCharacters) {
  expect_refused("\x1b[31m" + std::string(10'000, 'x'), "--reference: \"\\x1b[31mxxx");
  expect_refused(std::string(10'000, 'x'), "xxx...xxx");
}

}  // namespace
}  // namespace driftbench
