// Looks up, for the sections of a report, what was measured.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tools/pictures/plot.h"
#include "tools/report/page.h"
#include "tools/report/report_data.h"

namespace driftbench {

/// The value of t / n at which drifts are compared by one number.
inline constexpr double kCompareAt = 0.8;

/// The look of lines that drifts are compared with, a grey.
inline constexpr std::size_t kReferenceLook = 7;

struct ReportView {
  const ReportData& data;
  const CompiledSize& main;

  /// The drift's look, which is the same in every picture.
  std::size_t look(const std::string& drift) const;
  /// The drift's error at (t, w), or null where it was not measured.
  const MseResult* score(const CompiledSize& size, const std::string& drift, double t, double w) const;
  /// The drift's samples of the target with that w, or null where there are none.
  const SampleResult* samples(const CompiledSize& size, const std::string& drift, double w) const;
  /// Markers in t / n where estimation becomes possible, and where it becomes possible in polynomial time.
  std::vector<Marker> thresholds() const;
};

// These functions return the contents of the sections, empty where nothing for a section was measured.
std::vector<Block> score_blocks(const ReportView& view);
std::vector<Block> sample_blocks(const ReportView& view);
std::vector<Block> collapse_blocks(const ReportView& view);
std::vector<Block> lipschitz_blocks(const ReportView& view);
std::vector<Block> reduction_blocks(const ReportView& view);
std::vector<Block> schedule_blocks(const ReportView& view);
std::vector<Block> cost_blocks(const ReportView& view);

}  // namespace driftbench
