#include "bench/blis_product.h"

#include <dlfcn.h>

#include <stdexcept>

namespace driftbench {
namespace {

// BLIS and OpenBLAS both define cblas_ssymv, and a program can link only one of them. So this program links OpenBLAS
// and loads BLIS at run time, which keeps the names of the two apart.
using Ssymv = void (*)(int order, int uplo, int n, float alpha, const float* a, int lda, const float* x, int incx,
                       float beta, float* y, int incy);
constexpr int kColumnMajor = 102, kLower = 122;  // values of CBLAS_LAYOUT and CBLAS_UPLO

Ssymv load() {
  void* library = dlopen("libblis.so.4", RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
  if (library == nullptr) throw std::runtime_error(dlerror());
  const auto set_threads = reinterpret_cast<void (*)(long)>(dlsym(library, "bli_thread_set_num_threads"));
  const auto ssymv = reinterpret_cast<Ssymv>(dlsym(library, "cblas_ssymv"));
  if (set_threads == nullptr || ssymv == nullptr) throw std::runtime_error(dlerror());
  set_threads(1);
  return ssymv;
}

}  // namespace

void blis_product(int n, const float* a, const float* x, float* y) {
  static const Ssymv ssymv = load();
  ssymv(kColumnMajor, kLower, n, 1.0f, a, n, x, 1, 0.0f, y, 1);
}

}  // namespace driftbench
