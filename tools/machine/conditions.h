// What the operating system did to a thread while it was timed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace driftbench {

/// CPUs that this thread may run on, in order.
std::vector<int> allowed_cpus();

/// Physical cores that these CPUs are of, as the system describes them in the folder; a CPU that it does not describe
/// is one of its own.
std::size_t physical_cores(const std::vector<int>& cpus,
                           const std::filesystem::path& folder = "/sys/devices/system/cpu");

/// While it lives, the thread that made it runs on this CPU alone. ArgumentError where it may not: names those it may.
class PinnedThread {
 public:
  explicit PinnedThread(int cpu);
  ~PinnedThread();
  PinnedThread(const PinnedThread&) = delete;
  PinnedThread& operator=(const PinnedThread&) = delete;

 private:
  std::vector<int> before_;
};

/// The CPU that this thread is on; some nanoseconds.
int current_cpu();

/// What befell this thread. The differences of two say what came between them.
struct Interruptions {
  std::int64_t voluntary_switches = 0;    ///< it waited
  std::int64_t involuntary_switches = 0;  ///< it was made to wait
  std::int64_t minor_faults = 0, major_faults = 0;

  static Interruptions so_far();
  Interruptions operator-(const Interruptions& earlier) const;
  Interruptions& operator+=(const Interruptions& later);
};

}  // namespace driftbench
