#!/bin/bash
# dist.sh: packs the last commit with its built web pages, for hosts that reach no registry of npm: build/zhiyun-VERSION.tar.gz.
# The pages lie in web/dist, where tools/web.sh finds them. The same commit gives the same bytes.
set -eu
cd "$(dirname "$0")/.."
changed=$(git status --porcelain -- web/app web/verifier/src package.json package-lock.json tools/web.sh)
[ -z "$changed" ] || { printf 'the archive holds what is committed; commit these first:\n%s\n' "$changed" >&2; exit 1; }
NOWEB='' tools/web.sh
grep -q '^built ' build/web/state || { echo "there are no built pages to pack" >&2; exit 1; }
name=zhiyun-$(sed -n "s/^project(.* version: '\([^']*\)'.*/\1/p" meson.build)
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
mkdir -p "$made/$name/web/dist"
cp -R build/web/{assets,index.html,w.html,digest} "$made/$name/web/dist/"
git archive --prefix="$name/" -o "$made/all.tar" HEAD
tar --append -f "$made/all.tar" -C "$made" --sort=name --mtime="@$(git log -1 --format=%ct)" --owner=0 --group=0 --numeric-owner \
    --mode=u=rwX,go=rX "$name/web/dist"
gzip -9n <"$made/all.tar" >"build/$name.tar.gz"
echo "build/$name.tar.gz"
