#include "tools/profiling/step_trace.h"

#include <algorithm>
#include <string>

namespace driftbench {
namespace {

using nlohmann::ordered_json;

enum Track { kFirstTrack = 1, kSlowestTrack = 2 };

/// Makes the event that tells the viewer the name of a process or of a track in it.
ordered_json name_event(const char* what, std::size_t process, int track, const std::string& name) {
  return {{"name", what}, {"ph", "M"}, {"pid", process}, {"tid", track}, {"args", {{"name", name}}}};
}

}  // namespace

StepTrace::StepTrace(const TickClock& clock) : clock_(&clock) {
  // The vectors are filled once, so that no step is the first to touch a page.
  first_.assign(kFirst, {StepTimer(clock), 0, 0});
  first_.clear();
  slowest_.assign(kSlowest, {StepTimer(clock), 0, 0});
  slowest_.clear();
}

void StepTrace::record(const StepTimer& timer, std::int64_t step, float t) {
  if (first_.size() < kFirst) {
    first_.push_back({timer, step, t});
  } else if (slowest_.size() < kSlowest) {
    slowest_.push_back({timer, step, t});
  } else {
    const auto fastest = std::min_element(slowest_.begin(), slowest_.end(), [](const Kept& a, const Kept& b) {
      return a.timer.ticks() < b.timer.ticks();
    });
    if (fastest->timer.ticks() < timer.ticks()) *fastest = {timer, step, t};
  }
}

void StepTrace::add_events(ordered_json& events, const std::string& drift,
                           const std::vector<std::string>& phases) const {
  const std::size_t process = events.size() + 1;  // no other process has this number
  events.push_back(name_event("process_name", process, 0, drift));
  events.push_back(name_event("thread_name", process, kFirstTrack, "first steps"));
  events.push_back(name_event("thread_name", process, kSlowestTrack, "slowest steps after them"));
  const std::uint64_t origin = first_.empty() ? 0 : first_.front().timer.started();
  const auto add_slice = [&](const std::string& name, int track, std::uint64_t begin, std::uint64_t end) {
    events.push_back({{"name", name},
                      {"ph", "X"},
                      {"pid", process},
                      {"tid", track},
                      {"ts", 1e-3 * clock_->to_ns(begin - origin)},
                      {"dur", 1e-3 * clock_->to_ns(end - begin)}});
  };
  const auto add_step = [&](const Kept& kept, int track) {
    add_slice("step " + std::to_string(kept.step), track, kept.timer.started(), kept.timer.ended());
    events.back()["args"] = {{"step", kept.step}, {"t", kept.t}};
    std::uint64_t begin = kept.timer.started();
    for (const StepTimer::Mark& mark : kept.timer.marks()) {
      add_slice(phases[static_cast<std::size_t>(mark.phase)], track, begin, mark.ticks);
      begin = mark.ticks;
    }
  };
  for (const Kept& kept : first_) add_step(kept, kFirstTrack);
  auto slowest = slowest_;
  std::sort(slowest.begin(), slowest.end(), [](const Kept& a, const Kept& b) { return a.step < b.step; });
  for (const Kept& kept : slowest) add_step(kept, kSlowestTrack);
}

}  // namespace driftbench
