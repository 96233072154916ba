"""One translation unit a size, and the list of them."""

load("//:build_defs.bzl", "generated_source", "in_link_order", "size_copts")

def _models_of(size):
    return "models_%d_%d" % size

def models(name, sizes, copts, **kwargs):
    """Libraries that define compiled_sizes() for the given (n, k): `name`, and one for each of them.

    Args:
      name: of the library that has the list.
      sizes: a library each.
      copts: for all of them.
      **kwargs: for all of them.

    Returns:
      the libraries, in the order to link them.
    """
    for size in sizes:
        native.cc_library(
            name = _models_of(size),
            srcs = [generated_source(_models_of(size), [
                '#include "c/stored_sampler.h"',
                '#include "kernels/targets/sparse_signs.h"',
                "namespace driftbench {",
                "std::span<const Model> %s() { return kSizeModels<SparseSigns<%d, %d>>; }" % ((_models_of(size),) + size),
                "}",
            ])],
            copts = copts + size_copts(size),
            **kwargs
        )
    native.cc_library(
        name = name,
        srcs = [generated_source(
            name,
            ['#include "c/model.h"', "namespace driftbench {"] +
            ["std::span<const Model> %s();" % _models_of(size) for size in sizes] +
            ["std::span<const SizeModels> compiled_sizes() {", "  static constexpr SizeModels kSizes[] = {"] +
            ["      {%d, %d, %s}," % (size + (_models_of(size),)) for size in sizes] +
            ["  };", "  return kSizes;", "}", "}"],
        )],
        copts = copts,
        **kwargs
    )
    return [":" + name] + [":" + _models_of(size) for size in in_link_order(sizes)]
