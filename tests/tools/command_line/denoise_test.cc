// Tests `driftbench denoise` from a shell: its estimates must be those of the drifts called directly, and it must
// refuse what it cannot do.
#include "tools/command_line/denoise.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "kernels/drift.h"
#include "kernels/drifts/amp.h"
#include "kernels/drifts/exact.h"
#include "kernels/drifts/spectral.h"
#include "kernels/plain_arrays.h"
#include "kernels/targets/sparse_signs.h"
#include "runtime/observe.h"
#include "tests/support.h"
#include "tests/tools/base/npy_bytes.h"
#include "tests/tools/command_line/run.h"
#include "tools/command_line/standardize.h"

namespace driftbench {
namespace {

using Matrix = std::vector<float>;  // n x n, row by row

std::size_t dimension(const Matrix& a) { return static_cast<std::size_t>(std::lround(std::sqrt(a.size()))); }

template <int N>
Matrix observe_full(const RankOne<N>& x, float t, std::uint64_t seed) {
  const auto y = std::make_unique<SymMatrix<N>>();
  observe(x, t, {seed, Stream::kNoise}, *y);
  Matrix full;
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j < N; ++j) full.push_back((*y)(i, j));
  }
  return full;
}

/// Returns t x + noise, with x from the target with w = 1.
template <int N, int K>
Matrix observation(float t, std::uint64_t seed) {
  RankOne<N> x;
  SparseSigns<N, K>{1.0f}.draw({seed, Stream::kTarget}, x);
  return observe_full(x, t, seed);
}

Matrix noise(float t, std::uint64_t seed) { return observe_full(RankOne<64>{}, t, seed); }

/// Returns the leading n x n part of a matrix, or the matrix with zeros around it.
Matrix resized(const Matrix& a, std::size_t n) {
  const std::size_t before = dimension(a);
  Matrix resized(n * n);
  for (std::size_t i = 0; i < std::min(n, before); ++i) {
    for (std::size_t j = 0; j < std::min(n, before); ++j) resized[i * n + j] = a[i * before + j];
  }
  return resized;
}

/// Returns the drift's estimate with the random numbers of (seed, chain), without padding and without a file.
template <class D, int N>
Matrix estimate_directly(const Matrix& y_full, float t, std::uint64_t seed, std::uint64_t chain,
                         float target_w = 0.5f) {
  const auto drift = std::make_unique<D>();
  if constexpr (requires { drift->target; }) drift->target.w = target_w;
  const auto y = std::make_unique<SymMatrix<N>>();
  const auto estimate = std::make_unique<typename D::Estimate>();
  fill_from_full(y_full.data(), *y);
  evaluate_drift(*drift, {seed, Stream::kNoise, chain, 0}, *y, t, *estimate);
  Matrix full;
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j < N; ++j) {
      if constexpr (requires { estimate->v; }) {
        full.push_back(estimate->scale * (estimate->v[i] * estimate->v[j]));
      } else {
        full.push_back((*estimate)(i, j));
      }
    }
  }
  return full;
}

std::string bytes_of_matrix(const Matrix& a) { return npy_bytes(static_cast<int>(dimension(a)), a); }

std::string bytes_of_matrices(const std::vector<Matrix>& matrices) {
  std::string bytes;
  for (const Matrix& a : matrices) bytes += bytes_of_matrix(a);
  return bytes;
}

/// Writes the bytes to $T/name, where scripts find them.
void write_file(const std::string& name, const std::string& bytes) {
  std::ofstream(test_folder() + name, std::ios::binary) << bytes;
}

/// Runs `$D denoise arguments` with the bytes as its standard input.
Outcome denoise(const std::string& arguments, const std::string& bytes) {
  write_file("in", bytes);
  return run("timeout 60 $D denoise " + arguments + " < \"$T/in\"");
}

/// Returns the matrices that denoise wrote, with headers of 128 bytes whose shape is that of `like`. The test fails
/// where there are fewer or more.
std::vector<Matrix> matrices_of(const std::string& bytes, const std::vector<Matrix>& like) {
  std::vector<Matrix> matrices;
  std::size_t position = 0;
  for (const Matrix& expected : like) {
    const std::string n = std::to_string(dimension(expected)), header = bytes.substr(position, 128);
    EXPECT_NE(header.find("'<f4', 'fortran_order': False, 'shape': (" + n + ", " + n + ")"), std::string::npos)
        << header.substr(10);
    Matrix a(expected.size());
    const std::size_t size = a.size() * sizeof(float);
    if (bytes.size() < position + 128 + size) {
      ADD_FAILURE() << matrices.size() << " estimates of " << like.size();
      return matrices;
    }
    std::copy_n(bytes.data() + position + 128, size, reinterpret_cast<char*>(a.data()));
    matrices.push_back(a);
    position += 128 + size;
  }
  EXPECT_EQ(bytes.size(), position);
  return matrices;
}

void expect_estimates(const Outcome& outcome, const std::vector<Matrix>& expected) {
  EXPECT_EQ(outcome.status, 0);
  EXPECT_TRUE(matrices_of(outcome.out, expected) == expected);
}

TEST(Denoise, IsTheDriftItself) {
  const Matrix small = observation<32, 4>(20, 1), medium = observation<64, 6>(40, 1), tiny = observation<12, 3>(8, 1);
  expect_estimates(denoise("--k 4 --drift spectral --t 20 --seed 7", bytes_of_matrix(small)),
                   {estimate_directly<Spectral<SparseSigns<32, 4>>, 32>(small, 20, 7, 0)});
  expect_estimates(denoise("--k 6 --drift amp --t 40 --target-w 0.9", bytes_of_matrix(medium)),
                   {estimate_directly<Amp<SparseSigns<64, 6>>, 64>(medium, 40, 1, 0, 0.9f)});
  expect_estimates(denoise("--k 3 --drift exact --t 8 --quiet", bytes_of_matrix(tiny)),
                   {estimate_directly<Exact<SparseSigns<12, 3>>, 12>(tiny, 8, 1, 0)});
}

TEST(Denoise, FindsTheSignal) {
  RankOne<64> x;
  SparseSigns<64, 6>{1.0f}.draw({5, Stream::kTarget}, x);
  const Outcome outcome = denoise("--k 6 --drift amp --t 3n", bytes_of_matrix(observation<64, 6>(192, 5)));
  const Matrix estimate = matrices_of(outcome.out, {Matrix(64 * 64)}).at(0);
  for (int i = 0; i < 64; ++i) {
    for (int j = 0; j < 64; ++j) {
      EXPECT_NEAR(estimate[static_cast<std::size_t>(i * 64 + j)], x.v[i] * x.v[j], 0.02) << i << ", " << j;
    }
  }
}

TEST(Denoise, TimesAreMultiplesOfEachMatrixsOwnN) {
  const Matrix y = resized(observation<64, 6>(40, 1), 50), other = observation<64, 6>(40, 2);
  const std::string multiple = denoise("--k 6 --drift amp --t 0.75n --quiet", bytes_of_matrices({y, other})).out;
  const std::string first = denoise("--k 6 --drift amp --t 37.5 --quiet", bytes_of_matrix(y)).out;
  EXPECT_TRUE(multiple.starts_with(first));
  expect_estimates(denoise("--k 6 --drift amp --t 0.75n", bytes_of_matrix(other)),
                   {estimate_directly<Amp<SparseSigns<64, 6>>, 64>(other, 48, 1, 0)});
}

/// amp starts at random, and in noise its estimate depends on the start.
TEST(Denoise, FramesAreChains) {
  const Matrix y = noise(100, 1);
  std::vector<Matrix> expected;
  for (std::uint64_t chain = 0; chain < 3; ++chain) {
    expected.push_back(estimate_directly<Amp<SparseSigns<64, 6>>, 64>(y, 100, 11, chain, 1.0f));
  }
  EXPECT_TRUE(expected[0] != expected[1]);
  expect_estimates(denoise("--k 6 --drift amp --t 100 --target-w 1 --seed 11", bytes_of_matrices({y, y, y})), expected);
}

/// The smaller C is, the more noise the drift is averaged over; at 1 nothing is left of a clear signal.
TEST(Denoise, KnowsTheLipschitzConstant) {
  const std::string y = bytes_of_matrix(observation<32, 4>(100, 5));
  const auto norm = [&](const std::string& constant) {
    const Outcome outcome = denoise("--k 4 --drift 'lipschitz(amp)' --t 100 --lipschitz-constant " + constant, y);
    const Matrix estimate = matrices_of(outcome.out, {Matrix(32 * 32)}).at(0);
    double squares = 0;
    for (const float element : estimate) squares += double{element} * double{element};
    return std::sqrt(squares);
  };
  EXPECT_GT(norm("1000"), 0.9);
  EXPECT_LT(norm("1"), 0.5);
}

TEST(Denoise, EveryTypeAndOrder) {
  const Matrix y = observation<32, 4>(30, 2);
  const std::vector<double> twice(y.begin(), y.end());
  const Matrix expected = estimate_directly<Spectral<SparseSigns<32, 4>>, 32>(y, 30, 1, 0);
  for (const std::string order : {"True", "False"}) {
    for (const int version : {1, 2, 3}) {
      const std::string rest = ", 'fortran_order': " + order + ", 'shape': (32, 32)}";
      expect_estimates(denoise("--k 4 --drift spectral --t 30",
                               npy_header_bytes(version, "{'descr': '<f4'" + rest) + bytes_of(y) +
                                   npy_header_bytes(version, "{'descr': '<f8'" + rest) + bytes_of(twice)),
                       {expected, expected});
    }
  }
}

/// Numbers of any type stand for themselves, in any byte order, in stacks of either order, and in Matrix Market files.
TEST(Denoise, ReadsWhatPeopleHave) {
  std::vector<std::int16_t> whole;
  for (const float element : observation<32, 4>(30, 2))
    whole.push_back(static_cast<std::int16_t>(std::lround(element)));
  const Matrix y(whole.begin(), whole.end());
  const Matrix first = estimate_directly<Spectral<SparseSigns<32, 4>>, 32>(y, 30, 1, 0);
  const Matrix second = estimate_directly<Spectral<SparseSigns<32, 4>>, 32>(y, 30, 1, 1);

  std::string big_endian, market = "%%MatrixMarket matrix coordinate integer symmetric\n% rounded\n32 32 528\n";
  std::vector<std::int16_t> stack, interleaved;
  for (const std::int16_t element : whole) {
    big_endian += {static_cast<char>(element >> 8), static_cast<char>(element & 255)};
    interleaved.insert(interleaved.end(), {element, element});
  }
  stack = whole;
  stack.insert(stack.end(), whole.begin(), whole.end());
  for (int i = 0; i < 32; ++i) {
    for (int j = 0; j <= i; ++j) {
      market += std::to_string(i + 1) + " " + std::to_string(j + 1) + " " + std::to_string(whole[i * 32 + j]) + "\n";
    }
  }
  const auto header = [](const std::string& type, const std::string& order, const std::string& shape) {
    return npy_header_bytes(1, "{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': " + shape + "}\n");
  };
  const std::string spectral = "--k 4 --drift spectral --t 30";
  expect_estimates(denoise(spectral, header("<i2", "False", "(32L, 32L)") + bytes_of(whole)), {first});
  expect_estimates(denoise(spectral, header(">i2", "False", "(32, 32)") + big_endian), {first});
  expect_estimates(denoise(spectral, header("<i2", "False", "(2, 32, 32)") + bytes_of(stack)), {first, second});
  expect_estimates(denoise(spectral, header("<i2", "True", "(2, 32, 32)") + bytes_of(interleaved)), {first, second});
  expect_estimates(denoise(spectral, market), {first});
}

void expect_refused(const std::string& script, const std::string& said) {
  SCOPED_TRACE(script);
  const Outcome outcome = run(script);
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_NE(outcome.err.find(said), std::string::npos) << outcome.err;
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
}

/// Frames count through all files, of which one may be standard input.
TEST(Files, AreReadInTurn) {
  const Matrix y = noise(100, 1);
  write_file("one.npy", bytes_of_matrices({y, y}));
  write_file("two.npy", bytes_of_matrix(y));
  const std::string amp = "--k 6 --drift amp --t 100 --target-w 1 ", stream = bytes_of_matrices({y, y, y, y});
  const Outcome from_stream = denoise(amp, stream);
  ASSERT_EQ(from_stream.status, 0) << from_stream.err;
  EXPECT_TRUE(denoise(amp + "$T/one.npy - $T/two.npy", bytes_of_matrix(y)).out == from_stream.out);
  EXPECT_TRUE(denoise(amp + "$T/one.npy $T/one.npy", "").out == from_stream.out);
}

TEST(Files, AreNamedWhereTheyAreBad) {
  const Matrix y = observation<32, 4>(30, 2);
  write_file("good.npy", bytes_of_matrix(y));
  write_file("bad.mtx", "%%MatrixMarket matrix coordinate real symmetric\n32 32 1\n1 2 1\n");
  write_file("empty.npy", "");
  const std::string spectral = "--k 4 --drift spectral --t 30 $T/good.npy ";
  const std::string good = denoise("--k 4 --drift spectral --t 30", bytes_of_matrix(y)).out;
  for (const auto& [file, said] : std::vector<std::pair<std::string, std::string>>{
           {"bad.mtx", "bad.mtx: frame 1: line 3: \"1 2 1\" is not possible"},
           {"empty.npy", "empty.npy: empty; give"}}) {
    const Outcome outcome = denoise(spectral + "$T/" + file, "");
    EXPECT_EQ(outcome.status, 2);
    EXPECT_TRUE(outcome.out == good);
    EXPECT_NE(outcome.err.find(said), std::string::npos) << outcome.err;
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  }
  expect_refused("cd $T; timeout 20 $OLDPWD/$D denoise --k 4 --drift spectral --t 30 good.npy >> good.npy",
                 "standard output: the file that is read as good.npy is not possible; give another file");
}

/// The noise level of 2016 elements is off by 2.6 % (one deviation); 14 % are five of them.
TEST(Standardize, BringsAMatrixToTheNoiseOfT) {
  Matrix y = noise(100, 3);
  double squares = 0;
  for (float& element : y) element = 5 + 0.01f * element;
  const Outcome outcome = denoise("--k 6 --drift zero --t 50 --standardize", bytes_of_matrix(y));
  EXPECT_EQ(outcome.status, 0);
  const std::string found = "driftbench: frame 0: median 5 off the diagonal and ";
  EXPECT_TRUE(outcome.err.starts_with(found)) << outcome.err;
  EXPECT_NE(outcome.err.find("t = 50 a spike of norm"), std::string::npos) << outcome.err;
  // The diagonal of a covariance lies far from the other elements.
  for (std::size_t i = 0; i < 64; ++i) y[i * 64 + i] += 3;
  const Bulk bulk = find_bulk(64, y);
  standardize(bulk, 50, 64, y);
  double trace = 0;
  for (std::size_t i = 0; i < 64; ++i) trace += double{y[i * 64 + i]};
  EXPECT_LE(std::fabs(trace), 5 * std::sqrt(64 * 50.0));
  for (std::size_t i = 0; i < 64; ++i) {
    for (std::size_t j = 0; j < i; ++j) squares += double{y[i * 64 + j]} * double{y[i * 64 + j]};
  }
  EXPECT_NEAR(squares / 2016, 25, 0.28 * 25);
  EXPECT_EQ(denoise("--k 6 --drift zero --t 50 --standardize --quiet", bytes_of_matrix(y)).err, "");
}

/// A spike in the bulk of another scale is found as that of Y itself is.
TEST(Standardize, FindsTheSpikeWhateverTheScale) {
  RankOne<64> x;
  SparseSigns<64, 6>{1.0f}.draw({5, Stream::kTarget}, x);
  Matrix y = observation<64, 6>(192, 5);
  for (float& element : y) element = -3 + 700 * element;
  const Outcome outcome = denoise("--k 6 --drift amp --t 3n --standardize", bytes_of_matrix(y));
  const Matrix estimate = matrices_of(outcome.out, {Matrix(64 * 64)}).at(0);
  for (int i = 0; i < 64; ++i) {
    for (int j = 0; j < 64; ++j) {
      EXPECT_NEAR(estimate[static_cast<std::size_t>(i * 64 + j)], x.v[i] * x.v[j], 0.05) << i << ", " << j;
    }
  }
}

TEST(Standardize, RefusesWhatHasNoBulk) {
  const Outcome constant = denoise("--k 4 --drift amp --t 30 --standardize", bytes_of_matrix(Matrix(32 * 32, 2)));
  EXPECT_EQ(constant.status, 2);
  EXPECT_EQ(constant.out, "");
  EXPECT_TRUE(constant.err.starts_with(
      "driftbench: frame 0: --standardize: 100 % of the elements off the diagonal are 2, which is no bulk of noise"))
      << constant.err;
  std::string graph = "%%MatrixMarket matrix coordinate pattern symmetric\n32 32 31\n";
  for (int i = 1; i < 32; ++i) graph += std::to_string(i + 1) + " " + std::to_string(i) + "\n";
  EXPECT_NE(
      denoise("--k 4 --drift amp --t 30 --standardize", graph).err.find("94 % of the elements off the diagonal are 0"),
      std::string::npos);
}

TEST(Denoise, AlmostSymmetricIsAveraged) {
  Matrix y = observation<32, 4>(30, 2);
  const float largest =
      std::fabs(*std::max_element(y.begin(), y.end(), [](float a, float b) { return std::fabs(a) < std::fabs(b); }));
  y[1] += 0.5f * kSymmetryTolerance * largest;
  expect_estimates(denoise("--k 4 --drift spectral --t 30", bytes_of_matrix(y)),
                   {estimate_directly<Spectral<SparseSigns<32, 4>>, 32>(y, 30, 1, 0)});
  y[1] += 2 * kSymmetryTolerance * largest;
  EXPECT_EQ(denoise("--k 4 --drift spectral --t 30", bytes_of_matrix(y)).status, 2);
}

TEST(Padding, IsWithZeros) {
  for (const std::size_t n : {6, 33, 63}) {
    const Matrix y = resized(observation<64, 6>(60, 6), n);
    const Matrix padded = estimate_directly<Amp<SparseSigns<64, 6>>, 64>(resized(y, 64), 60, 1, 0);
    expect_estimates(denoise("--k 6 --drift amp --t 60", bytes_of_matrix(y)), {resized(padded, n)});
  }
}

TEST(Padding, IsSaidOnce) {
  const Matrix y = observation<64, 6>(60, 6), cropped = resized(y, 50);
  EXPECT_EQ(denoise("--k 6 --drift spectral --t 60", bytes_of_matrix(y)).err, "");
  EXPECT_EQ(denoise("--k 6 --drift spectral --t 60", bytes_of_matrices({y, cropped, resized(y, 40), cropped})).err,
            "driftbench: frame 1: n = 50 is padded with zeros to 64, the size that the drift is made for; said once\n");
  EXPECT_EQ(denoise("--k 6 --drift spectral --t 60 --quiet", bytes_of_matrices({cropped, cropped})).err, "");
}

/// A frame must leave nothing behind where the next one is padded.
TEST(Padding, FramesLeaveNothingBehind) {
  const Matrix whole = observation<64, 6>(60, 6), small = resized(observation<64, 6>(60, 8), 20);
  const Matrix padded = estimate_directly<Amp<SparseSigns<64, 6>>, 64>(resized(small, 64), 60, 1, 1);
  expect_estimates(denoise("--k 6 --drift amp --t 60", bytes_of_matrices({whole, small, whole})),
                   {estimate_directly<Amp<SparseSigns<64, 6>>, 64>(whole, 60, 1, 0), resized(padded, 20),
                    estimate_directly<Amp<SparseSigns<64, 6>>, 64>(whole, 60, 1, 2)});
}

TEST(Streams, OfSeveralSizes) {
  if (kSanitized) GTEST_SKIP() << "a build with sanitizers has one size of k = 3";
  const Matrix a = observation<12, 3>(12, 1), b = observation<20, 3>(12, 2), c = resized(b, 14);
  expect_estimates(denoise("--k 3 --drift exact --t 12", bytes_of_matrices({a, b, c, a})),
                   {estimate_directly<Exact<SparseSigns<12, 3>>, 12>(a, 12, 1, 0),
                    estimate_directly<Exact<SparseSigns<20, 3>>, 20>(b, 12, 1, 1),
                    resized(estimate_directly<Exact<SparseSigns<16, 3>>, 16>(resized(c, 16), 12, 1, 2), 14),
                    estimate_directly<Exact<SparseSigns<12, 3>>, 12>(a, 12, 1, 3)});
}

TEST(Streams, EachEstimateIsThereBeforeTheNextMatrix) {
  const Matrix y = observation<32, 4>(30, 2);
  write_file("frame", bytes_of_matrix(y));
  const Outcome outcome = run(
      "cd \"$T\"; d=$OLDPWD/$D; rm -f to from; mkfifo to from; $d denoise --k 4 --drift spectral --t 30 < to > from &\n"
      "exec 3> to 4< from\n"
      "for i in 1 2 3; do cat frame >&3; timeout 20 head -c 4224 <&4 | wc -c; done; exec 3>&-; wait $!; echo $?");
  EXPECT_EQ(outcome.out, "4224\n4224\n4224\n0\n");
}

TEST(Streams, InterruptsEndIt) {
  const Outcome outcome =
      run("mkfifo \"$T/silent\"; exec 3<> \"$T/silent\"\n"
          "timeout --preserve-status -s INT 0.5 $D denoise --k 4 --drift spectral --t 30 < \"$T/silent\"");
  EXPECT_EQ(outcome.status, 130);
  EXPECT_EQ(outcome.err, "");
}

/// In noise above t = n / 2 amp's iteration has no fixed point.
TEST(Status, NotConvergedIsCounted) {
  std::vector<Matrix> matrices;
  for (std::uint64_t seed = 0; seed < 4; ++seed) matrices.push_back(noise(100, seed));
  int expected = 0;
  for (std::size_t i = 0; i < matrices.size(); ++i) {
    const auto drift = std::make_unique<Amp<SparseSigns<64, 6>>>();
    const auto y = std::make_unique<SymMatrix<64>>();
    RankOne<64> estimate;
    fill_from_full(matrices[i].data(), *y);
    expected += evaluate_drift(*drift, {1, Stream::kNoise, i, 0}, *y, 100, estimate) == Status::kOk ? 0 : 1;
  }
  ASSERT_GT(expected, 0);
  const Outcome outcome = denoise("--k 6 --drift amp --t 100", bytes_of_matrices(matrices));
  EXPECT_EQ(outcome.status, 0);
  EXPECT_TRUE(
      outcome.err.starts_with("driftbench: " + std::to_string(expected) + " of 4 frames of amp ran out of iterations"))
      << outcome.err;
  EXPECT_TRUE(
      outcome.err.ends_with("expected where Y holds no signal, or one that the noise hides: there is nothing "
                            "to converge to\n"))
      << outcome.err;
}

TEST(Status, NotFiniteIsAFailure) {
  const Matrix good = observation<32, 4>(30, 2);
  const Outcome first = denoise("--k 4 --drift spectral --t 30", bytes_of_matrix(good));
  const Outcome outcome =
      denoise("--k 4 --drift spectral --t 30", bytes_of_matrices({good, Matrix(32 * 32, 1e30f), good}));
  EXPECT_EQ(outcome.status, 1);
  EXPECT_TRUE(outcome.out == first.out);
  EXPECT_EQ(outcome.err,
            "driftbench: frame 1: the estimate is not finite: the largest element of Y has magnitude 1e+30 and single "
            "precision overflows on the way; Y = t x + noise has none beyond some 57 at t = 30: scale your matrix so; "
            "the estimates before it, 1, are written, and no frame after it is read\n");
}

/// Checks that the frames before are estimated, and that the bad frame ends the run with status 2 and one line that
/// names it.
void expect_frame_refused(const std::string& bad, const std::vector<std::string>& said,
                          const std::string& arguments = "--k 4 --drift spectral --t 30") {
  const Matrix good = observation<32, 4>(30, 2);
  static const std::string two = denoise("--k 4 --drift spectral --t 30", bytes_of_matrices({good, good})).out;
  const Outcome outcome = denoise(arguments, bytes_of_matrices({good, good}) + bad);
  EXPECT_EQ(outcome.status, 2) << outcome.err;
  EXPECT_TRUE(outcome.out == two);
  EXPECT_TRUE(outcome.err.starts_with("driftbench: frame 2: ")) << outcome.err;
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  for (const std::string& part : said) {
    EXPECT_NE(outcome.err.find(part), std::string::npos) << "\"" << part << "\" is not in: " << outcome.err;
  }
}

TEST(BadFrames, Shapes) {
  for (const std::string shape : {"(32, 31)", "(32,)", "()", "(1024,)", "(32, 32, 1)", "(1, 1, 32, 32)"}) {
    expect_frame_refused(npy_header_bytes("<f4", shape) + std::string(4096, '\0'), {"give a square matrix"});
  }
  expect_frame_refused(npy_header_bytes("<f4", "(32, 31)"), {"shape (32, 31)"});
  expect_frame_refused(npy_bytes(3, Matrix(9)), {"shape (3, 3)", "n = 4 or more, as k = 4"});
  expect_frame_refused(npy_header_bytes("<f4", "(0, 0)"), {"shape (0, 0)", "n = 4 or more"});
  expect_frame_refused(npy_bytes(24, Matrix(24 * 24)), {"shape (24, 24)", "(32, 32), as --n says"},
                       "--n 32 --k 4 --drift spectral --t 30");
}

/// A frame is refused for its shape, before anything of that size is allocated.
TEST(BadFrames, LargerThanAnySize) {
  expect_frame_refused(npy_bytes(33, Matrix(33 * 33)),
                       {"shape (33, 33)", "n = 32 at most", "k = 4", "add \"SparseSigns<33, 4>\" to sizes.bzl"});
  for (const std::string n : {"100000", "4294967296", "4294967328", "18446744073709551615"}) {
    expect_frame_refused(npy_header_bytes("<f8", "(" + n + ", " + n + ")"), {"n = 32 at most"});
  }
}

TEST(BadFrames, Numbers) {
  Matrix y = observation<32, 4>(30, 2);
  y[3 * 32 + 5] += 1;
  expect_frame_refused(bytes_of_matrix(y), {"not symmetric: element (5, 3) is", "(3, 5) is", "1e-05"});
  for (const float bad : {NAN, INFINITY, -INFINITY}) {
    y = observation<32, 4>(30, 2);
    y[3 * 32 + 5] = y[5 * 32 + 3] = bad;
    expect_frame_refused(bytes_of_matrix(y), {"element (3, 5) is", "give finite numbers"});
  }
  std::vector<double> large(32 * 32, 1e300);
  expect_frame_refused(npy_header_bytes("<f8", "(32, 32)") + bytes_of(large),
                       {"element (0, 0) is inf in single precision"});
}

TEST(BadFrames, Format) {
  const std::string good = npy_bytes(32, observation<32, 4>(30, 2));
  expect_frame_refused("\n", {"not an .npy array"});
  expect_frame_refused("PK\x03\x04", {"not an .npy array"});
  expect_frame_refused(good.substr(0, 5), {"truncated"});
  expect_frame_refused(good.substr(0, 40), {"truncated"});
  expect_frame_refused(good.substr(0, good.size() - 1), {"truncated: 4095 of 4096 bytes"});
  expect_frame_refused(npy_header_bytes("<c8", "(32, 32)"), {"\"<c8\"", "give booleans, integers or floating-point"});
  expect_frame_refused("%%MatrixMarket matrix array real general\n32 32\nx\n", {"line 3: \"x\"", "one number a line"});
  expect_frame_refused(npy_header_bytes("<\n8", "(32, 32)"), {"\"<\\x0a8\""});
  expect_frame_refused(std::string("\x93NUMPY\x02\x00\xff\xff\xff\xff", 12), {"a header of 4294967295 bytes"});
  expect_frame_refused(npy_header_bytes(9, "{}"), {"version 9.0"});
  expect_frame_refused(npy_header_bytes(1, "{'descr': '<f4'}"), {"not an .npy header"});
}

TEST(BadFrames, TimesThatAMultipleOfNLeaves) {
  const Matrix y = resized(observation<64, 6>(60, 6), 10);
  const Outcome outcome = denoise("--k 6 --drift spectral --t 2e-8n --quiet", bytes_of_matrix(y));
  EXPECT_EQ(outcome.status, 2);
  EXPECT_TRUE(outcome.err.starts_with("driftbench: frame 0: --t: \"2e-8n\" is not possible")) << outcome.err;
}

TEST(BadArguments, EmptyStream) {
  expect_refused("$D denoise --k 4 --drift spectral --t 30", "standard input: empty; give .npy arrays");
}

TEST(BadArguments, OneDriftAndATime) {
  const std::string one = "give one of zero,power";
  expect_refused("$D denoise --t 30",
                 "--drift: \"\" is not possible, there is no drift \"\" for the target sparse-signs; " + one);
  expect_refused("$D denoise --t 30 --drift all", "--drift: \"all\" is not possible");
  expect_refused("$D denoise --t 30 --drift amp,power", "--drift: \"amp,power\" is not possible");
  expect_refused("$D denoise --t 30 --drift exact", "--drift: \"exact\" is not possible, it would take");
  expect_refused("$D denoise --t 30 --drift gnn", "--drift: \"gnn\" needs --weights F");
  expect_refused("$D --drift zero,power denoise --t 30", "--drift: \"zero,power\" is not possible");
  const std::string time = " is not possible; give a number from 1e-06 to 1e+09, or a multiple of n such as 0.8n";
  expect_refused("$D denoise --drift amp", "--t: \"\"" + time);
  expect_refused("$D denoise --drift amp --t 3,4", "--t: \"3,4\"" + time);
  expect_refused("$D denoise --drift amp --t 0", "--t: \"0\"" + time);
}

TEST(BadArguments, Others) {
  const std::string amp = "$D denoise --drift amp --t 30 ";
  expect_refused(amp + "--k 7", "--k 7: not compiled in; there are n,k = 32,4 ");
  expect_refused(amp + "--k 0", "--k: \"0\" is not possible; give a whole number from 1");
  expect_refused(amp + "--k 4 --n 33", "--n: \"33\" is not possible; give a whole number from 4 to 32");
  expect_refused(amp + "--k 4 --n 3", "--n: \"3\" is not possible; give a whole number from 4 to 32");
  expect_refused(amp + "--seed -1", "--seed: \"-1\" is not possible");
  expect_refused(amp + "--target-w 2", "--target-w: \"2\" is not possible");
  expect_refused(amp + "--weights /nonexistent", "--weights: /nonexistent: No such file");
  expect_refused(amp + "--json -", "--json: not an option of driftbench denoise; there are");
  expect_refused(amp + "--threads 2", "--threads: not an option of driftbench denoise; there are");
  expect_refused(amp + "$T/none.npy", "none.npy: No such file or directory; give a file of .npy arrays");
  expect_refused(amp + "/", "/: Is a directory; give a file of .npy arrays");
  expect_refused(amp + "- -", "-: standard input can be read once; give - once");
}

TEST(BadArguments, ClosedOutput) {
  expect_refused("timeout 20 $D denoise --k 4 --drift spectral --t 30 < /dev/null >&-",
                 "standard output: closed; redirect it");
}

/// What it wrote would become its input, without end.
TEST(BadArguments, OneFileForInputAndOutput) {
  expect_refused(
      "echo x > \"$T/both\"; timeout 20 $D denoise --k 4 --drift spectral --t 30 < \"$T/both\" >> \"$T/both\"",
      "standard output: the file that standard input reads is not possible; give another");
  EXPECT_EQ(read_file(test_folder() + "both"), "x\n");
}

TEST(BadArguments, Terminals) {
  const int terminal = posix_openpt(O_RDWR | O_NOCTTY);
  if (terminal < 0 || grantpt(terminal) != 0 || unlockpt(terminal) != 0) GTEST_SKIP() << "no terminal can be made";
  const std::string name = ptsname(terminal);
  const std::string denoise = "timeout 20 $D denoise --k 4 --drift spectral --t 30 ";
  expect_refused(denoise + "< " + name, "standard input: a terminal is not possible; redirect it");
  expect_refused(denoise + "> " + name, "standard output: a terminal is not possible; redirect it");
  close(terminal);
}

void expect_failure(const std::string& script, const std::string& said) {
  SCOPED_TRACE(script);
  const Outcome outcome = run(script);
  EXPECT_EQ(outcome.out, "1\n");
  EXPECT_EQ(outcome.err, said);
}

TEST(Failures, NobodyReads) {
  const Matrix y = observation<32, 4>(30, 2);
  write_file("in", bytes_of_matrices(std::vector<Matrix>(64, y)));
  const std::string denoise = "timeout 20 $D denoise --k 4 --drift spectral --t 30 < \"$T/in\" ";
  expect_failure("exec 5>&1; (" + denoise + "; echo $? >&5) | true", "driftbench: standard output: Broken pipe\n");
  expect_failure(denoise + "> /dev/full; echo $?", "driftbench: standard output: No space left on device\n");
}

/// A denoise whose output fails does not wait for more input.
TEST(Failures, NobodyReadsWhileTheInputWaits) {
  write_file("waiting", bytes_of_matrices(std::vector<Matrix>(64, observation<32, 4>(30, 2))));
  expect_failure(
      "mkfifo \"$T/slow\"; (cat \"$T/waiting\"; exec sleep 100) > \"$T/slow\" 2> /dev/null & "
      "timeout 20 $D denoise --k 4 --drift spectral --t 30 < \"$T/slow\" > /dev/full; echo $?; kill $!",
      "driftbench: standard output: No space left on device\n");
}

TEST(Failures, NothingCanBeRead) {
  expect_failure("$D denoise --k 4 --drift spectral --t 30 < /; echo $?",
                 "driftbench: the input cannot be read: Is a directory\n");
}

}  // namespace
}  // namespace driftbench
