#include "tools/base/standard_streams.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>

#include "tools/base/errors.h"

namespace driftbench {

void hold_standard_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    // The root folder is always there, and a descriptor of its path alone can be neither read nor written.
    if (fcntl(stream, F_GETFD) < 0) open("/", O_PATH);
  }
}

bool stdout_is_open() {
  const int flags = fcntl(STDOUT_FILENO, F_GETFL);
  return flags >= 0 && (flags & O_PATH) == 0 && (flags & O_ACCMODE) != O_RDONLY;
}

int write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = write(descriptor, bytes.data(), bytes.size());
    if (count > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (count == 0) {
      return EIO;
    } else if (errno == EAGAIN) {
      pollfd room{descriptor, POLLOUT, 0};
      poll(&room, 1, -1);
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

void print_stdout(std::string_view text) {
  errno = 0;
  int error = std::fflush(stdout) == 0 && std::ferror(stdout) == 0 ? 0 : errno != 0 ? errno : EIO;
  if (error == 0) error = write_all(STDOUT_FILENO, text);
  if (error != 0) throw RunError(fmt::format("standard output: {}", std::strerror(error)));
}

}  // namespace driftbench
