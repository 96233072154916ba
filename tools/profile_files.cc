#include "tools/profile_files.h"

#include <fmt/core.h>

#include "runtime/clock.h"
#include "tools/hgrm.h"
#include "tools/json_text.h"

namespace driftbench {

ProfileFiles::ProfileFiles(const ProfileOutputs& wanted, const std::vector<std::string>& subjects, bool with_period)
    : wanted_(wanted) {
  if (wanted.trace) trace_file_.emplace("--trace", *wanted.trace);
  if (wanted.hgrm) {
    for (const std::string& subject : subjects) {
      hgrm_.emplace_back("--hgrm", fmt::format("{}.{}.step.hgrm", *wanted.hgrm, subject));
      if (with_period) hgrm_.emplace_back("--hgrm", fmt::format("{}.{}.response.hgrm", *wanted.hgrm, subject));
    }
  }
  if (wanted.stream) stream_file_.emplace(*wanted.stream);
}

StepOutputs ProfileFiles::begin(const std::string& subject) {
  StepOutputs outputs;
  if (stream_file_) outputs.stream = &stream_.emplace(*stream_file_, wanted_.format, wanted_.policy, subject);
  if (trace_file_) outputs.trace = &traces_.try_emplace(subject, tick_clock()).first->second;
  return outputs;
}

void ProfileFiles::add(const std::string& subject, const StepProfile& profile) {
  if (trace_file_) {
    const auto trace = traces_.find(subject);
    trace->second.add_events(events_, subject, timed_phases(profile));
    traces_.erase(trace);
  }
  if (wanted_.hgrm) {
    write_hgrm(profile.phases.front().latency);
    if (profile.open_loop) write_hgrm(profile.open_loop->response);
  }
  streamed_.steps += profile.streamed.steps;
  streamed_.written += profile.streamed.written;
  streamed_.dropped += profile.streamed.dropped;
  if (!profile.streamed.error.empty()) streamed_.error = profile.streamed.error;
}

void ProfileFiles::write_hgrm(const LatencyHistogram& latency) {
  hgrm_.front().commit(to_hgrm(latency));
  hgrm_.pop_front();
}

void ProfileFiles::finish() {
  if (!trace_file_) return;
  const nlohmann::ordered_json document{{"traceEvents", events_}, {"displayTimeUnit", "ns"}};
  trace_file_->commit(json_text(document, /*compact=*/true));
}

std::optional<std::string> ProfileFiles::loss() const {
  if (streamed_.error.empty()) return std::nullopt;
  return fmt::format("--stream: {}: {}; {} of {} steps were lost", *wanted_.stream, streamed_.error, streamed_.lost(),
                     streamed_.steps);
}

}  // namespace driftbench
