#!/usr/bin/env bash
# Runs tools/run in a folder where set-up does nothing and Bazel makes programs that print their names and arguments.
set -euo pipefail

# fail MESSAGE: prints the message and what was printed, and ends the test.
fail() {
  echo "FAILED: $1"
  tail -n +1 output errors 2>/dev/null || true
  exit 1
}

checkout=$TEST_TMPDIR/checkout
rm -rf "$checkout"
mkdir -p "$checkout/bin" "$checkout/tools" "$checkout/out/host/tools" "$checkout/out/other/tools"
# The last build was another configuration's.
ln -s out/other "$checkout/bazel-bin"
for program in overview driftbench; do echo 'echo "of another configuration"' >"$checkout/bazel-bin/tools/$program"; done
chmod +x "$checkout"/bazel-bin/tools/*
cp -L tools/run tools/common.sh "$checkout/tools"
cd "$checkout"
cat >tools/setup <<'END'
#!/bin/bash
echo "set up $*"
END
cat >bin/bazel <<'END'
#!/bin/bash
[[ $* == *--config=host* ]] || { echo "it is not for this CPU"; exit 1; }
[[ $1 != info ]] || { echo "$PWD/out/host"; exit; }
[[ ! -e broken ]] || { echo "it does not compile"; exit 1; }
target=${!#} program=out/host/tools/${target##*:}
printf '#!/bin/bash\necho "${0##*/} $*"\n' >"$program"
chmod +x "$program"
END
chmod +x tools/setup bin/bazel

# run ARGUMENTS...: runs tools/run where nothing is built, and sets `status`.
run() {
  rm -f out/host/tools/*
  again "$@"
}
# again ARGUMENTS...: runs tools/run with what is built.
again() {
  status=0
  PATH=$checkout/bin:$PATH tools/run "$@" >output 2>errors || status=$?
}
# prints LINE: whether that is what the program printed, and the run succeeded.
prints() {
  [[ $status == 0 && $(<output) == "$1" ]]
}

run
prints "overview " || fail "the overview has a program of its own"
[[ $(head -n 1 errors) == "tools/run: building for this CPU, which takes about a minute on two cores"* ]] || fail "how long is said first"
[[ $(sed -n 2p errors) == "set up build" ]] || fail "then the build is set up"
again
prints "overview " || fail "the overview's program is kept"
[[ $(<errors) == "set up build" ]] || fail "what is built is not announced"

for arguments in "--seed=2 --json -" "--help" "--version" "--quiet --drift=amp"; do
  # shellcheck disable=SC2086  # they are words
  run $arguments
  prints "overview $arguments" || fail "$arguments is of the overview"
done
[[ ! -s errors ]] || fail "with --quiet nothing is said"
for arguments in list "--n=32 --k=4" "--k 4" "--quiet mse" "--drift amp"; do
  # shellcheck disable=SC2086  # they are words
  run $arguments
  prints "driftbench $arguments" || fail "$arguments may need the whole program"
done
again
prints "driftbench " || fail "the whole program, once built, serves the overview too"

run scaling --picture out.svg
grep -q "set up build report" errors || fail "pictures need gnuplot"

touch broken
run --quiet
{ [[ $status == 1 && ! -s output ]] && grep -q "it does not compile" errors; } || fail "why a build fails is shown"

echo "passed"
