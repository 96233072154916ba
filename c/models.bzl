"""One translation unit a size, and the list of them."""

load("//:build_defs.bzl", "generated_source")

def models(name, sizes):
    """The sources that define compiled_sizes() for the given (n, k), as a filegroup."""
    functions = ["models_%d_%d" % size for size in sizes]
    sources = [
        generated_source(function, [
            '#include "c/chain.h"',
            "namespace driftbench {",
            "std::span<const Model> %s() { return kSizeModels<%d, %d>; }" % (function, n, k),
            "}",
        ])
        for (n, k), function in zip(sizes, functions)
    ]
    sources.append(generated_source(
        name,
        ['#include "c/model.h"', "namespace driftbench {"] +
        ["std::span<const Model> %s();" % function for function in functions] +
        ["std::span<const SizeModels> compiled_sizes() {", "  static constexpr SizeModels kSizes[] = {"] +
        ["      {%d, %d, %s}," % (n, k, function) for (n, k), function in zip(sizes, functions)] +
        ["  };", "  return kSizes;", "}", "}"],
    ))
    native.filegroup(
        name = name,
        srcs = sources,
    )
