// What a report measured as a page to look at.
#pragma once

#include "tools/page.h"
#include "tools/report_data.h"

namespace driftbench {

/// Sections of what there is; a report that was stopped early has fewer points and says so. The caller adds environment
/// and command.
Page make_page(const ReportData& data);

}  // namespace driftbench
