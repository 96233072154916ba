// AnyDrift holds any drift behind one type, so that a drift can be chosen by name at run time.
#pragma once

#include <algorithm>
#include <concepts>
#include <iterator>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "kernels/drift.h"
#include "kernels/work.h"
#include "runtime/sampler.h"

namespace driftbench {

/// Returns a drift's phases, by their index. A drift that works around another one, inner(), appends its own phases to
/// that one's. A drift that does not tell its phases apart has none.
template <class D>
std::vector<Phase> phases_of(const D& drift) {
  if constexpr (requires { drift.phases(); }) {
    return drift.phases();
  } else if constexpr (requires { D::kPhases; }) {
    return {std::begin(D::kPhases), std::end(D::kPhases)};
  } else if constexpr (requires { D::kOwnPhases; }) {
    auto phases = phases_of(drift.inner());
    phases.insert(phases.end(), std::begin(D::kOwnPhases), std::end(D::kOwnPhases));
    return phases;
  } else {
    return {};
  }
}

/// One of several estimates that are asked for at the same t; its members are arguments of evaluate_drift.
template <int N, class E>
struct Estimation {
  RandomAddress at;
  const SymMatrix<N>* y;
  E* estimate;
};

/// A drift that makes several estimates in one call. Where it lacks one of them, it throws EstimateError.
template <class D, int N>
concept BatchedDrift = requires(D drift, std::span<const Estimation<N, typename D::Estimate>> all, float t) {
  drift.estimate_all(all, t);
};

/// Type-erased drift: it owns a drift of any type and satisfies the concept Drift itself. The step loops are therefore
/// compiled once for AnyDrift instead of once for every drift. A call costs an indirection, some nanoseconds of a step
/// that takes microseconds.
template <int N, class E>
class AnyDrift {
 public:
  using Estimate = E;

  template <class D>
  requires Drift<D, N> && std::same_as<typename D::Estimate, E>
  explicit AnyDrift(std::unique_ptr<D> drift)
      : phases_(phases_of(*drift)), work_(drift_work<N>(*drift)), drift_(std::make_unique<Held<D>>(std::move(drift))) {}

  void randomize(const RandomAddress& at) { drift_->randomize(at); }

  template <class Probe = NoProbe>
  Status operator()(const SymMatrix<N>& y, float t, Estimate& m, Probe&& probe = {}) {
    using P = std::remove_reference_t<Probe>;
    return drift_->call(y, t, m, {[](const void* p, int phase) { (*static_cast<const P*>(p))(phase); }, &probe});
  }

  /// Makes all of the estimates, and returns the worst of their statuses. A BatchedDrift makes them in one call.
  Status evaluate_all(std::span<const Estimation<N, E>> all, float t) { return drift_->call_all(all, t); }

  const std::vector<Phase>& phases() const { return phases_; }
  int phase_count() const { return static_cast<int>(phases_.size()); }
  const DriftWork& work() const { return work_; }

 private:
  /// Refers to the caller's probe, whatever its type. The probe outlives the call of the drift, so that its address is
  /// enough.
  struct ProbeRef {
    void (*notify)(const void*, int);
    const void* probe;
    void operator()(int phase) const { notify(probe, phase); }
  };

  /// What a call needs of the drift, whatever its type.
  struct Callable {
    virtual ~Callable() = default;
    virtual void randomize(const RandomAddress& at) = 0;
    virtual Status call(const SymMatrix<N>& y, float t, Estimate& m, ProbeRef probe) = 0;
    virtual Status call_all(std::span<const Estimation<N, E>> all, float t) = 0;
  };

  template <class D>
  struct Held final : Callable {
    explicit Held(std::unique_ptr<D> d) : drift(std::move(d)) {}

    void randomize(const RandomAddress& at) override {
      if constexpr (RandomizedDrift<D>) drift->randomize(at);
    }
    Status call(const SymMatrix<N>& y, float t, Estimate& m, ProbeRef probe) override {
      return call_drift<N>(*drift, y, t, m, probe);
    }
    Status call_all(std::span<const Estimation<N, E>> all, float t) override {
      Status worst = Status::kOk;
      if constexpr (BatchedDrift<D, N>) {
        drift->estimate_all(all, t);
      } else {
        for (const auto& one : all)
          worst = std::max(worst, evaluate_drift<N>(*drift, one.at, *one.y, t, *one.estimate));
      }
      return worst;
    }

    std::unique_ptr<D> drift;
  };

  std::vector<Phase> phases_;
  DriftWork work_;
  std::unique_ptr<Callable> drift_;
};

template <int N, class E>
using AnySampler = Sampler<N, AnyDrift<N, E>>;

}  // namespace driftbench
