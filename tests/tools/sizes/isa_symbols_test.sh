#!/usr/bin/env bash
# isa_symbols_test.sh ARCHIVE...: checks the objects for each instruction set. Each shows one symbol only, so that the
# linker cannot put a function of one object in place of another's, and none uses registers of a wider instruction set.
set -euo pipefail

fail() {
  echo "$*" >&2
  exit 1
}

# has ARCHIVE KIND: whether the code uses registers of that kind. grep -c reads all lines, so that objdump is not cut
# off by a closed pipe.
has() {
  (($(objdump --disassemble --no-show-raw-insn "$1" | grep -c "%$2mm") > 0))
}

for archive in "$@"; do
  isa=${archive##*kernels_}
  isa=${isa%.a}
  visible=$(nm --defined-only --extern-only "$archive" | awk 'NF == 3 { print $3 }')
  [[ $visible == "driftbench_kernels_$isa" ]] || fail "$archive shows: $visible"
  # Weak and unique symbols would be seen by the linker too.
  if nm --defined-only "$archive" | grep -E ' [uvwVW] '; then fail "$archive: the linker may share these"; fi
  case $isa in
    sse2)
      if has "$archive" '[yz]'; then fail "$archive: wider registers than SSE2's"; fi
      ;;
    avx2)
      has "$archive" y || fail "$archive: no registers of AVX2"
      if has "$archive" z; then fail "$archive: wider registers than AVX2's"; fi
      ;;
    avx512) has "$archive" z || fail "$archive: no registers of AVX-512" ;;
    *) fail "$archive is of no known instruction set" ;;
  esac
done
(($# == 3)) || fail "$# archives, not three"
