"""One translation unit a size, so that sizes compile in parallel and a new one leaves the others alone."""

load("//:build_defs.bzl", "generated_source")

def experiments(name, sizes, deps):
    """A library that defines all_experiments() for the given (n, k)."""
    makers = ["make_experiment_%d_%d" % size for size in sizes]
    for (n, k), maker in zip(sizes, makers):
        native.cc_library(
            name = maker,
            srcs = [generated_source(maker, [
                '#include "tools/sizes/sized_experiment.h"',
                "namespace driftbench {",
                "std::unique_ptr<Experiment> %s() { return std::make_unique<SizedExperiment<%d, %d>>(); }" % (maker, n, k),
                "}",
            ])],
            deps = deps,
        )
    native.cc_library(
        name = name,
        srcs = [generated_source(
            name,
            ['#include "tools/sizes/experiment.h"', "namespace driftbench {"] +
            ["std::unique_ptr<Experiment> %s();" % maker for maker in makers] +
            ["std::vector<std::unique_ptr<Experiment>> all_experiments() {", "  std::vector<std::unique_ptr<Experiment>> all;"] +
            ["  all.push_back(%s());" % maker for maker in makers] +
            ["  return all;", "}", "}"],
        )],
        deps = deps + [":" + maker for maker in makers],
    )
