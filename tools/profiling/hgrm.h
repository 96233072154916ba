// Distributions of durations in the text form that HdrHistogram's tools read and plot.
#pragma once

#include <string>

#include "runtime/latency_histogram.h"

namespace driftbench {

/// The percentiles of the records, from nanoseconds, in microseconds: five steps each time that the part above them
/// halves, down to a single record. Mean, standard deviation and maximum below; the deviation is that of the bins.
std::string to_hgrm(const LatencyHistogram& latency);

}  // namespace driftbench
