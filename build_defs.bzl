"""Rules of this repository: libraries, sizes, instruction sets, and tests."""

KERNEL_COPTS = [
    "-fno-exceptions",
    "-fno-rtti",
]

def header(name, deps = []):
    """A library of the one header `name`.h."""
    native.cc_library(
        name = name,
        hdrs = [name + ".h"],
        visibility = ["//visibility:public"],
        deps = deps,
    )

# Code whose time is never measured is optimized less, and so compiles in half the time.
UNTIMED_COPTS = select({
    "//:address_sanitizer": ["-O0"],
    "//conditions:default": ["-O1"],
})

def untimed_library(name, copts = [], **kwargs):
    """A library whose time is never measured."""
    native.cc_library(
        name = name,
        copts = copts + UNTIMED_COPTS,
        **kwargs
    )

def untimed_libraries(copts = [], more_sources = {}, **libraries):
    """The untimed libraries of a package: each has `name`.cc, if there is one, and `name`.h.

    Most of the time that a source takes is that of the headers that it includes. So all sources of the package are
    compiled as one unit, `room`, in a quarter of their time, and the libraries stand for it. With --config=apart, for
    those who build one source again and again, each is compiled by itself. No two of the sources may use the same name
    in their unnamed namespaces, as tools/lint checks too.

    Args:
      copts: of all of them.
      more_sources: what a library has besides, by its name.
      **libraries: what each depends on. None of it, in this package, may depend on one of these libraries.
    """
    sources = {name: native.glob([name + ".cc"]) + more_sources.get(name, []) for name in libraries}
    units = sorted([source for name in libraries for source in sources[name] if source.endswith(".cc")])
    headers = ([name + ".h" for name in libraries] +
               [source for name in libraries for source in sources[name] if source.endswith(".h")])
    own = [":" + name for name in libraries]
    others = {dep: None for name in libraries for dep in libraries[name] if dep not in own}
    untimed_library(
        name = "room",
        srcs = [generated_source("room", ['#include "%s/%s"' % (native.package_name(), unit) for unit in units])],
        hdrs = headers,
        # A parameter may have the name of another source's using-declaration.
        copts = copts + ["-Wno-shadow"],
        textual_hdrs = units,
        deps = others.keys(),
    )
    for name, deps in libraries.items():
        untimed_library(
            name = name,
            srcs = select({
                "//:apart": sources[name],
                "//conditions:default": [],
            }),
            hdrs = [name + ".h"],
            copts = copts,
            deps = select({
                "//:apart": deps,
                "//conditions:default": [":room"],
            }),
        )

# All sizes share their code, so that two of them are enough for the address sanitizer: (32, 4), which fills its tiles,
# and (12, 3), which does not. The others are not sanitized: the default, and one for tests of several sizes.
ADDRESS_SANITIZED_SIZES = ["SparseSigns<32, 4>", "SparseSigns<12, 3>"]
SIZES_BESIDE_THE_SANITIZED = ["SparseSigns<350, 20>", "SparseSigns<64, 6>", "Sphere<64>", "Signs<64>", "Submatrix<64, 6>", "Submatrix<350, 20>"]

def target_header(size):
    """The name of the header of a size's target, such as sparse_signs, as it is in the BUILD file of kernels/targets."""
    name = ""
    for letter in size.split("<")[0].elems():
        name += ("_" if name and letter.isupper() else "") + letter.lower()
    return name

def size_name(size):
    """The size as a part of a name, such as sparse_signs_350_20."""
    numbers = size.split("<")[1].rstrip(">").replace(" ", "").split(",")
    return "_".join([target_header(size)] + numbers)

def include_target(size):
    """The line that includes the header of a size's target."""
    return '#include "kernels/targets/%s.h"' % target_header(size)

def target_libraries(sizes):
    """The libraries of the sizes' targets."""
    return {"//kernels/targets:" + target_header(size): None for size in sizes}.keys()

def size_copts(size):
    """The flags for code of the size, a target's type such as SparseSigns<350, 20>."""
    if size in ADDRESS_SANITIZED_SIZES:
        return []
    return select({
        "//:address_sanitizer": ["-fno-sanitize=all"],
        "//conditions:default": [],
    })

def in_link_order(sizes):
    """The sizes, those that are sanitized first.

    The linker takes the first copy of a function that sizes have in common, and so a sanitized one.
    """
    return ([size for size in sizes if size in ADDRESS_SANITIZED_SIZES] +
            [size for size in sizes if size not in ADDRESS_SANITIZED_SIZES])

def generated_source(name, lines):
    """Writes the lines to `name`.cc and returns that."""
    native.genrule(
        name = name + "_source",
        outs = [name + ".cc"],
        cmd = "\n".join(["cat > $@ <<'END'"] + lines + ["END"]),
    )
    return name + ".cc"

# GCC makes some symbols unique in a process, and these cannot be hidden; so it must not. All code is compiled
# position-independent, so that one archive of objects serves programs and shared libraries.
SEALED_COPTS = [
    "-fno-gnu-unique",
    "-fPIC",
]
SEALED_FEATURES = ["-supports_pic"]

def sealed_archive(name, archive, objects, visible):
    """One object of which only the symbols that match `visible` can be seen.

    Inline functions of the kernels, compiled here for one instruction set, must not take the place of a program's own.

    Args:
      name: of the rule.
      archive: its output, lib*.a.
      objects: cc_libraries with SEALED_COPTS, SEALED_FEATURES and linkstatic.
      visible: a pattern of names.
    """
    native.genrule(
        name = name,
        srcs = objects,
        outs = [archive],
        cmd = " && ".join([
            "$(CC) -nostdlib -r -Wl,--force-group-allocation -Wl,--whole-archive $(SRCS) -o $(@D)/{name}.o",
            "$(OBJCOPY) --wildcard --keep-global-symbol='{visible}' $(@D)/{name}.o",
            "$(AR) rcsD $@ $(@D)/{name}.o",
            "rm $(@D)/{name}.o",
        ]).format(name = name, visible = visible),
        toolchains = ["@bazel_tools//tools/cpp:current_cc_toolchain"],
    )

def unit_test(name, deps, size = "small", **kwargs):
    """A GoogleTest of the one source `name`.cc."""
    native.cc_test(
        name = name,
        size = size,
        srcs = [name + ".cc"],
        deps = deps + ["@googletest"],
        **kwargs
    )
