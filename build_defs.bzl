"""Rules of this repository: headers that compile alone, and tests."""

KERNEL_COPTS = [
    "-fno-exceptions",
    "-fno-rtti",
]

def header(name, deps = [], copts = []):
    """A library of the one header `name`.h, and a target `name`_alone that compiles it by itself."""
    native.cc_library(
        name = name,
        hdrs = [name + ".h"],
        visibility = ["//visibility:public"],
        deps = deps,
    )
    native.genrule(
        name = name + "_alone_source",
        outs = [name + "_alone.cc"],
        cmd = "echo '#include \"%s/%s.h\"' > $@" % (native.package_name(), name),
    )
    native.cc_library(
        name = name + "_alone",
        srcs = [name + "_alone.cc"],
        copts = copts,
        deps = [":" + name],
    )

def kernel(name, deps = []):
    """A header as an embedded build compiles it."""
    header(name, deps, KERNEL_COPTS)

def unit_test(name, deps, size = "small", **kwargs):
    """A GoogleTest of the one source `name`.cc."""
    native.cc_test(
        name = name,
        size = size,
        srcs = [name + ".cc"],
        deps = deps + ["@googletest"],
        **kwargs
    )
