#!/bin/bash
# run.sh DATA LISTEN: makes a demo instance if there is none, then serves it.
set -eu
data=$1 listen=$2
[ -e "$data/demo/complete" ] || build/zhiyun --data "$data" demo
need=$(find "$data/demo/needs" -name '*.txt' | sort | head -1)
cat <<TEXT

  知运 Zhiyun: http://$listen/

  In another terminal:
    build/zhiyun --data $data search '电池 隔膜' -k 5
    build/zhiyun --data $data match --text $need -k 5
    build/zhiyun --data $data landscape --by year,ipc1

  Stop with Ctrl-C.

TEXT
exec build/zhiyun --data "$data" serve --listen "$listen"
