// Turns what a report measured into a page to look at.
#pragma once

#include <nlohmann/json.hpp>

#include "tools/report/page.h"
#include "tools/report/report_data.h"

namespace driftbench {

/// Makes a page of sections for all that was measured. A report that was stopped early has fewer points and says so.
/// The caller adds environment and command.
Page make_page(const ReportData& data);

/// Returns what stands on the page in a form for programs: for each section its texts, and the columns and rows of its
/// tables and pictures. Numbers that are derived from results stand only here.
nlohmann::ordered_json to_json(const Page& page);

}  // namespace driftbench
