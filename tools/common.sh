# Functions that the scripts share: where the checkout lies and how Bazel is called. Scripts source this file; it sets
# `root` to the checkout's folder.
# shellcheck shell=bash

root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")

# Prints the folder to call Bazel from. Bazel 4 refuses a workspace whose path has spaces, even behind a link to the
# whole checkout. In that case the workspace is a folder elsewhere with a link to each entry of the checkout.
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

# run_bazel COMMAND ARGUMENTS...: calls Bazel in the workspace.
run_bazel() {
  local workspace command=$1
  shift
  workspace=$(bazel_workspace)
  # -march=native means what this CPU has, which Bazel's cache cannot see. With a hash of the CPU's features in the
  # environment of all actions another CPU rebuilds.
  local cpu
  cpu=$(grep -m 1 -E '^(flags|Features|isa)' /proc/cpuinfo | sha256sum | cut -c 1-16)
  (cd "$workspace" && exec bazel "$command" --action_env=DRIFTBENCH_CPU="$cpu" "$@")
}

# bazel_bin OPTIONS...: prints the folder of what run_bazel builds with these options. The link bazel-bin leads to that
# of the last build, whatever its options were.
bazel_bin() {
  run_bazel info --ui_event_filters=-info "$@" bazel-bin
}
