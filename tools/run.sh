#!/bin/bash
# run.sh DATA LISTEN [PAGES]: makes a demo instance where there is none, then serves it. Prints its address and, for a
# demo, links by which five of its people sign in; at PAGES, where its pages are shown by another server (dev.sh). A
# server that runs there already is left alone.
set -eu
data=$1 listen=$2 pages=${3:-$2}
zhiyun=(${ZHIYUN:-build/zhiyun} --data "$data")
say() { if [ "${ZHIYUN_LANG:-zh}" = en ]; then echo "$2"; else echo "$1"; fi; }

get() { # the answer to a path; nothing: no server is there
    python3 - "http://$listen$1" <<'PYTHON' 2>/dev/null || true
import sys, urllib.request
print(urllib.request.build_opener(urllib.request.ProxyHandler({})).open(sys.argv[1], timeout=10).read().decode())
PYTHON
}

# The same log, the same instance: a link opens no other.
serves_it() { [ -e "$data/keys/log.vkey" ] && get /api/v1/log/head | grep -qF "$(cut -d + -f 1 "$data/keys/log.vkey")"; }

links() {
    [ -e "$data/demo/complete" ] || return 0
    say '  用下面的链接登录（每个只能用一次，再次运行 make run 可得新的）：' '  Links to sign in with (each works once; make run again gives new ones):'
    echo
    python3 - "http://$pages" "$(say zh en)" "${zhiyun[@]}" <<'PYTHON'
import json, subprocess, sys
address, language, *zhiyun = sys.argv[1:]

def ask(*words):
    done = subprocess.run([*zhiyun, "--json", *words], capture_output=True, text=True)
    return json.loads(done.stdout) if done.returncode == 0 else {}

units = {one["name"]: one["unit"] for one in ask("user", "list").get("users", [])}
for name, zh, en in (("officer", "省局工作人员", "province officer"), ("city", "市局工作人员", "city officer"),
                     ("centre1", "中心负责人", "centre manager"), ("expert", "评审专家", "expert"),
                     ("centre31", "企业负责人", "company manager")):
    made = ask("user", "link", name) if name in units else {}
    if made:
        print(f"    {address}{made['link']}  {en if language == 'en' else zh}  {units[name]}")
PYTHON
    echo
}

running=$(get /healthz)
case $running in
*'"records"'*)
    echo
    say "  http://$pages/ 已有知运服务在运行，打开即可。" "  Zhiyun runs at http://$pages/ already: open it."
    if serves_it; then
        echo
        links
    else
        say "  它用的是另一个数据目录。要运行 $data，请换一个端口：make run LISTEN=127.0.0.1:8421" \
            "  It serves another folder. To run $data, choose another port: make run LISTEN=127.0.0.1:8421"
        echo
    fi
    exit 0
    ;;
esac

# A folder that holds an instance without a demo is served as it is.
if [ ! -e "$data/keys" ] || [ -e "$data/demo" ] && [ ! -e "$data/demo/complete" ]; then
    "${zhiyun[@]}" demo
fi
echo
say "  知运 Zhiyun: http://$pages/" "  Zhiyun: http://$pages/"
echo
links
need=$(find "$data/demo/needs" -name '*.txt' 2>/dev/null | sort | head -1)
say '  在另一个终端中可以运行：' '  In another terminal:'
echo "    ${zhiyun[*]} search '电池 隔膜' -k 5"
[ -z "$need" ] || echo "    ${zhiyun[*]} match --text $need -k 5"
echo "    ${zhiyun[*]} landscape --by year,ipc1"
echo
say '  按 Ctrl-C 停止。' '  Stop with Ctrl-C.'
echo
exec "${zhiyun[@]}" serve --listen "$listen"
