#include "tools/machine/environment.h"

#include <fmt/core.h>
#include <sys/utsname.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>

#include "kernels/simd.h"
#include "runtime/clock.h"
#include "tools/machine/caches.h"
#include "tools/machine/optimization.h"

namespace driftbench {
namespace {

using nlohmann::ordered_json;

ordered_json first_line(const char* path) {
  std::ifstream file(path);
  std::string line;
  return std::getline(file, line) ? ordered_json(line) : ordered_json(nullptr);
}

/// Returns what /proc/cpuinfo says of the first CPU under the key.
ordered_json cpu_info(const char* key) {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const auto colon = line.find(": ");
    if (line.starts_with(key) && colon != std::string::npos) return line.substr(colon + 2);
  }
  return nullptr;
}

/// Returns whether the CPU may exceed its nominal frequency; null where the system does not say.
ordered_json turbo() {
  const ordered_json boost = first_line("/sys/devices/system/cpu/cpufreq/boost");
  if (!boost.is_null()) return boost == "1";
  const ordered_json no_turbo = first_line("/sys/devices/system/cpu/intel_pstate/no_turbo");
  return no_turbo.is_null() ? ordered_json() : ordered_json(no_turbo == "0");
}

/// Returns the frequency at this moment, which the CPU may change.
ordered_json frequency_mhz() {
  const ordered_json text = cpu_info("cpu MHz");
  return text.is_null() ? ordered_json() : ordered_json(std::strtod(text.get<std::string>().c_str(), nullptr));
}

ordered_json cache_bytes() {
  ordered_json bytes;
  for (const Cache& cache : read_caches()) bytes[cache.name] = cache.bytes;
  return bytes;
}

}  // namespace

ordered_json describe_environment() {
  utsname system{};
  uname(&system);
  const TickClock& clock = tick_clock();
  const ClockProperties measured = measure_clock(clock);
#if defined(__clang__)
  constexpr char kCompiler[] = "clang " __clang_version__;
#else
  constexpr char kCompiler[] = "g++ " __VERSION__;
#endif
  return {
      {"cpu", cpu_info("model name")},
      {"isa", DefaultArch::name()},
      {"compiler", kCompiler},
      {"optimized", is_timed_code_optimized()},
      {"governor", first_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")},
      {"turbo", turbo()},
      {"frequency_mhz", frequency_mhz()},
      {"caches", cache_bytes()},
      {"cores", std::thread::hardware_concurrency()},
      {"kernel", fmt::format("{} {} {}", system.sysname, system.release, system.machine)},
      {"clock", clock.name},
      {"clock_fallback", clock.fallback_reason == nullptr ? ordered_json() : ordered_json(clock.fallback_reason)},
      {"clock_tick_ns", clock.ns_per_tick},
      {"clock_resolution_ns", measured.resolution_ns},
      {"clock_overhead_ns", measured.overhead_ns},
  };
}

std::string describe_environment_line(const ordered_json& environment) {
  const auto text = [&](const char* key) {
    const auto& value = environment.at(key);
    return value.is_null() ? std::string("unknown") : value.get<std::string>();
  };
  const auto& turbo_state = environment.at("turbo");
  const auto& fallback = environment.at("clock_fallback");
  return fmt::format(
      "{}, {} instructions, {}, governor {}, turbo {}\nclock: {}{}, a tick is {:.4g} ns, resolution {:.3g} ns, {:.3g} "
      "ns a "
      "reading, not subtracted\n{}",
      text("cpu"), text("isa"), text("compiler"), text("governor"),
      turbo_state.is_null()     ? "unknown"
      : turbo_state.get<bool>() ? "on"
                                : "off",
      text("clock"), fallback.is_null() ? "" : fmt::format(", because {}", fallback.get<std::string>()),
      environment.at("clock_tick_ns").get<double>(), environment.at("clock_resolution_ns").get<double>(),
      environment.at("clock_overhead_ns").get<double>(),
      environment.at("optimized").get<bool>()
          ? ""
          : "This is a build without optimization: its times say nothing about the kernels.\n");
}

}  // namespace driftbench
