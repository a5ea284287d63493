#!/bin/bash
# build.sh [PAGE]: installs the packages of the workspace, unless they are there, then runs build.mjs.
set -eu
page=${1:+$(realpath -m "$1")}
cd "$(dirname "$0")"
../../tools/npm.sh
node build.mjs ${page:+--page "$page"}
