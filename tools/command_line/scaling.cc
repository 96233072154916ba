#include "tools/command_line/scaling.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "kernels/drifts/exact.h"
#include "kernels/work.h"
#include "runtime/clock.h"
#include "tools/base/outputs.h"
#include "tools/base/power_law.h"
#include "tools/base/progress.h"
#include "tools/base/table.h"
#include "tools/command_line/common_options.h"
#include "tools/command_line/findings_command.h"
#include "tools/command_line/scaling_picture.h"
#include "tools/machine/caches.h"
#include "tools/machine/core_limits.h"
#include "tools/measurements/not_finite.h"
#include "tools/pictures/gnuplot.h"
#include "tools/profiling/profile.h"
#include "tools/sizes/diffusion.h"
#include "tools/sizes/results.h"

namespace driftbench {
namespace {

using nlohmann::ordered_json;

/// A batch of steps is long enough for its warm-up to be small beside it, and short enough for the sizes to share what
/// the machine does.
constexpr std::int64_t kBatchSteps = 100;
constexpr double kEndOverN = 4;  ///< end of a chain over n, the paper's T / n
constexpr char kExact[] = "exact";
constexpr char kLessMemoryForScaling[] = "give fewer drifts, or a --k of smaller sizes";

ProfileRequest batch_request(const ScalingPlan& plan, const std::string& drift, std::int64_t batch) {
  auto request = request_for<ProfileRequest>(plan.request, drift);
  request.quiet = true;
  request.steps = std::min(kBatchSteps, plan.steps - batch * kBatchSteps);
  // The chains of successive batches are numbered kBatchSteps apart. A batch starts fewer chains, so that none is run
  // in two batches.
  request.first_chain = static_cast<std::uint64_t>(batch * kBatchSteps);
  return request;
}

/// Holds what was timed at one size.
struct Timed {
  LatencyHistogram step, drift;
  LatencyHistogram products_ns, products;  ///< time and number of the drift's products in a step
  NotFinite not_finite;                    ///< steps without a finite estimate; if any, no time is known
};

/// Times the drift's steps at all its sizes. The sizes take turns, so that a machine that slows down does so for all of
/// them.
std::vector<Timed> time_steps(const ScalingPlan& plan, const DriftAtSizes& drift) {
  std::vector<Timed> timed(drift.sizes.size());
  Progress progress(fmt::format("{}: timing steps at {} sizes", drift.name, drift.sizes.size()),
                    plan.steps * static_cast<std::int64_t>(drift.sizes.size()), plan.request.quiet);
  for (std::int64_t batch = 0; batch * kBatchSteps < plan.steps; ++batch) {
    ProfileRequest request = batch_request(plan, drift.name, batch);
    for (std::size_t i = 0; i < timed.size(); ++i) {
      // The chains of every size end at the same t / n. A profile takes two steps or more.
      const double t_end = kEndOverN * drift.sizes[i]->n();
      request.grid = uniform_grid(t_end / static_cast<double>(std::max<std::int64_t>(2, request.steps)), t_end);
      const StepProfile profile = profile_steps(*drift.sizes[i], request);
      timed[i].step.merge(profile.phases[0].latency);
      timed[i].drift.merge(profile.phases[1].latency);
      timed[i].products.merge(profile.products);
      if (timed[i].not_finite.count == 0) timed[i].not_finite.first = profile.not_finite.first;
      timed[i].not_finite.count += profile.not_finite.count;
      for (const PhaseProfile& phase : profile.phases) {
        if (phase.is_product) timed[i].products_ns.merge(phase.latency);
      }
      progress.advance(request.steps);
    }
  }
  return timed;
}

/// Says what a step does to matrices, of a drift that takes products with them, and how near it comes to what the core
/// can.
struct StepWork {
  double products;                         ///< median number in a step
  MatrixWork step;                         ///< work of the drift and of the update
  double drift_ns, roofline_ns;            ///< median time of the drift, and the least that its work could take
  double product_ns, product_roofline_ns;  ///< the same two times of a product
};

StepWork measure_work(const CompiledSize& size, const DriftWork& work, const Timed& timed, const CoreRates& rates) {
  const auto least_ns = [&](const MatrixWork& part, double matrix_bytes) {
    const double bandwidth = measure_read_bandwidth(static_cast<std::size_t>(matrix_bytes), tick_clock());
    return roofline_ns(part, rates, bandwidth);
  };
  const double n2 = static_cast<double>(size.n()) * size.n(), matrix = static_cast<double>(size.matrix_bytes());
  const MatrixWork update{2 * matrix, n2 / 2, 0};
  const double products = timed.products.quantile(0.5), product_ns = least_ns(work.product, work.product.bytes);
  return {products,
          work.product * products + work.rest + update,
          timed.drift.quantile(0.5),
          products * product_ns + least_ns(work.rest, matrix),
          timed.products_ns.quantile(0.5) / products,
          product_ns};
}

/// Holds what was measured of a drift, by size, smallest n first.
struct Growth {
  std::vector<double> sizes, p50_ns;
  std::vector<std::optional<StepWork>> works;
  std::vector<NotFinite> not_finite;  ///< steps without a finite estimate
  std::optional<PowerLaw> law;
  std::optional<PowerLaw> pattern_law;  ///< time against the number of sign patterns, for exact alone
};

/// Returns the number of sign patterns that exact enumerates at a size that has it.
std::int64_t patterns_of(const CompiledSize& size) {
  return static_cast<std::int64_t>(sign_patterns(size.id().n, size.id().k));
}

Growth measure_growth(const ScalingPlan& plan, const DriftAtSizes& drift, const CoreRates& rates) {
  Growth growth;
  const std::vector<Timed> timed = time_steps(plan, drift);
  for (std::size_t i = 0; i < timed.size(); ++i) {
    const CompiledSize& size = *drift.sizes[i];
    growth.sizes.push_back(size.n());
    const bool known = timed[i].not_finite.count == 0;
    growth.p50_ns.push_back(known ? timed[i].step.quantile(0.5) : kUnknown);
    growth.works.emplace_back();
    growth.not_finite.push_back(timed[i].not_finite);
    if (!known || timed[i].products.max() == 0) continue;
    const DriftWork work = size.diffusion(request_for<Request>(plan.request, drift.name))->work();
    growth.works.back() = measure_work(size, work, timed[i], rates);
  }
  growth.law = fit_power_law(growth.sizes, growth.p50_ns);
  if (drift.name == kExact) {
    std::vector<double> patterns;
    for (const CompiledSize* size : drift.sizes) patterns.push_back(static_cast<double>(patterns_of(*size)));
    growth.pattern_law = fit_power_law(patterns, growth.p50_ns);
  }
  return growth;
}

/// Returns f(size) for each size.
template <class F>
ordered_json by_size(const DriftAtSizes& drift, F f) {
  auto values = ordered_json::array();
  for (const CompiledSize* size : drift.sizes) values.push_back(f(*size));
  return values;
}

ordered_json to_json(const ScalingPlan& plan, const DriftAtSizes& drift, const Growth& growth,
                     const std::vector<Cache>& caches) {
  const CompiledSize& first = *drift.sizes.front();
  ordered_json json{{"drift", drift.name}, {"target", first.id().target}};
  if (first.target().has_density) json["density"] = plan.request.settings.target.density;
  json["seed"] = plan.request.seed;
  json["target_w"] = plan.request.settings.target.w;
  json["steps"] = plan.steps;
  json["sizes"] = by_size(drift, [](const CompiledSize& size) { return size.n(); });
  json["ks"] = by_size(drift, [](const CompiledSize& size) { return size_json(size).at("k"); });
  json["p50_ns"] = growth.p50_ns;
  json["not_finite"] = ordered_json::array();
  for (const NotFinite& missing : growth.not_finite) json["not_finite"].push_back(missing.count);
  json["state_bytes"] = by_size(drift, [&](const CompiledSize& size) { return size.drift(drift.name).state_bytes; });
  json["matrix_bytes"] = by_size(drift, [](const CompiledSize& size) { return size.matrix_bytes(); });
  json["cache_level"] = by_size(drift, [&](const CompiledSize& size) {
    const auto level = level_that_holds(size.matrix_bytes(), caches);
    return level ? ordered_json(*level) : nullptr;
  });
  if (drift.name == kExact) {
    json["sign_patterns"] = by_size(drift, [](const CompiledSize& size) { return patterns_of(size); });
  }
  const auto of_work = [&](auto value) {
    auto values = ordered_json::array();
    for (const auto& work : growth.works) values.push_back(work ? ordered_json(value(*work)) : nullptr);
    return values;
  };
  json["products"] = of_work([](const StepWork& work) { return work.products; });
  json["bytes_a_step"] = of_work([](const StepWork& work) { return work.step.bytes; });
  json["multiply_adds_a_step"] = of_work([](const StepWork& work) { return work.step.multiply_adds; });
  json["operations_a_step"] = of_work([](const StepWork& work) { return work.step.operations(); });
  json["drift_ns"] = of_work([](const StepWork& work) { return work.drift_ns; });
  json["roofline_ns"] = of_work([](const StepWork& work) { return work.roofline_ns; });
  json["product_ns"] = of_work([](const StepWork& work) { return work.product_ns; });
  json["product_roofline_ns"] = of_work([](const StepWork& work) { return work.product_roofline_ns; });
  const auto add_law = [&](const std::string& name, const std::optional<PowerLaw>& law) {
    json[name] = law ? ordered_json(law->exponent) : nullptr;
    json[name + "_stderr"] = law ? ordered_json(law->standard_error) : nullptr;
  };
  add_law("exponent", growth.law);
  if (drift.name == kExact) add_law("pattern_exponent", growth.pattern_law);
  return json;
}

void add_rows(Table& table, const DriftAtSizes& drift, const Growth& growth, const std::vector<Cache>& caches,
              bool with_patterns) {
  for (std::size_t i = 0; i < drift.sizes.size(); ++i) {
    const CompiledSize& size = *drift.sizes[i];
    const bool first = i == 0;
    const auto of_drift = [&](double PowerLaw::*value) {
      if (!first) return std::string();
      return growth.law ? fixed((*growth.law).*value, 2) : "-";
    };
    std::vector<std::string> row{first ? drift.name : "",
                                 of_drift(&PowerLaw::exponent),
                                 of_drift(&PowerLaw::standard_error),
                                 fmt::format("{}", size.n()),
                                 size.id().k == 0 ? "-" : fmt::format("{}", size.id().k),
                                 microseconds(growth.p50_ns[i]),
                                 kibibytes(size.drift(drift.name).state_bytes),
                                 kibibytes(size.matrix_bytes()),
                                 level_that_holds(size.matrix_bytes(), caches).value_or("-")};
    const auto& work = growth.works[i];
    row.push_back(work ? fixed(work->products, 0) : "-");
    row.push_back(work ? kibibytes(static_cast<std::size_t>(work->step.bytes)) : "-");
    row.push_back(work ? general(1e-6 * work->step.operations(), 3) : "-");
    row.push_back(work ? fixed(work->drift_ns / work->roofline_ns, 2) : "-");
    row.push_back(work ? fixed(work->product_ns / work->product_roofline_ns, 2) : "-");
    if (with_patterns) {
      const auto& law = growth.pattern_law;
      row.push_back(drift.name == kExact ? fmt::format("{}", patterns_of(size)) : "-");
      row.push_back(!first ? "" : law ? fmt::format("{:.2f} +- {:.2f}", law->exponent, law->standard_error) : "-");
    }
    table.add_row(std::move(row));
  }
}

bool k_varies(const ScalingPlan& plan) {
  return std::any_of(plan.drifts.begin(), plan.drifts.end(), [](const DriftAtSizes& drift) {
    return std::any_of(drift.sizes.begin(), drift.sizes.end(),
                       [&](const CompiledSize* size) { return size->id().k != drift.sizes.front()->id().k; });
  });
}

std::string exponent_meaning(const ScalingPlan& plan) {
  return fmt::format(
      "e of a step's time c n^e, by least squares on logarithms; - with fewer than three sizes. It mixes the growth of "
      "the drift with fixed costs and padding at small n, iterations that depend on n, and the caches that the matrix "
      "outgrows{}",
      k_varies(plan) ? "; and with k, which is not the same at all sizes: --k takes those of one k" : "");
}

std::string caches_meaning(const std::vector<Cache>& caches) {
  if (caches.empty()) return "the nearest cache that holds the matrix; this system does not describe its caches";
  std::string list;
  for (const Cache& cache : caches) list += fmt::format(" {} {} KiB,", cache.name, cache.bytes / 1024);
  list.pop_back();
  return fmt::format("the nearest of this CPU's caches that holds the matrix:{}", list);
}

std::vector<Column> columns(const ScalingPlan& plan, const std::vector<Cache>& caches, bool with_patterns) {
  std::vector<Column> columns{
      {"drift", ""},
      {"exponent", exponent_meaning(plan)},
      {"+-", "its standard error, from the scatter about that line"},
      {"n", ""},
      {"k", ""},
      {"step us", fmt::format("median of {} steps, drift and noise, in microseconds on one core", plan.steps)},
      {"KiB", "state: matrix, estimate and the drift's workspace"},
      {"matrix", "KiB of Y alone, which each pass over it reads once"},
      {"in", caches_meaning(caches)},
      {"products", "with Y, or a matrix of its size, in a step, median; - where there are none, here and to the right"},
      {"moved",
       "KiB a step: the matrix once for each product, what else the drift reads and writes of matrices, and Y twice "
       "for the update"},
      {"M ops",
       "million operations a step on the elements of matrices, a multiply-add one: the products', those of what else "
       "the drift does to matrices, and the update's; what makes the noise is none"},
      {"of roof",
       "the drift's time, without the update, over its roofline, the least it could take: its products and then the "
       "rest, each its operations at this core's highest rates or its bytes at the rate at which a block as large as "
       "the matrix is read, whichever is slower; the rates are measured"},
      {"product's", "the same of a product alone"}};
  if (with_patterns) {
    columns.push_back({"patterns", "sign patterns that exact enumerates, C(n, k) 2^(k-1): exponential in k"});
    columns.push_back(
        {"their exponent",
         "p of exact's step time c P^p in the number P of patterns, fitted as the other exponent is, with its standard "
         "error: at 1 the time is proportional to them; fixed costs, and vectors that a small n does not fill, make it "
         "less"});
  }
  return columns;
}

/// Draws the picture. One that cannot be drawn costs no results.
void write_picture(Findings& findings, Outputs& outputs, Output& picture) {
  try {
    outputs.write(picture, draw_growth(findings.results));
  } catch (const GnuplotError& error) {
    findings.fail(fmt::format("--picture: {}", error.what()));
  }
}

class ScalingCommand final : public FindingsCommand {
 public:
  ScalingCommand()
      : FindingsCommand({"scaling", "How a drift's step time grows with n, over all compiled sizes", "",
                         "--k 3 --drift exact,spectral --steps 200", kLessMemoryForScaling}) {}
  std::vector<OptionGroup> options() override {
    return {target_.group_of_sizes(), {"Drifts", {&drift_, &run_.weights, &run_.lipschitz_constant}},
            {"Run", {&run_.seed}},    {"Timing", {&steps_}},
            {"Picture", {&picture_}}, output_options()};
  }

 protected:
  AcceptedRun accept(const CompiledSizes& sizes, Outputs& outputs) override {
    run_.read_weights();
    ScalingPlan plan;
    plan.request = run_.request(target_.settings(sizes), quiet());
    plan.drifts = parse_drifts_at_sizes(drift_.text(), sizes, target_.size(), plan.request.settings);
    plan.steps = steps_.value();
    Output* const picture = picture_.given ? &outputs.accept(picture_.name, *picture_.given) : nullptr;
    return [=, &outputs] { return run_scaling(plan, outputs, picture); };
  }

 private:
  static TargetOptions target_of_all_sizes() {
    TargetOptions options;
    options.k = {"--k", "INT", "one that `driftbench list` shows", "",
                 "Only the sizes with so many non-zero entries of u"};
    return options;
  }

  TargetOptions target_ = target_of_all_sizes();
  Option drift_ = drifts_option();
  RunOptions run_;
  IntegerOption steps_{"--steps", {20, kStepCounts.high}, "1000", "Steps to time at each size"};
  Option picture_{"--picture", "FILE", kFilePipeOrStdout, "", "Draw the times against n, as SVG; gnuplot draws them"};
};

}  // namespace

std::unique_ptr<Command> scaling_command() { return std::make_unique<ScalingCommand>(); }

Findings run_scaling(const ScalingPlan& plan, Outputs& outputs, Output* picture) {
  const auto caches = read_caches();
  const bool with_patterns = std::any_of(plan.drifts.begin(), plan.drifts.end(),
                                         [](const DriftAtSizes& drift) { return drift.name == kExact; });
  Findings findings;
  Table table(columns(plan, caches, with_patterns));
  const CoreRates rates = measure_rates(tick_clock());
  MissingEstimates missing;
  for_each_drift(plan.drifts, kLessMemoryForScaling, findings, [&](const DriftAtSizes& drift) {
    const Growth growth = measure_growth(plan, drift, rates);
    findings.results.push_back(to_json(plan, drift, growth, caches));
    add_rows(table, drift, growth, caches, with_patterns);
    for (std::size_t i = 0; i < drift.sizes.size(); ++i) {
      missing.add(fmt::format("{} at n = {}", drift.name, drift.sizes[i]->n()), growth.not_finite[i], plan.steps,
                  kSteps);
    }
  });
  const TargetInfo target = plan.drifts.front().sizes.front()->target();
  findings.text = fmt::format("{}, {}, seed {}\n{} steps to t = {:g}n a chain, the sizes in turn\n\n", target.name,
                              describe_target(target, plan.request.settings.target), plan.request.seed,
                              std::min(kBatchSteps, plan.steps), kEndOverN) +
                  table.to_string() + missing.table_note();
  findings.fail(missing.failure());
  if (picture != nullptr) write_picture(findings, outputs, *picture);
  return findings;
}

}  // namespace driftbench
