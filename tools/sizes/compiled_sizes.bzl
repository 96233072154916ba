"""One translation unit a size, so that sizes compile in parallel and a new one leaves the others alone."""

load(
    "//:build_defs.bzl",
    "generated_source",
    "in_link_order",
    "include_target",
    "size_copts",
    "size_name",
    "target_libraries",
)

def _maker(size):
    return "make_size_" + size_name(size)

def make_sizes(sizes, deps):
    """A library for each size that makes the CompiledSize of it."""
    for size in sizes:
        native.cc_library(
            name = _maker(size),
            srcs = [generated_source(_maker(size), [
                include_target(size),
                '#include "tools/sizes/compiled_size_of.h"',
                "namespace driftbench {",
                "std::unique_ptr<CompiledSize> %s() {" % _maker(size),
                "  return std::make_unique<CompiledSizeOf<%s>>();" % size,
                "}",
                "}",
            ])],
            copts = size_copts(size),
            deps = deps + target_libraries([size]),
        )

def compiled_sizes(name, sizes, deps):
    """A library that defines all_sizes() for the given sizes, which make_sizes() has made."""
    native.cc_library(
        name = name,
        srcs = [generated_source(
            name,
            ['#include "tools/sizes/compiled_size.h"', "namespace driftbench {"] +
            ["std::unique_ptr<CompiledSize> %s();" % _maker(size) for size in sizes] +
            ["std::vector<std::unique_ptr<CompiledSize>> all_sizes() {", "  std::vector<std::unique_ptr<CompiledSize>> all;"] +
            ["  all.push_back(%s());" % _maker(size) for size in sizes] +
            ["  return all;", "}", "}"],
        )],
        deps = [":" + _maker(size) for size in in_link_order(sizes)] + deps,
    )
