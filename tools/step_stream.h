// Steps on their way out of the loop that makes them: to a file or a pipe, by a thread of its own.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "runtime/ring.h"
#include "tools/diffusion.h"

namespace driftbench {

enum class StreamFormat {
  kJson,     ///< a line of JSON a step: its StepRecord
  kFloat32,  ///< the estimate a step, Diffusion::estimate_size() numbers in the machine's byte order, nothing between
};

/// What becomes of a step that finds no room because the reader is slow.
enum class StreamPolicy {
  kWait,  ///< the step loop waits until there is room
  kDrop,  ///< the step is not written
};

/// Where steps are streamed to. Opened when it is made, so that a bad place is found before the work.
class StreamFile {
 public:
  /// ArgumentError where the path cannot be written. A pipe is waited for until it has a reader.
  explicit StreamFile(std::string path);
  ~StreamFile();
  StreamFile(const StreamFile&) = delete;
  StreamFile& operator=(const StreamFile&) = delete;

  const std::string& path() const { return path_; }
  /// 0, or the error where not all of it could be written. A pipe without a reader is such an error and no signal.
  int write(const void* data, std::size_t size);

 private:
  std::string path_;
  int file_;
};

/// Of one step, what it was and how long it took.
struct StepRecord {
  std::int64_t step = 0;
  std::uint64_t chain = 0;
  float t = 0;     ///< at its end
  float norm = 0;  ///< of the estimate; unknown where that is not finite, which zeros in the estimate do not tell
  double step_ns = 0, drift_ns = 0, noise_ns = 0;
  std::optional<double> response_ns;  ///< with a period
};

struct StreamCounts {
  std::int64_t steps = 0;    ///< that were to be streamed
  std::int64_t written = 0;  ///< in full
  std::int64_t dropped = 0;  ///< for want of room
  std::int64_t waits = 0;    ///< steps after which the loop waited for room
  std::string error;         ///< why writing ended early; empty where it did not

  /// Steps that met an error.
  std::int64_t lost() const { return steps - written - dropped; }
};

/// Streams the steps of one run. The step loop calls put(), which allocates nothing and writes nothing; the writer
/// looks for steps several thousand times a second.
class StepStream {
 public:
  static constexpr std::size_t kCapacity = 1024;

  /// The file outlives the stream; the drift's name is in each record.
  StepStream(StreamFile& file, StreamFormat format, StreamPolicy policy, std::string drift);
  ~StepStream();
  StepStream(const StepStream&) = delete;
  StepStream& operator=(const StepStream&) = delete;

  /// Starts the writer, for steps of this diffusion.
  void start(const Diffusion& diffusion);
  void put(const StepRecord& record, const Diffusion& diffusion);
  /// Lets the writer finish with what was put.
  const StreamCounts& finish();

 private:
  struct Slot {
    StepRecord record;
    std::vector<float> estimate;
  };

  Slot* room();
  void write_all();
  int write(const Slot& slot);

  StreamFile& file_;
  StreamFormat format_;
  StreamPolicy policy_;
  std::string drift_;
  StreamCounts counts_;
  std::optional<Ring<Slot>> ring_;
  std::atomic<bool> done_{false};
  std::atomic<int> error_{0};
  std::int64_t written_ = 0;  // the writer's until it has been joined
  std::thread writer_;
};

}  // namespace driftbench
