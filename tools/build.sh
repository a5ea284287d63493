#!/bin/bash
# build.sh FOLDER [MESON OPTION]…: configures the build folder once and builds all of it, or the ninja target that $TARGET
# names, while the web application is built (web.sh); then what holds its pages.
set -eu
folder=$1
shift
"$(dirname "$0")/web.sh" &
web=$!
began=$(date +%s)
if [ ! -f "$folder/build.ninja" ]; then
    log=$(mktemp)
    meson setup "$folder" "$@" >"$log" 2>&1 || { cat "$log" >&2; rm -f "$log"; exit 1; }
    rm -f "$log"
fi
echo "building $folder …" >&2
build() { ninja -C "$folder" --quiet ${TARGET:+"$TARGET"}; }
status=0
build || status=$?
wait $web
[ $status -eq 0 ] || exit $status
build # pages that came late
echo "$folder: $(($(date +%s) - began)) s" >&2
# For tools/test.py: seconds of this build, wall and processor, pages included.
times >"$folder/seconds"
awk -F'[ms ]+' -v wall=$SECONDS 'NR == 2 {printf "%d %d\n", wall, ($1 + $3) * 60 + $2 + $4}' "$folder/seconds" >"$folder/seconds.new"
mv "$folder/seconds.new" "$folder/seconds"
