#include "tools/base/memory_reserve.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace driftbench {
namespace {

/// Returns the bytes of the whole pages that hold that many.
std::size_t in_pages(std::size_t bytes) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return (bytes + page - 1) / page * page;
}

}  // namespace

MemoryReserve::MemoryReserve(std::size_t bytes)
    : bytes_(bytes),
      mapped_(in_pages(bytes)),
      data_(mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)) {
  if (data_ == MAP_FAILED) data_ = nullptr;
}

void MemoryReserve::give_up(std::size_t bytes) {
  bytes_ -= std::min(bytes, bytes_);
  const std::size_t left = in_pages(bytes_);
  if (data_ == nullptr || left == mapped_) return;
  if (left == 0) return release();
  munmap(static_cast<char*>(data_) + left, mapped_ - left);
  mapped_ = left;
}

void MemoryReserve::release() {
  if (data_ != nullptr) munmap(std::exchange(data_, nullptr), mapped_);
}

}  // namespace driftbench
