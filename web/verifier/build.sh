#!/bin/bash
# build.sh [PAGE]: installs the packages that package-lock.json pins, unless they are there, then
# runs build.mjs. No script of a package is run.
set -eu
page=${1:+$(realpath -m "$1")}
cd "$(dirname "$0")"
if ! cmp -s package-lock.json node_modules/.pinned; then
    timeout 300 npm ci --ignore-scripts --fetch-retries=1 ||
        { [ $? -ne 124 ] || echo "ETIMEDOUT: npm gave no answer" >&2; exit 1; }
    cp package-lock.json node_modules/.pinned
fi
node build.mjs ${page:+--page "$page"}
