"""What a workspace needs besides driftbench itself; nothing is downloaded."""

def driftbench_repositories(path = ""):
    """Defines the repositories. `path` is where driftbench lies, from the workspace's root, with a / at its end."""

    # Bazel's built-in suffix of WORKSPACE downloads these three unless they are defined. Each repository here holds
    # only the few lines that C++ rules need, so that a build never touches the network.
    for name in ["rules_cc", "rules_java", "remote_coverage_tools"]:
        if not native.existing_rule(name):
            native.local_repository(
                name = name,
                path = path + "third_party/bazel/" + name,
            )

    # These packages of the system (tools/setup installs them) need more than a link option; the others stand in
    # third_party/BUILD. Each repository exposes one folder only: with all of /usr/include on its path, a cross compiler
    # would find the host's C library.
    for name, folder in {
        "eigen": "/usr/include/eigen3",
        "googletest": "/usr/src/googletest/googletest",
        "xsimd": "/usr/include/xsimd",
    }.items():
        if not native.existing_rule(name):
            native.new_local_repository(
                name = name,
                build_file = "@driftbench//third_party:%s.BUILD" % name,
                path = folder,
            )
