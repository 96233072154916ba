#include "tools/scaling.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "kernels/drifts/exact.h"
#include "runtime/clock.h"
#include "tools/caches.h"
#include "tools/core_limits.h"
#include "tools/output.h"
#include "tools/power_law.h"
#include "tools/profile.h"
#include "tools/progress.h"
#include "tools/report/gnuplot.h"
#include "tools/scaling_picture.h"
#include "tools/table.h"

namespace driftbench {
namespace {

using nlohmann::ordered_json;

/// Long enough for a batch's warm-up to be small beside it, short enough for the sizes to share what the machine does.
constexpr std::int64_t kBatchSteps = 100;
constexpr double kEndOverN = 4;  ///< of a chain, the paper's T / n
constexpr char kExact[] = "exact";
constexpr char kProductPhase[] = "drift.multiply";

ProfileRequest batch_request(const ScalingOptions& options, const std::string& drift, std::int64_t batch) {
  auto request = request_for<ProfileRequest>(options.request, drift);
  request.quiet = true;
  request.steps = std::min(kBatchSteps, options.steps - batch * kBatchSteps);
  // More chains than a batch starts, so that no chain is run twice.
  request.first_chain = static_cast<std::uint64_t>(batch * kBatchSteps);
  return request;
}

/// What was timed at one size.
struct Timed {
  LatencyHistogram step, products_ns, products;  ///< of the drift's products in a step: their time, and how many
};

/// The sizes take turns, so that a machine that slows down does so for all of them.
std::vector<Timed> time_steps(const ScalingOptions& options, const DriftAtSizes& drift) {
  std::vector<Timed> timed(drift.sizes.size());
  Progress progress(fmt::format("{}: timing steps at {} sizes", drift.name, drift.sizes.size()),
                    options.steps * static_cast<std::int64_t>(drift.sizes.size()), options.request.quiet);
  for (std::int64_t batch = 0; batch * kBatchSteps < options.steps; ++batch) {
    ProfileRequest request = batch_request(options, drift.name, batch);
    for (std::size_t i = 0; i < timed.size(); ++i) {
      // The same t / n at every size; a profile takes two steps or more.
      const double t_end = kEndOverN * drift.sizes[i]->n();
      request.grid = uniform_grid(t_end / static_cast<double>(std::max<std::int64_t>(2, request.steps)), t_end);
      const StepProfile profile = profile_steps(*drift.sizes[i], request);
      timed[i].step.merge(profile.phases.front().latency);
      timed[i].products.merge(profile.products);
      for (const PhaseProfile& phase : profile.phases) {
        if (phase.phase == kProductPhase) timed[i].products_ns.merge(phase.latency);
      }
      progress.advance(request.steps);
    }
  }
  return timed;
}

/// A step's work, of a drift that tells its products, and a product's distance from what the core can do.
struct Work {
  double products;       ///< with Y, median
  double bytes;          ///< of Y: read by each product, read and written by the update
  double multiply_adds;  ///< of the products and the update; what makes the noise is none
  double product_ns, roofline_ns;
};

Work measure_work(const Experiment& size, const Timed& timed, double multiply_adds_a_ns) {
  const double n2 = static_cast<double>(size.n()) * size.n(), matrix = static_cast<double>(size.matrix_bytes());
  const double products = timed.products.quantile(0.5);
  const double bandwidth = measure_read_bandwidth(size.matrix_bytes(), tick_clock());
  return {products, (products + 2) * matrix, products * n2 + n2 / 2, timed.products_ns.quantile(0.5) / products,
          roofline_ns(n2, multiply_adds_a_ns, matrix, bandwidth)};
}

/// What was measured of a drift; by size, smallest n first.
struct Growth {
  std::vector<double> sizes, p50_ns;
  std::vector<std::optional<Work>> works;
  std::optional<PowerLaw> law;
};

Growth measure_growth(const ScalingOptions& options, const DriftAtSizes& drift, double multiply_adds_a_ns) {
  Growth growth;
  const std::vector<Timed> timed = time_steps(options, drift);
  for (std::size_t i = 0; i < timed.size(); ++i) {
    const Experiment& size = *drift.sizes[i];
    growth.sizes.push_back(size.n());
    growth.p50_ns.push_back(timed[i].step.quantile(0.5));
    growth.works.emplace_back();
    if (timed[i].products.max() > 0) growth.works.back() = measure_work(size, timed[i], multiply_adds_a_ns);
  }
  growth.law = fit_power_law(growth.sizes, growth.p50_ns);
  return growth;
}

/// Sign patterns that exact enumerates at a size that has it.
std::int64_t patterns_of(const Experiment& size) {
  return static_cast<std::int64_t>(sign_patterns(size.n(), size.k()));
}

/// f of each size.
template <class F>
ordered_json by_size(const DriftAtSizes& drift, F f) {
  auto values = ordered_json::array();
  for (const Experiment* size : drift.sizes) values.push_back(f(*size));
  return values;
}

ordered_json to_json(const ScalingOptions& options, const DriftAtSizes& drift, const Growth& growth,
                     const std::vector<Cache>& caches) {
  ordered_json json{{"drift", drift.name},
                    {"seed", options.request.seed},
                    {"target_w", options.request.settings.target_w},
                    {"steps", options.steps}};
  json["sizes"] = by_size(drift, [](const Experiment& size) { return size.n(); });
  json["ks"] = by_size(drift, [](const Experiment& size) { return size.k(); });
  json["p50_ns"] = growth.p50_ns;
  json["state_bytes"] = by_size(drift, [&](const Experiment& size) { return size.drift(drift.name).state_bytes; });
  json["matrix_bytes"] = by_size(drift, [](const Experiment& size) { return size.matrix_bytes(); });
  json["cache_level"] = by_size(drift, [&](const Experiment& size) {
    const auto level = level_that_holds(size.matrix_bytes(), caches);
    return level ? ordered_json(*level) : nullptr;
  });
  if (drift.name == kExact) {
    json["sign_patterns"] = by_size(drift, [](const Experiment& size) { return patterns_of(size); });
  }
  const auto of_work = [&](double Work::*value) {
    auto values = ordered_json::array();
    for (const auto& work : growth.works) values.push_back(work ? ordered_json((*work).*value) : nullptr);
    return values;
  };
  json["products"] = of_work(&Work::products);
  json["bytes_a_step"] = of_work(&Work::bytes);
  json["multiply_adds_a_step"] = of_work(&Work::multiply_adds);
  json["product_ns"] = of_work(&Work::product_ns);
  json["roofline_ns"] = of_work(&Work::roofline_ns);
  json["exponent"] = growth.law ? ordered_json(growth.law->exponent) : nullptr;
  json["exponent_stderr"] = growth.law ? ordered_json(growth.law->standard_error) : nullptr;
  return json;
}

void add_rows(Table& table, const DriftAtSizes& drift, const Growth& growth, const std::vector<Cache>& caches,
              bool with_patterns) {
  for (std::size_t i = 0; i < drift.sizes.size(); ++i) {
    const Experiment& size = *drift.sizes[i];
    const bool first = i == 0;
    const auto of_drift = [&](double PowerLaw::*value) {
      if (!first) return std::string();
      return growth.law ? fmt::format("{:.2f}", (*growth.law).*value) : "-";
    };
    std::vector<std::string> row{first ? drift.name : "",
                                 of_drift(&PowerLaw::exponent),
                                 of_drift(&PowerLaw::standard_error),
                                 fmt::format("{}", size.n()),
                                 fmt::format("{}", size.k()),
                                 microseconds(growth.p50_ns[i]),
                                 kibibytes(size.drift(drift.name).state_bytes),
                                 kibibytes(size.matrix_bytes()),
                                 level_that_holds(size.matrix_bytes(), caches).value_or("-")};
    const auto& work = growth.works[i];
    row.push_back(work ? fmt::format("{:.0f}", work->products) : "-");
    row.push_back(work ? kibibytes(static_cast<std::size_t>(work->bytes)) : "-");
    row.push_back(work ? fmt::format("{:.3g}", 1e-6 * work->multiply_adds) : "-");
    row.push_back(work ? fmt::format("{:.2f}", work->product_ns / work->roofline_ns) : "-");
    if (with_patterns) row.push_back(drift.name == kExact ? fmt::format("{}", patterns_of(size)) : "-");
    table.add_row(std::move(row));
  }
}

bool k_varies(const ScalingOptions& options) {
  return std::any_of(options.drifts.begin(), options.drifts.end(), [](const DriftAtSizes& drift) {
    return std::any_of(drift.sizes.begin(), drift.sizes.end(),
                       [&](const Experiment* size) { return size->k() != drift.sizes.front()->k(); });
  });
}

std::string exponent_meaning(const ScalingOptions& options) {
  return fmt::format(
      "e of a step's time c n^e, by least squares on logarithms; - with fewer than three sizes. It mixes the growth of "
      "the drift with fixed costs and padding at small n, iterations that depend on n, and the caches that the matrix "
      "outgrows{}",
      k_varies(options) ? "; and with k, which is not the same at all sizes: --k takes those of one k" : "");
}

std::string caches_meaning(const std::vector<Cache>& caches) {
  if (caches.empty()) return "the nearest cache that holds the matrix; this system does not describe its caches";
  std::string list;
  for (const Cache& cache : caches) list += fmt::format(" {} {} KiB,", cache.name, cache.bytes / 1024);
  list.pop_back();
  return fmt::format("the nearest of this CPU's caches that holds the matrix:{}", list);
}

std::vector<Column> columns(const ScalingOptions& options, const std::vector<Cache>& caches, bool with_patterns) {
  std::vector<Column> columns{
      {"drift", ""},
      {"exponent", exponent_meaning(options)},
      {"+-", "its standard error, from the scatter about that line"},
      {"n", ""},
      {"k", ""},
      {"step us", fmt::format("median of {} steps, drift and noise, in microseconds on one core", options.steps)},
      {"KiB", "state: matrix, estimate and the drift's workspace"},
      {"matrix", "KiB of Y alone, which each pass over it reads once"},
      {"in", caches_meaning(caches)},
      {"products", "with Y in a step, median; - where the drift does not tell them apart, here and to the right"},
      {"moved", "KiB a step: Y once for each product and twice for the update"},
      {"M mul-add", "million multiply-adds a step, of the products and the update; what makes the noise is none"},
      {"of roof",
       "a product's time over the roofline, the least it could take: its multiply-adds at this core's highest "
       "rate or Y at the rate at which as many bytes are read, whichever is slower; both are measured"}};
  if (with_patterns) {
    columns.push_back(
        {"patterns", "sign patterns that exact enumerates, C(n, k) 2^(k-1): its time follows them, no power of n"});
  }
  return columns;
}

/// A picture that cannot be drawn costs no results.
void commit_picture(Report& report, OutputFile& picture) {
  try {
    picture.commit(draw_growth(report.results));
  } catch (const GnuplotError& error) {
    report.failure = fmt::format("--picture: {}", error.what());
  }
}

}  // namespace

Report run_scaling(const ScalingOptions& options) {
  std::optional<OutputFile> picture;
  if (options.picture) picture.emplace("--picture", *options.picture);
  const auto caches = read_caches();
  const bool with_patterns = std::any_of(options.drifts.begin(), options.drifts.end(),
                                         [](const DriftAtSizes& drift) { return drift.name == kExact; });
  Report report;
  Table table(columns(options, caches, with_patterns));
  const double multiply_adds_a_ns = measure_multiply_adds(tick_clock());
  for (const DriftAtSizes& drift : options.drifts) {
    const Growth growth = measure_growth(options, drift, multiply_adds_a_ns);
    report.results.push_back(to_json(options, drift, growth, caches));
    add_rows(table, drift, growth, caches, with_patterns);
  }
  report.text = fmt::format("P(s = 1) = {:g}, seed {}\n{} steps to t = {:g}n a chain, the sizes in turn\n\n",
                            options.request.settings.target_w, options.request.seed,
                            std::min(kBatchSteps, options.steps), kEndOverN) +
                table.to_string();
  if (picture) commit_picture(report, *picture);
  return report;
}

}  // namespace driftbench
