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

/// x <- x / ||x||. Returns false, and leaves x as it is, where the norm is zero or not finite.
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
template <class F, int N>
concept LinearMap = std::invocable < const F&,
        const Vec<N>
&, Vec<N>& > ;

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
  using S = Simd<Arch>;
  using F32 = typename S::F32;
  Vec<N>&ax = workspace.ax, &p = workspace.p, &ap = workspace.ap, &w = workspace.w, &aw = workspace.aw;
  const auto at = [](const Vec<N>& v, int i) { return S::load(v.data + i); };
  EigenResult result{Status::kNotConverged, 0.0f, 0.0f, 0};
  const auto not_finite = [&] {
    x = Vec<N>{};
    return EigenResult{Status::kNotFinite, 0.0f, 0.0f, result.products};
  };
  DRIFTBENCH_ASSERT(tolerance >= kEigenResidualFloor && max_products >= 0);
  if (!normalize<Arch>(x)) return not_finite();

  // The iteration runs on A times this power of two, so that squares of residuals do not vanish.
  float magnifier = 1.0f;
  const auto apply = [&](Vec<N>& v, Vec<N>& av) {
    if (magnifier != 1.0f) scale<Arch>(magnifier, v);
    product(v, av);
    if (magnifier != 1.0f) scale<Arch>(1.0f / magnifier, v);
    ++result.products;
  };
  bool fresh = false;  // whether ax comes from a product and not from the recurrence
  bool has_direction = false;
  const auto refresh = [&] {
    apply(x, ax);
    result.value = dot<Arch>(x, ax);
    p = ap = Vec<N>{};
    fresh = true;
    has_direction = false;
  };
  refresh();
  for (int i = 0; i < 3 && dot<Arch>(ax, ax) < 0x1p-40f; ++i) {
    magnifier *= 0x1p40f;
    refresh();
  }
  while (true) {
    const auto [residual2, xw, pw] = sweep<3, Arch>(x, [&](int i, F32* sum) {
      const F32 wi = S::fma(S::broadcast(-result.value), at(x, i), at(ax, i));
      S::store(w.data + i, wi);
      sum[0] = S::fma(wi, wi, sum[0]);
      sum[1] = S::fma(at(x, i), wi, sum[1]);
      sum[2] = S::fma(at(p, i), wi, sum[2]);
    });
    result.residual = std::sqrt(residual2);
    if (!std::isfinite(result.residual)) return not_finite();

    const bool converged = result.residual <= tolerance * std::fabs(result.value);
    const bool exhausted = result.products >= max_products;
    if (fresh && (converged || exhausted)) {
      result.status = converged ? Status::kOk : Status::kNotConverged;
      result.value /= magnifier;
      result.residual /= magnifier;
      return result;
    }
    if (converged || exhausted) {
      normalize<Arch>(x);
      refresh();
      continue;
    }

    const F32 minus_xw = S::broadcast(-xw), minus_pw = S::broadcast(-pw);
    const auto [w2] = sweep<1, Arch>(x, [&](int i, F32* sum) {
      const F32 wi = S::fma(minus_pw, at(p, i), S::fma(minus_xw, at(x, i), at(w, i)));
      S::store(w.data + i, wi);
      sum[0] = S::fma(wi, wi, sum[0]);
    });
    const float w_norm = std::sqrt(w2);
    if (w2 < 0x1p-100f) {  // the residual lies in span{x, p} but for its rounding
      refresh();
      continue;
    }
    const float to_unit = 1.0f / w_norm;
    scale<Arch>(to_unit, w);
    apply(w, aw);
    fresh = false;

    const auto [xaw, waw, xap, pap, paw] = sweep<5, Arch>(x, [&](int i, F32* sum) {
      sum[0] = S::fma(at(x, i), at(aw, i), sum[0]);
      sum[1] = S::fma(at(w, i), at(aw, i), sum[1]);
      sum[2] = S::fma(at(x, i), at(ap, i), sum[2]);
      sum[3] = S::fma(at(p, i), at(ap, i), sum[3]);
      sum[4] = S::fma(at(p, i), at(aw, i), sum[4]);
    });
    // Without a previous direction, its place is taken by a zero vector with a quotient below that of x, which is never
    // chosen.
    const Symmetric3 projected{result.value, xap, xaw, has_direction ? pap : result.value - 1.0f, paw, waw};
    const Vec3 c = leading_eigenvector(projected);
    const F32 cx = S::broadcast(c.x), cy = S::broadcast(c.y), cz = S::broadcast(c.z);
    const auto [x2, overlap, p2] = sweep<3, Arch>(x, [&](int i, F32* sum) {
      const F32 pi = S::fma(cz, at(w, i), cy * at(p, i)), xi = S::fma(cx, at(x, i), pi);
      const F32 api = S::fma(cz, at(aw, i), cy * at(ap, i));
      S::store(p.data + i, pi);
      S::store(x.data + i, xi);
      S::store(ap.data + i, api);
      S::store(ax.data + i, S::fma(cx, at(ax, i), api));
      sum[0] = S::fma(xi, xi, sum[0]);
      sum[1] = S::fma(xi, pi, sum[1]);
      sum[2] = S::fma(pi, pi, sum[2]);
    });
    if (!std::isfinite(x2) || x2 == 0.0f) return not_finite();
    // Orthonormal directions keep the 3 x 3 problem well conditioned. The part of p orthogonal to x has this squared
    // length. Where that is only rounding, there is no direction.
    const float length2 = p2 - overlap * overlap / x2;
    has_direction = length2 > 1e-6f * p2;
    const F32 unit_x = S::broadcast(1.0f / std::sqrt(x2)), parallel = S::broadcast(-overlap / x2);
    const F32 unit_p = S::broadcast(has_direction ? 1.0f / std::sqrt(length2) : 0.0f);
    const auto [value] = sweep<1, Arch>(x, [&](int i, F32* sum) {
      const F32 xi = unit_x * at(x, i), axi = unit_x * at(ax, i);
      S::store(p.data + i, unit_p * S::fma(parallel, at(x, i), at(p, i)));
      S::store(ap.data + i, unit_p * S::fma(parallel, at(ax, i), at(ap, i)));
      S::store(x.data + i, xi);
      S::store(ax.data + i, axi);
      sum[0] = S::fma(xi, axi, sum[0]);
    });
    result.value = value;
  }
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
