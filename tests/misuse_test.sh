#!/bin/bash
# Each source in misuse/ must compile; with -DMISUSE it must fail with the message that its first line expects. One lane
# is enough, as nothing that is checked here depends on the architecture.
set -u
export LC_ALL=C
compile=("${CXX:-g++}" -std=c++20 -fsyntax-only -DDRIFTBENCH_ONE_LANE -I.)
failures=0
fail() {
  echo "$1"
  failures=$((failures + 1))
}

sources=(tests/misuse/*.cc)
[[ -e ${sources[0]} ]] || fail "no sources"
for source in "${sources[@]}"; do
  expected=$(sed -n 's|^// expect: ||p' "$source")
  [[ -n $expected ]] || fail "$source: expects no message"
  output=$("${compile[@]}" "$source" 2>&1) || fail "$source: the control does not compile: $output"
  if output=$("${compile[@]}" -DMISUSE "$source" 2>&1); then
    fail "$source: the misuse compiles"
  elif ! grep -qF -- "$expected" <<<"$output"; then
    fail "$source: fails with another message: $output"
  fi
done
exit $((failures > 0))
