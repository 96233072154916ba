#include "tests/tools/command_line/run.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>

namespace driftbench {

std::string test_folder() { return testing::TempDir(); }

Outcome run(const std::string& script) {
  const std::string out = test_folder() + "stdout", err = test_folder() + "stderr";
  const std::string whole = "exec < /dev/null > '" + out + "' 2> '" + err + "'\n" + script;
  // Leak checks are off: memory that a program still holds at its end is no leak, and to look for it takes longer than
  // most runs.
  const char* const options = std::getenv("ASAN_OPTIONS");
  const std::string no_leaks = std::string(options == nullptr ? "" : options) + ":detect_leaks=0";
  const pid_t child = fork();
  if (child == 0) {
    // A build system may have set these signals to be ignored.
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGPIPE, SIG_DFL);
    std::signal(SIGXFSZ, SIG_DFL);
    setenv("ASAN_OPTIONS", no_leaks.c_str(), 1);
    setenv("D", "tools/driftbench", 1);
    setenv("T", test_folder().c_str(), 1);
    setenv("PLAIN", geteuid() == 0 ? "setpriv --bounding-set=-dac_override,-dac_read_search,-chown" : "", 1);
    execl("/bin/sh", "sh", "-c", whole.c_str(), nullptr);
    _exit(127);
  }
  int status = -1;
  if (child < 0 || waitpid(child, &status, 0) != child) ADD_FAILURE() << "cannot run a shell";
  Outcome outcome;
  outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  outcome.out = read_file(out);
  outcome.err = read_file(err);
  return outcome;
}

nlohmann::json run_json(const std::string& arguments) {
  const Outcome outcome = run("$D " + arguments + " --json -");
  EXPECT_EQ(outcome.status, 0) << arguments;
  EXPECT_EQ(outcome.err, "") << arguments;
  auto document = nlohmann::json::parse(outcome.out, nullptr, /*allow_exceptions=*/false);
  EXPECT_TRUE(document.is_object()) << arguments << " printed:\n" << outcome.out;
  return document.is_object() ? document : nlohmann::json({{"results", nlohmann::json::array()}});
}

void expect_refused(const std::string& arguments, const std::vector<std::string>& said) {
  SCOPED_TRACE("driftbench " + arguments);
  const Outcome outcome = run("timeout 20 $D " + arguments);
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_TRUE(outcome.err.starts_with("driftbench: ")) << outcome.err;
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  for (const std::string& part : said) {
    EXPECT_NE(outcome.err.find(part), std::string::npos) << "\"" << part << "\" is not in: " << outcome.err;
  }
}

}  // namespace driftbench
