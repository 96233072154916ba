#include "tools/base/stream_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <iterator>
#include <tuple>
#include <utility>

#include "tools/base/standard_streams.h"

namespace driftbench {

StreamFile::~StreamFile() { finish(); }

int StreamFile::write(std::string_view piece) {
  constexpr int kFlags = O_WRONLY | O_TRUNC | O_CLOEXEC;
  // O_CREAT is tried last: some folders that all may write to forbid to create what is there already and somebody
  // else's.
  if (descriptor_ < 0) descriptor_ = open(path().c_str(), kFlags);
  if (descriptor_ < 0 && errno == ENOENT) descriptor_ = open(path().c_str(), kFlags | O_CREAT, 0666);
  if (descriptor_ < 0) return errno;
  const int error = write_all(descriptor_, piece);
  if (error == 0) written_ += std::ssize(piece);
  // Where this fails too, there is nothing more to be said than what failed first.
  if (error != 0 && output_.is_file()) std::ignore = ftruncate(descriptor_, written_);
  return error;
}

int StreamFile::finish() {
  if (!output_.is_file() || descriptor_ < 0) return 0;
  int error = fsync(descriptor_) == 0 ? 0 : errno;
  if (close(std::exchange(descriptor_, -1)) != 0 && error == 0) error = errno;
  return error;
}

}  // namespace driftbench
