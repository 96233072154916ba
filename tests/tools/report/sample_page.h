// A page with a picture of each kind, for numbers as measurements give them.
#pragma once

#include "tools/report/page.h"

namespace driftbench {

LinePlot sample_lines();
HistogramPlot sample_histograms();
ScatterPlot sample_scatter();
Page sample_page();

}  // namespace driftbench
