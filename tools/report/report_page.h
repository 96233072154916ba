// What a report measured as a page to look at.
#pragma once

#include <nlohmann/json.hpp>

#include "tools/report/page.h"
#include "tools/report/report_data.h"

namespace driftbench {

/// Sections of what there is; a report that was stopped early has fewer points and says so. The caller adds environment
/// and command.
Page make_page(const ReportData& data);

/// What stands on the page, for programs: by section its texts, and the columns and rows of its tables and pictures, of
/// which those that are derived from results stand nowhere else.
nlohmann::ordered_json to_json(const Page& page);

}  // namespace driftbench
