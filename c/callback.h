// A drift that is a function of the caller's.
#pragma once

#include "kernels/assertions.h"
#include "kernels/drift.h"
#include "kernels/plain_arrays.h"
#include "kernels/status.h"
#include "kernels/sym_matrix.h"

namespace driftbench {

/// The forms in which a matrix comes and goes as an array of floats.
enum class Form : unsigned char {
  kFull,    ///< n x n numbers, row by row
  kLower,   ///< the same, of a symmetric matrix; what lies above the diagonal is not used
  kPacked,  ///< the lower triangle, row by row
};

/// A function of the caller's, and the caller's arrays through which it gets Y and gives its estimate. Both have the
/// same form. The function returns the status of its estimate as a number.
struct CallbackSettings {
  int (*function)(void* context, float t, const float* y, float* estimate) = nullptr;
  void* context = nullptr;
  float* y = nullptr;
  float* estimate = nullptr;
  Form form = Form::kFull;
};

/// array <- a, a RankOne or a SymMatrix.
template <class Matrix>
void write_array(const Matrix& a, Form form, float* array) {
  if (form == Form::kPacked) {
    write_packed(a, array);
  } else {
    write_full(a, array);
  }
}

/// a <- the symmetric part of the array. Returns whether it is finite.
template <int N>
bool fill_from_array(const float* array, Form form, SymMatrix<N>& a) {
  switch (form) {
    case Form::kFull:
      return fill_from_full(array, a);
    case Form::kLower:
      return fill_from_lower(array, a);
    case Form::kPacked:
      break;
  }
  return fill_from_packed(array, a);
}

/// a <- a + factor times the symmetric part of the array.
template <int N>
void add_array(float factor, const float* array, Form form, SymMatrix<N>& a) {
  DRIFTBENCH_ASSERT(form != Form::kLower);
  if (form == Form::kPacked) {
    add_packed(factor, array, a);
  } else {
    add_full(factor, array, a);
  }
}

/// The drift that calls the function of its settings, which are set before the first call. The estimate is the
/// symmetric part of what the function wrote. The status is the function's own, kOk, kNotConverged or kDiverged; where
/// the function returns anything else, or its estimate is not finite, it is kNotFinite and the estimate is 0. A call
/// takes the function's time, writes an array of Y, and reads one of the estimate.
template <int N>
class Callback {
 public:
  using Estimate = SymMatrix<N>;
  static constexpr char kName[] = "callback";

  CallbackSettings settings;

  Status operator()(const SymMatrix<N>& y, float t, Estimate& m) {
    write_array(y, settings.form, settings.y);
    const int status = settings.function(settings.context, t, settings.y, settings.estimate);
    const bool is_usable = status >= static_cast<int>(Status::kOk) && status < static_cast<int>(Status::kNotFinite);
    if (is_usable && fill_from_array(settings.estimate, settings.form, m)) return static_cast<Status>(status);
    m.set_zero();
    return Status::kNotFinite;
  }
};

}  // namespace driftbench
