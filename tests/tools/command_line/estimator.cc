// A program for --drift exec:COMMAND: estimator [batch M] [log FILE] [FAULT REQUEST]. The estimate of Y is Y / (2 t),
// where it is below 1 in magnitude. The log has a line `process t n m` for each request. The fault befalls the request
// of that number, from 1.
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "tests/tools/base/npy_bytes.h"

namespace driftbench {
namespace {

struct Settings {
  int batch = 0;  ///< where it is 0, `ready` has no number
  std::string log, fault;
  int fault_at = 0;
};

Settings read_arguments(int argc, char** argv) {
  Settings settings;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i], value = argv[i + 1];
    if (name == "batch") {
      settings.batch = std::atoi(value.c_str());
    } else if (name == "log") {
      settings.log = value;
    } else {
      settings.fault = name;
      settings.fault_at = std::atoi(value.c_str());
    }
  }
  return settings;
}

/// Reads an array of so many numbers, whatever its header says of its shape.
std::vector<float> read_array(std::size_t count) {
  char head[10];
  if (!std::cin.read(head, sizeof head)) std::exit(4);
  std::string header(static_cast<unsigned char>(head[8]) + 256U * static_cast<unsigned char>(head[9]), '\0');
  std::cin.read(header.data(), static_cast<std::streamsize>(header.size()));
  std::vector<float> values(count);
  std::cin.read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(count * sizeof(float)));
  if ((sizeof head + header.size()) % 64 != 0) std::exit(5);
  return values;
}

std::string answer(const Settings& settings, int n, int m, std::vector<float>& values, const std::string& fault) {
  const std::string side = std::to_string(n), square = side + ", " + side + ")";
  const std::string shape = settings.batch > 1 ? "(" + std::to_string(m) + ", " + square : "(" + square;
  if (fault == "nan") values.back() = NAN;
  if (fault == "shape") return npy_header_bytes("<f4", "(" + side + ",)");
  if (fault == "oblong") return npy_header_bytes("<f4", "(" + side + ", " + std::to_string(n + 1) + ")");
  if (fault == "type") return npy_header_bytes("<i4", shape);
  if (fault == "text") return "Estimating ...\n";
  if (fault == "short") return npy_header_bytes("<f4", shape) + "123";
  if (fault == "double") {
    return npy_header_bytes("<f8", shape) + bytes_of(std::vector<double>(values.begin(), values.end()));
  }
  return npy_header_bytes("<f4", shape) + bytes_of(values);
}

/// Ends or stops the process where the fault is of that kind.
void befall(const std::string& fault) {
  std::cerr << "first line\nlast \x1b line\n\n";
  if (fault == "silence") pause();
  if (fault == "exit") std::exit(3);
  if (fault == "signal") std::abort();
  if (fault == "close") {
    close(STDOUT_FILENO);
    pause();
  }
  if (fault == "flood") std::cerr << std::string(3 << 20, 'x') << "\n";
}

int serve(const Settings& settings) {
  std::cout << "ready" << (settings.batch > 0 ? " " + std::to_string(settings.batch) : "") << std::endl;
  std::ofstream log;
  if (!settings.log.empty()) log.open(settings.log, std::ios::app);
  float t;
  int n, m;
  for (int request = 1; std::cin >> t >> n >> m; ++request) {
    std::cin.get();
    if (log.is_open()) log << getpid() << " " << t << " " << n << " " << m << std::endl;
    auto values = read_array(static_cast<std::size_t>(m * n * n));
    const std::string fault = request == settings.fault_at ? settings.fault : "";
    if (!fault.empty()) befall(fault);
    for (float& value : values) value = std::clamp(value / (2 * t), -1.0f, 1.0f);
    std::cout << answer(settings, n, m, values, fault) << std::flush;
    if (fault == "text" || fault == "type" || fault == "shape" || fault == "oblong") pause();
  }
  return 0;
}

}  // namespace
}  // namespace driftbench

int main(int argc, char** argv) { return driftbench::serve(driftbench::read_arguments(argc, argv)); }
