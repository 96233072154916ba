"""One translation unit a size, so that sizes compile in parallel and a new one leaves the others alone."""

load("//:build_defs.bzl", "generated_source")

def _maker(size):
    return "make_size_%d_%d" % size

def make_sizes(sizes, deps):
    """A library for each (n, k) that makes the CompiledSize of it."""
    for size in sizes:
        native.cc_library(
            name = _maker(size),
            srcs = [generated_source(_maker(size), [
                '#include "tools/sizes/compiled_size_of.h"',
                "namespace driftbench {",
                "std::unique_ptr<CompiledSize> %s() { return std::make_unique<CompiledSizeOf<%d, %d>>(); }" %
                ((_maker(size),) + size),
                "}",
            ])],
            deps = deps,
        )

def compiled_sizes(name, sizes, deps):
    """A library that defines all_sizes() for the given (n, k), which make_sizes() has made."""
    makers = [_maker(size) for size in sizes]
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
