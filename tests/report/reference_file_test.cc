#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tools/errors.h"
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
  expect_refused(file_of("mse\n1\n"), "no column \"t\"");
  expect_refused(file_of("t,mse\n"), "no points");
  expect_refused(file_of("t,mse\n1,0.5\n2\n"), "line 3");
  for (const char* row : {"x,1", "1,nan", "1,inf", "0,1", "-1,1", "1,-1", "1,0.5x", ","}) {
    expect_refused(file_of(std::string("t,mse\n").append(row)), "line 2");
  }
  expect_refused(file_of(std::string("t,mse\n").append(2000, '1')), "too large");
}

}  // namespace
}  // namespace driftbench
