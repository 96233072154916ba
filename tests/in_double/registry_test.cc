// Tests every drift of the registry, including wrapped ones, on matrices at every scale. The estimate must be that of
// the same algorithm in double precision, or the status must say that there is none and the estimate be zero.

#include "tools/drifts/registry.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <iterator>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "kernels/targets/sparse_signs.h"
#include "runtime/observe.h"
#include "tests/in_double/drifts_in_double.h"
#include "tests/kernels/safetensors.h"

namespace driftbench {
namespace {

/// An n x n matrix, row by row.
using Matrix = std::vector<double>;

template <class M>
Matrix to_matrix(int n, const M& element) {
  Matrix a;
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < n; ++j) a.push_back(static_cast<double>(element(i, j)));
  }
  return a;
}
template <int N>
Matrix to_matrix(const RankOne<N>& m) {
  return to_matrix(N, [&](int i, int j) { return double{m.scale} * double{m.v[i]} * double{m.v[j]}; });
}
template <int N>
Matrix to_matrix(const in_double::RankOne<N>& m) {
  return to_matrix(N, [&](int i, int j) { return m.scale * m.v[i] * m.v[j]; });
}
template <int N>
Matrix to_matrix(const SymMatrix<N>& m) {
  return to_matrix(N, m);
}
template <int N>
Matrix to_matrix(const in_double::SymMatrix<N>& m) {
  return to_matrix(N, m);
}

double inner_product(const Matrix& a, const Matrix& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}
double norm(const Matrix& a) { return std::sqrt(inner_product(a, a)); }
double distance(const Matrix& a, const Matrix& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(sum);
}

struct Outcome {
  Status status;
  Matrix estimate;
};

constexpr std::uint64_t kSeed = 11, kChain = 3, kStep = 5;

/// A drift in either precision, called with random numbers of its own.
template <int N, class Sym>
using AnyEvaluation = std::function<Outcome(const Sym& y, double t)>;

template <int N, int K>
AnyEvaluation<N, SymMatrix<N>> make_single(const std::string& name, const DriftSettings& settings) {
  return with_drift<SparseSigns<N, K>>(
      name, [&]<class E>(const DriftEntry<N, E>& entry) -> AnyEvaluation<N, SymMatrix<N>> {
        auto drift = std::make_shared<AnyDrift<N, E>>(entry.make(settings));
        return [drift](const SymMatrix<N>& y, double t) {
          E m;
          const RandomAddress at{kSeed, Stream::kDrift, kChain, kStep};
          const Status status = evaluate_drift(*drift, at, y, static_cast<float>(t), m);
          return Outcome{status, to_matrix(m)};
        };
      });
}
template <int N, int K>
AnyEvaluation<N, in_double::SymMatrix<N>> make_double(const std::string& name,
                                                      const in_double::DriftSettings& settings) {
  using Sym = in_double::SymMatrix<N>;
  return in_double::with_drift<in_double::SparseSigns<N, K>>(
      name, [&]<class E>(const in_double::DriftEntry<N, E>& entry) -> AnyEvaluation<N, Sym> {
        auto drift = std::make_shared<in_double::AnyDrift<N, E>>(entry.make(settings));
        return [drift](const Sym& y, double t) {
          E m;
          const in_double::RandomAddress at{kSeed, in_double::Stream::kDrift, kChain, kStep};
          const Status status = in_double::evaluate_drift(*drift, at, y, t, m);
          return Outcome{status, to_matrix(m)};
        };
      });
}

/// Returns the names of the registry's drifts, and those of each drift wrapped around each other one that it may wrap.
template <int N, int K>
std::vector<std::string> all_names() {
  std::vector<std::string> names;
  for (const auto& entry : drift_registry<SparseSigns<N, K>, RankOne<N>>()) names.push_back(entry.name);
  const std::vector<std::string> of_rank_one = names;
  for (const auto& entry : drift_registry<SparseSigns<N, K>, SymMatrix<N>>()) names.push_back(entry.name);
  for (const WrapperInfo& wrapper : drift_wrappers<SparseSigns<N, K>>()) {
    const std::size_t inner = wrapper.name.find("(D)");
    if (inner == std::string::npos && std::find(names.begin(), names.end(), wrapper.name) == names.end()) {
      names.push_back(wrapper.name);
    }
    for (const std::string& name : of_rank_one) {
      const std::string wrapped = wrapper.name.substr(0, inner) + "(" + name + ")";
      if (inner != std::string::npos && std::find(names.begin(), names.end(), wrapped) == names.end()) {
        names.push_back(wrapped);
      }
    }
  }
  return names;
}

struct Shape {
  const char* name;
  /// Returns element (i, j), with i >= j, which has magnitude at most 1.
  std::function<double(int, int)> element;
};

template <int N, int K>
std::vector<Shape> shapes() {
  std::mt19937 bits(1);
  std::normal_distribution<double> normal(0, 0.2);
  auto noise = std::make_shared<Matrix>();
  for (int i = 0; i < N * N; ++i) noise->push_back(std::clamp(normal(bits), -1.0, 1.0));
  const auto noise_at = [noise](int i, int j) { return (*noise)[static_cast<std::size_t>(i * N + j)]; };
  const auto is_supported = [](int i) { return i % (N / K) == 1 && i / (N / K) < K; };
  const auto sign = [](int i) { return i % 2 == 0 ? 1.0 : -1.0; };
  const auto entry = [](int i) { return (i % 5 == 0 ? -1.0 : 1.0) * (1.0 + i) / N; };
  return {
      {"zero", [](int, int) { return 0.0; }},
      {"noise", noise_at},
      {"all equal", [](int, int) { return 1.0; }},
      {"all equal, negative", [](int, int) { return -1.0; }},
      {"a sign pattern", [=](int i, int j) { return is_supported(i) && is_supported(j) ? sign(i) * sign(j) : 0; }},
      {"rank one", [=](int i, int j) { return entry(i) * entry(j); }},
      {"negative definite", [=](int i, int j) { return (i == j ? -1.0 : 0.0) + 0.01 * noise_at(i, j); }},
      {"identity", [](int i, int j) { return i == j ? 1.0 : 0.0; }},
      {"a block", [](int i, int j) { return i < K && j < K ? 1.0 : 0.0; }},
      {"a block in noise", [=](int i, int j) { return (i < K && j < K ? 0.9 : 0.0) + 0.1 * noise_at(i, j); }},
      {"one element", [=](int i, int j) { return i == N - 1 && j == 2 ? 1.0 : 1e-7 * noise_at(i, j); }},
      {"one negative element", [=](int i, int j) { return i == 4 && j == 4 ? -1.0 : 1e-7 * noise_at(i, j); }},
      {"a sign pattern and one huge element",
       [=](int i, int j) { return i == 1 && j == 1                     ? 1.0
                                  : is_supported(i) && is_supported(j) ? 1e-10
                                                                       : 0; }},
  };
}

/// Where Y has a larger element than this, single precision may overflow and a drift may refuse.
constexpr double kLargestOrdinary = 1e15;
/// Estimates within this distance are the same. Estimates whose fits differ by less than kSameFit times Y's norm fit Y
/// equally well.
constexpr double kSameEstimate = 5e-3, kSameFit = 1e-5;

/// Compares one drift in both precisions.
template <int N, int K>
class Comparison {
 public:
  Comparison(const std::string& name, double w, const MessagePassingWeights& weights,
             const in_double::MessagePassingWeights& weights_in_double)
      : name_(name), w_(w) {
    DriftSettings settings;
    settings.target.w = w;
    settings.weights = &weights;
    in_double::DriftSettings settings_in_double;
    settings_in_double.target.w = w;
    settings_in_double.weights = &weights_in_double;
    single_ = make_single<N, K>(name, settings);
    double_ = make_double<N, K>(name, settings_in_double);
  }

  void check(const std::string& what, const SymMatrix<N>& y, double t) {
    const Outcome got = single_(y, t);
    const Matrix matrix = to_matrix(y);
    SCOPED_TRACE(::testing::Message() << name_ << ", w = " << w_ << ", " << what << ", t = " << t << ": "
                                      << to_string(got.status) << ", norm " << norm(got.estimate));
    ++checked_;
    for (const double a : got.estimate) ASSERT_TRUE(std::isfinite(a));
    EXPECT_LE(norm(got.estimate), 1 + 1e-4);
    const double largest = largest_magnitude(matrix);
    if (got.status == Status::kNotFinite) {
      EXPECT_EQ(norm(got.estimate), 0);
      EXPECT_FALSE(largest < kLargestOrdinary) << "refused without a need";
    } else if (got.status == Status::kOk) {
      ++answered_;
      expect_right(got, matrix, largest, t);
    }
  }

  /// Checks a Y with an element that is no finite number; a drift must refuse it unless it does not read Y.
  void check_not_finite(const std::string& what, const SymMatrix<N>& y, double t) {
    const Outcome got = single_(y, t);
    const Status in_double = double_(to_double(to_matrix(y)), t).status;
    SCOPED_TRACE(::testing::Message() << name_ << ", w = " << w_ << ", " << what << ", t = " << t);
    EXPECT_EQ(got.status, in_double);
    EXPECT_EQ(norm(got.estimate), 0);
  }

  /// Checks that enough was compared: a test that compares hardly anything finds nothing.
  void expect_comparisons() const {
    EXPECT_GE(compared_, checked_ / 4) << name_ << ": of " << checked_ << " cases " << answered_
                                       << " were answered and " << compared_ << " have one right answer";
  }

 private:
  static double largest_magnitude(const Matrix& y) {
    double largest = 0;
    for (const double a : y) largest = std::max(largest, std::fabs(a));
    return largest;
  }

  static in_double::SymMatrix<N> to_double(const Matrix& y) {
    in_double::SymMatrix<N> a;
    for (int i = 0; i < N; ++i) {
      for (int j = 0; j <= i; ++j) a.set(i, j, y[static_cast<std::size_t>(i * N + j)]);
    }
    return a;
  }

  /// Checks an estimate. The right one is that of the same algorithm in double precision at Y, or at a matrix that
  /// differs from Y by roundings. Where these give several answers, none is right.
  void expect_right(const Outcome& got, const Matrix& y, double largest, double t) {
    const Outcome right = double_(to_double(y), t);
    if (agree(got, right, y)) {
      ++compared_;
      return;
    }
    std::mt19937 bits(2);
    std::uniform_real_distribution<double> rounding(-1e-6 * largest, 1e-6 * largest);
    bool is_one_answer = true;
    for (int i = 0; i < 24; ++i) {
      Matrix near = y;
      for (std::size_t row = 0; row < N; ++row) {
        for (std::size_t column = 0; column <= row; ++column) near[row * N + column] += rounding(bits);
      }
      const Outcome nearby = double_(to_double(near), t);
      if (agree(got, nearby, y)) return;
      is_one_answer = is_one_answer && agree(right, nearby, y);
    }
    EXPECT_FALSE(is_one_answer) << "in double " << to_string(right.status) << ", norm " << norm(right.estimate)
                                << ", distance " << distance(got.estimate, right.estimate);
  }

  /// Whether both estimates are right: where several patterns fit Y equally well, each of them is, and so is any
  /// mixture.
  static bool agree(const Outcome& a, const Outcome& b, const Matrix& y) {
    if (a.status == Status::kNotFinite || b.status == Status::kNotFinite) return a.status == b.status;
    if (distance(a.estimate, b.estimate) <= kSameEstimate) return true;
    const double fit = inner_product(y, a.estimate) - inner_product(y, b.estimate);
    return std::fabs(trace(a.estimate) - trace(b.estimate)) <= kSameEstimate && std::fabs(fit) <= kSameFit * norm(y);
  }

  static double trace(const Matrix& a) {
    double sum = 0;
    for (std::size_t i = 0; i < N; ++i) sum += a[i * N + i];
    return sum;
  }

  std::string name_;
  double w_;
  AnyEvaluation<N, SymMatrix<N>> single_;
  AnyEvaluation<N, in_double::SymMatrix<N>> double_;
  int checked_ = 0, answered_ = 0, compared_ = 0;
};

constexpr int kN = 20, kK = 3;

class RegistryTest : public ::testing::TestWithParam<std::string> {
 protected:
  RegistryTest() : weights_(random_weights(12)) {
    // A network's weights are an array of numbers.
    float numbers[sizeof(MessagePassingWeights) / sizeof(float)];
    std::memcpy(numbers, &weights_, sizeof numbers);
    std::vector<double> in_double(std::begin(numbers), std::end(numbers));
    static_assert(sizeof weights_in_double_ == 2 * sizeof weights_);
    std::memcpy(&weights_in_double_, in_double.data(), sizeof weights_in_double_);
  }

  Comparison<kN, kK> comparison(double w) const { return {GetParam(), w, weights_, weights_in_double_}; }

 private:
  MessagePassingWeights weights_;
  in_double::MessagePassingWeights weights_in_double_;
};

SymMatrix<kN> scaled(const Shape& shape, double scale) {
  SymMatrix<kN> y;
  for (int i = 0; i < kN; ++i) {
    for (int j = 0; j <= i; ++j) y.set(i, j, static_cast<float>(scale * shape.element(i, j)));
  }
  return y;
}

TEST_P(RegistryTest, IsRightOrRefusesAtEveryScale) {
  auto comparison = this->comparison(0.5);
  for (const Shape& shape : shapes<kN, kK>()) {
    for (const double scale : {1e-45, 1e-38, 1e-30, 1e-20, 1e-10, 1e-3, 1.0, 30.0, 1e3, 3e9, 1e14, 1e20, 1e30, 3e38}) {
      const auto y = scaled(shape, scale);
      for (const double t : {1e-3, 1.0, 30.0, 1e4, 1e9}) {
        comparison.check(fmt::format("{} times {:g}", shape.name, scale), y, t);
      }
    }
  }
  comparison.expect_comparisons();
}

TEST_P(RegistryTest, IsRightOrRefusesWhateverTheTarget) {
  for (const double w : {0.0, 1.0}) {
    auto comparison = this->comparison(w);
    for (const Shape& shape : shapes<kN, kK>()) {
      for (const double scale : {1e-20, 1.0, 3e9, 1e20}) {
        const auto y = scaled(shape, scale);
        for (const double t : {1.0, 1e4, 1e9}) {
          comparison.check(fmt::format("{} times {:g}", shape.name, scale), y, t);
        }
      }
    }
    comparison.expect_comparisons();
  }
}

TEST_P(RegistryTest, IsRightOnObservations) {
  for (const double w : {0.0, 0.5, 1.0}) {
    auto comparison = this->comparison(w);
    for (const float t : {1e-3f, 1.0f, 10.0f, 100.0f, 1e4f, 1e6f, 1e9f}) {
      for (std::uint64_t chain = 0; chain < 4; ++chain) {
        RankOne<kN> x;
        SymMatrix<kN> y;
        SparseSigns<kN, kK>{0.5f}.draw({1, Stream::kTarget, chain, 0}, x);
        observe(x, t, {1, Stream::kNoise, chain, 0}, y);
        comparison.check(fmt::format("an observation of {}", x.scale == 0 ? "0" : "a pattern"), y,
                         static_cast<double>(t));
      }
    }
    comparison.expect_comparisons();
  }
}

TEST_P(RegistryTest, RefusesWhatIsNotFinite) {
  auto comparison = this->comparison(0.5);
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), kInfinity, -kInfinity}) {
    for (const auto& [i, j] : {std::pair{0, 0}, {kN - 1, kN - 1}, {kN - 1, 2}, {7, 6}}) {
      for (const double scale : {1e-30, 1.0, 1e10}) {
        auto y = scaled(shapes<kN, kK>()[1], scale);
        y.set(i, j, bad);
        comparison.check_not_finite(fmt::format("{} at {}, {}", bad, i, j), y, 30.0);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(AllDrifts, RegistryTest, ::testing::ValuesIn(all_names<kN, kK>()), [](const auto& drift) {
  std::string name = drift.param;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name + "_" + std::to_string(drift.index);
});

}  // namespace
}  // namespace driftbench
