#include "tools/machine/conditions.h"

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <sched.h>
#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <string>

#include "tools/base/errors.h"

namespace driftbench {
namespace {

bool allow(const std::vector<int>& cpus) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const int cpu : cpus) CPU_SET(static_cast<std::size_t>(cpu), &set);
  return sched_setaffinity(0, sizeof set, &set) == 0;
}

}  // namespace

std::vector<int> allowed_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::vector<int> cpus;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(static_cast<std::size_t>(cpu), &set)) cpus.push_back(cpu);
  }
  return cpus;
}

std::size_t physical_cores(const std::vector<int>& cpus, const std::filesystem::path& folder) {
  std::set<std::string> cores;
  for (const int cpu : cpus) {
    // This file lists the CPUs of the core in the same text for each of them, so that different texts are different
    // cores.
    std::ifstream file(folder / fmt::format("cpu{}/topology/thread_siblings_list", cpu));
    std::string siblings;
    if (!std::getline(file, siblings) || siblings.empty()) siblings = fmt::format("{}", cpu);
    cores.insert(siblings);
  }
  return cores.size();
}

PinnedThread::PinnedThread(int cpu) : before_(allowed_cpus()) {
  if (std::find(before_.begin(), before_.end(), cpu) == before_.end() || !allow({cpu})) {
    throw ArgumentError(fmt::format("--cpu: \"{}\" is not possible; give one that this process may run on, of {}", cpu,
                                    fmt::join(before_, ",")));
  }
}

PinnedThread::~PinnedThread() { allow(before_); }

int current_cpu() { return sched_getcpu(); }

Interruptions Interruptions::so_far() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  return {usage.ru_nvcsw, usage.ru_nivcsw, usage.ru_minflt, usage.ru_majflt};
}

Interruptions Interruptions::operator-(const Interruptions& earlier) const {
  return {voluntary_switches - earlier.voluntary_switches, involuntary_switches - earlier.involuntary_switches,
          minor_faults - earlier.minor_faults, major_faults - earlier.major_faults};
}

Interruptions& Interruptions::operator+=(const Interruptions& later) {
  voluntary_switches += later.voluntary_switches;
  involuntary_switches += later.involuntary_switches;
  minor_faults += later.minor_faults;
  major_faults += later.major_faults;
  return *this;
}

}  // namespace driftbench
