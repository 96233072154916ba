#include "tools/report/report_view.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "kernels/thresholds.h"

namespace driftbench {

std::size_t ReportView::look(const std::string& drift) const {
  const auto found = std::find(data.drifts.begin(), data.drifts.end(), drift);
  return static_cast<std::size_t>(found - data.drifts.begin());
}

const MseResult* ReportView::score(const CompiledSize& size, const std::string& drift, double t, double w) const {
  for (const auto& score : data.scores) {
    if (score.size == &size && score.request.drift == drift && score.request.settings.target_w == w &&
        std::fabs(score.request.t - t) < 1e-6 * t) {
      return &score.result;
    }
  }
  return nullptr;
}

const SampleResult* ReportView::samples(const CompiledSize& size, const std::string& drift, double w) const {
  for (const auto& sample : data.samples) {
    if (sample.size == &size && sample.request.drift == drift && sample.request.settings.target_w == w) {
      return &sample.result;
    }
  }
  return nullptr;
}

std::vector<Marker> ReportView::thresholds() const {
  const double bayes = static_cast<double>(bayes_threshold(main.n(), main.k())) / main.n();
  const double algorithmic = static_cast<double>(algorithmic_threshold(main.n(), main.k())) / main.n();
  return {{bayes, fmt::format("t_bayes {:.2f}", bayes)}, {algorithmic, fmt::format("t_alg {:.2f}", algorithmic)}};
}

}  // namespace driftbench
