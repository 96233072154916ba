#include "tools/pictures/gnuplot.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "tools/pictures/markup.h"

extern char** environ;

namespace driftbench {
namespace {

using Clock = std::chrono::steady_clock;

class Descriptor {
 public:
  explicit Descriptor(int descriptor = -1) : descriptor_(descriptor) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return descriptor_; }
  bool is_open() const { return descriptor_ >= 0; }
  void reset(int descriptor) {
    close();
    descriptor_ = descriptor;
  }
  void close() {
    if (is_open()) ::close(std::exchange(descriptor_, -1));
  }

 private:
  int descriptor_;
};

/// Both ends of a stream between this process and its child.
struct ProcessStream {
  Descriptor ours, theirs;

  /// The stream is a socket, so that writing to a child that has gone is an error instead of a SIGPIPE.
  ProcessStream() {
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
      throw GnuplotError(fmt::format("gnuplot: {}", std::strerror(errno)));
    }
    ours.reset(ends[0]);
    theirs.reset(ends[1]);
    fcntl(ours.get(), F_SETFL, O_NONBLOCK);
  }
};

/// A gnuplot process that reads commands. The destructor kills it and what it may have started.
class Child {
 public:
  Child() {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in.theirs.get(), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out.theirs.get(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, err.theirs.get(), STDERR_FILENO);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    posix_spawnattr_setpgroup(&attributes, 0);
    // The user's own start-up file is not read, as it may change any default.
    std::string name = "gnuplot", defaults = "--default-settings", standard_input = "-";
    std::array<char*, 4> arguments{name.data(), defaults.data(), standard_input.data(), nullptr};
    const int error = posix_spawnp(&id_, "gnuplot", &actions, &attributes, arguments.data(), environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (error == ENOENT) throw GnuplotError("gnuplot is not installed (Debian's package gnuplot-nox)");
    if (error != 0) throw GnuplotError(fmt::format("gnuplot cannot be run: {}", std::strerror(error)));
    for (ProcessStream* stream : {&in, &out, &err}) stream->theirs.close();
  }
  ~Child() {
    if (ended_) return;
    kill(-id_, SIGKILL);
    waitpid(id_, nullptr, 0);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Waits for the end and sets `status` as waitpid does. Returns false where the process still runs at the deadline.
  bool wait(Clock::time_point deadline, int& status) {
    pid_t id = 0;
    while ((id = waitpid(id_, &status, WNOHANG)) == 0 || (id < 0 && errno == EINTR)) {
      if (Clock::now() >= deadline) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    ended_ = true;
    return true;
  }

  ProcessStream in, out, err;

 private:
  pid_t id_ = -1;
  bool ended_ = false;
};

/// Appends what there is to read, and closes the descriptor where nothing more will come.
void read_some(Descriptor& from, std::string& text) {
  std::array<char, 65536> buffer;
  const ssize_t count = read(from.get(), buffer.data(), buffer.size());
  if (count > 0) text.append(buffer.data(), static_cast<std::size_t>(count));
  if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) from.close();
}

/// Sends as much of the text as there is room for, and closes the descriptor when all is sent or nobody reads.
void send_some(Descriptor& to, std::string_view& text) {
  const ssize_t count = send(to.get(), text.data(), text.size(), MSG_NOSIGNAL);
  if (count > 0) text.remove_prefix(static_cast<std::size_t>(count));
  if (text.empty() || (count < 0 && errno != EAGAIN && errno != EINTR)) to.close();
}

/// Returns the first line that says what is wrong. A message of gnuplot's is "line 3: what" after an echo of the
/// script. Any other line may come from whatever kept gnuplot from starting.
std::string first_message(const std::string& text) {
  std::istringstream lines(text);
  std::string first;
  for (std::string line; std::getline(lines, line);) {
    line.erase(0, line.find_first_not_of(" \t"));
    if (line.find(" warning: ") != std::string::npos) continue;
    if (line.starts_with("line ")) return line;
    if (first.empty()) first = line;
  }
  return first;
}

std::string run_gnuplot(std::string_view script, std::chrono::milliseconds limit) {
  const auto deadline = Clock::now() + limit;
  Child child;
  std::string output, errors;
  const auto too_slow = [&] {
    return GnuplotError(fmt::format("gnuplot did not finish in {:g} s", std::chrono::duration<double>(limit).count()));
  };
  while (child.out.ours.is_open() || child.err.ours.is_open()) {
    // poll ignores negative descriptors, which are those that are closed.
    std::array<pollfd, 3> ends{
        {{child.in.ours.get(), POLLOUT, 0}, {child.out.ours.get(), POLLIN, 0}, {child.err.ours.get(), POLLIN, 0}}};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) throw too_slow();
    if (poll(ends.data(), ends.size(), static_cast<int>(left.count())) < 0 && errno != EINTR) {
      throw GnuplotError(fmt::format("gnuplot: {}", std::strerror(errno)));
    }
    if (ends[0].revents != 0) send_some(child.in.ours, script);
    if (ends[1].revents != 0) read_some(child.out.ours, output);
    if (ends[2].revents != 0) read_some(child.err.ours, errors);
  }
  int status = 0;
  if (!child.wait(deadline, status)) throw too_slow();
  if (status != 0) {
    const std::string message = first_message(errors);
    throw GnuplotError("gnuplot failed: " + (message.empty() ? "it does not say why" : clean_text(message)));
  }
  return output;
}

/// Returns the tag with `prefix` before each id that it defines or refers to.
std::string with_prefix(std::string tag, const std::string& prefix) {
  for (const std::string_view before : {" id='", " id=\"", "href='#", "href=\"#", "url(#"}) {
    for (auto at = tag.find(before); at != std::string::npos; at = tag.find(before, at + 1)) {
      tag.insert(at + before.size(), prefix);
    }
  }
  return tag;
}

/// Returns the content of gnuplot's <svg> element without its titles and empty groups; all ids start with `prefix`.
std::string contents(std::string_view svg, const std::string& prefix) {
  std::string kept;
  std::vector<std::size_t> groups;
  bool in_title = false;
  while (!svg.empty()) {
    const bool is_tag = svg.starts_with('<');
    const auto end = is_tag ? svg.find('>') : svg.find('<');
    const std::size_t size = end == std::string_view::npos ? svg.size() : end + (is_tag ? 1 : 0);
    const std::string_view part = svg.substr(0, size);
    svg.remove_prefix(size);
    if (part == "<title>" || part == "<desc>") in_title = true;
    if (!in_title && part.starts_with("<g ")) groups.push_back(kept.size());
    if (part == "</g>" && !groups.empty()) {
      const std::size_t start = groups.back();
      groups.pop_back();
      if (kept.find_first_not_of(" \t\n", kept.find('>', start) + 1) == std::string::npos) {
        kept.erase(start);
        continue;
      }
    }
    // Text outside of tags may look like an attribute, and stays as it is.
    if (!in_title) kept += is_tag ? with_prefix(std::string(part), prefix) : std::string(part);
    if (part == "</title>" || part == "</desc>") in_title = false;
  }
  return kept;
}

std::string embed(std::string_view document, const SvgSettings& settings) {
  const auto tag = document.find("<svg"), start = document.find('>', tag), end = document.rfind("</svg>");
  if (tag == std::string_view::npos || end == std::string_view::npos || end < start) {
    throw GnuplotError("gnuplot failed: it wrote no SVG");
  }
  return fmt::format(
      "<svg viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" xmlns=\"http://www.w3.org/2000/svg\" "
      "xmlns:xlink=\"http://www.w3.org/1999/xlink\" role=\"img\">\n<title>{2}</title>\n<desc>{3}</desc>{4}</svg>\n",
      settings.width, settings.height, escape_markup(settings.title), escape_markup(settings.description),
      contents(document.substr(start + 1, end - start - 1), settings.id + "_"));
}

}  // namespace

bool gnuplot_available() {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (access(((folder.empty() ? "." : folder) + "/gnuplot").c_str(), X_OK) == 0) return true;
  }
  return false;
}

std::string draw_svg(const SvgSettings& settings, const std::string& commands, std::chrono::milliseconds limit) {
  const std::string terminal =
      fmt::format("set terminal svg size {},{} dynamic noenhanced font 'sans-serif,{}'\nset encoding utf8\n",
                  settings.width, settings.height, settings.font_size);
  return embed(run_gnuplot(terminal + commands, limit), settings);
}

}  // namespace driftbench
