#include "tools/command_line/denoise.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>

#include "tools/base/errors.h"
#include "tools/base/failure.h"
#include "tools/base/npy.h"
#include "tools/base/pipeline.h"
#include "tools/base/standard_streams.h"
#include "tools/command_line/common_options.h"
#include "tools/command_line/frames.h"
#include "tools/command_line/not_converged.h"
#include "tools/command_line/standardize.h"
#include "tools/command_line/values.h"
#include "tools/sizes/denoiser.h"

namespace driftbench {
namespace {

/// How many frames are in memory: one is read, one is denoised, one is written, and one waits on either side.
constexpr std::size_t kFrames = 5;

[[noreturn]] void refuse_not_finite(const InputFrame& frame) {
  const auto bad = std::find_if_not(frame.matrix.begin(), frame.matrix.end(), [](float x) { return std::isfinite(x); });
  const auto at = static_cast<std::size_t>(bad - frame.matrix.begin());
  throw ArgumentError(
      fmt::format("element ({}, {}) is {} in single precision; give finite numbers", at / frame.n, at % frame.n, *bad));
}

/// Refuses a matrix that is not symmetric, with the largest magnitude among its elements.
[[noreturn]] void refuse_asymmetric(const InputFrame& frame, float largest) {
  const auto at = [&](std::size_t i, std::size_t j) { return frame.matrix[i * frame.n + j]; };
  std::size_t i = 1, j = 0;
  while (i + 1 < frame.n && !(std::fabs(at(i, j) - at(j, i)) > kSymmetryTolerance * largest)) {
    if (++j == i) ++i, j = 0;
  }
  throw ArgumentError(fmt::format(
      "not symmetric: element ({}, {}) is {}, ({}, {}) is {}; give them equal, to {:g} of the largest magnitude, {}", i,
      j, at(i, j), j, i, at(j, i), kSymmetryTolerance, largest));
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

/// Returns the least n that a matrix may have.
int least_n(const DenoisePlan& plan) { return std::max(1, plan.sizes.front()->id().k); }

/// Returns what n could be in place of one that the plan does not allow; none where it does.
std::optional<std::string> other_sizes(const DenoisePlan& plan, std::size_t n) {
  const int k = plan.sizes.front()->id().k;
  const auto least = static_cast<std::size_t>(least_n(plan));
  const auto most = static_cast<std::size_t>(plan.sizes.back()->n());
  if (plan.n && n != static_cast<std::size_t>(*plan.n)) {
    return fmt::format("({}, {}), as --n says, or no --n", *plan.n, *plan.n);
  }
  if (n < least) return fmt::format("n = {} or more, as k = {}", least, k);
  if (n <= most) return std::nullopt;
  return fmt::format("n = {} at most, the largest compiled in{}, or add {} to sizes.bzl and build again", most,
                     k == 0 ? "" : fmt::format(" with k = {}", k),
                     size_line({plan.sizes.front()->id().target, static_cast<int>(n), k}));
}

/// Estimates frames one after another.
class Filter {
 public:
  explicit Filter(const DenoisePlan& plan) : plan_(plan), denoisers_(plan.sizes.size()) {}

  /// Replaces the frame's matrix by its estimate.
  void denoise(InputFrame& frame) {
    const auto n = static_cast<int>(frame.n);
    try {
      const auto t = static_cast<float>(parse_time("--t", plan_.t, n));
      Denoiser& denoiser = denoiser_of(frame);
      float largest = take(denoiser, frame);
      if (plan_.standardize) {
        const Bulk bulk = find_bulk(frame.n, frame.matrix);
        standardize(bulk, t, frame.n, frame.matrix);
        largest = take(denoiser, frame);
        if (!plan_.request.quiet) say(frame, describe(bulk, t));
      }
      count(denoiser.denoise(t, frame.number, frame.matrix), frame, t, largest);
    } catch (const ArgumentError& error) {
      throw ArgumentError(fmt::format("{}: {}", frame.name, error.what()));
    }
  }

  std::int64_t frames() const { return frames_; }
  std::int64_t not_converged() const { return not_converged_; }

 private:
  static void say(const InputFrame& frame, const std::string& text) {
    fmt::print(stderr, "driftbench: {}: {}\n", frame.name, text);
  }

  /// Gives the denoiser a matrix and returns the largest magnitude of its elements.
  static float take(Denoiser& denoiser, const InputFrame& frame) {
    const auto asymmetry = denoiser.take(frame.matrix, static_cast<int>(frame.n));
    if (!asymmetry) refuse_not_finite(frame);
    if (asymmetry->difference > kSymmetryTolerance * asymmetry->largest) refuse_asymmetric(frame, asymmetry->largest);
    return asymmetry->largest;
  }

  /// Returns the denoiser of the smallest size that holds the frame.
  Denoiser& denoiser_of(const InputFrame& frame) {
    const auto n = static_cast<int>(frame.n);
    std::size_t i = 0;
    while (plan_.sizes[i]->n() < n) ++i;
    if (!denoisers_[i]) denoisers_[i] = make_denoiser(*plan_.sizes[i]);
    if (!padding_said_ && !plan_.request.quiet && n != plan_.sizes[i]->n()) {
      padding_said_ = true;
      say(frame, fmt::format("n = {} is padded with zeros to {}, the size that the drift is made for; said once", n,
                             plan_.sizes[i]->n()));
    }
    return *denoisers_[i];
  }

  std::unique_ptr<Denoiser> make_denoiser(const CompiledSize& size) const {
    if (plan_.weights != nullptr && size.drift(plan_.request.drift).needs_weights) {
      warn_of_size(*plan_.weights, size.id().n, size.id().k);
    }
    return size.denoiser(plan_.request);
  }

  void count(Status status, const InputFrame& frame, float t, float largest) {
    if (status == Status::kNotFinite) {
      throw RunError(fmt::format("{}: {}; the estimates before it, {}, are written, and no frame after it is read",
                                 frame.name, describe_overflow(largest, t), frame.number));
    }
    ++frames_;
    if (status != Status::kOk) ++not_converged_;
  }

  const DenoisePlan& plan_;
  std::vector<std::unique_ptr<Denoiser>> denoisers_;  // one for each size, made when first needed
  std::int64_t frames_ = 0;
  std::int64_t not_converged_ = 0;
  bool padding_said_ = false;
};

class DenoiseCommand final : public Command {
 public:
  DenoiseCommand()
      : Command(
            {"denoise",
             "Estimate x from matrices of your own: .npy arrays or Matrix Market files, from stdin or from files "
             "in turn, the estimates as .npy arrays to stdout",
             "A matrix is Y = t x + noise: symmetric, noise variance t/2 off the diagonal and t on it; --standardize "
             "makes it so. Arrays have booleans, integers or floating-point numbers; (m, n, n) is a stack of m "
             "matrices. Drifts know their size when compiled: a matrix between sizes is padded with zeros to the next "
             "one with this k, whose drift then takes it for one of that size, and its estimate is cropped.",
             "--k 4 --drift amp --t 30 < y.npy > x.npy", "give smaller matrices"}) {}
  std::vector<OptionGroup> options() override {
    return {target_.group(),
            {"Drift", {&drift_, &run_.weights, &run_.lipschitz_constant}},
            {"Matrices", {&files_, &t_, &standardize_}},
            {"Run", {&run_.seed}},
            {"Output", {&quiet_}}};
  }
  int run(const CompiledSizes& sizes, const std::string&) override {
    DenoisePlan plan;
    plan.files = files_.all_given.empty() ? std::vector<std::string>{kStandardInput} : files_.all_given;
    plan.standardize = standardize_.given.has_value();
    plan.weights = run_.read_weights();
    plan.request = run_.request(target_.settings(sizes), quiet_.given.has_value());
    plan.request.drift = drift_.text();
    plan.sizes = find_sizes(sizes, given_size(sizes), plan.request.drift, plan.request.settings);
    const IntegerRange fitting{least_n(plan), plan.sizes.back()->n()};
    if (target_.n.given) plan.n = static_cast<int>(parse_integer(target_.n.name, *target_.n.given, fitting));
    plan.t = t_.text();
    parse_time(t_.name, plan.t, plan.n.value_or(plan.sizes.back()->n()));
    run_denoise(plan);
    return 0;
  }

 private:
  /// Returns the size that is given. Matrices of several n share the k that is usual where none is given.
  GivenSize given_size(const CompiledSizes& sizes) const {
    GivenSize given = target_.size();
    if (!given.k && has_k(sizes, given.target)) given.k = kDefaultK;
    return given;
  }

  static TargetOptions target_of_matrices() {
    TargetOptions options;
    options.n = {"--n", "INT", "k to the largest compiled n", "",
                 "Dimension that every matrix must have, and not each its own"};
    return options;
  }

  TargetOptions target_ = target_of_matrices();
  Option drift_{"--drift", "DRIFT", "one of `driftbench list`", "",
                "The drift, possibly wrapped as in gated(spectral)"};
  Option files_ = file_list("files", "What is read, in turn; - is stdin, as where no file is given");
  Option t_ = time_option("--t", "", "Signal-to-noise ratio of the matrices");
  Option standardize_ = flag("--standardize",
                             "Subtract each matrix's median and scale it so that the noise of its bulk is that of Y at "
                             "--t; say what was found");
  RunOptions run_;
  Option quiet_ = flag("--quiet", "Do not say that matrices are padded, nor how they are standardized");
};

}  // namespace

std::unique_ptr<Command> denoise_command() { return std::make_unique<DenoiseCommand>(); }

void run_denoise(const DenoisePlan& plan) {
  check_inputs(plan.files);
  if (isatty(STDOUT_FILENO) != 0) {
    throw ArgumentError("standard output: a terminal is not possible; redirect it, as in denoise > estimate.npy");
  }
  if (!stdout_is_open()) throw ArgumentError("standard output: closed; redirect it, as in denoise > estimate.npy");

  FrameSource source(plan.files, [&](std::size_t n) { return other_sizes(plan, n); });
  Filter filter(plan);
  const auto say_not_converged = [&] {
    NotConverged not_converged("frames");
    not_converged.add(plan.request.drift, filter.not_converged(), filter.frames());
    if (const std::string text = not_converged.sentence(); !text.empty()) print_error(text);
  };
  try {
    run_pipeline<InputFrame>(
        kFrames,
        {[&](InputFrame& frame) { return source.read(frame); }, [&](InputFrame& frame) { filter.denoise(frame); },
         [](const InputFrame& frame) { print_npy(frame.n, frame.n, frame.matrix); }, [&] { source.stop(); }});
  } catch (...) {
    say_not_converged();
    throw;
  }
  say_not_converged();
}

}  // namespace driftbench
