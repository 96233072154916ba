#include "tools/machine/hardware_counters.h"

#include <fmt/core.h>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace driftbench {
namespace {

constexpr std::array<std::uint64_t, HardwareCounters::kNames.size()> kEvents{
    PERF_COUNT_HW_INSTRUCTIONS, PERF_COUNT_HW_CPU_CYCLES, PERF_COUNT_HW_CACHE_MISSES};

/// Opens a file that counts the event for this thread on any CPU. Returns -1 and sets errno where there is none.
int open_counter(std::uint64_t event) {
  perf_event_attr attributes{};
  attributes.size = sizeof attributes;
  attributes.type = PERF_TYPE_HARDWARE;
  attributes.config = event;
  attributes.disabled = 1;
  attributes.exclude_kernel = 1;
  attributes.exclude_hv = 1;
  attributes.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
  return static_cast<int>(syscall(SYS_perf_event_open, &attributes, 0, -1, -1, PERF_FLAG_FD_CLOEXEC));
}

std::string advice(int error) {
  switch (error) {
    case EACCES:
    case EPERM:
      return "not permitted: as root, `sysctl kernel.perf_event_paranoid=2` permits them, in a container also a "
             "profile that lets perf_event_open through";
    case ENOENT:
    case ENODEV:
    case EOPNOTSUPP:
      return "this machine shows no such counter, as many virtual ones; run on the hardware itself";
    case ENOSYS:
      return "this kernel has no perf_event_open";
    default:
      return std::strerror(error);
  }
}

}  // namespace

HardwareCounters::HardwareCounters() {
  for (std::size_t i = 0; i < files_.size(); ++i) {
    files_[i] = open_counter(kEvents[i]);
    if (files_[i] < 0 && missing_.empty()) missing_ = fmt::format("{}: {}", kNames[i], advice(errno));
  }
}

HardwareCounters::~HardwareCounters() {
  for (const int file : files_) {
    if (file >= 0) close(file);
  }
}

void HardwareCounters::start() {
  for (const int file : files_) {
    if (file < 0) continue;
    ioctl(file, PERF_EVENT_IOC_RESET, 0);
    ioctl(file, PERF_EVENT_IOC_ENABLE, 0);
  }
}

HardwareCounters::Counts HardwareCounters::stop() {
  Counts counts;
  for (std::size_t i = 0; i < files_.size(); ++i) {
    if (files_[i] < 0) continue;
    ioctl(files_[i], PERF_EVENT_IOC_DISABLE, 0);
    struct {
      std::uint64_t value, enabled, running;
    } reading{};
    const bool whole = read(files_[i], &reading, sizeof reading) == sizeof reading;
    if (!whole || reading.running == 0) continue;
    counts[i] = static_cast<double>(reading.value) * static_cast<double>(reading.enabled) /
                static_cast<double>(reading.running);
  }
  return counts;
}

}  // namespace driftbench
