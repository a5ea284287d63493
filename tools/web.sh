#!/bin/bash
# web.sh: builds the web application into build/web, once for all build folders: only when the digest of its
# sources is not the one it was built from. A release archive brings the bundle in web/dist.
# UNCHECKED=1: types are not checked, which takes as long as the bundle; the next build without it does.
# NOWEB=1, no node or npm, no way to the packages: build/web/state says so, and the program has one plain page.
set -eu
cd "$(dirname "$0")/.."
mkdir -p build/web
exec 8>build/web/lock
flock 8 # two builds at once
sources() { # schema.ts is made, tests are in no bundle
    find web/app web/verifier/src -type f ! -path '*/node_modules/*' ! -path 'web/app/tests/*' ! -path web/app/api/schema.ts
    printf '%s\n' package.json package-lock.json reference/pinyin.csv tools/web.sh
}
digest=$(sources | LC_ALL=C sort | xargs -d '\n' sha256sum | sha256sum | cut -d ' ' -f 1)
say() { # the build looks at this file
    [ "$(cat build/web/state 2>/dev/null)" = "$1" ] || echo "$1" >build/web/state
}
without() {
    say without
    echo "the program gets no web pages: $1" >&2
    exit 0
}
take() { # the bundle of a folder
    rm -rf build/web/digest build/web/assets build/web/unchecked
    cp -R "$1"/assets "$1"/index.html "$1"/w.html build/web/
    echo "$digest" >build/web/digest
}
is_of() { [ "$(cat "$1/digest" 2>/dev/null)" = "$digest" ]; }

[ -z "${NOWEB:-}" ] || { say without; exit 0; }
if is_of build/web && { [ ! -e build/web/unchecked ] || [ -n "${UNCHECKED:-}" ]; }; then
    say "built $digest"
    exit 0
elif is_of web/dist; then
    take web/dist
    say "built $digest"
    exit 0
fi
[ -e web/app/api/openapi.json ] || without "web/app/api/openapi.json is missing; make openapi writes it"
tools/setup.sh web || without "install nodejs and npm, then run make again (NOWEB=1 builds without them)"
began=$(date +%s)
status=0
tools/npm.sh >build/web/log 2>&1 || status=$?
[ $status -ne 3 ] || without "$(tail -n 1 build/web/log)"
[ $status -eq 0 ] || { cat build/web/log >&2; exit 1; }
echo "building the web application …" >&2
made=$(mktemp -d build/web/made.XXXXXX)
trap 'rm -rf "$made"' EXIT
bin=$PWD/node_modules/.bin
(
    cd web/app && "$bin/openapi-typescript" api/openapi.json -o api/schema.ts || exit
    checks=
    [ -n "${UNCHECKED:-}" ] || { "$bin/tsc" --noEmit & checks=$!; } # it writes nothing that the bundle wants
    NODE_ENV=production WEB_OUT="../../$made" "$bin/vite" build --logLevel warn || status=1
    [ -z "$checks" ] || wait "$checks" && exit $status
) >build/web/log 2>&1 || { cat build/web/log >&2; exit 1; }
take "$made"
[ -z "${UNCHECKED:-}" ] || touch build/web/unchecked
say "built $digest"
echo "web application: $(($(date +%s) - began)) s" >&2
