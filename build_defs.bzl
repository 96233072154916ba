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

# All sizes share their code, so that two of them are enough for the address sanitizer: (32, 4), which fills its tiles,
# and (12, 3), which does not.
ADDRESS_SANITIZED_SIZES = [(32, 4), (12, 3)]

def size_copts(size):
    """The flags for code of the size (n, k)."""
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
