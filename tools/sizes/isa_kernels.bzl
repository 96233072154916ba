"""Objects of the same kernels for several instruction sets, of which each shows one symbol."""

load(
    "//:build_defs.bzl",
    "SEALED_COPTS",
    "SEALED_FEATURES",
    "generated_source",
    "include_target",
    "sealed_archive",
    "size_name",
    "target_libraries",
)

def isa_kernels(name, isas, sizes, deps):
    """Libraries `name`_ISA that define driftbench_kernels_ISA for the given sizes.

    Args:
      name: what their names begin with.
      isas: by name, the compiler's flags for it.
      sizes: a translation unit each.
      deps: of these.
    """
    deps = deps + target_libraries(sizes)
    makers = ["make_diffusion_" + size_name(size) for size in sizes]
    sources = [
        generated_source(maker, [
            include_target(size),
            '#include "tools/sizes/sized_diffusion.h"',
            "namespace driftbench {",
            "Diffusion* %s(const SizeId& size, const Request& request) { return make_diffusion_at<%s>(size, request); }" % (maker, size),
            "}",
        ])
        for size, maker in zip(sizes, makers)
    ]
    table = generated_source(
        name + "_table",
        ['#include "kernels/simd.h"', '#include "tools/sizes/isa_kernels.h"', "namespace driftbench {"] +
        ["Diffusion* %s(const SizeId& size, const Request& request);" % maker for maker in makers] +
        ["static Diffusion* make_diffusion(const SizeId& size, const Request& request) {"] +
        ["  if (Diffusion* diffusion = %s(size, request)) return diffusion;" % maker for maker in makers] +
        ["  return nullptr;", "}", "}", 'extern "C" {'] +
        ["extern const driftbench::IsaKernels DRIFTBENCH_KERNELS;"] +
        ["const driftbench::IsaKernels DRIFTBENCH_KERNELS{driftbench::DefaultArch::name(), driftbench::make_diffusion};"] +
        ["}"],
    )
    for isa, flags in isas.items():
        kernels = "%s_%s" % (name, isa)
        native.cc_library(
            name = kernels + "_objects",
            srcs = [table] + sources,
            # These flags follow those of the build and override its instruction set.
            copts = flags + SEALED_COPTS + [
                "-UDRIFTBENCH_ONE_LANE",
                "-DDRIFTBENCH_KERNELS=driftbench_kernels_" + isa,
                "-Wno-psabi",
            ],
            features = SEALED_FEATURES,
            linkstatic = True,
            deps = deps,
        )
        sealed_archive(
            name = kernels + "_archive",
            archive = "lib%s.a" % kernels,
            objects = [":%s_objects" % kernels],
            visible = "driftbench_kernels_" + isa,
        )
        native.cc_library(
            name = kernels,
            srcs = [":lib%s.a" % kernels],
            # The object leaves functions undefined that are not inline; these libraries define them.
            deps = deps,
        )
