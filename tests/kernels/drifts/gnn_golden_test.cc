// Compares the drift with what the network of the paper's authors returned.

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "kernels/drifts/gnn.h"
#include "kernels/plain_arrays.h"
#include "tests/kernels/network.h"
#include "tests/reference.h"
#include "tools/drifts/weights.h"

namespace driftbench {
namespace {

constexpr int N = 350, K = 20;

class Golden {
 public:
  explicit Golden(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    content_.assign(std::istreambuf_iterator<char>(file), {});
    std::uint64_t length = 0;
    if (content_.size() > 8) std::memcpy(&length, content_.data(), 8);
    data_ = 8 + static_cast<std::size_t>(length);
    header_ = nlohmann::json::parse(content_.substr(8, static_cast<std::size_t>(length)));
  }

  std::vector<float> tensor(const std::string& name) const {
    const std::size_t begin = header_.at(name).at("data_offsets").at(0),
                      end = header_.at(name).at("data_offsets").at(1);
    std::vector<float> values((end - begin) / sizeof(float));
    std::memcpy(values.data(), content_.data() + data_ + begin, end - begin);
    return values;
  }
  nlohmann::json metadata(const std::string& name) const {
    return nlohmann::json::parse(header_.at("__metadata__").at(name).get<std::string>());
  }

 private:
  std::string content_;
  std::size_t data_;
  nlohmann::json header_;
};

/// Returns the name of a file of weights, which differs from the authors' name of the weights.
std::string weights_file(const std::string& name) {
  if (name == "model_weights_opt_350") return "gnn_opt_350.safetensors";
  return "gnn" + name.substr(std::string("model").size()) + ".safetensors";
}

template <class Arch>
class GoldenTest : public ::testing::Test {};
TYPED_TEST_SUITE(GoldenTest, Architectures);

TYPED_TEST(GoldenTest, ScoresAreTheAuthors) {
  const auto path = reference_file("gnn_golden.safetensors");
  if (!path) GTEST_SKIP() << no_reference("gnn_golden.safetensors");
  const Golden golden(*path);
  const auto y = std::make_unique<SymMatrix<N>>();
  for (int i = 0; i < 5; ++i) {
    const std::string name = "case" + std::to_string(i);
    SCOPED_TRACE(name);
    const auto about = golden.metadata(name);
    const auto file = read_weights(*reference_file(weights_file(about.at("weights"))));
    EXPECT_EQ(file.n, N);
    EXPECT_EQ(file.k, K);
    const float t = about.at("t");
    auto lower = golden.tensor(name + ".A_lower");
    for (float& element : lower) element *= t;
    fill_from_packed(lower.data(), *y);

    Vec<N> v, kept;
    const auto start = golden.tensor(name + ".x0");
    std::copy(start.begin(), start.end(), v.begin());
    MessagePassingWorkspace<N> workspace;
    ASSERT_EQ(message_passing<TypeParam>(file.weights, *y, t, v, workspace), Status::kOk);
    keep_top_k<K, TypeParam>(v, kept);
    const float norm = std::sqrt(dot(kept, kept));
    scale(1.0f / std::fmax(1.0f, norm), kept);

    const auto scores = golden.tensor(name + ".scores");
    double product = 0;
    for (int j = 0; j < N; ++j) product += static_cast<double>(kept[j]) * scores[static_cast<std::size_t>(j)];
    double deviation = 0;
    for (int j = 0; j < N; ++j) {
      const double theirs = std::copysign(1.0, product) * scores[static_cast<std::size_t>(j)];
      EXPECT_NEAR(kept[j], theirs, 1e-4 * std::fabs(theirs)) << j;
      if (theirs != 0) deviation = std::max(deviation, std::fabs(kept[j] / theirs - 1));
    }
    this->RecordProperty(name, std::to_string(deviation));
    EXPECT_NEAR(dot(kept, kept), about.at("fro").get<double>(), 1e-4 * about.at("fro").get<double>());
  }
}

}  // namespace
}  // namespace driftbench
