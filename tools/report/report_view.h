// What the sections of a report look up in what was measured.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tools/pictures/plot.h"
#include "tools/report/page.h"
#include "tools/report/report_data.h"

namespace driftbench {

/// The t / n at which drifts are compared by one number.
inline constexpr double kCompareAt = 0.8;

/// Of lines that drifts are held against: grey.
inline constexpr std::size_t kReferenceLook = 7;

struct ReportView {
  const ReportData& data;
  const Experiment& main;

  /// The drift's, the same in every picture.
  std::size_t look(const std::string& drift) const;
  /// The drift's error at (t, w); null where it was not measured.
  const MseResult* score(const Experiment& experiment, const std::string& drift, double t, double w) const;
  /// The drift's samples of the target with that w; null where there are none.
  const SampleResult* samples(const Experiment& experiment, const std::string& drift, double w) const;
  /// Where estimation becomes possible, and possible in polynomial time, in t / n.
  std::vector<Marker> thresholds() const;
};

// The sections' contents, empty where nothing of them was measured.
std::vector<Block> score_blocks(const ReportView& view);
std::vector<Block> sample_blocks(const ReportView& view);
std::vector<Block> collapse_blocks(const ReportView& view);
std::vector<Block> lipschitz_blocks(const ReportView& view);
std::vector<Block> reduction_blocks(const ReportView& view);
std::vector<Block> schedule_blocks(const ReportView& view);
std::vector<Block> cost_blocks(const ReportView& view);

}  // namespace driftbench
