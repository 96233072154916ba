// Checks that a step allocates nothing. The C library's allocators, which operator new calls, are replaced by ones that
// count while the trap is set. The samplers are those of an embedded build.
#include <gtest/gtest.h>

#include <cerrno>
#include <concepts>
#include <cstdlib>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

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

/// Makes a sampler on the heap. The weights of a network are all 0.
template <class S>
std::unique_ptr<S> make_sampler() {
  if constexpr (std::default_initializable<S>) {
    return std::make_unique<S>();
  } else {
    static const MessagePassingWeights weights{};
    using D = std::remove_reference_t<decltype(std::declval<S&>().drift())>;
    return std::make_unique<S>(D(&weights));
  }
}

template <class S>
class StepAllocation : public Allocation {};
using Samplers = ::testing::Types<
    Sampler<17, Zero<17>>, Sampler<17, Power<17, 3>>, Sampler<17, PowerBFloat16<17, 3>>, Sampler<17, Spectral<17, 3>>,
    Sampler<17, Ungated<17, 3>>, Sampler<17, SoftSpectral<17, 3>>, Sampler<17, Amp<17, 3>>,
    Sampler<17, AmpRestarts<17, 3>>, Sampler<17, AmpSoft<17>>, Sampler<17, Gated<17, 3, Amp<17, 3>>>,
    Sampler<17, Lipschitz<17, Power<17, 3>>>, Sampler<17, LipschitzSpectral<17, 3>>, Sampler<350, Zero<350>>,
    Sampler<350, Power<350, 20>>, Sampler<350, PowerBFloat16<350, 20>>, Sampler<350, Spectral<350, 20>>,
    Sampler<350, Ungated<350, 20>>, Sampler<350, SoftSpectral<350, 20>>, Sampler<350, Amp<350, 20>>,
    Sampler<350, AmpRestarts<350, 20>>, Sampler<350, AmpSoft<350>>, Sampler<350, Gated<350, 20, Amp<350, 20>>>,
    Sampler<350, Lipschitz<350, Power<350, 20>>>, Sampler<350, LipschitzSpectral<350, 20>>, Sampler<12, Exact<12, 3>>,
    Sampler<17, Gnn<17, 3>>, Sampler<350, Gnn<350, 20>>, Sampler<15, Spectral<15, 3, OneLane>, OneLane>>;
TYPED_TEST_SUITE(StepAllocation, Samplers);

TYPED_TEST(StepAllocation, NothingFromTheFirstStepToTheLast) {
  const auto sampler = make_sampler<TypeParam>();
  const UniformSchedule schedule(10.0, 200.0);
  const auto histogram = std::make_unique<LatencyHistogram>();
  EXPECT_EQ(this->allocations([&] {
    sampler->start(1, 1);
    for (std::int64_t i = 1; i <= schedule.steps(); ++i) {
      sampler->step(schedule.time(i));
      histogram->record(static_cast<std::uint64_t>(i), static_cast<std::uint64_t>(i));
    }
    sampler->evaluate();
  }),
            0);
  EXPECT_EQ(sampler->t(), 200.0f);
}

}  // namespace
}  // namespace driftbench
