#!/usr/bin/env bash
# Runs the programs under emulation on CPUs that they may not have been built for. Each must work, or say in one line
# what is missing and what to do; none may die of a signal.
set -euo pipefail

if [[ $(uname -m) != x86_64 ]]; then
  echo "skipped: this is no x86-64"
  exit 0
fi
if ! command -v qemu-x86_64-static >/dev/null; then
  echo "skipped: qemu-x86_64-static is missing, of the package qemu-user-static"
  exit 0
fi

fail() {
  echo "FAILED: $1"
  tail -n +1 "$TEST_TMPDIR/out" "$TEST_TMPDIR/err"
  exit 1
}

# on CPU PROGRAM ARGUMENTS...: runs the program on this CPU. Its exit status is in `status` and its output in the files
# out and err, without the emulator's warnings.
on() {
  local cpu=$1
  shift
  status=0
  qemu-x86_64-static -cpu "$cpu" "$@" >"$TEST_TMPDIR/out" 2>"$TEST_TMPDIR/all" || status=$?
  grep -v '^qemu-x86_64-static: warning: ' "$TEST_TMPDIR/all" >"$TEST_TMPDIR/err" || true
}

# expect_refused WHERE NAME: checks that the program wrote one line to stderr, nothing to stdout, and ended with status
# 1.
expect_refused() {
  ((status == 1)) || fail "$1: exit status $status instead of 1"
  [[ ! -s $TEST_TMPDIR/out ]] || fail "$1: something on stdout"
  (($(wc -l <"$TEST_TMPDIR/err") == 1)) || fail "$1: not one line on stderr"
  grep -q "^$2: this CPU lacks .*; the program was built for a CPU with .*; build it here with tools/run .*--config=sse2" \
    "$TEST_TMPDIR/err" || fail "$1: another message"
}

# These CPUs have all that a build for AVX2 may use.
with_avx2=" Haswell EPYC max "
refused=0 worked=0
for cpu in qemu64 Conroe Penryn Nehalem Westmere SandyBridge IvyBridge Haswell EPYC max; do
  for arguments in --version list "mse --n 12 --k 3 --samples 2 --drift zero"; do
    # shellcheck disable=SC2086  # several words
    on "$cpu" "$1" $arguments
    if ((status == 0)); then
      [[ -s $TEST_TMPDIR/out && ! -s $TEST_TMPDIR/err ]] || fail "driftbench $arguments on $cpu: no output, or errors"
      worked=$((worked + 1))
    else
      expect_refused "driftbench $arguments on $cpu" driftbench
      if [[ ${DRIFTBENCH_EXPECT_ISA:-host} == avx2 && $with_avx2 == *" $cpu "* ]]; then
        fail "a build for AVX2 was refused on $cpu"
      fi
      refused=$((refused + 1))
    fi
  done
done
echo "worked: $worked, refused: $refused"

# The CPU qemu64 has what every x86-64 has, and SSE3.
on qemu64 "$1" --version
if [[ ${DRIFTBENCH_EXPECT_ISA:-host} == @(sse2|scalar) ]] || ! grep -q -m 1 '^flags.* avx' /proc/cpuinfo; then
  ((refused == 0)) || fail "a build for every x86-64 was refused"
else
  expect_refused "driftbench on qemu64" driftbench
  for feature in ssse3 avx; do
    grep -q "this CPU lacks .*$feature.*; the program was" "$TEST_TMPDIR/err" || fail "$feature is not said to be missing"
  done
  on qemu64 "$2" file name
  expect_refused "weights_to_header on qemu64" weights_to_header
fi
