// Debug assertions: checks of the preconditions that the declarations in kernels/ and runtime/ state.
#pragma once

#include <cstddef>
#include <cstdint>

/// DRIFTBENCH_ASSERT(condition) ends the program by a trap, the CPU's own instruction for that, where the condition is
/// false. It prints nothing and needs no library, so that it does the same on a target without an operating system.
///
/// It is there where DRIFTBENCH_ASSERTIONS is defined, in all sources of a program or in none. Elsewhere the condition
/// is compiled and never evaluated, and the code is what it would be without the line.
#if defined(DRIFTBENCH_ASSERTIONS)
#define DRIFTBENCH_ASSERT(...) ((__VA_ARGS__) ? static_cast<void>(0) : __builtin_trap())
#else
#define DRIFTBENCH_ASSERT(...) static_cast<void>(sizeof((__VA_ARGS__) ? 1 : 0))
#endif

namespace driftbench {

/// Returns whether two blocks of memory, of so many bytes each, have no byte in common.
inline bool is_apart(const void* a, std::size_t a_bytes, const void* b, std::size_t b_bytes) {
  const auto first = reinterpret_cast<std::uintptr_t>(a), second = reinterpret_cast<std::uintptr_t>(b);
  return first < second ? second - first >= a_bytes : first - second >= b_bytes;
}

/// Returns whether two objects have no byte in common.
template <class A, class B>
bool is_apart(const A& a, const B& b) {
  return is_apart(&a, sizeof a, &b, sizeof b);
}

/// Returns whether the address is a multiple of `alignment`.
inline bool is_aligned(const void* address, std::size_t alignment) {
  return reinterpret_cast<std::uintptr_t>(address) % alignment == 0;
}

}  // namespace driftbench
