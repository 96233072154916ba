// A ChildProcess is a program of the user's that runs beside this one and talks to it through pipes.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace driftbench {

/// A child process with pipes to its standard input, output and error. It leads a process group of its own. Whatever
/// waits for the child ends where it is silent for too long, and reads meanwhile what it writes to stderr, so that
/// neither waits for the other for ever. One thread at a time uses an object.
///
/// A failure is a RunError that says what the child did, with the last line that it wrote to stderr. After a failure
/// the child is of no use any more, but to check() and to the destructor. This process must ignore SIGPIPE.
class ChildProcess {
 public:
  /// Starts `/bin/sh -c command`. The child fails where it neither reads nor writes for timeout_s seconds while this
  /// process waits for it. Throws RunError where the system has no process or no pipe left.
  ChildProcess(const std::string& command, double timeout_s);
  /// Closes the child's standard input. Where it has not ended a second later, its process group is killed.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// Writes all bytes of the head and of the body to the child's standard input, at once where the pipe has room, so
  /// that the child wakes up once.
  void send(std::string_view head, std::string_view body);
  /// Waits until the child has written something that is not read yet. Fails where it closes its standard output.
  void await_output();
  /// Returns the child's standard output. A read that fails, or that meets its end, sets a failure
  /// for check().
  std::FILE* output() { return output_.get(); }
  /// Fails where a read has.
  void check() const;
  bool failed() const { return !failure_.empty(); }
  /// Sets a failure and throws it.
  [[noreturn]] void fail(const std::string& what);

 private:
  using Clock = std::chrono::steady_clock;

  static ssize_t read_output(void* child, char* to, std::size_t bytes);
  void start(const std::string& command);
  ssize_t read(char* to, std::size_t bytes);
  /// Waits until the descriptor has one of the events of poll(). Returns false at the deadline.
  bool wait_for(int descriptor, short events, Clock::time_point deadline);
  Clock::time_point silence_ends() const;
  /// Reads what the child has written to stderr so far.
  void read_errors();
  std::string last_line() const;
  /// Waits for the child to end, and kills it where that takes a second. Returns how it ended.
  std::string reap();
  void set_failure(const std::string& what);
  std::string describe_silence() const;

  std::chrono::duration<double> timeout_;
  pid_t pid_ = -1;  // -1 where it is reaped
  int input_ = -1, answers_ = -1, errors_ = -1;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> output_;
  std::string line_, whole_line_;  // the line of stderr that is not ended yet, and the last whole one
  std::string failure_;
};

}  // namespace driftbench
