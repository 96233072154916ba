#include "tools/profiling/profile_files.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "runtime/clock.h"
#include "tools/base/errors.h"
#include "tools/base/json_text.h"
#include "tools/base/quote.h"
#include "tools/profiling/hgrm.h"

namespace driftbench {

ProfileFiles::ProfileFiles(const ProfileOutputs& wanted, const std::vector<std::string>& subjects, bool with_period,
                           Outputs& outputs)
    : wanted_(wanted), outputs_(outputs) {
  if (wanted.trace) trace_output_ = &outputs.accept("--trace", *wanted.trace);
  if (wanted.hgrm == "-") {
    throw ArgumentError(
        "--hgrm: \"-\" is not possible: each drift has a file of its own; give what their names begin with");
  }
  if (wanted.hgrm) {
    const auto accept = [&](const std::string& subject, const char* what) {
      hgrm_.push_back(
          &outputs.accept("--hgrm", fmt::format("{}.{}.{}.hgrm", *wanted.hgrm, subject, what), kFileOrPipe));
    };
    for (std::string subject : subjects) {
      std::replace(subject.begin(), subject.end(), '/', '_');  // in the command of a program
      accept(subject, "step");
      if (with_period) accept(subject, "response");
    }
  }
  if (!wanted.stream) return;
  stream_output_ = &outputs.accept("--stream", *wanted.stream);
  if (stream_output_->is_stdout() && wanted.format == StreamFormat::kFloat32 && isatty(STDOUT_FILENO) != 0) {
    throw ArgumentError(
        fmt::format("--stream: \"{}\" is not possible: float32 is nothing for a terminal; redirect it, or give a file",
                    *wanted.stream));
  }
}

StepOutputs ProfileFiles::begin(const std::string& subject) {
  StepOutputs outputs;
  if (stream_output_ != nullptr) {
    if (!stream_file_) stream_file_.emplace(*stream_output_);
    outputs.stream = &stream_.emplace(*stream_file_, wanted_.format, wanted_.policy, subject);
  }
  if (trace_output_ != nullptr) outputs.trace = &traces_.try_emplace(subject, tick_clock()).first->second;
  return outputs;
}

void ProfileFiles::add(const std::string& subject, const StepProfile& profile) {
  if (trace_output_ != nullptr) {
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
  outputs_.write(*hgrm_.front(), to_hgrm(latency));
  hgrm_.pop_front();
}

void ProfileFiles::finish(bool complete) {
  if (stream_file_ && complete && streamed_.error.empty()) end_stream();
  if (trace_output_ == nullptr) return;
  const nlohmann::ordered_json document{{"traceEvents", std::move(events_)}, {"displayTimeUnit", "ns"}};
  outputs_.write(*trace_output_, json_text(document, /*compact=*/true));
}

void ProfileFiles::end_stream() {
  if (wanted_.format == StreamFormat::kJson) {
    const nlohmann::ordered_json end{
        {"end", {{"steps", streamed_.steps}, {"written", streamed_.written}, {"dropped", streamed_.dropped}}}};
    end_error_ = stream_file_->write(json_text(end, /*compact=*/true));
  }
  if (end_error_ == 0) end_error_ = stream_file_->finish();
}

std::optional<std::string> ProfileFiles::loss() const {
  if (!streamed_.error.empty()) {
    return fmt::format("--stream: {}: {}; {} of {} steps were lost", in_quotes(*wanted_.stream, kMaxPathQuoted),
                       streamed_.error, streamed_.lost(), streamed_.steps);
  }
  if (end_error_ == 0) return std::nullopt;
  return fmt::format("--stream: {}: {}; its end was lost", in_quotes(*wanted_.stream, kMaxPathQuoted),
                     std::strerror(end_error_));
}

}  // namespace driftbench
