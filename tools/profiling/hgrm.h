// to_hgrm writes distributions of durations in the text form that HdrHistogram's tools read and plot.
#pragma once

#include <string>

#include "runtime/latency_histogram.h"

namespace driftbench {

/// Returns the percentiles of records in nanoseconds as text in microseconds. There are five lines each time that the
/// part above them halves, down to a single record. Mean, standard deviation and maximum stand below; the deviation is
/// that of the bins.
std::string to_hgrm(const LatencyHistogram& latency);

}  // namespace driftbench
