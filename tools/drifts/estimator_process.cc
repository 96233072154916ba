#include "tools/drifts/estimator_process.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string_view>
#include <utility>

#include "tools/base/errors.h"
#include "tools/base/npy.h"
#include "tools/base/quote.h"
#include "tools/drifts/estimate_error.h"

namespace driftbench {
namespace {

std::vector<std::size_t> shape_of(int n, int count, int batch) {
  const auto side = static_cast<std::size_t>(n);
  if (batch == 1) return {side, side};
  return {static_cast<std::size_t>(count), side, side};
}

/// Reads a line of `most` characters at most, without its end.
std::string read_line(std::FILE* stream, std::size_t most) {
  std::string line;
  for (int c; line.size() < most && (c = std::fgetc(stream)) != EOF && c != '\n';) line += static_cast<char>(c);
  return line;
}

}  // namespace

EstimatorProcess::EstimatorProcess(const std::string& command, double timeout_s)
    : command_(command), child_(command, timeout_s), batch_(1) {
  attempt([&] { batch_ = read_batch(); });
}

template <class F>
void EstimatorProcess::attempt(F f) {
  try {
    f();
  } catch (const RunError& error) {
    throw EstimateError(fmt::format("--drift: {}: {}", in_quotes("exec:" + command_), error.what()));
  }
}

int EstimatorProcess::read_batch() {
  constexpr std::string_view kReady = "ready";
  constexpr std::size_t kMaxLine = 80;
  const std::string line = read_line(child_.output(), kMaxLine);
  child_.check();
  if (line == kReady) return 1;
  int batch = 0;
  const char* const end = line.data() + line.size();
  if (line.starts_with("ready ")) {
    const auto [stop, error] = std::from_chars(line.data() + kReady.size() + 1, end, batch);
    if (error != std::errc{} || stop != end) batch = 0;
  }
  if (batch < 1 || batch > kMaxBatch) {
    child_.fail(fmt::format("it wrote {} where \"ready\" or \"ready M\" is asked for, M from 1 to {}", in_quotes(line),
                            kMaxBatch));
  }
  return batch;
}

void EstimatorProcess::send(int n, float t, int count, std::span<const float> matrices) {
  attempt([&] {
    child_.send(fmt::format("{} {} {}\n", t, n, count) + npy_header(shape_of(n, count, batch_)),
                {reinterpret_cast<const char*>(matrices.data()), matrices.size_bytes()});
  });
}

void EstimatorProcess::await() {
  attempt([&] { child_.await_output(); });
}

void EstimatorProcess::receive(int n, int count, std::vector<float>& estimates) {
  attempt([&] {
    const std::vector<std::size_t> shape = shape_of(n, count, batch_);
    try {
      const auto found = read_npy_header(child_.output());
      child_.check();
      const NpyHeader& header = found.value();
      if (header.shape != shape) {
        child_.fail(fmt::format("its answer has the shape ({}); give ({})", fmt::join(header.shape, ", "),
                                fmt::join(shape, ", ")));
      }
      if (header.fortran_order && batch_ > 1) {
        child_.fail("its answer is a stack in Fortran order; give C order, as numpy.ascontiguousarray does");
      }
      if (header.kind != 'f' || header.value_bytes < sizeof(float) || header.big_endian) {
        child_.fail("its answer has numbers of another type; give little-endian '<f4' or '<f8'");
      }
      // A matrix in Fortran order is read as its transpose, which has the same symmetric part.
      estimates.resize(static_cast<std::size_t>(count) * shape.back() * shape.back());
      read_npy_values(child_.output(), header, estimates);
    } catch (const ArgumentError& error) {
      child_.check();
      child_.fail(fmt::format("its answer: {}", error.what()));
    }
  });
}

void EstimatorProcess::fail(const std::string& what) {
  attempt([&] { child_.fail(what); });
}

void EstimatorProcesses::start() {
  try {
    idle_.push_back(std::make_unique<EstimatorProcess>(command_, timeout_s_));
  } catch (const RunError& error) {
    throw ArgumentError(fmt::format("{}; give a command that starts and writes the line \"ready\"", error.what()));
  }
  batch_ = idle_.front()->batch();
}

std::unique_ptr<EstimatorProcess> EstimatorProcesses::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto process = std::move(idle_.back());
      idle_.pop_back();
      return process;
    }
  }
  auto process = std::make_unique<EstimatorProcess>(command_, timeout_s_);
  if (process->batch() != batch_) {
    process->fail(fmt::format("it asked for {} matrices in a request, and for {} when it was started before",
                              process->batch(), batch_));
  }
  return process;
}

void EstimatorProcesses::give_back(std::unique_ptr<EstimatorProcess> process) {
  if (process->failed()) return;
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(process));
}

}  // namespace driftbench
