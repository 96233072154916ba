#!/bin/bash
# Debug assertions must cost nothing where they are off: the object file of a sampler must be the same, byte for byte, as
# one that is compiled with DRIFTBENCH_ASSERT defined as nothing. With assertions it must be another, or this test would
# compare what has none.
set -eu
folder=${TEST_TMPDIR:-$(mktemp -d)}
mkdir -p "$folder/without/kernels"
{
  echo '#define DRIFTBENCH_ASSERT(...)'
  sed '/^#if/,/^#endif/d' kernels/assertions.h
} >"$folder/without/kernels/assertions.h"
cat >"$folder/sampler.cc" <<'END'
#include "kernels/drifts/amp.h"
#include "kernels/targets/sparse_signs.h"
#include "runtime/sampler.h"
template class driftbench::Sampler<17, driftbench::Amp<driftbench::SparseSigns<17, 3>>>;
END

compile() {
  local object=$1
  shift
  "${CXX:-g++}" -std=c++20 -O2 -DDRIFTBENCH_ONE_LANE -Wno-psabi -ffp-contract=off "$@" -I. -c "$folder/sampler.cc" -o "$folder/$object"
}
compile off.o
compile without.o -I"$folder/without"
compile on.o -DDRIFTBENCH_ASSERTIONS
cmp "$folder/off.o" "$folder/without.o"
if cmp -s "$folder/off.o" "$folder/on.o"; then
  echo "assertions that are on change nothing"
  exit 1
fi
