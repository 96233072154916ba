#include "tools/base/progress.h"

#include <gtest/gtest.h>
#include <pty.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

namespace driftbench {
namespace {

/// While a Terminal lives, stderr is a terminal of this kind.
class Terminal {
 public:
  explicit Terminal(const char* kind) : stderr_(dup(STDERR_FILENO)) {
    if (kind == nullptr) {
      unsetenv("TERM");
    } else {
      setenv("TERM", kind, 1);
    }
    int theirs = -1;
    EXPECT_EQ(openpty(&ours_, &theirs, nullptr, nullptr, nullptr), 0);
    dup2(theirs, STDERR_FILENO);
    close(theirs);
  }
  ~Terminal() {
    dup2(stderr_, STDERR_FILENO);
    close(stderr_);
    close(ours_);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  /// Returns what was shown, up to this word at its end.
  std::string shown_until(const std::string& end) const {
    std::string shown;
    char text[4096];
    for (ssize_t count = 1; count > 0 && !shown.ends_with(end);) {
      count = read(ours_, text, sizeof text);
      if (count > 0) shown.append(text, static_cast<std::size_t>(count));
    }
    return shown;
  }

 private:
  int stderr_, ours_ = -1;
};

/// Returns what a terminal shows while four threads advance to the end, and a word after it.
std::string show(const char* kind, bool quiet) {
  const Terminal terminal(kind);
  {
    Progress progress("sampling", 4000, quiet);
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&] {
        for (int i = 0; i < 1000; ++i) {
          progress.advance();
          if (i % 100 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
      });
    }
  }
  EXPECT_EQ(write(STDERR_FILENO, "end", 3), 3);
  return terminal.shown_until("end");
}

TEST(Progress, IsALineThatIsClearedInTheEnd) {
  const std::string shown = show("xterm", false);
  EXPECT_TRUE(shown.starts_with("\r\033[Ksampling: 0 %\r\033[K")) << shown;
  EXPECT_TRUE(shown.ends_with("\r\033[Kend")) << shown;
  EXPECT_NE(shown.find(" s left"), std::string::npos) << shown;
}

TEST(Progress, NoneOnATerminalWithoutEscapeSequences) {
  EXPECT_EQ(show("dumb", false), "end");
  EXPECT_EQ(show("", false), "end");
  EXPECT_EQ(show(nullptr, false), "end");
}

TEST(Progress, NoneWhereQuiet) { EXPECT_EQ(show("xterm", true), "end"); }

}  // namespace
}  // namespace driftbench
