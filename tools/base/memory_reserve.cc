#include "tools/base/memory_reserve.h"

#include <sys/mman.h>

#include <utility>

namespace driftbench {

MemoryReserve::MemoryReserve(std::size_t bytes)
    : bytes_(bytes),
      data_(mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)) {
  if (data_ == MAP_FAILED) data_ = nullptr;
}

void MemoryReserve::release() {
  if (data_ != nullptr) munmap(std::exchange(data_, nullptr), bytes_);
}

}  // namespace driftbench
