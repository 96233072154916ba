#include "tools/base/child_process.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <spawn.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <new>
#include <utility>

#include "tools/base/errors.h"
#include "tools/base/quote.h"

namespace driftbench {
namespace {

/// A child that is told to end may take this long.
constexpr std::chrono::seconds kGrace(1);
/// This many bytes of a line that the child writes to stderr are kept.
constexpr std::size_t kMaxLine = 400;
/// The size of a pipe that a system lets any user have, so that both sides wait for each other less often.
constexpr int kPipeBytes = 1 << 20;
/// The size of the buffer that the child's output is read through.
constexpr std::size_t kAnswerBufferBytes = 64 * 1024;

[[noreturn]] void fail_to_start(const char* what, int error) {
  throw RunError(fmt::format("{}: {}", what, std::strerror(error)));
}

/// A pipe that no other child inherits. `to_child` says which of its ends is the child's; the other never blocks.
struct Pipe {
  explicit Pipe(bool to_child) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) fail_to_start("no pipe", errno);
    own = ends[to_child ? 1 : 0];
    childs = ends[to_child ? 0 : 1];
    fcntl(own, F_SETFL, O_NONBLOCK);
    fcntl(own, F_SETPIPE_SZ, kPipeBytes);
  }
  ~Pipe() {
    if (own >= 0) close(own);
    close(childs);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  /// Hands the own end over to the caller.
  int take() { return std::exchange(own, -1); }

  int own, childs;
};

std::string describe_end(int status) {
  return WIFEXITED(status) ? fmt::format("it ended with exit status {}", WEXITSTATUS(status))
                           : fmt::format("it was ended by signal {}", WTERMSIG(status));
}

}  // namespace

ChildProcess::ChildProcess(const std::string& command, double timeout_s)
    : timeout_(timeout_s), output_(nullptr, std::fclose) {
  start(command);
  output_.reset(fopencookie(this, "r", {read_output, nullptr, nullptr, nullptr}));
  if (!output_) throw std::bad_alloc();
  std::setvbuf(output_.get(), nullptr, _IOFBF, kAnswerBufferBytes);
}

void ChildProcess::start(const std::string& command) {
  Pipe input(true), output(false), errors(false);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input.childs, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output.childs, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, errors.childs, STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t usual;
  sigemptyset(&usual);
  for (const int signal : {SIGPIPE, SIGXFSZ}) sigaddset(&usual, signal);
  posix_spawnattr_setsigdefault(&attributes, &usual);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  std::string shell = "sh", option = "-c", text = command;
  char* const arguments[] = {shell.data(), option.data(), text.data(), nullptr};
  const int error = posix_spawn(&pid_, "/bin/sh", &actions, &attributes, arguments, environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    pid_ = -1;
    fail_to_start("/bin/sh", error);
  }
  input_ = input.take();
  answers_ = output.take();
  errors_ = errors.take();
}

ChildProcess::~ChildProcess() {
  reap();
  for (const int descriptor : {answers_, errors_}) {
    if (descriptor >= 0) close(descriptor);
  }
}

void ChildProcess::send(std::string_view head, std::string_view body) {
  check();
  while (!head.empty() || !body.empty()) {
    const iovec parts[] = {{const_cast<char*>(head.data()), head.size()},
                           {const_cast<char*>(body.data()), body.size()}};
    const ssize_t count = writev(input_, parts, 2);
    if (count > 0) {
      const std::size_t of_head = std::min(head.size(), static_cast<std::size_t>(count));
      head.remove_prefix(of_head);
      body.remove_prefix(static_cast<std::size_t>(count) - of_head);
    } else if (errno == EAGAIN) {
      if (!wait_for(input_, POLLOUT, silence_ends())) fail(describe_silence());
    } else if (errno != EINTR) {
      fail(reap());
    }
  }
}

void ChildProcess::await_output() {
  check();
  const int c = std::getc(output_.get());
  check();
  std::ungetc(c, output_.get());
}

void ChildProcess::check() const {
  if (failed()) throw RunError(failure_);
}

void ChildProcess::fail(const std::string& what) {
  set_failure(what);
  throw RunError(failure_);
}

ssize_t ChildProcess::read_output(void* child, char* to, std::size_t bytes) {
  return static_cast<ChildProcess*>(child)->read(to, bytes);
}

ssize_t ChildProcess::read(char* to, std::size_t bytes) {
  while (!failed()) {
    const ssize_t count = ::read(answers_, to, bytes);
    if (count > 0) return count;
    if (count == 0) {
      set_failure(reap());
    } else if (errno == EAGAIN) {
      if (!wait_for(answers_, POLLIN, silence_ends())) set_failure(describe_silence());
    } else if (errno != EINTR) {
      set_failure(std::strerror(errno));
    }
  }
  return 0;
}

bool ChildProcess::wait_for(int descriptor, short events, Clock::time_point deadline) {
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd both[] = {{descriptor, events, 0}, {errors_, POLLIN, 0}};
    poll(both, 2, static_cast<int>(std::clamp<std::int64_t>(left, 0, INT_MAX)));
    if (both[1].revents != 0) read_errors();
    if (both[0].revents != 0) return true;
    if (left <= 0) return false;
  }
}

ChildProcess::Clock::time_point ChildProcess::silence_ends() const {
  return Clock::now() + std::chrono::duration_cast<Clock::duration>(timeout_);
}

void ChildProcess::read_errors() {
  char chunk[4096];
  while (errors_ >= 0) {
    const ssize_t count = ::read(errors_, chunk, sizeof chunk);
    if (count == 0) {
      close(std::exchange(errors_, -1));
    } else if (count < 0) {
      if (errno == EINTR) continue;
      return;
    }
    for (const char c : std::string_view(chunk, static_cast<std::size_t>(count))) {
      if (c != '\n') {
        if (line_.size() < kMaxLine) line_ += c;
        continue;
      }
      if (line_.find_first_not_of(" \t\r") != std::string::npos) whole_line_ = line_;
      line_.clear();
    }
  }
}

std::string ChildProcess::last_line() const { return line_.empty() ? whole_line_ : line_; }

std::string ChildProcess::reap() {
  if (input_ >= 0) close(std::exchange(input_, -1));
  if (pid_ < 0) return "it has ended";
  const auto deadline = Clock::now() + kGrace;
  int status = 0;
  bool killed = false;
  while (waitpid(pid_, &status, WNOHANG) == 0) {
    if (Clock::now() < deadline) {
      wait_for(-1, 0, Clock::now() + std::chrono::milliseconds(2));
    } else {
      kill(-pid_, SIGKILL);
      waitpid(pid_, &status, 0);
      killed = true;
      break;
    }
  }
  pid_ = -1;
  read_errors();
  return killed ? "it closed its standard output" : describe_end(status);
}

void ChildProcess::set_failure(const std::string& what) {
  if (failed()) return;
  read_errors();
  const std::string said = last_line();
  failure_ = said.empty() ? what : fmt::format("{}; its last line on stderr: {}", what, in_quotes(said, kMaxLine));
}

std::string ChildProcess::describe_silence() const { return fmt::format("it was silent for {:g} s", timeout_.count()); }

}  // namespace driftbench
