// Tests the reader of matrices: .npy arrays in each order, stacks of them, and Matrix Market files.
#include "tools/base/matrix_reader.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/tools/base/npy_bytes.h"
#include "tools/base/errors.h"

namespace driftbench {
namespace {

using Matrices = std::vector<std::vector<float>>;

/// Returns the matrices in these bytes, of which each has 4 rows at most.
Matrices read_all(const std::string& bytes) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> stream(std::tmpfile(), std::fclose);
  std::fwrite(bytes.data(), 1, bytes.size(), stream.get());
  std::rewind(stream.get());
  MatrixReader reader(stream.get(), [](std::size_t n) -> std::optional<std::string> {
    if (n > 0 && n <= 4) return std::nullopt;
    return "n from 1 to 4";
  });
  Matrices matrices;
  std::vector<float> values;
  while (const std::size_t n = reader.read(values)) {
    EXPECT_EQ(values.size(), n * n);
    matrices.push_back(values);
  }
  return matrices;
}

void expect_refused(const std::string& bytes, const std::string& said) {
  try {
    read_all(bytes);
    ADD_FAILURE() << "accepted: " << bytes;
  } catch (const ArgumentError& error) {
    EXPECT_NE(std::string(error.what()).find(said), std::string::npos) << error.what();
  }
}

std::string header(const std::string& fortran_order, const std::string& shape) {
  return npy_header_bytes(
      1, "{'descr': '<i2', 'fortran_order': " + fortran_order + ", 'shape': " + shape + ", }          \n");
}

TEST(Arrays, ComeRowByRow) {
  const Matrices expected{{1, 2, 3, 4}};
  EXPECT_EQ(read_all(header("False", "(2, 2)") + bytes_of<std::int16_t>({1, 2, 3, 4})), expected);
  EXPECT_EQ(read_all(header("True", "(2, 2)") + bytes_of<std::int16_t>({1, 3, 2, 4})), expected);
}

TEST(Arrays, StacksAreMatricesInTurn) {
  const Matrices expected{{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 10, 11, 12}};
  EXPECT_EQ(read_all(header("False", "(3, 2, 2)") + bytes_of<std::int16_t>({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})),
            expected);
  // numpy.asfortranarray: the first index is the fastest.
  EXPECT_EQ(read_all(header("True", "(3, 2, 2)") + bytes_of<std::int16_t>({1, 5, 9, 3, 7, 11, 2, 6, 10, 4, 8, 12})),
            expected);
  EXPECT_EQ(read_all(header("True", "(1, 2, 2)") + bytes_of<std::int16_t>({1, 3, 2, 4})), (Matrices{{1, 2, 3, 4}}));
}

TEST(Arrays, FollowOneAnother) {
  const std::string one = header("False", "(1, 1)") + bytes_of<std::int16_t>({7});
  const std::string none = header("False", "(0, 3, 3)");
  const std::string stack = header("True", "(2, 1, 1)") + bytes_of<std::int16_t>({8, 9});
  EXPECT_EQ(read_all(none + one + stack + none + one), (Matrices{{7}, {8}, {9}, {7}}));
  EXPECT_EQ(read_all(""), Matrices{});
}

TEST(Arrays, OfOtherShapesAreRefused) {
  for (const std::string shape : {"()", "(4,)", "(2, 3)", "(2, 2, 3)", "(1, 2, 2, 2)"}) {
    expect_refused(header("False", shape), "give a square matrix, (n, n), or a stack of them, (m, n, n)");
  }
  expect_refused(header("False", "(5, 5)"), "shape (5, 5); give n from 1 to 4");
  expect_refused(header("False", "(0, 0)"), "give n from 1 to 4");
  expect_refused(header("True", "(1099511627776, 4, 4)"), "a stack in Fortran order of shape (1099511627776, 4, 4)");
  expect_refused(header("False", "(2, 2, 2)") + bytes_of<std::int16_t>({1, 2, 3, 4, 5}), "truncated: 2 of 8 bytes");
}

TEST(MatrixMarket, Coordinates) {
  EXPECT_EQ(read_all("%%MatrixMarket matrix coordinate pattern symmetric\n% a graph\n%\n\n3 3 3\n2 1\n\n3 2\n3 3\n"),
            (Matrices{{0, 1, 0, 1, 0, 1, 0, 1, 1}}));
  EXPECT_EQ(read_all("%%matrixmarket Matrix COORDINATE Real General\n  2 2 3\n1 2 +1.5e1\n2\t1 -2\r\n1 2 1\n"),
            (Matrices{{0, 16, -2, 0}}));
  EXPECT_EQ(read_all("%%MatrixMarket matrix coordinate integer symmetric\n2 2 2\n1 1 3\n2 1 -4"),
            (Matrices{{3, -4, -4, 0}}));
}

TEST(MatrixMarket, Arrays) {
  EXPECT_EQ(read_all("%%MatrixMarket matrix array real general\n2 2\n1\n2\n3\n4\n"), (Matrices{{1, 3, 2, 4}}));
  EXPECT_EQ(read_all("%%MatrixMarket matrix array integer symmetric\n2 2\n1\n2\n3\n\n"), (Matrices{{1, 2, 2, 3}}));
}

TEST(MatrixMarket, BadFilesAreRefusedByTheLine) {
  const std::string banner = "%%MatrixMarket matrix coordinate real symmetric\n";
  expect_refused("%%MatrixMarket matrix coordinate complex general\n", "line 1: ");
  expect_refused("%%MatrixMarket matrix array pattern general\n", "give \"%%MatrixMarket matrix\", then coordinate");
  expect_refused("%%MatrixMarket matrix coordinate real hermitian\n", "general or symmetric");
  expect_refused("%%MatrixMarket vector coordinate real general\n", "line 1: ");
  expect_refused("%", "line 1: ");
  expect_refused(banner, "truncated: the file ends before the line with the size");
  expect_refused(banner + "2 2\n", "line 2: \"2 2\" is not possible; give rows, columns and the number of entries");
  expect_refused(banner + "2 3 1\n1 1 1\n", "as many rows as columns, as it is symmetric");
  expect_refused(banner + "5 5 0\n", "shape (5, 5); give n from 1 to 4");
  expect_refused("%%MatrixMarket matrix coordinate real general\n2 3 0\n", "give a square matrix");
  expect_refused(banner + "99999999999999999999 1 1\n", "line 2: ");
  expect_refused(banner + "2 2 2\n1 1 1\n", "truncated: the file ends at line 4, with 1 of 2 entries");
  expect_refused(banner + "2 2 1\n1 2 1\n", "line 3: \"1 2 1\" is not possible; give the lower triangle");
  expect_refused(banner + "2 2 1\n3 1 1\n", "rows from 1 to 2 and columns from 1 to 2");
  expect_refused(banner + "2 2 1\n0 1 1\n", "rows from 1 to 2");
  expect_refused(banner + "2 2 1\n1 1\n", "give a row, a column and a value");
  expect_refused(banner + "2 2 1\n1 1 x\n", "line 3: \"1 1 x\"");
  expect_refused(banner + "2 2 1\n1 1 1\n2 2 2\n", "line 4: \"2 2 2\" is not possible; give the end of the file");
  expect_refused(banner + "2 2 1\n1 1 1" + std::string(2000, ' ') + "\n", "lines of 1024 bytes at most");
  expect_refused("%%MatrixMarket matrix array real general\n2 2\n1\n2\n",
                 "truncated: the file ends at line 5, before element (1, 2) of 2 x 2");
  expect_refused("%%MatrixMarket matrix array real general\n1 1\n1 2\n", "one number a line, column by column");
}

}  // namespace
}  // namespace driftbench
