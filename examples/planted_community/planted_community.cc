// Plants a community in a random graph, writes the graph as a matrix for `driftbench denoise`, and shows what the
// estimate says about the community.
//
//   planted_community matrix SEED > matrix.npy       the graph as Y = t x + noise
//   planted_community compare SEED < estimate.npy    how many of the community's vertices the estimate finds
//   planted_community plot SEED < estimate.npy       the data of picture.gnuplot
//
// There is an edge between any two of n vertices with probability 1/2, and between any two of the k vertices of the
// community with certainty. Let A_ij = 1 for an edge and -1 for none, and x = u u^T with u = 1/sqrt(k) on the
// community. Then A_ij is k x_ij on average, with variance 1 outside the community. In Y the noise around t x has
// variance t/2. Both hold for Y = sqrt(t/2) A with t = k^2 / 2. No edge leads from a vertex to itself, so the diagonal
// of Y is 0.

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/targets/sparse_signs.h"
#include "kernels/word_sequence.h"
#include "tools/base/errors.h"
#include "tools/base/npy.h"

namespace driftbench {
namespace {

constexpr int kVertices = 200, kCommunity = 20;
constexpr std::size_t kN = kVertices;
/// sqrt(t / 2).
constexpr float kScale = kCommunity / 2.0f;

struct Graph {
  std::vector<bool> planted;  ///< for each vertex, whether it is in the community
  std::vector<float> matrix;  ///< Y, n x n, row by row
};

Graph make_graph(std::uint64_t seed) {
  RankOne<kVertices> x;
  SparseSigns<kVertices, kCommunity>{1.0f}.draw({seed, Stream::kTarget}, x);
  Graph graph{std::vector<bool>(kN), std::vector<float>(kN * kN)};
  for (int i = 0; i < kVertices; ++i) graph.planted[static_cast<std::size_t>(i)] = x.v[i] != 0;
  WordSequence words({seed, Stream::kNoise});
  for (std::size_t i = 0; i < kN; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const bool edge = (graph.planted[i] && graph.planted[j]) || words.next_below(2) == 1;
      graph.matrix[i * kN + j] = graph.matrix[j * kN + i] = edge ? kScale : -kScale;
    }
  }
  return graph;
}

/// Reads an estimate from stdin and returns its diagonal, which is s v_i^2 for an estimate s v v^T.
std::vector<float> read_weights() {
  const auto header = read_npy_header(stdin);
  if (!header || header->shape != std::vector<std::size_t>{kN, kN}) {
    throw ArgumentError(fmt::format("give an estimate of {} x {}", kN, kN));
  }
  std::vector<float> estimate(kN * kN), weights(kN);
  read_npy_values(stdin, *header, estimate);
  for (std::size_t i = 0; i < kN; ++i) weights[i] = estimate[i * kN + i];
  return weights;
}

/// Returns the vertices by falling weight.
std::vector<std::size_t> rank_vertices(const std::vector<float>& weights) {
  std::vector<std::size_t> order(kN);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return weights[a] > weights[b]; });
  return order;
}

void compare(const Graph& graph, const std::vector<float>& weights) {
  const auto order = rank_vertices(weights);
  const auto found = std::count_if(order.begin(), order.begin() + kCommunity,
                                   [&](std::size_t vertex) { return graph.planted[vertex]; });
  fmt::print("{} of the {} vertices with the largest weights are of the community of {}\n", found, kCommunity,
             kCommunity);
  fmt::print("trace of the estimate {:.3f}; 1 for a certain community, 0 for none\n",
             std::accumulate(weights.begin(), weights.end(), 0.0));
}

/// Prints 1 for an edge and 0 for none, rows and columns in the given order.
void print_edges(const Graph& graph, const std::vector<std::size_t>& order) {
  for (std::size_t i : order) {
    for (std::size_t j : order) fmt::print("{} ", graph.matrix[i * kN + j] > 0 ? 1 : 0);
    fmt::print("\n");
  }
  fmt::print("\n\n");
}

/// Prints three blocks for picture.gnuplot: the edges; a line for each vertex with its number, its weight and 1 where
/// it is in the community; and the edges with the vertices by falling weight.
void plot(const Graph& graph, const std::vector<float>& weights) {
  std::vector<std::size_t> given(kN);
  std::iota(given.begin(), given.end(), std::size_t{0});
  print_edges(graph, given);
  for (std::size_t i = 0; i < kN; ++i) fmt::print("{} {:.6f} {}\n", i, weights[i], graph.planted[i] ? 1 : 0);
  fmt::print("\n\n");
  print_edges(graph, rank_vertices(weights));
}

int run(const std::vector<std::string>& arguments) {
  std::uint64_t seed = 0;
  bool good = arguments.size() == 2;
  if (good) {
    const char* end = arguments[1].data() + arguments[1].size();
    good = std::from_chars(arguments[1].data(), end, seed).ptr == end;
  }
  const std::string_view command = good ? arguments[0] : std::string_view();
  if (command == "matrix") {
    print_npy(kN, kN, make_graph(seed).matrix);
  } else if (command == "compare") {
    compare(make_graph(seed), read_weights());
  } else if (command == "plot") {
    plot(make_graph(seed), read_weights());
  } else {
    throw ArgumentError("give matrix, compare or plot, and a seed");
  }
  return 0;
}

}  // namespace
}  // namespace driftbench

int main(int argc, char** argv) {
  try {
    return driftbench::run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    fmt::print(stderr, "planted_community: {}\n", error.what());
    return 2;
  }
}
