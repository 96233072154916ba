// Checks that a step allocates nothing. The C library's allocators, which operator new calls, are replaced by ones that
// count while the trap is set. The samplers are those of an embedded build.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "c/model.h"
#include "runtime/latency_histogram.h"
#include "runtime/schedule.h"
#include "tests/no_exceptions.h"
#include "tests/support.h"

namespace {
bool trap_set = false;
int trapped = 0;
}  // namespace

#if !defined(__SANITIZE_ADDRESS__)
static void count() { trapped += trap_set; }

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* old, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) {
  count();
  return __libc_malloc(size);
}
void* calloc(std::size_t number, std::size_t size) {
  count();
  return __libc_calloc(number, size);
}
void* realloc(void* old, std::size_t size) {
  count();
  return __libc_realloc(old, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  count();
  return __libc_memalign(alignment, size);
}
void* memalign(std::size_t alignment, std::size_t size) { return aligned_alloc(alignment, size); }
int posix_memalign(void** out, std::size_t alignment, std::size_t size) {
  *out = aligned_alloc(alignment, size);
  return *out == nullptr ? ENOMEM : 0;
}
}
#endif

namespace driftbench {
namespace {

class Allocation : public ::testing::Test {
 protected:
  void SetUp() override {
    if (kSanitized) GTEST_SKIP() << "the sanitizer has allocators of its own";
  }
  /// Returns how many times `f` allocates.
  template <class F>
  static int allocations(F f) {
    trapped = 0;
    trap_set = true;
    f();
    trap_set = false;
    return trapped;
  }
};

TEST_F(Allocation, TheTrapWorks) {
  void* volatile memory = nullptr;  // volatile, or the compiler drops an allocation that nobody reads
  const auto expect_trapped = [&](const char* name, auto allocate, auto release) {
    EXPECT_EQ(allocations([&] { memory = allocate(); }), 1) << name;
    release(memory);
  };
  const auto aligned = [] {
    void* result = nullptr;
    return posix_memalign(&result, 64, 64) == 0 ? result : nullptr;
  };
  constexpr std::align_val_t kAlignment{128};
  using std::free;
  expect_trapped(
      "malloc", [] { return std::malloc(8); }, free);
  expect_trapped(
      "calloc", [] { return std::calloc(8, 8); }, free);
  expect_trapped(
      "realloc", [] { return std::realloc(nullptr, 8); }, free);
  expect_trapped(
      "aligned_alloc", [] { return std::aligned_alloc(64, 64); }, free);
  expect_trapped("posix_memalign", aligned, free);
  expect_trapped(
      "new", [] { return ::operator new(8); }, [](void* p) { ::operator delete(p); });
  expect_trapped(
      "new[]", [] { return ::operator new[](8, std::nothrow); }, [](void* p) { ::operator delete[](p); });
  expect_trapped(
      "aligned new", [] { return ::operator new(8, kAlignment); }, [](void* p) { ::operator delete(p, kAlignment); });
}

/// A drift at a size, and what to call it.
struct Subject {
  std::string name;
  Model model;
};

/// Returns every embedded drift. Its name is made of letters and digits, as those of tests are.
std::vector<Subject> subjects() {
  std::vector<Subject> all;
  for (const SizeModels& size : embedded_sizes()) {
    for (const Model& model : size.models) {
      std::string name = size.target;
      name.append("_").append(model.drift).append("_").append(std::to_string(size.n));
      std::replace_if(
          name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
      all.push_back({std::move(name), model});
    }
  }
  return all;
}

class StepAllocation : public Allocation, public ::testing::WithParamInterface<Subject> {};
INSTANTIATE_TEST_SUITE_P(EveryDrift, StepAllocation, ::testing::ValuesIn(subjects()),
                         [](const auto& subject) { return subject.param.name; });

TEST_P(StepAllocation, NothingFromTheFirstStepToTheLast) {
  const Model& model = GetParam().model;
  constexpr std::align_val_t kAlignment{64};
  void* const chain = ::operator new(model.bytes, kAlignment);
  model.make(chain);
  const UniformSchedule schedule(10.0, 200.0);
  const auto histogram = std::make_unique<LatencyHistogram>();
  EXPECT_EQ(allocations([&] {
              model.start(chain, 1, 1);
              for (std::int64_t i = 1; i <= schedule.steps(); ++i) {
                model.step(chain, schedule.time(i));
                histogram->record(static_cast<std::uint64_t>(i), static_cast<std::uint64_t>(i));
              }
              model.evaluate(chain);
            }),
            0);
  EXPECT_EQ(model.time(chain), 200.0f);
  ::operator delete(chain, kAlignment);
}

}  // namespace
}  // namespace driftbench
