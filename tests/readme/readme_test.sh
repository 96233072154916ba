#!/usr/bin/env bash
# readme_test.sh README (SOURCE BINARY OUTPUT)...: checks that the README's C++ examples are, line by line, the sources
# that are compiled, and that each prints what matches the pattern OUTPUT.
set -euo pipefail
readme=$1
shift
block=0
while (($# > 0)); do
  source=$1 binary=$2 pattern=$3
  shift 3
  block=$((block + 1))
  if ! diff <(awk -v n=$block '/^```cpp$/ { inside = (++count == n); next } /^```$/ { inside = 0 } inside' "$readme") \
    "$source"; then
    echo "README.md's C++ example $block and $source differ" >&2
    exit 1
  fi
  output=$("$binary")
  echo "$output"
  [[ $output =~ ^$pattern$ ]]
done
[[ $(grep -c '^```cpp$' "$readme") == "$block" ]]
