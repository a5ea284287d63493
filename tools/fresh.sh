#!/bin/bash
# fresh.sh: both README commands in a new, empty Debian 12 root, end to end, each with its time.
# The root holds Debian's minimal system and make, nothing else; it is removed at the end.
# FRESH_DIR chooses where (default: a new folder under the temporary folder). RUNS: how often `make test` runs there
# (default 1).
set -eu
[ "$(id -u)" -eq 0 ] || { echo "make fresh needs root (chroot, mount)" >&2; exit 1; }
top=$(cd "$(dirname "$0")/.." && pwd)
root=$(mktemp -d "${FRESH_DIR:-${TMPDIR:-/tmp}}/zhiyun-fresh.XXXXXX")
served=
stop() {
    [ -n "$served" ] || return 0
    kill -- "-$served" 2>/dev/null || true
    wait "$served" 2>/dev/null || true
    served=
}
cleanup() {
    stop
    # The last first.
    awk -v root="$root/" 'index($2, root) == 1 {print $2}' /proc/mounts | tac | while read -r mount; do
        umount "$(printf '%b' "$mount")" 2>/dev/null || umount -l "$(printf '%b' "$mount")" || true
    done
    rm -rf --one-file-system "$root"
}
trap cleanup EXIT

echo "== a new Debian 12 root"
# A host with its own mirror: the same sources inside.
sources=
for file in /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list; do
    [ -n "$sources" ] || [ ! -s "$file" ] || sources=$file
done
mmdebstrap --quiet --variant=minbase --include=make,ca-certificates bookworm "$root" ${sources:+"$sources"}
mkdir -p "$root/etc/apt/apt.conf.d" "$root/src/zhiyun" "$root/shared"
for conf in /etc/apt/apt.conf.d/99* /etc/apt/apt.conf.d/*proxy*; do
    [ ! -f "$conf" ] || cp "$conf" "$root/etc/apt/apt.conf.d/"
done
for file in /etc/resolv.conf /etc/hosts; do
    [ ! -f "$file" ] || cp "$file" "$root/etc/"
done
# … and its settings of npm, and whom it trusts: without them npm hangs.
[ ! -f /etc/npmrc ] || cp /etc/npmrc "$root/etc/"
[ ! -f ~/.npmrc ] || cp ~/.npmrc "$root/tmp/"
authorities=/etc/ssl/certs/ca-certificates.crt
[ ! -f "$authorities" ] || cp "$authorities" "$root$authorities"
mount -t proc proc "$root/proc"
mkdir -p "$root/dev/shm"
mount -t tmpfs tmpfs "$root/dev/shm"
# The checkout as it is committed, and the shared data beside it where there is some.
git -C "$top" archive HEAD | tar -x -C "$root/src/zhiyun"
if [ -d "$top/../shared" ]; then
    mount --bind "$top/../shared" "$root/shared"
    ln -s ../shared "$root/src/shared"
fi
# As on a machine of its own: the root of a space of mounts, not a chroot, in which a user makes no spaces. What a test
# that was ended had mounted is gone with it.
inside() {
    unshare --mount sh -c 'mount --rbind "$1" "$1" && cd "$1" && pivot_root . . && umount -l . && cd / &&
        exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 HOME=/tmp NODE_EXTRA_CA_CERTS="$2" \
            sh -c "cd /src/zhiyun && $3"' inside "$root" "$authorities" "$1"
}

echo "== make run"
address=127.0.0.1:8429
start=$(date +%s)
set -m # with all that it starts
inside "exec make run LISTEN=$address" &
served=$!
set +m
until curl -fs -o /dev/null "http://$address/healthz"; do
    kill -0 "$served" 2>/dev/null || { echo "make run ended before it answered" >&2; exit 1; }
    [ $(($(date +%s) - start)) -lt 1800 ] || { echo "make run took more than 30 minutes" >&2; exit 1; }
    sleep 1
done
curl -fs "http://$address/api/v1/search?query=%E7%94%B5%E6%B1%A0&k=1" | head -c 400
echo
echo "make run: first answer after $(($(date +%s) - start)) s"
stop

for run in $(seq "${RUNS:-1}"); do
    echo "== make test, $run of ${RUNS:-1}"
    start=$(date +%s)
    inside "make test DRAW=$(git -C "$top" rev-parse --short=12 HEAD)"
    echo "make test: $(($(date +%s) - start)) s"
done
