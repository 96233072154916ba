#include "tools/base/stoppable_input.h"

#include <fmt/core.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <tuple>

#include "tools/base/errors.h"

namespace driftbench {
namespace {

constexpr std::size_t kBufferBytes = 64 * 1024;

struct StoppableDescriptor {
  int descriptor, stop;
};

ssize_t read_unless_stopped(void* cookie, char* to, std::size_t bytes) {
  const auto& input = *static_cast<const StoppableDescriptor*>(cookie);
  for (;;) {
    pollfd awaited[] = {{input.descriptor, POLLIN, 0}, {input.stop, POLLIN, 0}};
    const int ready = poll(awaited, 2, -1);
    if (ready < 0 && errno != EINTR) return -1;
    if (ready <= 0) continue;
    if (awaited[1].revents != 0) return 0;
    const ssize_t got = read(input.descriptor, to, bytes);
    if (got >= 0 || (errno != EINTR && errno != EAGAIN)) return got;
  }
}

int close_stoppable(void* cookie) {
  const std::unique_ptr<StoppableDescriptor> input(static_cast<StoppableDescriptor*>(cookie));
  return close(input->descriptor);
}

[[noreturn]] void fail_to_open() {
  throw RunError(fmt::format("the input cannot be opened: {}", std::strerror(errno)));
}

}  // namespace

StopSignal::StopSignal() : descriptor_(eventfd(0, EFD_CLOEXEC)) {
  if (descriptor_ < 0) fail_to_open();
}

StopSignal::~StopSignal() { close(descriptor_); }

void StopSignal::send() const {
  const std::uint64_t one = 1;
  // A write to an eventfd of this value cannot fail: its counter is far from full.
  [[maybe_unused]] const ssize_t written = write(descriptor_, &one, sizeof one);
}

InputStream open_stoppable(int descriptor, const StopSignal& stop) {
  auto input = std::make_unique<StoppableDescriptor>(StoppableDescriptor{descriptor, stop.descriptor()});
  cookie_io_functions_t functions{};
  functions.read = read_unless_stopped;
  functions.close = close_stoppable;
  InputStream stream(fopencookie(input.get(), "rb", functions), std::fclose);
  if (!stream) fail_to_open();
  std::ignore = input.release();  // the stream closes it
  std::setvbuf(stream.get(), nullptr, _IOFBF, kBufferBytes);
  return stream;
}

}  // namespace driftbench
