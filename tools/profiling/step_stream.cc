#include "tools/profiling/step_stream.h"

#include <fmt/core.h>

#include <chrono>
#include <cstring>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "tools/base/errors.h"
#include "tools/base/json_text.h"

namespace driftbench {

StepStream::StepStream(StreamFile& file, StreamFormat format, StreamPolicy policy, std::string drift)
    : file_(file), format_(format), policy_(policy), drift_(std::move(drift)) {}

StepStream::~StepStream() { finish(); }

void StepStream::start(const Diffusion& diffusion) {
  const std::size_t numbers = format_ == StreamFormat::kFloat32 ? diffusion.estimate_size() : 0;
  ring_.emplace(kCapacity, Slot{{}, std::vector<float>(numbers)});
  try {
    writer_ = std::thread([this] { write_steps(); });
  } catch (const std::system_error& error) {
    throw RunError(
        fmt::format("--stream: a thread to write it cannot be had: {}; leave it out, or raise the limits on threads "
                    "(ulimit -u) and memory (ulimit -v)",
                    error.code().message()));
  }
}

void StepStream::put(const StepRecord& record, const Diffusion& diffusion) {
  ++counts_.steps;
  Slot* slot = room();
  if (slot == nullptr) return;
  slot->record = record;
  if (format_ == StreamFormat::kFloat32) diffusion.copy_estimate(slot->estimate);
  ring_->push();
}

/// Returns a free slot; null where the step is dropped or there is no reader any more.
StepStream::Slot* StepStream::room() {
  if (error_.load(std::memory_order_relaxed) != 0) return nullptr;
  Slot* slot = ring_->next_free();
  if (slot != nullptr) return slot;
  if (policy_ == StreamPolicy::kDrop) {
    ++counts_.dropped;
    return nullptr;
  }
  ++counts_.waits;
  while (slot == nullptr && error_.load(std::memory_order_relaxed) == 0) {
    std::this_thread::yield();
    slot = ring_->next_free();
  }
  return slot;
}

const StreamCounts& StepStream::finish() {
  if (!writer_.joinable()) return counts_;
  done_.store(true, std::memory_order_release);
  writer_.join();
  counts_.written = written_;
  if (const int error = error_.load(); error != 0) counts_.error = std::strerror(error);
  return counts_;
}

void StepStream::write_steps() {
  while (true) {
    const bool last_look = done_.load(std::memory_order_acquire);
    while (const Slot* slot = ring_->front()) {
      if (const int error = write(*slot); error != 0) {
        error_.store(error, std::memory_order_relaxed);
        return;
      }
      ++written_;
      ring_->pop();
    }
    if (last_look) return;
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
}

int StepStream::write(const Slot& slot) {
  if (format_ == StreamFormat::kFloat32) {
    const std::vector<float>& numbers = slot.estimate;
    return file_.write({reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(float)});
  }
  const StepRecord& record = slot.record;
  nlohmann::ordered_json json{
      {"drift", drift_},     {"step", record.step},       {"chain", record.chain},       {"t", record.t},
      {"norm", record.norm}, {"step_ns", record.step_ns}, {"drift_ns", record.drift_ns}, {"noise_ns", record.noise_ns}};
  if (record.response_ns) json["response_ns"] = *record.response_ns;
  return file_.write(json_text(std::move(json), /*compact=*/true));
}

}  // namespace driftbench
