#include "kernels/limited_int.h"

#include <gtest/gtest.h>

#include <limits>
#include <type_traits>

#include "kernels/drifts/amp.h"
#include "kernels/drifts/amp_soft.h"
#include "kernels/drifts/lipschitz.h"
#include "kernels/drifts/power.h"
#include "kernels/targets/sparse_signs.h"

namespace driftbench {
namespace {

/// Whether a LimitedInt can be made of the constant.
template <class Limited, int Value>
concept TakesConstant = requires {
  typename std::integral_constant<int, Limited(Value)>;
};

/// Whether the constants at both ends of the limits are taken, and those beyond are not.
template <class Limited, int Lowest, int Highest>
constexpr bool kEndsAt = TakesConstant<Limited, Lowest>&& TakesConstant<Limited, Highest> &&
                         !TakesConstant<Limited, Lowest - 1> && !TakesConstant<Limited, Highest + 1>;

static_assert(kEndsAt<LimitedInt<-2, 7>, -2, 7>);
static_assert(!std::is_default_constructible_v<LimitedInt<1, 2>> && sizeof(LimitedInt<1, 2>) == sizeof(int));

using AnAmp = Amp<SparseSigns<70, 5>>;
using ASmoothed = Lipschitz<70, Power<SparseSigns<70, 5>>>;
// Amp keeps as many starts as it may have, and Lipschitz leaves room for the steps of as many copies.
static_assert(kEndsAt<decltype(AnAmp::starts), 1, AnAmp::kMaxStarts>);
static_assert(kEndsAt<decltype(ASmoothed::copies), 1, ASmoothed::kMaxCopies>);
// Loops end, and their counters do not overflow. An evidence needs an iteration before it.
static_assert(kEndsAt<decltype(AmpOptions::iterations), 1, kIterationLimit>);
static_assert(kEndsAt<decltype(AmpOptions::refinements), 0, kIterationLimit>);
static_assert(kEndsAt<decltype(AnAmp::start_products), 0, kIterationLimit>);
static_assert(kEndsAt<decltype(AmpSoft<SparseSigns<70, 5>>::iterations), 1, kIterationLimit>);
static_assert(kEndsAt<decltype(AmpSoft<SparseSigns<70, 5>>::start_products), 0, kIterationLimit>);
static_assert(2 * kIterationLimit <= std::numeric_limits<int>::max());

TEST(LimitedInt, SetRefusesWhatIsOutsideOfTheLimits) {
  LimitedInt<-2, 7> number = 3;
  for (const int refused : {std::numeric_limits<int>::min(), -3, 8, std::numeric_limits<int>::max()}) {
    EXPECT_FALSE(number.set(refused)) << refused;
    EXPECT_EQ(number, 3);
  }
  for (int taken = -2; taken <= 7; ++taken) {
    EXPECT_TRUE(number.set(taken)) << taken;
    EXPECT_EQ(number, taken);
  }
}

}  // namespace
}  // namespace driftbench
