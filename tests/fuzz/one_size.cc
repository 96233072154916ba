// The compiled size of a fuzz target that is built without Bazel, which would make all sizes in sizes.bzl.
#include <memory>
#include <vector>

#include "kernels/targets/sparse_signs.h"
#include "tools/sizes/compiled_size_of.h"

namespace driftbench {

std::vector<std::unique_ptr<CompiledSize>> all_sizes() {
  std::vector<std::unique_ptr<CompiledSize>> all;
  all.push_back(std::make_unique<CompiledSizeOf<SparseSigns<12, 3>>>());
  return all;
}

}  // namespace driftbench
