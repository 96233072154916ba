"""The headers of C++ libraries as files, for a rule that reads them or a test that runs the compiler itself."""

def _headers_impl(ctx):
    files = depset(transitive = [dep[CcInfo].compilation_context.headers for dep in ctx.attr.deps])
    return DefaultInfo(files = files, runfiles = ctx.runfiles(transitive_files = files))

headers = rule(
    implementation = _headers_impl,
    attrs = {"deps": attr.label_list(providers = [CcInfo])},
)
