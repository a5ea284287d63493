#!/bin/bash
# npm.sh: installs the packages that package-lock.json pins into node_modules, unless they are there.
# No script of a package is run. Fails where npm is missing or gives no answer in five minutes.
set -eu
cd "$(dirname "$0")/.."
exec 9>node_modules.lock
flock 9 # tests that want the packages begin side by side
cmp -s package-lock.json node_modules/.pinned && exit 0
timeout 300 npm ci --ignore-scripts --no-progress --fetch-retries=1 >&2 ||
    { [ $? -ne 124 ] || echo "ETIMEDOUT: npm gave no answer" >&2; exit 1; }
cp package-lock.json node_modules/.pinned
