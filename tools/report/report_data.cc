#include "tools/report/report_data.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <exception>
#include <functional>
#include <utility>

#include "tools/base/errors.h"
#include "tools/base/failure.h"
#include "tools/profiling/profile.h"
#include "tools/profiling/profile_results.h"
#include "tools/sizes/results.h"

namespace driftbench {
namespace {

/// How much is measured. Times are multiples of n unless stated otherwise.
struct Scale {
  double score_step, score_end;  ///< step and end of the grid of score matching, which starts at score_step
  std::int64_t samples, chains, steps;
  double dt;  ///< step of the diffusion at n = 350, in units of t
  std::int64_t lipschitz_samples, reduction_samples, copies, schedule_chains, schedule_steps, paths;
};

Scale scale_of(ReportScale scale) {
  switch (scale) {
    case ReportScale::kQuick:
      return {0.2, 2, 100, 20, 100, 4, 6, 12, 64, 300, 64, 50};
    case ReportScale::kDefault:
      return {0.1, 2, 1000, 100, 400, 2, 24, 60, 256, 1000, 256, 200};
    case ReportScale::kFull:
      break;
  }
  return {0.1, 4, 15000, 500, 2000, 0.5, 200, 1000, 256, 10000, 512, 1000};
}

/// Reduces the number of samples to a fifth or a third for drifts whose calls take as long as many calls of others.
std::int64_t fewer(std::int64_t count, const std::string& drift) {
  const std::int64_t divisor = drift.starts_with("lipschitz(") ? 5 : drift == "gnn" ? 3 : 1;
  return std::max<std::int64_t>(4, count / divisor);
}

bool has_drift(const CompiledSize& size, const std::string& name) {
  try {
    size.drift(name);
    return true;
  } catch (const ArgumentError&) {
    return false;
  }
}

/// Returns the drifts of the size that can be made, without their variants, and with drifts that Theorems 1 and 3 make
/// of amp.
std::vector<std::string> drifts_of(const CompiledSize& size, const DriftSettings& settings) {
  std::vector<std::string> names;
  for (const DriftInfo& info : size.drifts()) {
    if (!info.is_variant && (!info.needs_weights || settings.weights != nullptr)) names.push_back(info.name);
  }
  for (const std::string name : {"amp-restarts", "gated(amp)", "lipschitz(amp)"}) {
    if (has_drift(size, name)) names.push_back(name);
  }
  return names;
}

/// Returns the target's size n = 16, or else its first size, at which the posterior mean can be computed by
/// enumeration, or null.
const CompiledSize* small_size(const std::vector<std::unique_ptr<CompiledSize>>& all, const std::string& target) {
  const CompiledSize* found = nullptr;
  for (const auto& size : all) {
    if (size->id().target != target || !has_drift(*size, "exact")) continue;
    if (found == nullptr || size->n() == 16) found = size.get();
  }
  return found;
}

/// One point of the report: its measurement, and what it is expected to cost in seconds on one thread.
struct Job {
  double seconds;
  std::function<void(const std::string& label)> run;
};

/// Plans the jobs of a report and runs them.
class Measurement {
 public:
  Measurement(const ReportOptions& options, const std::atomic<bool>& stop)
      : options_(options), stop_(stop), scale_(scale_of(options.scale)) {
    data_.main = options.size;
    data_.small = small_size(*options.all, data_.main->id().target);
    data_.reference = options.reference;
    data_.target = options.request.settings.target;
    main_drifts_ = drifts_of(*data_.main, options.request.settings);
    if (data_.small != nullptr) small_drifts_ = drifts_of(*data_.small, DriftSettings{});
    data_.drifts = {"amp", "gnn", "ungated", "exact", "spectral", "gated(amp)", "lipschitz(amp)", "power"};
    for (const auto* drifts : {&main_drifts_, &small_drifts_}) {
      for (const std::string& drift : *drifts) {
        if (std::find(data_.drifts.begin(), data_.drifts.end(), drift) == data_.drifts.end()) {
          data_.drifts.push_back(drift);
        }
      }
    }
  }

  ReportData run() {
    plan_profiles();
    run_jobs();
    plan_scores();
    plan_samples();
    plan_constants();
    if (data_.small != nullptr) {
      plan_reductions();
      plan_schedules();
    }
    run_jobs();
    return std::move(data_);
  }

 private:
  template <class Q>
  Q make_request(const std::string& drift, double w) const {
    Q request = request_for<Q>(options_.request, drift);
    request.settings.target.w = w;
    return request;
  }

  /// Returns the mean time of a step of the drift, noise included, as the profile measured it.
  double step_seconds(const CompiledSize& size, const std::string& drift) const {
    for (const auto& step : data_.steps) {
      if (step.size == &size && step.request.drift == drift && step.result.phase == "step" &&
          step.result.latency.count() > 0) {
        return 1e-9 * step.result.latency.mean();
      }
    }
    return 1e-4;
  }

  template <class Q, class R>
  void add(double evaluations, const CompiledSize& size, Q request, std::vector<Measured<Q, R>>& results,
           R (CompiledSize::*measure)(const Q&) const) {
    const double seconds = evaluations * step_seconds(size, request.drift);
    jobs_.push_back({seconds, [=, this, &size, &results](const std::string& label) {
                       Q labelled = request;
                       labelled.label = label;
                       results.push_back({&size, request, (size.*measure)(labelled)});
                     }});
  }

  void plan_profiles() {
    const auto plan = [&](const CompiledSize& size, const std::vector<std::string>& drifts) {
      for (const std::string& drift : drifts) {
        auto request = make_request<ProfileRequest>(drift, data_.target.w);
        request.steps = scale_.steps;
        request.grid = uniform_grid(4.0 * size.n() / 200, 4.0 * size.n());
        const double seconds = static_cast<double>(scale_.steps) * 3e-4;
        jobs_.push_back({seconds, [=, this, &size](const std::string& label) {
                           ProfileRequest labelled = request;
                           labelled.label = label;
                           const StepProfile profile = profile_steps(size, labelled);
                           data_.steps_not_finite.push_back({&size, request, profile.not_finite});
                           for (const PhaseProfile& phase : profile.phases) {
                             data_.steps.push_back({&size, request, phase});
                           }
                         }});
      }
    };
    plan(*data_.main, main_drifts_);
    if (data_.small != nullptr && data_.small != data_.main) plan(*data_.small, small_drifts_);
  }

  void plan_score(const CompiledSize& size, const std::string& drift, double t, double w) {
    auto request = make_request<MseRequest>(drift, w);
    request.t = t;
    request.samples = fewer(scale_.samples, drift);
    add(static_cast<double>(request.samples), size, request, data_.scores, &CompiledSize::mse);
  }

  /// Plans the grid at the main size. At w = 1 and at the small size there is one point, for the pictures of both
  /// errors.
  void plan_scores() {
    const double n = data_.main->n();
    const int points = static_cast<int>(std::lround(scale_.score_end / scale_.score_step));
    for (int i = 1; i <= points; ++i) {
      for (const std::string& drift : main_drifts_)
        plan_score(*data_.main, drift, i * scale_.score_step * n, data_.target.w);
    }
    if (data_.target.w < 1) {
      for (const std::string& drift : sure_drifts()) plan_score(*data_.main, drift, 0.8 * n, 1);
    }
    if (data_.small == nullptr || data_.small == data_.main) return;
    for (const std::string& drift : small_drifts_) {
      plan_score(*data_.small, drift, 0.8 * data_.small->n(), data_.target.w);
    }
  }

  void plan_chains(const CompiledSize& size, const std::string& drift, double dt, double w, std::int64_t chains) {
    auto request = make_request<SampleRequest>(drift, w);
    request.chains = fewer(chains, drift);
    request.grid = uniform_grid(dt, 4.0 * size.n());
    request.paths = 3;
    add(static_cast<double>(request.chains) * static_cast<double>(request.grid.times.size()), size, request,
        data_.samples, &CompiledSize::sample);
  }

  void plan_samples() {
    const double dt = scale_.dt * data_.main->n() / 350;
    for (const std::string& drift : main_drifts_) plan_chains(*data_.main, drift, dt, data_.target.w, scale_.chains);
    if (data_.target.w < 1) {
      for (const std::string& drift : sure_drifts()) plan_chains(*data_.main, drift, dt, 1, scale_.chains);
    }
    if (data_.small == nullptr || data_.small == data_.main) return;
    for (const std::string& drift : small_drifts_) {
      plan_chains(*data_.small, drift, 0.5, data_.target.w, 4 * scale_.chains);
    }
  }

  void plan_constants() {
    for (const std::string drift : {"spectral", "amp", "lipschitz(spectral)", "lipschitz(amp)"}) {
      for (const double factor : {0.4, 0.6, 0.8, 1.0, 1.2, 1.6, 2.0}) {
        if (!has_drift(*data_.main, drift)) continue;
        auto request = make_request<LipschitzRequest>(drift, data_.target.w);
        request.t = factor * data_.main->n();
        request.samples = scale_.lipschitz_samples;
        add(10.0 * static_cast<double>(request.samples), *data_.main, request, data_.constants,
            &CompiledSize::lipschitz);
      }
    }
  }

  /// Plans four samplers: one that is right, one that is nearly right, one that samples only 0, and one that never
  /// does.
  void plan_reductions() {
    for (const std::string drift : {"exact", "amp", "gated(amp)", "ungated"}) {
      auto request = make_request<ReduceRequest>(drift, data_.target.w);
      request.t = 0.8 * data_.small->n();
      request.grid = uniform_grid(1, 4.0 * data_.small->n());
      request.copies = scale_.copies;
      request.samples = scale_.reduction_samples;
      const double steps = static_cast<double>(request.grid.times.size());
      add(static_cast<double>(request.copies * request.samples) * steps, *data_.small, request, data_.reductions,
          &CompiledSize::reduce);
    }
  }

  void plan_schedules() {
    const double t_end = 4.0 * data_.small->n();
    for (std::int64_t steps = 8; steps <= scale_.schedule_steps; steps *= 2) {
      for (const bool flow : {false, true}) {
        for (const bool geometric : {false, true}) {
          auto request = make_request<SampleRequest>("exact", data_.target.w);
          request.chains = scale_.schedule_chains;
          request.grid =
              geometric ? geometric_grid(0.5, t_end, steps) : uniform_grid(t_end / static_cast<double>(steps), t_end);
          request.flow = flow;
          add(static_cast<double>(request.chains * steps), *data_.small, request, data_.schedules,
              &CompiledSize::sample);
        }
      }
    }
    for (const std::string drift : {"exact", "spectral"}) {
      auto request = make_request<ConvergenceRequest>(drift, data_.target.w);
      request.t_end = 2.0 * data_.small->n();
      request.dt = 1;
      request.levels = 5;
      request.paths = scale_.paths;
      add(static_cast<double>(request.paths) * request.t_end * 64, *data_.small, request, data_.convergence,
          &CompiledSize::convergence);
    }
  }

  /// The drifts that say most at w = 1, where ungated is right by symmetry.
  std::vector<std::string> sure_drifts() const {
    std::vector<std::string> drifts;
    for (const std::string drift : {"spectral", "amp", "ungated"}) {
      if (has_drift(*data_.main, drift)) drifts.push_back(drift);
    }
    return drifts;
  }

  void run_jobs() {
    double left = 0;
    for (const Job& job : jobs_) left += job.seconds;
    const double threads = options_.request.threads;
    for (std::size_t i = 0; i < jobs_.size() && !stop_ && !data_.failure; ++i) {
      try {
        jobs_[i].run(fmt::format("report, point {} of {}, about {:.0f} s left; ", i + 1, jobs_.size(), left / threads));
      } catch (const std::exception& error) {
        if (data_.steps.empty()) throw;
        data_.failure = reason_after_results(error, kLessMemoryForReport);
      }
      left -= jobs_[i].seconds;
    }
    data_.partial = stop_ || data_.failure;
    jobs_.clear();
  }

  const ReportOptions& options_;
  const std::atomic<bool>& stop_;
  const Scale scale_;
  ReportData data_;
  std::vector<std::string> main_drifts_, small_drifts_;
  std::vector<Job> jobs_;
};

}  // namespace

ReportData measure_report(const ReportOptions& options, const std::atomic<bool>& stop) {
  return Measurement(options, stop).run();
}

MissingEstimates missing_estimates(const ReportData& data) {
  MissingEstimates missing;
  for (const auto& run : data.steps_not_finite) missing.add(run.request.drift, run.result, run.request.steps, kSteps);
  for (const auto& run : data.scores) {
    missing.add(run.request.drift, run.result.not_finite, run.request.samples, kSamples);
  }
  for (const auto* samples : {&data.samples, &data.schedules}) {
    for (const auto& run : *samples) {
      missing.add(run.request.drift, run.result.not_finite, run.request.chains, kChains);
    }
  }
  for (const auto& run : data.constants) {
    missing.add(run.request.drift, run.result.not_finite, run.request.samples, kSamples);
  }
  for (const auto& run : data.reductions) {
    missing.add(run.request.drift, run.result.back().not_finite, run.request.samples, kSamples);
  }
  for (const auto& run : data.convergence) {
    for (const auto& result : run.result) missing.add(run.request.drift, result.not_finite, run.request.paths, kPaths);
  }
  return missing;
}

nlohmann::ordered_json to_json(const ReportData& data) {
  auto results = nlohmann::ordered_json::array();
  const auto add = [&](const char* section, const auto& measured, const auto& result) {
    auto json = to_json(*measured.size, measured.request, result);
    json["section"] = section;
    results.push_back(std::move(json));
  };
  for (const auto& measured : data.scores) add("score", measured, measured.result);
  for (const auto& measured : data.samples) add("samples", measured, measured.result);
  for (const auto& measured : data.constants) add("lipschitz", measured, measured.result);
  for (const auto& measured : data.reductions) {
    for (const ReduceResult& result : measured.result) add("reduce", measured, result);
  }
  for (const auto& measured : data.schedules) add("schedules", measured, measured.result);
  for (const auto& measured : data.convergence) {
    for (const ConvergenceResult& result : measured.result) add("schedules", measured, result);
  }
  for (const auto& measured : data.steps) {
    add("cost", measured, measured.result);
    for (const auto& profile : data.steps_not_finite) {
      if (profile.size == measured.size && profile.request.drift == measured.request.drift) {
        results.back()["not_finite"] = profile.result.count;
      }
    }
  }
  for (const ReferencePoint& point : data.reference) {
    results.push_back({{"drift", "reference"}, {"t", point.t}, {"mse", point.mse}, {"section", "score"}});
  }
  return results;
}

}  // namespace driftbench
