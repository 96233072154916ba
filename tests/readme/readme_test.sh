#!/usr/bin/env bash
# The README's C++ example is the source that is compiled and run here, line by line.
set -euo pipefail
readme=$1 example=$2 binary=$3
if ! diff <(sed -n '/^```cpp$/,/^```$/p' "$readme" | sed '1d;$d') "$example"; then
  echo "README.md's C++ example and tests/readme/example.cc differ" >&2
  exit 1
fi
output=$("$binary")
echo "$output"
[[ $output =~ ^[0-9]+\ bytes,\ norm\ of\ the\ sample\ [01]\.0000$ ]]
