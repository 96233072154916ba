// Tests how a child process is talked to, and what is said of the ways in which it can fail.
#include "tools/base/child_process.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tools/base/errors.h"

namespace driftbench {
namespace {

class ChildProcesses : public testing::Test {
 protected:
  ChildProcesses() { std::signal(SIGPIPE, SIG_IGN); }
};

std::string read_some(ChildProcess& child, std::size_t bytes) {
  std::string text(bytes, '\0');
  text.resize(std::fread(text.data(), 1, bytes, child.output()));
  return text;
}

/// Returns what is thrown once the child's standard output has been read to its end.
std::string failure_of(const std::string& command, double timeout_s = 60) {
  ChildProcess child(command, timeout_s);
  read_some(child, 1000);
  try {
    child.check();
  } catch (const RunError& error) {
    EXPECT_TRUE(child.failed());
    return error.what();
  }
  return "";
}

/// Returns how many calls of read() this process has made; none where the system does not tell.
std::optional<long> reads_so_far() {
  std::ifstream io("/proc/self/io");
  std::string key;
  for (long value = 0; io >> key >> value;) {
    if (key == "syscr:") return value;
  }
  return std::nullopt;
}

/// An answer of a megabyte takes tens of reads. Byte by byte, its reads would take longer than most programs' work.
TEST_F(ChildProcesses, AnswersTakeFewReads) {
  ChildProcess child("head -c 1000000 /dev/zero", 60);
  const auto before = reads_so_far();
  if (!before) GTEST_SKIP() << "/proc/self/io is not there";
  child.await_output();
  EXPECT_EQ(read_some(child, 1'000'000).size(), 1'000'000U);
  EXPECT_LE(*reads_so_far() - *before, 10'000);
}

TEST_F(ChildProcesses, ReadAndWrite) {
  ChildProcess child("cat", 60);
  for (const std::string text : {"one", "two and more"}) {
    child.send(text.substr(0, 2), text.substr(2));
    child.await_output();
    EXPECT_EQ(read_some(child, text.size()), text);
  }
  child.send("", "three");
  EXPECT_EQ(read_some(child, 5), "three");
  child.check();
}

TEST_F(ChildProcesses, TakeMoreThanAPipeHolds) {
  constexpr std::size_t kBytes = 5'000'000;
  ChildProcess child("head -c 5000000 | tail -c 5000000", 60);
  std::string sent(kBytes, 'a');
  for (std::size_t i = 0; i < kBytes; i += 7) sent[i] = static_cast<char>('a' + i % 23);
  child.send(std::string_view(sent).substr(0, 3'000'000), std::string_view(sent).substr(3'000'000));
  EXPECT_EQ(read_some(child, kBytes), sent);
}

TEST_F(ChildProcesses, SayHowTheyEnd) {
  EXPECT_EQ(failure_of("exit 7"), "it ended with exit status 7");
  EXPECT_EQ(failure_of("kill -9 $$"), "it was ended by signal 9");
  EXPECT_EQ(failure_of("exec >&-; sleep 100"), "it closed its standard output");
  EXPECT_EQ(failure_of("echo a; sleep 100", 0.2), "it was silent for 0.2 s");
}

TEST_F(ChildProcesses, TellTheLastLineOfStderr) {
  EXPECT_EQ(failure_of("echo one >&2; echo two >&2; exit 1"),
            "it ended with exit status 1; its last line on stderr: \"two\"");
  EXPECT_EQ(failure_of("printf 'one\\n \\n\\n' >&2; exit 1"),
            "it ended with exit status 1; its last line on stderr: \"one\"");
  EXPECT_EQ(failure_of("printf 'one\\nunended' >&2; exit 1"),
            "it ended with exit status 1; its last line on stderr: \"unended\"");
  EXPECT_NE(failure_of("head -c 2000000 /dev/zero | tr '\\0' x >&2; exit 1").find("\"xxx"), std::string::npos);
}

TEST_F(ChildProcesses, FailWhereNobodyReads) {
  ChildProcess ended("exit 4", 60);
  read_some(ended, 1);
  EXPECT_THROW(ended.send("a", "b"), RunError);
  ChildProcess deaf("sleep 100", 0.2);
  EXPECT_THROW(deaf.send("", std::string(3'000'000, 'x')), RunError);
  EXPECT_THROW(deaf.await_output(), RunError);
}

TEST_F(ChildProcesses, StayFailed) {
  ChildProcess child("cat", 60);
  EXPECT_THROW(child.fail("it is wrong"), RunError);
  EXPECT_THROW(child.check(), RunError);
  EXPECT_THROW(child.send("a", ""), RunError);
}

// A program may end in its own time, and is not left behind where it does not.
TEST_F(ChildProcesses, EndWhereTheirInputEnds) {
  const std::string file = testing::TempDir() + "ended";
  std::remove(file.c_str());
  { const ChildProcess child("cat > /dev/null; sleep 0.1; echo done > '" + file + "'", 60); }
  std::FILE* const made = std::fopen(file.c_str(), "r");
  ASSERT_NE(made, nullptr);
  std::fclose(made);
}

// Were a child to inherit the pipes of another one, that one's input would not end.
TEST_F(ChildProcesses, DoNotShareTheirPipes) {
  const std::string file = testing::TempDir() + "apart";
  std::remove(file.c_str());
  auto first = std::make_unique<ChildProcess>("cat > /dev/null; echo done > '" + file + "'", 60);
  ChildProcess second("cat", 60);
  first.reset();
  std::FILE* const made = std::fopen(file.c_str(), "r");
  ASSERT_NE(made, nullptr);
  std::fclose(made);
}

}  // namespace
}  // namespace driftbench
