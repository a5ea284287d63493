#!/bin/bash
# generators.sh DESCRIPTION: clients that public generators make of the API's description compile under tsc --strict.
# Packages of fixed versions come into a temporary folder; without npm or the network it says so and passes.
set -eu
description=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
command -v npm >/dev/null || { echo "generators: skipped, npm is not installed"; exit 0; }
if ! npm install --silent --no-audit --no-fund --ignore-scripts --prefix . \
    swagger-typescript-api@13.13.0 orval@8.38.0 typescript@5.9.3 >npm.log 2>&1; then
    grep -qE 'ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT' npm.log || { cat npm.log >&2; exit 1; }
    echo "generators: skipped, their packages cannot be fetched from here"
    exit 0
fi
bin=node_modules/.bin
"$bin/swagger-typescript-api" generate --silent -p "$description" -o swagger-typescript-api -n client.ts
"$bin/orval" --input "$description" --output orval/client.ts --client fetch >orval.log 2>&1 || { cat orval.log >&2; exit 1; }
for client in swagger-typescript-api orval; do
    "$bin/tsc" --strict --noEmit --skipLibCheck --target es2022 --module esnext --moduleResolution bundler \
        --lib es2022,dom,dom.iterable "$client/client.ts" || { echo "generators: the client of $client does not compile" >&2; exit 1; }
    echo "generators: the client of $client compiles, $(wc -l <"$client/client.ts") lines"
done
