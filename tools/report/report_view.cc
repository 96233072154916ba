#include "tools/report/report_view.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace driftbench {

std::size_t ReportView::look(const std::string& drift) const {
  const auto found = std::find(data.drifts.begin(), data.drifts.end(), drift);
  return static_cast<std::size_t>(found - data.drifts.begin());
}

const MseResult* ReportView::score(const CompiledSize& size, const std::string& drift, double t, double w) const {
  for (const auto& score : data.scores) {
    if (score.size == &size && score.request.drift == drift && score.request.settings.target.w == w &&
        std::fabs(score.request.t - t) < 1e-6 * t) {
      return &score.result;
    }
  }
  return nullptr;
}

const SampleResult* ReportView::samples(const CompiledSize& size, const std::string& drift, double w) const {
  for (const auto& sample : data.samples) {
    if (sample.size == &size && sample.request.drift == drift && sample.request.settings.target.w == w) {
      return &sample.result;
    }
  }
  return nullptr;
}

std::vector<Marker> ReportView::thresholds() const {
  const Thresholds known = main.thresholds(data.target);
  std::vector<Marker> markers;
  const auto add = [&](const char* name, const std::optional<double>& t) {
    if (t) markers.push_back({*t / main.n(), fmt::format("{} {:.2f}", name, *t / main.n())});
  };
  add("t_bayes", known.bayes);
  add("t_alg", known.algorithmic);
  return markers;
}

}  // namespace driftbench
