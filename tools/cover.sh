#!/bin/bash
# cover.sh BUILD: line coverage by folder of src/LAYERS; base, text, index and ingest must reach 85 %.
set -eu
status=0
for folder in $(sed -n "s/^\([a-z]*\):.*/\1/p" src/LAYERS); do
    percent=$(gcovr --root . --object-directory "$1" --filter "src/$folder/" --exclude '.*_test\.c' \
        --exclude '.*_table\.c' --print-summary | awk '/^lines:/ {print $2}' | tr -d %)
    if [ -z "$percent" ]; then
        echo "$folder: gcovr gave no figure"
        status=1
        continue
    fi
    need=0
    case $folder in base | text | index | ingest) need=85 ;; esac
    verdict=
    if [ "$(echo "$percent < $need" | bc)" = 1 ]; then verdict="below $need %" status=1; fi
    printf '%-8s %6s %%  %s\n' "$folder" "$percent" "$verdict"
done
exit $status
