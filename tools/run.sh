#!/bin/bash
# run.sh DATA LISTEN: makes a demo instance if there is none, then serves it.
set -eu
data=$1 listen=$2
[ -e "$data/demo/complete" ] || build/zhiyun --data "$data" demo
need=$(find "$data/demo/needs" -name '*.txt' | sort | head -1)
if [ "${ZHIYUN_LANG:-zh}" = en ]; then
    other='In another terminal:' stop='Stop with Ctrl-C.'
else
    other='在另一个终端中可以运行：' stop='按 Ctrl-C 停止。'
fi
cat <<TEXT

  知运 Zhiyun: http://$listen/

  $other
    build/zhiyun --data $data search '电池 隔膜' -k 5
    build/zhiyun --data $data match --text $need -k 5
    build/zhiyun --data $data landscape --by year,ipc1

  $stop

TEXT
exec build/zhiyun --data "$data" serve --listen "$listen"
