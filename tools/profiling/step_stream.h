// A StepStream takes steps out of the loop that makes them, to a file or a pipe, by a thread of its own.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "runtime/ring.h"
#include "tools/base/stream_file.h"
#include "tools/sizes/diffusion.h"

namespace driftbench {

enum class StreamFormat {
  kJson,     ///< a line of JSON for each step, its StepRecord
  kFloat32,  ///< the estimates: Diffusion::estimate_size() numbers a step in the machine's byte order, nothing between
};

/// Says what becomes of a step that finds no room because the reader is slow.
enum class StreamPolicy {
  kWait,  ///< the step loop waits until there is room
  kDrop,  ///< the step is not written
};

/// Says of one step what it was and how long it took.
struct StepRecord {
  std::int64_t step = 0;
  std::uint64_t chain = 0;
  float t = 0;     ///< the time at its end
  float norm = 0;  ///< of the estimate; unknown where that was not finite and zeros stand in its place
  double step_ns = 0, drift_ns = 0, noise_ns = 0;
  std::optional<double> response_ns;  ///< with a period, the time from the step's intended start to its end
};

struct StreamCounts {
  std::int64_t steps = 0;    ///< steps that were to be streamed
  std::int64_t written = 0;  ///< steps written in full
  std::int64_t dropped = 0;  ///< steps dropped for want of room
  std::int64_t waits = 0;    ///< steps after which the loop waited for room
  std::string error;         ///< why writing ended early; empty where it did not

  /// Returns the number of steps that met an error.
  std::int64_t lost() const { return steps - written - dropped; }
};

/// Streams the steps of one run. The step loop calls put(), which allocates nothing and writes nothing; the writer, a
/// thread, looks for steps several thousand times a second.
class StepStream {
 public:
  static constexpr std::size_t kCapacity = 1024;

  /// The file outlives the stream. Each record of JSON has the drift's name.
  StepStream(StreamFile& file, StreamFormat format, StreamPolicy policy, std::string drift);
  ~StepStream();
  StepStream(const StepStream&) = delete;
  StepStream& operator=(const StepStream&) = delete;

  /// Starts the writer, for steps of this diffusion. Throws RunError where there is no thread for it.
  void start(const Diffusion& diffusion);
  void put(const StepRecord& record, const Diffusion& diffusion);
  /// Lets the writer finish with what was put, and returns the counts.
  const StreamCounts& finish();

 private:
  struct Slot {
    StepRecord record;
    std::vector<float> estimate;
  };

  Slot* room();
  void write_steps();
  int write(const Slot& slot);

  StreamFile& file_;
  StreamFormat format_;
  StreamPolicy policy_;
  std::string drift_;
  StreamCounts counts_;
  std::optional<Ring<Slot>> ring_;
  std::atomic<bool> done_{false};
  std::atomic<int> error_{0};
  std::int64_t written_ = 0;  // belongs to the writer until that has been joined
  std::thread writer_;
};

}  // namespace driftbench
