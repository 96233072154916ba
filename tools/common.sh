# What the scripts share, to be sourced: where the checkout lies and how Bazel is called. Sets `root`.
# shellcheck shell=bash

root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")

# The folder to call Bazel from. Bazel 4 refuses a workspace whose path has spaces, and it sees through a link to the
# checkout as a whole; so there the workspace is a folder of links to what the checkout holds.
bazel_workspace() {
  if [[ $root != *[[:space:]]* ]]; then
    printf '%s\n' "$root"
    return
  fi
  local workspace entry name
  workspace=${XDG_CACHE_HOME:-$HOME/.cache}/driftbench/$(sha256sum <<<"$root" | cut -c 1-16)
  mkdir -p "$workspace"
  find "$workspace" -maxdepth 1 -xtype l -delete
  for entry in "$root"/* "$root"/.[!.]*; do
    name=${entry##*/}
    if [[ $name != bazel-* && $name != .git && ! -e $workspace/$name ]]; then ln -s "$entry" "$workspace/$name"; fi
  done
  printf '%s\n' "$workspace"
}

# bazel COMMAND ARGUMENTS..., called in the workspace.
run_bazel() {
  local workspace command=$1
  shift
  workspace=$(bazel_workspace)
  # -march=native stands for what the CPU has, which Bazel's cache cannot see: name it, so that another CPU rebuilds.
  local cpu
  cpu=$(grep -m 1 -E '^(flags|Features|isa)' /proc/cpuinfo | sha256sum | cut -c 1-16)
  (cd "$workspace" && exec bazel "$command" --action_env=DRIFTBENCH_CPU="$cpu" "$@")
}
