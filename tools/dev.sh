#!/bin/bash
# dev.sh DATA LISTEN PAGES: vite's server at PAGES shows the pages from their sources and again when they change; behind
# it runs a demo instance at LISTEN (run.sh). When one of them ends, or on Ctrl-C, both end.
set -eu
cd "$(dirname "$0")/.."
data=$1 listen=$2 pages=$3
tools/npm.sh
set -m # each is a process group of its own, ended with what it started
trap 'trap - EXIT; kill -- $(jobs -p | sed "s/^/-/") 2>/dev/null; wait' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
tools/run.sh "$data" "$listen" "$pages" &
server=$!
until (exec 3<>"/dev/tcp/${listen%:*}/${listen##*:}") 2>/dev/null; do
    kill -0 $server 2>/dev/null || { wait $server; exit 1; }
    sleep 0.2
done
(cd web/app && ZHIYUN_SERVER=http://$listen exec ../../node_modules/.bin/vite --port "${pages##*:}" --clearScreen false </dev/null) &
vite=$!
wait -n $server $vite
# run.sh leaves a server that runs there already alone, and ends.
! kill -0 $vite 2>/dev/null || ! (exec 3<>"/dev/tcp/${listen%:*}/${listen##*:}") 2>/dev/null || wait $vite
