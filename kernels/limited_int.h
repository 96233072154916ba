// Whole numbers within limits that their type states, for options that index an array or end a loop.
#pragma once

namespace driftbench {

/// A whole number from Lowest to Highest. It is made of a constant, which does not compile where it is outside of the
/// limits; a number that is known at run time only comes in through set(), which refuses such a one.
template <int Lowest, int Highest>
class LimitedInt {
  static_assert(Lowest <= Highest);

 public:
  // The conversions let a LimitedInt be written where an int would be. NOLINTBEGIN(google-explicit-constructor)
  consteval LimitedInt(int value) : value_(value) {
    if (value < Lowest || value > Highest) outside_of_its_limits();
  }
  constexpr operator int() const { return value_; }
  // NOLINTEND(google-explicit-constructor)

  /// Takes the value and returns true, or returns false and stays as it is where the value is outside of the limits.
  [[nodiscard]] constexpr bool set(int value) {
    if (value < Lowest || value > Highest) return false;
    value_ = value;
    return true;
  }

 private:
  /// No constant expression calls this function; its name is what a compiler shows.
  static void outside_of_its_limits() {}

  int value_;
};

}  // namespace driftbench
