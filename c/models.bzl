"""One translation unit a size, and the list of them."""

load(
    "//:build_defs.bzl",
    "generated_source",
    "in_link_order",
    "include_target",
    "size_copts",
    "size_name",
    "target_libraries",
)

def _models_of(size):
    return "models_" + size_name(size)

def models(name, sizes, copts, deps, **kwargs):
    """Libraries that define compiled_sizes() for the given sizes: `name`, and one for each of them.

    Args:
      name: of the library that has the list.
      sizes: a library each.
      copts: for all of them.
      deps: of all of them.
      **kwargs: for all of them.

    Returns:
      the libraries, in the order to link them.
    """
    for size in sizes:
        native.cc_library(
            name = _models_of(size),
            srcs = [generated_source(_models_of(size), [
                '#include "c/stored_sampler.h"',
                include_target(size),
                "namespace driftbench {",
                "SizeModels %s() { return size_models<%s>(); }" % (_models_of(size), size),
                "}",
            ])],
            copts = copts + size_copts(size),
            deps = deps + target_libraries([size]),
            **kwargs
        )
    native.cc_library(
        name = name,
        srcs = [generated_source(
            name,
            ['#include "c/model.h"', "namespace driftbench {"] +
            ["SizeModels %s();" % _models_of(size) for size in sizes] +
            ["std::span<SizeModels (*const)()> compiled_sizes() {", "  static constexpr SizeModels (*kSizes[])() = {"] +
            ["      %s," % _models_of(size) for size in sizes] +
            ["  };", "  return kSizes;", "}", "}"],
        )],
        copts = copts,
        deps = deps,
        **kwargs
    )
    return [":" + name] + [":" + _models_of(size) for size in in_link_order(sizes)]
