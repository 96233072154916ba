#include "tools/environment.h"

#include <fmt/core.h>
#include <sys/utsname.h>

#include <fstream>
#include <string>
#include <thread>

#include "kernels/simd.h"
#include "runtime/clock.h"
#include "tools/caches.h"

namespace driftbench {
namespace {

using nlohmann::ordered_json;

ordered_json first_line(const char* path) {
  std::ifstream file(path);
  std::string line;
  return std::getline(file, line) ? ordered_json(line) : ordered_json(nullptr);
}

ordered_json cpu_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const auto colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return nullptr;
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
  const ClockProperties clock = measure_clock();
#if defined(__OPTIMIZE__)
  constexpr bool kOptimized = true;
#else
  constexpr bool kOptimized = false;
#endif
#if defined(__clang__)
  constexpr char kCompiler[] = "clang " __clang_version__;
#else
  constexpr char kCompiler[] = "g++ " __VERSION__;
#endif
  return {
      {"cpu", cpu_name()},
      {"isa", DefaultArch::name()},
      {"compiler", kCompiler},
      {"optimized", kOptimized},
      {"governor", first_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")},
      {"caches", cache_bytes()},
      {"cores", std::thread::hardware_concurrency()},
      {"kernel", fmt::format("{} {} {}", system.sysname, system.release, system.machine)},
      {"clock", "steady_clock"},
      {"clock_resolution_ns", clock.resolution_ns},
      {"clock_overhead_ns", clock.overhead_ns},
  };
}

std::string describe_environment_line(const ordered_json& environment) {
  const auto text = [&](const char* key) {
    const auto& value = environment.at(key);
    return value.is_null() ? std::string("unknown") : value.get<std::string>();
  };
  return fmt::format(
      "{}, {} instructions, {}, governor {}; clock: {} ns resolution, {} ns a reading, not subtracted\n{}", text("cpu"),
      text("isa"), text("compiler"), text("governor"), environment.at("clock_resolution_ns").get<int>(),
      environment.at("clock_overhead_ns").get<int>(),
      environment.at("optimized").get<bool>()
          ? ""
          : "This is a build without optimization: its times say nothing about the kernels.\n");
}

}  // namespace driftbench
