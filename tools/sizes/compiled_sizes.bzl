"""One translation unit a size, so that sizes compile in parallel and a new one leaves the others alone."""

load("//:build_defs.bzl", "generated_source")

def compiled_sizes(name, sizes, deps):
    """A library that defines all_sizes() for the given (n, k)."""
    makers = ["make_size_%d_%d" % size for size in sizes]
    for (n, k), maker in zip(sizes, makers):
        native.cc_library(
            name = maker,
            srcs = [generated_source(maker, [
                '#include "tools/sizes/compiled_size_of.h"',
                "namespace driftbench {",
                "std::unique_ptr<CompiledSize> %s() { return std::make_unique<CompiledSizeOf<%d, %d>>(); }" % (maker, n, k),
                "}",
            ])],
            deps = deps,
        )
    native.cc_library(
        name = name,
        srcs = [generated_source(
            name,
            ['#include "tools/sizes/compiled_size.h"', "namespace driftbench {"] +
            ["std::unique_ptr<CompiledSize> %s();" % maker for maker in makers] +
            ["std::vector<std::unique_ptr<CompiledSize>> all_sizes() {", "  std::vector<std::unique_ptr<CompiledSize>> all;"] +
            ["  all.push_back(%s());" % maker for maker in makers] +
            ["  return all;", "}", "}"],
        )],
        deps = deps + [":" + maker for maker in makers],
    )
