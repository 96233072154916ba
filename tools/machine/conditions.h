// This header tells what the operating system did to a thread while it was timed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace driftbench {

/// Returns the CPUs that this thread may run on, in order.
std::vector<int> allowed_cpus();

/// Returns the number of physical cores that these CPUs belong to, as the system describes them in the folder. A CPU
/// that it does not describe counts as a core of its own.
std::size_t physical_cores(const std::vector<int>& cpus,
                           const std::filesystem::path& folder = "/sys/devices/system/cpu");

/// While a PinnedThread lives, the thread that made it runs on the given CPU alone. The constructor throws
/// ArgumentError where the thread may not; the message names the CPUs that it may run on.
class PinnedThread {
 public:
  explicit PinnedThread(int cpu);
  ~PinnedThread();
  PinnedThread(const PinnedThread&) = delete;
  PinnedThread& operator=(const PinnedThread&) = delete;

 private:
  std::vector<int> before_;
};

/// Returns the CPU that this thread is on, in some nanoseconds.
int current_cpu();

/// Counts what befell this thread since it began. The difference of two such counts says what came between them.
struct Interruptions {
  std::int64_t voluntary_switches = 0;    ///< the thread waited
  std::int64_t involuntary_switches = 0;  ///< the thread was made to wait
  std::int64_t minor_faults = 0, major_faults = 0;

  static Interruptions so_far();
  Interruptions operator-(const Interruptions& earlier) const;
  Interruptions& operator+=(const Interruptions& later);
};

}  // namespace driftbench
