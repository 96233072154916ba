// Leading eigenvectors of a symmetric matrix, by a fixed number of power iterations or by iteration to a stated
// residual.
#pragma once

#include <cmath>
#include <concepts>

#include "kernels/assertions.h"
#include "kernels/bounds.h"
#include "kernels/drift.h"
#include "kernels/simd.h"
#include "kernels/status.h"
#include "kernels/sym_matrix.h"
#include "kernels/vec.h"

namespace driftbench {

/// x <- x / ||x||. Returns false, and leaves x as it is, where the norm in single precision is zero or not finite. 2 N
/// operations.
template <class Arch = DefaultArch, int N>
bool normalize(Vec<N>& x) {
  const float norm = std::sqrt(dot<Arch>(x, x));
  if (!(norm > 0.0f) || !std::isfinite(norm)) return false;
  scale<Arch>(1.0f / norm, x);
  return true;
}

/// v <- A^iterations v, normalized after each product; A is a SymMatrix or a BFloat16Matrix. v enters with a finite,
/// non-zero norm, and `workspace` is overwritten. Where A v = 0, v stays as it is. Entries of A beyond 1e17 may
/// overflow the norm: then v is 0 and the status kNotFinite, which else is kOk.
///
/// iterations * (N^2 + 2 N) multiply-adds, and twice as many where entries of A are so small that their squares vanish.
/// `probe` is called with 0 after each product and with 1 after what lies between them.
template <class Arch = DefaultArch, class Matrix, int N, class Probe = NoProbe>
Status power_iteration(const Matrix& a, int iterations, Vec<N>& v, Vec<N>& workspace, Probe&& probe = {}) {
  // A product shorter than kShort may have lost its direction, because its squares vanish in single precision. It is
  // then made again from kLong times v, so that its squares neither vanish nor overflow, down to the smallest A.
  constexpr float kShort = 0x1p-40f, kLong = 0x1p100f;
  DRIFTBENCH_ASSERT(iterations >= 0 && is_finite(v));
  const auto product_norm = [&] {
    multiply<Arch>(a, v, workspace);
    return std::sqrt(dot<Arch>(workspace, workspace));
  };
  for (int i = 0; i < iterations; ++i) {
    probe(1);
    float norm = product_norm();
    if (norm < kShort) {
      scale<Arch>(kLong, v);
      norm = product_norm();
      scale<Arch>(1.0f / kLong, v);
    }
    probe(0);
    if (!std::isfinite(norm)) {
      v = Vec<N>{};
      return Status::kNotFinite;
    }
    if (norm == 0.0f) break;
    axpby<Arch>(1.0f / norm, workspace, 0.0f, v);
  }
  probe(1);
  return Status::kOk;
}

/// The symmetric matrix ((a, b, c), (b, d, e), (c, e, f)).
struct Symmetric3 {
  float a, b, c, d, e, f;
};
struct Vec3 {
  float x, y, z;
};
/// Returns a unit eigenvector of the matrix's largest eigenvalue, by the cyclic Jacobi method.
inline Vec3 leading_eigenvector(const Symmetric3& matrix) {
  float h[3][3] = {{matrix.a, matrix.b, matrix.c}, {matrix.b, matrix.d, matrix.e}, {matrix.c, matrix.e, matrix.f}};
  float q[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  // Jacobi's method converges quadratically: a fourth sweep changes no bit of a 3 x 3 matrix in single precision.
  for (int sweep = 0; sweep < 4; ++sweep) {
    for (int i = 0; i < 2; ++i) {
      for (int j = i + 1; j < 3; ++j) {
        if (h[i][j] == 0.0f) continue;
        const float theta = (h[j][j] - h[i][i]) / (2.0f * h[i][j]);
        const float t = std::copysign(1.0f, theta) / (std::fabs(theta) + std::sqrt(theta * theta + 1.0f));
        const float c = 1.0f / std::sqrt(t * t + 1.0f), s = t * c;
        const int k = 3 - i - j;
        const float hik = h[i][k], hjk = h[j][k];
        h[i][i] -= t * h[i][j];
        h[j][j] += t * h[i][j];
        h[i][j] = h[j][i] = 0.0f;
        h[i][k] = h[k][i] = c * hik - s * hjk;
        h[j][k] = h[k][j] = s * hik + c * hjk;
        for (auto& row : q) {
          const float qi = row[i], qj = row[j];
          row[i] = c * qi - s * qj;
          row[j] = s * qi + c * qj;
        }
      }
    }
  }
  int top = 0;
  for (int i = 1; i < 3; ++i) top = h[i][i] > h[top][top] ? i : top;
  return {q[0][top], q[1][top], q[2][top]};
}

/// The result of an iteration to convergence.
struct EigenResult {
  Status status;
  float value;     ///< the Rayleigh quotient of the vector, an estimate of the eigenvalue
  float residual;  ///< ||A x - value x||, from a product of its own
  int products;    ///< the number of products with A
};

/// The vectors that leading_eigenvector works in. Nothing in them outlives a call.
template <int N>
struct EigenWorkspace {
  Vec<N> ax, p, ap, w, aw;
};

/// A function product(v, av) that computes av <- A v for a symmetric matrix A.
// clang-format off
template <class F, int N>
concept LinearMap = std::invocable<const F&, const Vec<N>&, Vec<N>&>;
// clang-format on

namespace eigen_detail {

/// The iteration of leading_eigenvector, one method a stage. x is the iterate, and p the direction of the last step,
/// orthonormal to x or 0. The workspace has the products of A with both.
template <class Arch, int N, class Product>
class Lobpcg {
 public:
  Lobpcg(const Product& product, Vec<N>& x, EigenWorkspace<N>& workspace)
      : product_(product),
        x_(x),
        ax_(workspace.ax),
        p_(workspace.p),
        ap_(workspace.ap),
        w_(workspace.w),
        aw_(workspace.aw) {}

  EigenResult run(float tolerance, int max_products) {
    if (!normalize<Arch>(x_)) return not_finite();
    refresh();
    for (int i = 0; i < 3 && dot<Arch>(ax_, ax_) < 0x1p-40f; ++i) {
      magnifier_ *= 0x1p40f;
      refresh();
    }
    while (true) {
      const Overlaps overlaps = find_residual();
      if (!std::isfinite(result_.residual)) return not_finite();
      const bool converged = result_.residual <= tolerance * std::fabs(result_.value);
      if (converged || result_.products >= max_products) {
        if (fresh_) return finish(converged ? Status::kOk : Status::kNotConverged);
        normalize<Arch>(x_);  // what the recurrence says is checked by a product of its own
        refresh();
      } else if (!find_direction(overlaps)) {
        refresh();
      } else if (!maximize()) {
        return not_finite();
      }
    }
  }

 private:
  using S = Simd<Arch>;
  using F32 = typename S::F32;
  /// The inner products of the residual with x and with p.
  struct Overlaps {
    float x, p;
  };
  static F32 at(const Vec<N>& v, int i) { return S::load(v.data + i); }

  EigenResult not_finite() {
    x_ = Vec<N>{};
    return {Status::kNotFinite, 0.0f, 0.0f, result_.products};
  }
  EigenResult finish(Status status) const {
    return {status, result_.value / magnifier_, result_.residual / magnifier_, result_.products};
  }

  /// av <- magnifier A v.
  void apply(Vec<N>& v, Vec<N>& av) {
    if (magnifier_ != 1.0f) scale<Arch>(magnifier_, v);
    product_(v, av);
    if (magnifier_ != 1.0f) scale<Arch>(1.0f / magnifier_, v);
    ++result_.products;
  }

  /// Starts anew from x, without a direction.
  void refresh() {
    apply(x_, ax_);
    result_.value = dot<Arch>(x_, ax_);
    p_ = ap_ = Vec<N>{};
    fresh_ = true;
    has_direction_ = false;
  }

  /// w <- the residual A x - value x.
  Overlaps find_residual() {
    const auto [residual2, xw, pw] = sweep<3, Arch>(x_, [&](int i, F32* sum) {
      const F32 wi = S::fma(S::broadcast(-result_.value), at(x_, i), at(ax_, i));
      S::store(w_.data + i, wi);
      sum[0] = S::fma(wi, wi, sum[0]);
      sum[1] = S::fma(at(x_, i), wi, sum[1]);
      sum[2] = S::fma(at(p_, i), wi, sum[2]);
    });
    result_.residual = std::sqrt(residual2);
    return {xw, pw};
  }

  /// w <- the unit vector along the part of w that is orthogonal to x and p, and aw <- A w. Returns false where w lies
  /// in span{x, p} but for its rounding.
  bool find_direction(const Overlaps& overlaps) {
    const F32 minus_xw = S::broadcast(-overlaps.x), minus_pw = S::broadcast(-overlaps.p);
    const auto [w2] = sweep<1, Arch>(x_, [&](int i, F32* sum) {
      const F32 wi = S::fma(minus_pw, at(p_, i), S::fma(minus_xw, at(x_, i), at(w_, i)));
      S::store(w_.data + i, wi);
      sum[0] = S::fma(wi, wi, sum[0]);
    });
    if (w2 < 0x1p-100f) return false;
    scale<Arch>(1.0f / std::sqrt(w2), w_);
    apply(w_, aw_);
    fresh_ = false;
    return true;
  }

  /// Returns A in the basis x, p, w. A missing p, which is 0, has a quotient below that of x, so that it is never
  /// chosen.
  Symmetric3 project() const {
    const auto [xaw, waw, xap, pap, paw] = sweep<5, Arch>(x_, [&](int i, F32* sum) {
      sum[0] = S::fma(at(x_, i), at(aw_, i), sum[0]);
      sum[1] = S::fma(at(w_, i), at(aw_, i), sum[1]);
      sum[2] = S::fma(at(x_, i), at(ap_, i), sum[2]);
      sum[3] = S::fma(at(p_, i), at(ap_, i), sum[3]);
      sum[4] = S::fma(at(p_, i), at(aw_, i), sum[4]);
    });
    return {result_.value, xap, xaw, has_direction_ ? pap : result_.value - 1.0f, paw, waw};
  }

  /// Moves x to where the Rayleigh quotient is largest in span{x, p, w}, and p to the direction of this step. Returns
  /// false where that overflows.
  bool maximize() {
    const Vec3 c = leading_eigenvector(project());
    const F32 cx = S::broadcast(c.x), cy = S::broadcast(c.y), cz = S::broadcast(c.z);
    const auto [x2, overlap, p2] = sweep<3, Arch>(x_, [&](int i, F32* sum) {
      const F32 pi = S::fma(cz, at(w_, i), cy * at(p_, i)), xi = S::fma(cx, at(x_, i), pi);
      const F32 api = S::fma(cz, at(aw_, i), cy * at(ap_, i));
      S::store(p_.data + i, pi);
      S::store(x_.data + i, xi);
      S::store(ap_.data + i, api);
      S::store(ax_.data + i, S::fma(cx, at(ax_, i), api));
      sum[0] = S::fma(xi, xi, sum[0]);
      sum[1] = S::fma(xi, pi, sum[1]);
      sum[2] = S::fma(pi, pi, sum[2]);
    });
    if (!std::isfinite(x2) || x2 == 0.0f) return false;
    make_orthonormal(x2, overlap, p2);
    return true;
  }

  /// Makes x a unit vector, and p one that is orthogonal to x, from |x|^2, <x, p> and |p|^2: orthonormal directions
  /// keep the 3 x 3 problem well conditioned. Where the orthogonal part of p is only rounding, there is no direction.
  void make_orthonormal(float x2, float overlap, float p2) {
    const float length2 = p2 - overlap * overlap / x2;
    has_direction_ = length2 > 1e-6f * p2;
    const F32 unit_x = S::broadcast(1.0f / std::sqrt(x2)), parallel = S::broadcast(-overlap / x2);
    const F32 unit_p = S::broadcast(has_direction_ ? 1.0f / std::sqrt(length2) : 0.0f);
    const auto [value] = sweep<1, Arch>(x_, [&](int i, F32* sum) {
      const F32 xi = unit_x * at(x_, i), axi = unit_x * at(ax_, i);
      S::store(p_.data + i, unit_p * S::fma(parallel, at(x_, i), at(p_, i)));
      S::store(ap_.data + i, unit_p * S::fma(parallel, at(ax_, i), at(ap_, i)));
      S::store(x_.data + i, xi);
      S::store(ax_.data + i, axi);
      sum[0] = S::fma(xi, axi, sum[0]);
    });
    result_.value = value;
  }

  const Product& product_;
  Vec<N>&x_, &ax_, &p_, &ap_, &w_, &aw_;
  EigenResult result_{Status::kNotConverged, 0.0f, 0.0f, 0};
  float magnifier_ = 1.0f;      ///< a power of two by which A is multiplied, so that squares of residuals do not vanish
  bool fresh_ = false;          ///< whether ax comes from a product and not from the recurrence
  bool has_direction_ = false;  ///< whether p is a unit vector and not 0
};

}  // namespace eigen_detail

/// x <- a unit eigenvector of the algebraically largest eigenvalue of A, by iteration from a start that enters in x.
/// The iteration ends where ||A x - value x|| <= tolerance |value|, with kOk, or after max_products products, with
/// kNotConverged and the last iterate. The tolerance is no smaller than kEigenResidualFloor, the least that single
/// precision reaches. `product(v, av)` computes av <- A v for a symmetric A, such as a matrix, or a matrix less what is
/// known of it already.
///
/// The method is locally optimal conjugate gradients (Knyazev, SIAM J. Sci. Comput. 23 (2001), Algorithm 5.1 with one
/// vector and no preconditioner): each step maximizes the Rayleigh quotient over span{x, residual, previous direction}.
/// It needs nearly as few products as Lanczos, in five vectors of memory. A step is one product (N^2 multiply-adds) and
/// six sweeps of the vectors (29 N operations). The residual certifies an eigenvalue within tolerance |value|. That
/// this is the leading one holds with probability one for a random start.
///
/// It makes at most max_products + 1 products, of which the last checks the result. Up to three of them find the scale
/// of an A below 1e-6, even where max_products is smaller. Where the start is zero or not finite, or A so large that
/// squares of A x overflow, x is 0 and the status kNotFinite.
template <class Arch = DefaultArch, int N, LinearMap<N> Product>
EigenResult leading_eigenvector(const Product& product, float tolerance, int max_products, Vec<N>& x,
                                EigenWorkspace<N>& workspace) {
  DRIFTBENCH_ASSERT(tolerance >= kEigenResidualFloor && max_products >= 0);
  return eigen_detail::Lobpcg<Arch, N, Product>(product, x, workspace).run(tolerance, max_products);
}

/// The same for a matrix A. `probe` is called with 0 after each product and with 1 after what lies between them.
template <class Arch = DefaultArch, int N, class Probe = NoProbe>
EigenResult leading_eigenvector(const SymMatrix<N>& a, float tolerance, int max_products, Vec<N>& x,
                                EigenWorkspace<N>& workspace, Probe&& probe = {}) {
  const auto product = [&](const Vec<N>& v, Vec<N>& av) {
    probe(1);
    multiply<Arch>(a, v, av);
    probe(0);
  };
  const EigenResult result = leading_eigenvector<Arch>(product, tolerance, max_products, x, workspace);
  probe(1);
  return result;
}

}  // namespace driftbench
