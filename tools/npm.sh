#!/bin/bash
# npm.sh: installs the packages that package-lock.json pins into node_modules, unless they are there.
# No script of a package is run. Status 3: there is no node or npm, or no way to the packages; the last line says which.
set -eu
cd "$(dirname "$0")/.."
command -v node >/dev/null && command -v npm >/dev/null || { echo "node and npm are not installed" >&2; exit 3; }
exec 9>node_modules.lock
flock 9 # tests that want the packages begin side by side
cmp -s package-lock.json node_modules/.pinned && exit 0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
timeout 300 npm ci --ignore-scripts --no-progress --fetch-retries=1 >"$log" 2>&1 || status=$?
if [ $status -ne 0 ]; then
    cat "$log" >&2
    [ $status -eq 124 ] || grep -qE 'ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT' "$log" || exit 1
    echo "the packages cannot be fetched from here" >&2
    exit 3
fi
cp package-lock.json node_modules/.pinned
