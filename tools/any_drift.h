// Drifts chosen by name at run time, behind one type.
#pragma once

#include <concepts>
#include <iterator>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "kernels/drift.h"

namespace driftbench {

/// Owns a drift whose type is known to its maker only and is one itself. The step loops compile once for it instead of
/// once a drift; a call costs an indirection, some nanoseconds of a step's microseconds.
template <int N, class E>
class AnyDrift {
 public:
  using Estimate = E;

  template <class D>
  requires Drift<D, N> && std::same_as<typename D::Estimate, E>
  explicit AnyDrift(std::unique_ptr<D> drift) : drift_(std::make_unique<Model<D>>(std::move(drift))) {}

  void randomize(const RandomAddress& at) { drift_->randomize(at); }

  template <class Probe = NoProbe>
  Status operator()(const SymMatrix<N>& y, float t, Estimate& m, Probe&& probe = {}) {
    using P = std::remove_reference_t<Probe>;
    return drift_->call(y, t, m, {[](const void* p, int phase) { (*static_cast<const P*>(p))(phase); }, &probe});
  }

  std::vector<std::string> phases() const { return drift_->phases(); }

 private:
  /// A probe of any type, which outlives the call.
  struct ProbeRef {
    void (*notify)(const void*, int);
    const void* probe;
    void operator()(int phase) const { notify(probe, phase); }
  };

  struct Concept {
    virtual ~Concept() = default;
    virtual void randomize(const RandomAddress& at) = 0;
    virtual Status call(const SymMatrix<N>& y, float t, Estimate& m, ProbeRef probe) = 0;
    virtual std::vector<std::string> phases() const = 0;
  };

  template <class D>
  struct Model final : Concept {
    explicit Model(std::unique_ptr<D> d) : drift(std::move(d)) {}

    void randomize(const RandomAddress& at) override {
      if constexpr (RandomizedDrift<D>) drift->randomize(at);
    }
    Status call(const SymMatrix<N>& y, float t, Estimate& m, ProbeRef probe) override {
      if constexpr (PhasedDrift<D, N>) {
        return (*drift)(y, t, m, probe);
      } else {
        return (*drift)(y, t, m);
      }
    }
    std::vector<std::string> phases() const override {
      if constexpr (requires { drift->phases(); }) {
        return drift->phases();
      } else if constexpr (requires { D::kPhases; }) {
        return {std::begin(D::kPhases), std::end(D::kPhases)};
      } else {
        return {};
      }
    }

    std::unique_ptr<D> drift;
  };

  std::unique_ptr<Concept> drift_;
};

}  // namespace driftbench
