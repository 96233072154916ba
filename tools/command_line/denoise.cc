#include "tools/command_line/denoise.h"

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <memory>

#include "tools/base/errors.h"
#include "tools/base/failure.h"
#include "tools/base/npy.h"
#include "tools/base/standard_streams.h"
#include "tools/command_line/common_options.h"
#include "tools/command_line/not_converged.h"
#include "tools/command_line/values.h"

namespace driftbench {
namespace {

/// Returns the largest magnitude among the n x n numbers, which lie row by row. Throws where they are not a symmetric
/// matrix of finite numbers.
float check_matrix(std::size_t n, const std::vector<float>& matrix) {
  float largest = 0;
  for (std::size_t i = 0; i < matrix.size(); ++i) {
    if (!std::isfinite(matrix[i])) {
      throw ArgumentError(
          fmt::format("element ({}, {}) is {} in single precision; give finite numbers", i / n, i % n, matrix[i]));
    }
    largest = std::max(largest, std::fabs(matrix[i]));
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const float below = matrix[i * n + j], above = matrix[j * n + i];
      if (std::fabs(below - above) > kSymmetryTolerance * largest) {
        throw ArgumentError(fmt::format(
            "not symmetric: element ({}, {}) is {}, ({}, {}) is {}; give them equal, to {:g} of the largest "
            "magnitude, {}",
            i, j, below, j, i, above, kSymmetryTolerance, largest));
      }
    }
  }
  return largest;
}

/// Says what to do about a Y whose largest element has that magnitude, and in which the drift overflows.
std::string describe_overflow(float largest, float t) {
  // No element of t x exceeds t, and hardly one of the noise exceeds five standard deviations.
  const float usual = t + 5 * std::sqrt(t);
  const std::string found = fmt::format(
      "the estimate is not finite: the largest element of Y has magnitude {:.3g} and single precision "
      "overflows on the way",
      largest);
  if (largest <= usual) return fmt::format("{}; divide Y and --t by the same number", found);
  return fmt::format("{}; Y = t x + noise has none beyond some {:.2g} at t = {:g}: scale your matrix so", found, usual,
                     t);
}

/// Estimates the frames of stdin one after another.
class Filter {
 public:
  explicit Filter(const DenoisePlan& plan) : plan_(plan), denoisers_(plan.sizes.size()) {}

  /// Reads a frame and writes its estimate. Returns false where stdin has ended.
  bool denoise_next() {
    try {
      if (!read_next()) return false;
      const auto n = static_cast<int>(n_);
      const std::size_t chosen = smallest_size();
      if (!denoisers_[chosen]) denoisers_[chosen] = make_denoiser(*plan_.sizes[chosen]);
      say_padding(n, plan_.sizes[chosen]->n());
      const auto t = static_cast<float>(parse_time("--t", plan_.t, n));
      count(denoisers_[chosen]->denoise(matrix_, n, t, frame_), t);
    } catch (const ArgumentError& error) {
      throw ArgumentError(fmt::format("frame {}: {}", frame_, error.what()));
    }
    print_npy(n_, n_, matrix_);
    ++frame_;
    return true;
  }

  std::uint64_t frames() const { return frame_; }
  std::int64_t not_converged() const { return not_converged_; }

 private:
  /// Reads the next frame into matrix_ and n_. Returns false where there is none.
  bool read_next() {
    const auto header = read_npy_header(stdin);
    if (!header) return false;
    n_ = dimension(header->shape);
    read_npy_values(stdin, *header, matrix_);
    largest_ = check_matrix(n_, matrix_);
    return true;
  }

  /// Returns n of a shape that is square and fits, and refuses any other.
  std::size_t dimension(const std::vector<std::size_t>& shape) const {
    const auto least = static_cast<std::size_t>(plan_.sizes.front()->k());
    const auto most = static_cast<std::size_t>(plan_.sizes.back()->n());
    const auto refuse = [&](const std::string& possible) {
      throw ArgumentError(fmt::format("an array of shape ({}); give {}", fmt::join(shape, ", "), possible));
    };
    if (shape.size() != 2 || shape[0] != shape[1]) refuse("a square matrix");
    if (plan_.n && shape[0] != static_cast<std::size_t>(*plan_.n)) {
      refuse(fmt::format("({}, {}), as --n says, or no --n", *plan_.n, *plan_.n));
    }
    if (shape[0] < least) refuse(fmt::format("n = {} or more, as k = {}", least, least));
    if (shape[0] > most) {
      refuse(fmt::format(
          "n = {} at most, the largest compiled in with k = {}, or add ({}, {}) to sizes.bzl and build again", most,
          least, shape[0], least));
    }
    return shape[0];
  }

  /// Returns the index of the first size, and so the smallest, that holds the matrix.
  std::size_t smallest_size() const {
    std::size_t i = 0;
    while (static_cast<std::size_t>(plan_.sizes[i]->n()) < n_) ++i;
    return i;
  }

  std::unique_ptr<Denoiser> make_denoiser(const CompiledSize& size) const {
    if (plan_.weights != nullptr && size.drift(plan_.request.drift).needs_weights) {
      warn_of_size(*plan_.weights, size.n(), size.k());
    }
    return size.denoiser(plan_.request);
  }

  void say_padding(int n, int compiled) {
    if (padding_said_ || plan_.request.quiet || n == compiled) return;
    padding_said_ = true;
    fmt::print(
        stderr,
        "driftbench: frame {}: n = {} is padded with zeros to {}, the size that the drift is made for; said once\n",
        frame_, n, compiled);
  }

  void count(Status status, float t) {
    if (status == Status::kNotFinite) {
      throw RunError(
          fmt::format("frame {}: {}; the estimates before it, {}, are written, and no frame after it is read", frame_,
                      describe_overflow(largest_, t), frame_));
    }
    if (status != Status::kOk) ++not_converged_;
  }

  const DenoisePlan& plan_;
  std::vector<std::unique_ptr<Denoiser>> denoisers_;  // one for each size, made when first needed
  std::vector<float> matrix_;
  std::size_t n_ = 0;
  float largest_ = 0;  // the largest magnitude of an element of the frame
  std::uint64_t frame_ = 0;
  std::int64_t not_converged_ = 0;
  bool padding_said_ = false;
};

class DenoiseCommand final : public Command {
 public:
  DenoiseCommand()
      : Command(
            {"denoise",
             "Estimate x from matrices of your own: .npy arrays from stdin, one after another, the "
             "estimates to stdout",
             "An array is Y = t x + noise: symmetric, float32 or float64, noise variance t/2 off the diagonal and t "
             "on it. Drifts know their size when compiled: a matrix between sizes is padded with zeros to the next "
             "one with this k, whose drift then takes it for one of that size, and its estimate is cropped.",
             "--k 4 --drift amp --t 30 < y.npy > x.npy", "give smaller matrices"}) {}
  std::vector<OptionGroup> options() override {
    return {{"Drift and its size", {&n_, &k_, &drift_, &run_.weights, &run_.lipschitz_constant}},
            {"Matrices", {&t_}},
            {"Run", {&run_.seed, &run_.target_w}},
            {"Output", {&quiet_}}};
  }
  int run(const CompiledSizes& sizes, const std::string&) override {
    DenoisePlan plan;
    plan.weights = run_.read_weights();
    plan.request = run_.request(quiet_.given.has_value());
    plan.request.drift = drift_.text();
    plan.sizes = find_sizes(sizes, k_.text(), plan.request.drift, plan.request.settings);
    const IntegerRange fitting{plan.sizes.front()->k(), plan.sizes.back()->n()};
    if (n_.given) plan.n = static_cast<int>(parse_integer(n_.name, *n_.given, fitting));
    plan.t = t_.text();
    parse_time(t_.name, plan.t, plan.n.value_or(plan.sizes.back()->n()));
    run_denoise(plan);
    return 0;
  }

 private:
  Option n_{"--n", "INT", "k to the largest compiled n", "",
            "Dimension that every matrix must have, and not each its own"};
  Option k_ = k_option();
  Option drift_{"--drift", "DRIFT", "one of `driftbench list`", "",
                "The drift, possibly wrapped as in gated(spectral)"};
  Option t_ = time_option("--t", "", "Signal-to-noise ratio of the matrices");
  RunOptions run_;
  Option quiet_ = flag("--quiet", "Do not say that matrices are padded");
};

}  // namespace

std::unique_ptr<Command> denoise_command() { return std::make_unique<DenoiseCommand>(); }

void run_denoise(const DenoisePlan& plan) {
  if (isatty(STDIN_FILENO) != 0) {
    throw ArgumentError("standard input: a terminal is not possible; redirect it, as in denoise < matrix.npy");
  }
  if (isatty(STDOUT_FILENO) != 0) {
    throw ArgumentError("standard output: a terminal is not possible; redirect it, as in denoise > estimate.npy");
  }
  if (!stdout_is_open()) throw ArgumentError("standard output: closed; redirect it, as in denoise > estimate.npy");

  struct stat in {
  }, out{};
  if (fstat(STDIN_FILENO, &in) == 0 && fstat(STDOUT_FILENO, &out) == 0 && S_ISREG(in.st_mode) &&
      in.st_dev == out.st_dev && in.st_ino == out.st_ino) {
    throw ArgumentError("standard output: the file that standard input reads is not possible; give another file");
  }

  Filter filter(plan);
  const auto say_not_converged = [&] {
    NotConverged not_converged("frames");
    not_converged.add(plan.request.drift, filter.not_converged(), static_cast<std::int64_t>(filter.frames()));
    if (const std::string text = not_converged.sentence(); !text.empty()) print_error(text);
  };
  try {
    while (filter.denoise_next()) {
    }
  } catch (...) {
    say_not_converged();
    throw;
  }
  if (filter.frames() == 0) {
    throw ArgumentError("standard input: empty; give .npy arrays, one after another");
  }
  say_not_converged();
}

}  // namespace driftbench
