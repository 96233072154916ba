#!/usr/bin/env bash
# Runs tools/setup against a system made of stubs: the file `installed` lists the packages that are there, and apt-get
# writes down how it was called.
set -euo pipefail

setup=$PWD/tools/setup
cd "$TEST_TMPDIR"

# fail MESSAGE: prints the message and what the stubs saw, and ends the test.
fail() {
  echo "FAILED: $1"
  tail -n +1 output calls 2>/dev/null || true
  exit 1
}

# stub NAME: makes a command of this name from a script on stdin.
stub() {
  { echo "#!/bin/bash"; cat; } >"bin/$1"
  chmod +x "bin/$1"
}

rm -rf bin
mkdir bin
for tool in awk bash env grep; do ln -s "$(command -v "$tool")" "bin/$tool"; done
stub id <<'END'
echo "${STUB_USER:-0}"
END
stub dpkg-query <<'END'
grep -qxF "${!#}" installed && echo installed
END
stub apt-get <<'END'
echo "$DEBIAN_FRONTEND apt-get $*" >>calls
if [[ $* != *--print-uris* && -s locked.${!#} ]]; then  # to print takes no lock
  left=$(<"locked.${!#}")
  if ((left > 0)); then
    echo $((left - 1)) >"locked.${!#}"
    echo "$STUB_LOCK" >&2
    exit 100
  fi
fi
case $* in
  *" update") echo "$STUB_UPDATE" >&2; [[ -z $STUB_UPDATE ]] ;;
  *" -s install "*) [[ -z $STUB_UPDATE ]] ;;
  *" install --print-uris "*)
    echo "  g++-12"
    echo "'http://deb.example/g++_12_amd64.deb' g++_12_amd64.deb 1356 MD5Sum:a"
    echo "'http://deb.example/g++-12_12.2_amd64.deb' g++-12_12.2_amd64.deb 250400000 MD5Sum:b"
    ;;
esac
END

# run ARGUMENTS...: runs tools/setup and sets `status`. Its stderr goes to the file `output`; stdout must stay empty.
run() {
  : >calls
  status=0
  PATH=$TEST_TMPDIR/bin STUB_UPDATE=${STUB_UPDATE:-} "$setup" "$@" >stdout 2>output || status=$?
  [[ ! -s stdout ]] || fail "tools/setup $* wrote to stdout"
}

printf '%s\n' g++ bazel-bootstrap libxsimd-dev libcli11-dev nlohmann-json3-dev libfmt-dev >build_packages

cp build_packages installed
run build
[[ $status == 0 && ! -s output && ! -s calls ]] || fail "all there: nothing is said or called"
run
[[ $status == 0 && ! -s output && ! -s calls ]] || fail "build is the default"

{ grep -v -e libfmt -e g++ build_packages; printf '%s\n' gnuplot-nox chromium qemu-user-static python3-numpy; } >installed
run build test
[[ $status == 0 ]] || fail "missing packages are installed"
[[ $(head -n 1 output) == "tools/setup: installing g++ libfmt-dev googletest" ]] || fail "what is missing is named"
[[ $(sed -n 2p output) == "tools/setup: to download, with what they need: 2 packages, 250 MB; about 2 minutes" ]] ||
  fail "how much it is, and how long it takes, is said"
[[ $(wc -l <output) == 2 ]] || fail "no more is said"
[[ $(grep -n "update$" calls) == 1:* && $(grep -n "print-uris" calls) == 2:* ]] || fail "it is said of new lists"
[[ $(grep -c "update$" calls) == 1 ]] || fail "lists are updated once"
grep -q "^noninteractive apt-get .*install -y --no-install-recommends g++ libfmt-dev googletest$" calls ||
  fail "what is missing is installed, and no more"

STUB_USER=1000 run build
{ [[ $status == 1 && ! -s calls ]] && grep -q "neither root nor sudo" output; } || fail "a user without sudo is told"
stub sudo <<'END'
echo sudo >>calls
exec "$@"
END
STUB_USER=1000 run build
{ [[ $status == 0 ]] && grep -q sudo calls; } || fail "a user calls sudo"

STUB_UPDATE="E: Failed to fetch http://deb.example/InRelease" run build
[[ $status == 1 ]] || fail "lists that cannot be fetched fail"
grep -q "lists cannot be fetched: E: Failed to fetch http://deb.example/InRelease" output || fail "why is said"
[[ $(grep -vc installing output) == 1 ]] || fail "it is said in one line"

# A stub for sleep writes the pause down and takes no time.
stub sleep <<'END'
echo "sleep $1" >>calls
END
for lock in "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 7 (apt-get)" \
  "E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using it?" \
  "E: Unable to lock directory /var/lib/apt/lists/"; do
  for when in update googletest; do
    { cat build_packages; printf '%s\n' gnuplot-nox chromium qemu-user-static python3-numpy; } >installed
    echo 3 >"locked.$when"
    STUB_LOCK=$lock run test
    [[ $status == 0 ]] || fail "a lock is waited for at $when"
    [[ $(grep -c "waiting for another package manager to finish" output) == 1 ]] || fail "the wait is said once"
    [[ $(grep -c "^sleep" calls) == 3 ]] || fail "it looks again after a pause"
    grep -q "install -y --no-install-recommends googletest$" calls || fail "then it installs"
    rm "locked.$when"
  done
done
# The next lock is never released; each pause moves the script's clock on, so that the test does not wait.
# shellcheck disable=SC2016  # the clock is that of the script
sed 's|sleep 5|SECONDS=$((SECONDS + 100))|' "$setup" >impatient
chmod +x impatient
echo 1000000 >locked.update
whole=$setup setup=$PWD/impatient
STUB_LOCK="E: Could not get lock /var/lib/apt/lists/lock." run test
setup=$whole
{ [[ $status == 1 ]] && grep -q "has not finished in 10 minutes: E: Could not get lock /var/lib" output; } ||
  fail "the wait has an end"
rm locked.update

run nonsense
{ [[ $status == 2 ]] && grep -q '"nonsense" is not possible; give some of build, test, lint, fuzz, bench, report' output; } ||
  fail "an unknown group is refused"

rm bin/apt-get
run build lint
{ [[ $status == 1 ]] && grep -q "no apt-get here; install .*g++ .*clang-tidy" output; } || fail "without apt-get, what to install"

echo "passed"
