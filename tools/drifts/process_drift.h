// The drift exec:COMMAND, which is a program of the user's, and the choice of a drift by any name that there is.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "kernels/drift.h"
#include "kernels/plain_arrays.h"
#include "kernels/status.h"
#include "kernels/sym_matrix.h"
#include "kernels/target.h"
#include "kernels/work.h"
#include "runtime/sampler.h"
#include "tools/base/quote.h"
#include "tools/drifts/any_drift.h"
#include "tools/drifts/drift_info.h"
#include "tools/drifts/drift_name.h"
#include "tools/drifts/drift_settings.h"
#include "tools/drifts/estimator_process.h"
#include "tools/drifts/registry.h"

namespace driftbench {

/// A drift whose estimates come from a process. An estimate is the symmetric part of the process's answer. A call
/// writes N^2 numbers to a pipe and reads as many, with their conversion; throws EstimateError where there is no
/// answer, or one that is not finite.
template <int N>
class ProcessDrift {
 public:
  using Estimate = SymMatrix<N>;
  static constexpr Phase kPhases[] = {{"pipe"}, {"wait", false, true}};
  static constexpr std::size_t kMatrixFloats = full_count(N);

  /// The processes outlive the drift.
  explicit ProcessDrift(EstimatorProcesses& processes)
      : processes_(processes), process_(processes.take()), matrices_(kMatrixFloats), answers_(kMatrixFloats) {}
  ~ProcessDrift() { processes_.give_back(std::move(process_)); }
  ProcessDrift(const ProcessDrift&) = delete;
  ProcessDrift& operator=(const ProcessDrift&) = delete;

  template <class Probe = NoProbe>
  Status operator()(const SymMatrix<N>& y, float t, Estimate& m, Probe&& probe = {}) {
    const Estimation<N, Estimate> one{{}, &y, &m};
    estimate_all({&one, 1}, t, probe);
    return Status::kOk;
  }

  /// Makes as many estimates as the process wants in a request, or fewer.
  template <class Probe = NoProbe>
  void estimate_all(std::span<const Estimation<N, Estimate>> all, float t, Probe&& probe = {}) {
    const auto count = static_cast<int>(all.size());
    matrices_.resize(all.size() * kMatrixFloats);
    for (std::size_t i = 0; i < all.size(); ++i) write_full(*all[i].y, matrices_.data() + i * kMatrixFloats);
    process_->send(N, t, count, matrices_);
    probe(kPipe);
    process_->await();
    probe(kWait);
    process_->receive(N, count, answers_);
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (fill_from_full(answers_.data() + i * kMatrixFloats, *all[i].estimate)) continue;
      process_->fail("its answer has NaN or infinity in single precision");
    }
    probe(kPipe);
  }

  /// What the process does is not known.
  DriftWork work() const { return {}; }

 private:
  static constexpr int kPipe = 0, kWait = 1;

  EstimatorProcesses& processes_;
  std::unique_ptr<EstimatorProcess> process_;
  std::vector<float> matrices_, answers_;
};

/// What `list` says of such drifts.
inline WrapperInfo describe_processes() {
  return {"exec:COMMAND", "a program that reads Y and writes estimates: docs/exec.md"};
}

/// Returns the entry of the drift exec:COMMAND of that name. Its bytes are those of this program alone.
template <int N>
DriftEntry<N, SymMatrix<N>> process_entry(const std::string& name) {
  constexpr std::size_t kArrays = 2 * ProcessDrift<N>::kMatrixFloats * sizeof(float);
  const auto make = [](const DriftSettings& settings) {
    return AnyDrift<N, SymMatrix<N>>(std::make_unique<ProcessDrift<N>>(*settings.processes));
  };
  const auto batch = [](const DriftSettings& settings) { return settings.processes->batch(); };
  return {{shown(name, 40), describe_processes().summary, Sampler<N, ProcessDrift<N>>::bytes() + kArrays, true, false},
          make,
          batch};
}

/// Returns f(entry) of the drift of that name, as with_drift does, which may be exec:COMMAND. Throws ArgumentError,
/// which says why, where there is none.
template <Target T, class F>
auto with_any_drift(const std::string& name, F f) {
  return process_command(name) ? f(process_entry<T::kN>(name)) : with_drift<T>(name, f);
}

}  // namespace driftbench
