#include "bench/reporter.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "kernels/simd.h"
#include "tools/base/power_law.h"
#include "tools/base/table.h"

namespace driftbench {
namespace {

constexpr char kFloor[] = "floor: ";

struct Timing {
  double median, low, high;  ///< the median and the quartiles
};

Timing summarize(std::vector<double> times) {
  std::sort(times.begin(), times.end());
  const std::size_t last = times.size() - 1;
  return {times[last / 2], times[last / 4], times[last * 3 / 4]};
}

std::string nanoseconds(double ns) {
  return ns < 100 ? fmt::format("{:.3f}", ns) : ns < 1e5 ? fmt::format("{:.0f}", ns) : fmt::format("{:.0f}k", ns / 1e3);
}

}  // namespace

struct ComparisonReporter::Row {
  std::string kernel, n, peer;
  Timing ours;
  std::optional<Timing> other;
  std::string limit;  ///< what the floor measures
  std::optional<double> floor;
};

ComparisonReporter::ComparisonReporter(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const std::string row = name.substr(0, name.rfind('/'));
    if (std::find(order_.begin(), order_.end(), row) == order_.end()) order_.push_back(row);
  }
}

bool ComparisonReporter::ReportContext(const Context&) { return true; }

void ComparisonReporter::ReportRuns(const std::vector<Run>& runs) {
  for (const Run& run : runs) {
    if (run.error_occurred) {
      errors_.push_back(fmt::format("{}: {}", run.benchmark_name(), run.error_message));
      continue;
    }
    if (run.run_type != Run::RT_Iteration) continue;
    const std::string& name = run.run_name.function_name;
    const std::size_t slash = name.rfind('/');
    const auto items = run.counters.find("items_per_second");
    times_[name.substr(0, slash)][name.substr(slash + 1)].push_back(
        items == run.counters.end() ? run.GetAdjustedRealTime() : 1e9 / items->second.value);
  }
}

std::vector<ComparisonReporter::Row> ComparisonReporter::rows() const {
  std::vector<Row> rows;
  for (const std::string& name : order_) {
    if (!times_.contains(name) || !times_.at(name).contains("ours")) continue;
    const auto& times = times_.at(name);
    const std::size_t slash = name.rfind('/');
    Row row{name.substr(0, slash), name.substr(slash + 1), "", summarize(times.at("ours")), {}, "-", {}};
    for (const auto& [who, samples] : times) {
      if (!who.starts_with(kFloor)) continue;
      const double floor = summarize(samples).median;
      if (row.floor && *row.floor > floor) continue;
      row.floor = floor;
      row.limit = who.substr(std::size(kFloor) - 1);
    }
    bool has_peer = false;
    for (const auto& [who, samples] : times) {
      if (who == "ours" || who.starts_with(kFloor)) continue;
      has_peer = true;
      row.peer = who;
      row.other = summarize(samples);
      rows.push_back(row);
    }
    if (!has_peer) rows.push_back(row);
  }
  return rows;
}

std::string ComparisonReporter::table() const {
  Table table({{"kernel", ""},
               {"n", ""},
               {"ours ns", "median time of one call, or of one normal, in nanoseconds"},
               {"+-", "half the distance between the quartiles, in percent of the median"},
               {"peer", "what does the same work"},
               {"peer ns", "its median, runs in random order with ours in one process"},
               {"+-", ""},
               {"faster", "peer over ours; 'same' where the ranges between quartiles overlap, below 1 where we lose"},
               {"limit", "the part of the kernel's work that takes this machine longest, measured alone"},
               {"floor ns", "its median"},
               {"of floor", "ours over the floor"}});
  const auto spread = [](const Timing& t) { return fmt::format("{:.0f}%", 50 * (t.high - t.low) / t.median); };
  for (const Row& row : rows()) {
    const bool same = row.other && row.other->low <= row.ours.high && row.ours.low <= row.other->high;
    table.add_row({row.kernel, row.n, nanoseconds(row.ours.median), spread(row.ours), row.other ? row.peer : "-",
                   row.other ? nanoseconds(row.other->median) : "-", row.other ? spread(*row.other) : "-",
                   !row.other ? "-"
                   : same     ? "same"
                              : fmt::format("{:.2f}", row.other->median / row.ours.median),
                   row.limit, row.floor ? nanoseconds(*row.floor) : "-",
                   row.floor ? fmt::format("{:.2f}", row.ours.median / *row.floor) : "-"});
  }
  return table.to_string();
}

std::string ComparisonReporter::growth() const {
  constexpr double kLeastSize = 128;
  std::map<std::string, std::pair<std::vector<double>, std::vector<double>>> kernels;  // sizes and times
  for (const auto& [name, times] : times_) {
    const std::size_t slash = name.rfind('/');
    const std::string kernel = name.substr(0, slash);
    const double n = std::stod(name.substr(slash + 1));
    if (!kernel.ends_with(" step") || !times.contains("ours") || n < kLeastSize) continue;
    kernels[kernel].first.push_back(n);
    kernels[kernel].second.push_back(summarize(times.at("ours")).median);
  }
  std::string lines;
  for (const auto& [kernel, points] : kernels) {
    const auto law = fit_power_law(points.first, points.second);
    if (!law) continue;
    const auto [least, most] = std::minmax_element(points.first.begin(), points.first.end());
    lines += fmt::format("{} grows as n^{:.2f} (+- {:.2f}) between n = {} and {}\n", kernel, law->exponent,
                         law->standard_error, *least, *most);
  }
  return lines;
}

nlohmann::ordered_json ComparisonReporter::results() const {
  auto results = nlohmann::ordered_json::array();
  for (const Row& row : rows()) {
    nlohmann::ordered_json json = {
        {"kernel", row.kernel}, {"n", std::stoi(row.n)}, {"isa", DefaultArch::name()}, {"ours_ns", row.ours.median}};
    json["peer"] = row.other ? nlohmann::ordered_json(row.peer) : nullptr;
    json["peer_ns"] = row.other ? nlohmann::ordered_json(row.other->median) : nullptr;
    json["floor"] = row.floor ? nlohmann::ordered_json(row.limit) : nullptr;
    json["floor_ns"] = row.floor ? nlohmann::ordered_json(*row.floor) : nullptr;
    results.push_back(json);
  }
  return results;
}

}  // namespace driftbench
