// Tests where steps go besides into a profile: streams, traces and percentile files.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fstream>
#include <future>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "tests/files.h"
#include "tests/support.h"
#include "tools/base/errors.h"
#include "tools/base/output.h"
#include "tools/base/stream_file.h"
#include "tools/profiling/hgrm.h"
#include "tools/profiling/step_stream.h"
#include "tools/profiling/step_trace.h"

namespace driftbench {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

/// A diffusion whose estimates have three equal numbers.
class Numbers final : public Diffusion {
 public:
  const std::vector<Phase>& phases() const override { return none_; }
  DriftWork work() const override { return {}; }
  void start(std::uint64_t) override {}
  Status evaluate() override { return Status::kOk; }
  Status evaluate(StepTimer&) override { return Status::kOk; }
  void advance(float) override {}
  float t() const override { return 0; }
  float largest() const override { return 0; }
  float norm() const override { return value; }
  std::size_t estimate_size() const override { return 3; }
  void copy_estimate(std::span<float> numbers) const override { std::fill(numbers.begin(), numbers.end(), value); }

  float value = 0;

 private:
  std::vector<Phase> none_;
};

std::string path(const std::string& name) { return testing::TempDir() + name; }

/// Streams this many steps, one right after the other.
StreamCounts stream_steps(const std::string& to, std::int64_t steps, StreamFormat format, StreamPolicy policy) {
  std::signal(SIGPIPE, SIG_IGN);  // as in the program
  Output output("--stream", to);
  output.open();
  StreamFile file(output);
  StepStream stream(file, format, policy, "numbers");
  Numbers diffusion;
  stream.start(diffusion);
  for (std::int64_t i = 0; i < steps; ++i) {
    diffusion.value = static_cast<float>(i);
    stream.put({i, 7, 0.5f, diffusion.norm(), 30, 20, 10, {}}, diffusion);
  }
  return stream.finish();
}

/// A reader of a named pipe that is as small as the system makes them.
class Reader {
 public:
  /// Starts a reader that pauses after each line and leaves after `lines` lines.
  Reader(const std::string& pipe, std::chrono::microseconds pause, std::size_t lines) {
    unlink(pipe.c_str());
    EXPECT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    thread_ = std::thread([=, this] { read_lines(pipe, pause, lines); });
  }
  ~Reader() { join(); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  /// Returns what was read, once the writer is done or the reader has left.
  const std::vector<std::string>& join() {
    if (thread_.joinable()) thread_.join();
    return lines_;
  }

 private:
  void read_lines(const std::string& pipe, std::chrono::microseconds pause, std::size_t lines) {
    const int file = open(pipe.c_str(), O_RDONLY);
    EXPECT_GE(file, 0);
    fcntl(file, F_SETPIPE_SZ, 4096);
    std::string line;
    for (char c = 0; lines_.size() < lines && read(file, &c, 1) == 1;) {
      if (c != '\n') {
        line += c;
        continue;
      }
      lines_.push_back(line);
      line.clear();
      if (pause.count() > 0) std::this_thread::sleep_for(pause);
    }
    close(file);
  }

  std::vector<std::string> lines_;
  std::thread thread_;
};

void expect_increasing_steps(const std::vector<std::string>& lines) {
  std::int64_t previous = -1;
  for (const std::string& line : lines) {
    const json record = json::parse(line, nullptr, /*allow_exceptions=*/false);
    ASSERT_TRUE(record.is_object()) << line;
    EXPECT_GT(record.at("step"), previous);
    EXPECT_EQ(record.at("norm"), record.at("step"));
    previous = record.at("step");
  }
}

constexpr std::size_t kAll = SIZE_MAX;

TEST(Stream, LinesOfJson) {
  const std::string file = path("lines");
  const StreamCounts counts = stream_steps(file, 100, StreamFormat::kJson, StreamPolicy::kWait);
  EXPECT_EQ(counts.written, 100);
  EXPECT_EQ(counts.dropped, 0);
  EXPECT_EQ(counts.lost(), 0);
  std::istringstream text(read_file(file));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  ASSERT_EQ(lines.size(), 100U);
  expect_increasing_steps(lines);
  const json first = json::parse(lines.front());
  EXPECT_EQ(first, json::parse(R"({"drift": "numbers", "step": 0, "chain": 7, "t": 0.5, "norm": 0.0, "step_ns": 30.0,
                                   "drift_ns": 20.0, "noise_ns": 10.0})"));
}

TEST(Stream, FramesOfFloats) {
  const std::string file = path("frames");
  EXPECT_EQ(stream_steps(file, 50, StreamFormat::kFloat32, StreamPolicy::kWait).written, 50);
  const std::string bytes = read_file(file);
  ASSERT_EQ(bytes.size(), 50 * 3 * sizeof(float));
  for (std::size_t i = 0; i < 150; ++i) {
    float number = -1;
    std::memcpy(&number, bytes.data() + i * sizeof number, sizeof number);
    EXPECT_EQ(number, static_cast<float>(i / 3));
  }
}

TEST(Stream, AFastReaderMissesNothing) {
  Reader reader(path("fast"), std::chrono::microseconds(0), kAll);
  const StreamCounts counts = stream_steps(path("fast"), 3000, StreamFormat::kJson, StreamPolicy::kWait);
  EXPECT_EQ(counts.written, 3000);
  EXPECT_EQ(reader.join().size(), 3000U);
  expect_increasing_steps(reader.join());
}

TEST(Stream, ASlowReaderIsWaitedFor) {
  Reader reader(path("waited"), std::chrono::microseconds(200), kAll);
  const StreamCounts counts = stream_steps(path("waited"), 3000, StreamFormat::kJson, StreamPolicy::kWait);
  EXPECT_EQ(counts.written, 3000);
  EXPECT_GT(counts.waits, 0);
  EXPECT_EQ(counts.dropped, 0);
  EXPECT_EQ(reader.join().size(), 3000U);
}

TEST(Stream, ASlowReaderCostsSteps) {
  Reader reader(path("dropped"), std::chrono::microseconds(200), kAll);
  const StreamCounts counts = stream_steps(path("dropped"), 5000, StreamFormat::kJson, StreamPolicy::kDrop);
  EXPECT_GT(counts.dropped, 0);
  EXPECT_EQ(counts.waits, 0);
  EXPECT_EQ(counts.written + counts.dropped, 5000);
  EXPECT_EQ(counts.lost(), 0);
  EXPECT_EQ(reader.join().size(), static_cast<std::size_t>(counts.written));
  expect_increasing_steps(reader.join());
}

TEST(Stream, AReaderThatHasGoneEndsIt) {
  for (const StreamPolicy policy : {StreamPolicy::kWait, StreamPolicy::kDrop}) {
    Reader reader(path("gone"), std::chrono::microseconds(0), 3);
    const StreamCounts counts = stream_steps(path("gone"), 5000, StreamFormat::kJson, policy);
    EXPECT_EQ(counts.error, std::strerror(EPIPE));
    EXPECT_GT(counts.lost(), 0);
    EXPECT_GE(counts.written, 3);
    EXPECT_EQ(counts.written + counts.dropped + counts.lost(), 5000);
  }
}

TEST(Stream, AFullDiskEndsIt) {
  const StreamCounts counts = stream_steps("/dev/full", 10, StreamFormat::kJson, StreamPolicy::kWait);
  EXPECT_EQ(counts.written, 0);
  EXPECT_EQ(counts.lost(), 10);
  EXPECT_EQ(counts.error, std::strerror(ENOSPC));
}

TEST(Stream, AFileIsEmptiedByTheFirstStep) {
  const std::string file = path("precious");
  std::ofstream(file) << "precious";
  const Output output("--stream", file);
  {
    StreamFile unused(output);
    EXPECT_EQ(unused.finish(), 0);
  }
  EXPECT_EQ(read_file(file), "precious");
  EXPECT_EQ(stream_steps(file, 1, StreamFormat::kFloat32, StreamPolicy::kWait).written, 1);
  EXPECT_EQ(read_file(file), std::string(3 * sizeof(float), '\0'));
}

#if defined(__SANITIZE_THREAD__)
constexpr bool kThreadsSanitized = true;
#else
constexpr bool kThreadsSanitized = false;
#endif

/// Memory is limited to what is in use and one MiB, which has no room for a thread's stack. Stacks that the C library
/// keeps of threads that have ended are taken first.
TEST(Stream, WithoutAThreadTheFileStays) {
  if (kSanitized || kThreadsSanitized) GTEST_SKIP() << "a sanitizer takes memory as it likes";
  const std::string file = path("kept");
  std::ofstream(file) << "precious";
  std::int64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  rlimit before{};
  getrlimit(RLIMIT_AS, &before);
  rlimit limit = before;
  limit.rlim_cur = static_cast<rlim_t>(pages * sysconf(_SC_PAGESIZE) + (1 << 20));
  std::string said;
  std::promise<void> end;
  const std::shared_future<void> ended = end.get_future().share();
  std::vector<std::thread> idle;
  idle.reserve(100);
  ASSERT_EQ(setrlimit(RLIMIT_AS, &limit), 0);
  try {
    while (idle.size() < idle.capacity()) idle.emplace_back([ended] { ended.wait(); });
  } catch (const std::system_error&) {
  }
  try {
    stream_steps(file, 1, StreamFormat::kJson, StreamPolicy::kWait);
  } catch (const RunError& error) {
    said = error.what();
  }
  setrlimit(RLIMIT_AS, &before);
  end.set_value();
  for (std::thread& thread : idle) thread.join();
  EXPECT_TRUE(said.starts_with("--stream: a thread to write it cannot be had")) << said;
  EXPECT_EQ(read_file(file), "precious");
}

std::uint64_t fake_ns = 0;
const TickClock kFakeClock{[] { return fake_ns; }, 1.0, "fake", nullptr};

/// Traces steps of 100 ns in two phases, of which some are longer.
StepTrace trace_steps(std::int64_t steps, const std::vector<std::int64_t>& slow) {
  fake_ns = 5000;
  StepTrace trace(kFakeClock);
  StepTimer timer(kFakeClock);
  for (std::int64_t i = 0; i < steps; ++i) {
    timer.start();
    fake_ns += 60;
    timer(0);
    fake_ns += std::count(slow.begin(), slow.end(), i) > 0 ? 1040 : 40;
    timer(1);
    trace.record(timer, i, static_cast<float>(i));
    fake_ns += 1000;
  }
  return trace;
}

TEST(Trace, TheFirstAndTheSlowestSteps) {
  ordered_json events = ordered_json::array();
  trace_steps(1000, {3, 100, 500, 999}).add_events(events, "amp", {"multiply", "noise"});
  std::vector<std::vector<std::int64_t>> tracks(3);
  double step_begin = 0, step_end = 0, phase_end = 0;
  for (const auto& event : events) {
    if (event.at("ph") != "X") continue;
    const double begin = event.at("ts"), end = begin + event.at("dur").get<double>();
    if (event.contains("args")) {
      tracks[event.at("tid").get<std::size_t>()].push_back(event.at("args").at("step"));
      step_begin = phase_end = begin;
      step_end = end;
      continue;
    }
    EXPECT_TRUE(event.at("name") == "multiply" || event.at("name") == "noise");
    EXPECT_GE(begin, step_begin - 1e-9);
    EXPECT_NEAR(begin, phase_end, 1e-9);
    EXPECT_LE(end, step_end + 1e-9);
    phase_end = end;
  }
  ASSERT_EQ(tracks[1].size(), StepTrace::kFirst);
  for (std::size_t i = 0; i < StepTrace::kFirst; ++i) EXPECT_EQ(tracks[1][i], static_cast<std::int64_t>(i));
  ASSERT_EQ(tracks[2].size(), StepTrace::kSlowest);
  for (const std::int64_t step : {100, 500, 999}) {
    EXPECT_EQ(std::count(tracks[2].begin(), tracks[2].end(), step), 1) << step;
  }
  EXPECT_TRUE(std::is_sorted(tracks[2].begin(), tracks[2].end()));
}

TEST(Trace, DoesNotGrowWithTheSteps) {
  ordered_json few = ordered_json::array(), many = ordered_json::array();
  trace_steps(32, {}).add_events(few, "amp", {"multiply", "noise"});
  trace_steps(10'000, {}).add_events(many, "amp", {"multiply", "noise"});
  EXPECT_EQ(few.size(), many.size());
}

TEST(Trace, TwoDriftsAreTwoProcesses) {
  ordered_json events = ordered_json::array();
  trace_steps(1, {}).add_events(events, "amp", {"multiply", "noise"});
  const auto first = events.front().at("pid");
  trace_steps(1, {}).add_events(events, "zero", {"drift", "noise"});
  EXPECT_NE(events.back().at("pid"), first);
}

TEST(Trace, MarksBeyondTheCapacityStillCount) {
  fake_ns = 0;
  StepTimer timer(kFakeClock);
  timer.start();
  for (std::size_t i = 0; i < 2 * StepTimer::kMaxMarks; ++i) {
    fake_ns += 10;
    timer(static_cast<int>(i % 2));
  }
  EXPECT_EQ(timer.marks().size(), StepTimer::kMaxMarks);
  EXPECT_EQ(timer.ticks(), 20 * StepTimer::kMaxMarks);
  EXPECT_EQ(timer.ticks_in(0), 10 * StepTimer::kMaxMarks);
  EXPECT_EQ(timer.marks_in(1), static_cast<int>(StepTimer::kMaxMarks));
}

TEST(Hgrm, TheFormOfHdrHistogram) {
  LatencyHistogram latency;
  for (std::uint64_t step = 0; step < 4; ++step) latency.record(1000 * (1 + step), step);
  EXPECT_EQ(to_hgrm(latency),
            "       Value     Percentile TotalCount 1/(1-Percentile)\n\n"
            "       1.002 0.000000000000          1           1.00\n"
            "       1.002 0.100000000000          1           1.11\n"
            "       1.002 0.200000000000          1           1.25\n"
            "       2.003 0.300000000000          2           1.43\n"
            "       2.003 0.400000000000          2           1.67\n"
            "       2.003 0.500000000000          2           2.00\n"
            "       2.999 0.550000000000          3           2.22\n"
            "       2.999 0.600000000000          3           2.50\n"
            "       2.999 0.650000000000          3           2.86\n"
            "       2.999 0.700000000000          3           3.33\n"
            "       2.999 0.750000000000          3           4.00\n"
            "       4.000 1.000000000000          4\n"
            "#[Mean    =        2.500, StdDeviation   =        1.117]\n"
            "#[Max     =        4.000, Total count    =            4]\n");
}

TEST(Hgrm, EveryLineIsAQuantile) {
  LatencyHistogram latency;
  for (std::uint64_t step = 0; step < 100'000; ++step) latency.record(100'000'000 / (1 + step), step);
  std::istringstream lines(to_hgrm(latency));
  std::string header;
  std::getline(lines, header);
  double previous = -1;
  int count = 0;
  for (std::string line; std::getline(lines, line) && !line.starts_with('#');) {
    std::istringstream fields(line);
    double value = 0, percentile = 0;
    std::uint64_t below = 0;
    if (!(fields >> value >> percentile >> below)) continue;
    const double ns = percentile < 1 ? latency.rank(percentile).value : static_cast<double>(latency.max());
    EXPECT_NEAR(value, 1e-3 * ns, 1e-3) << line;
    EXPECT_GE(static_cast<double>(below), percentile * 1e5 - 1e-6) << line;
    EXPECT_GT(percentile, previous);
    previous = percentile;
    ++count;
  }
  EXPECT_EQ(previous, 1);
  EXPECT_GE(count, 75);  // five for each of the 16 halvings down to one of 100,000, except the last
}

}  // namespace
}  // namespace driftbench
