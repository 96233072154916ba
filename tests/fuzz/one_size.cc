// The experiments of a fuzz target that is built without Bazel, which would make those of all sizes in sizes.bzl.
#include <memory>
#include <vector>

#include "tools/sizes/sized_experiment.h"

namespace driftbench {

std::vector<std::unique_ptr<Experiment>> all_experiments() {
  std::vector<std::unique_ptr<Experiment>> all;
  all.push_back(std::make_unique<SizedExperiment<12, 3>>());
  return all;
}

}  // namespace driftbench
