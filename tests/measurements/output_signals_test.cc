// A signal that arrives while a file is written ends the program, and leaves a whole file and no other.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <string>
#include <thread>

#include "tests/files.h"
#include "tools/output.h"

namespace driftbench {
namespace {

namespace fs = std::filesystem;

std::size_t files_in(const fs::path& folder) {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(folder)) ++count;
  return count;
}

/// A program that writes `content` to the file again and again until a signal ends it.
pid_t start_writer(const fs::path& file, const std::string& content) {
  const pid_t writer = fork();
  if (writer != 0) return writer;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, SIG_DFL);
  for (int i = 0; i < 1000; ++i) OutputFile("--json", file.string()).commit(content);
  _exit(0);
}

TEST(OutputSignals, AFileIsWholeBeforeTheyAreHeard) {
  const std::string content(std::size_t{4} << 20, 'x');
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    for (int round = 0; round < 2; ++round) {
      const fs::path folder = fs::path(testing::TempDir()) / "signals", file = folder / "out.json";
      fs::remove_all(folder);
      fs::create_directory(folder);
      const pid_t writer = start_writer(file, content);
      ASSERT_GT(writer, 0);
      // The first file is there and the next one begun.
      while (!fs::exists(file)) std::this_thread::sleep_for(std::chrono::microseconds(100));
      const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(5);
      while (files_in(folder) < 2 && std::chrono::steady_clock::now() < patience) continue;
      kill(writer, signal);
      int status = 0;
      ASSERT_EQ(waitpid(writer, &status, 0), writer);
      ASSERT_TRUE(WIFSIGNALED(status)) << "status " << status;
      EXPECT_EQ(WTERMSIG(status), signal);
      EXPECT_EQ(files_in(folder), 1U) << "after signal " << signal;
      EXPECT_EQ(read_file(file.string()), content) << "after signal " << signal;
    }
  }
}

}  // namespace
}  // namespace driftbench
