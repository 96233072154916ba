"""The headers of C++ libraries as files, for a test that runs the compiler itself."""

def _headers_impl(ctx):
    return DefaultInfo(runfiles = ctx.runfiles(
        transitive_files = depset(transitive = [
            dep[CcInfo].compilation_context.headers
            for dep in ctx.attr.deps
        ]),
    ))

headers = rule(
    implementation = _headers_impl,
    attrs = {"deps": attr.label_list(providers = [CcInfo])},
)
