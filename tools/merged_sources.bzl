"""All sources of a program in one translation unit, for a build that is made once."""

SourcesInfo = provider(fields = ["sources"])

def _sources_aspect_impl(target, ctx):
    own = [f for src in getattr(ctx.rule.attr, "srcs", []) for f in src.files.to_list() if f.extension == "cc"]
    deps = [dep[SourcesInfo].sources for dep in getattr(ctx.rule.attr, "deps", []) if SourcesInfo in dep]
    return SourcesInfo(sources = depset(own, transitive = deps))

_sources_aspect = aspect(
    implementation = _sources_aspect_impl,
    attr_aspects = ["deps"],
)

def _path(file):
    return file.short_path

def _merged_sources_impl(ctx):
    sources = depset(ctx.files.srcs, transitive = [dep[SourcesInfo].sources for dep in ctx.attr.deps]).to_list()
    merged = sorted([f for f in sources if f not in ctx.files.apart], key = _path)
    ctx.actions.write(ctx.outputs.out, "".join(['#include "%s"\n' % _path(f) for f in merged]))
    included = CcInfo(compilation_context = cc_common.create_compilation_context(headers = depset(merged)))
    all = cc_common.merge_cc_infos(cc_infos = [dep[CcInfo] for dep in ctx.attr.deps] + [included])
    return CcInfo(compilation_context = all.compilation_context)

merged_sources = rule(
    implementation = _merged_sources_impl,
    doc = """Writes `out`, a source that includes the C++ sources of `srcs` and of all that `deps` depend on, without
    those in `apart`. A program has `out` and `apart` among its srcs, and this rule among its deps for the headers. No
    two of the sources may use the same name in their unnamed namespaces, as tools/lint checks too.""",
    attrs = {
        "out": attr.output(mandatory = True),
        "srcs": attr.label_list(allow_files = [".cc"]),
        "deps": attr.label_list(aspects = [_sources_aspect], providers = [CcInfo]),
        "apart": attr.label_list(allow_files = [".cc"]),
    },
)
