// Prints the drifts that the sheet of resources has, with the sizes at which it has them: `DRIFT N K`, one a line.
#include <cstdio>

#include "kernels/drifts/all_drifts.h"

namespace driftbench {
namespace {

/// Prints each drift with the size (n, k), where it is possible at (N, K) or, with `possible` false, where it is not.
template <int N, int K>
void print_drifts(bool possible, int n, int k) {
  without_variants(AllDrifts<N, K>{}).for_each([=]<class D>() {
    if (is_feasible<D>() == possible) std::printf("%s %d %d\n", D::kName, n, k);
  });
}

}  // namespace
}  // namespace driftbench

int main() {
  using driftbench::print_drifts;
  // (64, 6) fills its tiles and (350, 20) does not. What is not possible at these sizes is at a small one.
  print_drifts<64, 6>(false, 16, 3);
  print_drifts<64, 6>(true, 64, 6);
  print_drifts<350, 20>(true, 350, 20);
}
