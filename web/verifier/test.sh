#!/bin/bash
# test.sh [PAGE]: builds and runs all tests; prints TAP. Where there is no node, or no way to the
# packages, it says so and counts as skipped.
set -eu
cd "$(dirname "$0")"
skip() {
    printf '1..1\nok 1 verifier: %s # SKIP %s\n' "$1" "$1"
    exit 0
}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
./build.sh "$@" >"$log" 2>&1 || status=$?
[ $status -ne 3 ] || skip "$(tail -n 1 "$log")"
if [ $status -ne 0 ]; then
    printf '1..1\nnot ok 1 the verifier is built\n'
    sed 's/^/# /' "$log"
    exit 1
fi
export VERIFIER_PAGE=${1:-../../build/verifier.html}
tests=(dist/tests/*.test.js)
[ -n "${LONG:-}" ] || tests=("${tests[@]/*differential*/}") # thousands of random cases beside the C verifier: make check
node --test --test-reporter=./tests/tap.mjs ${tests[@]}
