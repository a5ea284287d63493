#!/bin/bash
# fresh.sh: the README's commands in new, empty Debian 12 roots, end to end, each with its time: `make run` until its pages
# answer, `make test` (RUNS times, default 1), `make run NOWEB=1`, and `make run` of `make dist`'s archive without npm.
# Each root holds Debian's minimal system and make, nothing else; they are removed at the end. What packages, web
# application and C take is told by the steps themselves. WAYS="run noweb archive" says which.
# FRESH_DIR chooses where (default: a new folder under the temporary folder).
set -eu
[ "$(id -u)" -eq 0 ] || { echo "make fresh needs root (chroot, mount)" >&2; exit 1; }
top=$(cd "$(dirname "$0")/.." && pwd)
place=$(mktemp -d "${FRESH_DIR:-${TMPDIR:-/tmp}}/zhiyun-fresh.XXXXXX")
root=
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
    awk -v root="$place/" 'index($2, root) == 1 {print $2}' /proc/mounts | tac | while read -r mount; do
        umount "$(printf '%b' "$mount")" 2>/dev/null || umount -l "$(printf '%b' "$mount")" || true
    done
    rm -rf --one-file-system "$place"
}
trap cleanup EXIT

echo "== new Debian 12 roots"
# A host with its own mirror: the same sources inside.
sources=
for file in /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list; do
    [ -n "$sources" ] || [ ! -s "$file" ] || sources=$file
done
base=$place/base
mmdebstrap --quiet --variant=minbase --include=make,ca-certificates bookworm "$base" ${sources:+"$sources"}
mkdir -p "$base/etc/apt/apt.conf.d" "$base/src" "$base/shared"
for conf in /etc/apt/apt.conf.d/99* /etc/apt/apt.conf.d/*proxy*; do
    [ ! -f "$conf" ] || cp "$conf" "$base/etc/apt/apt.conf.d/"
done
for file in /etc/resolv.conf /etc/hosts; do
    [ ! -f "$file" ] || cp "$file" "$base/etc/"
done
# … and its settings of npm, and whom it trusts: without them npm hangs.
[ ! -f /etc/npmrc ] || cp /etc/npmrc "$base/etc/"
[ ! -f ~/.npmrc ] || cp ~/.npmrc "$base/tmp/"
authorities=/etc/ssl/certs/ca-certificates.crt
[ ! -f "$authorities" ] || cp "$authorities" "$base$authorities"

# A root of its own, with what stdin has as its /src/zhiyun, and the shared data beside it where there is some.
new_root() {
    root=$place/$1
    cp -a "$base" "$root"
    tar -x -C "$root/src"
    mount -t proc proc "$root/proc"
    mkdir -p "$root/dev/shm"
    mount -t tmpfs tmpfs "$root/dev/shm"
    if [ -d "$top/../shared" ]; then
        mount --bind "$top/../shared" "$root/shared"
        ln -s ../shared "$root/src/shared"
    fi
}
checkout() { git -C "$top" archive --prefix=zhiyun/ HEAD; } # as it is committed
# As on a machine of its own: the root of a space of mounts, not a chroot, in which a user makes no spaces. What a test
# that was ended had mounted is gone with it.
inside() {
    unshare --mount sh -c 'mount --rbind "$1" "$1" && cd "$1" && pivot_root . . && umount -l . && cd / &&
        exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 HOME=/tmp NODE_EXTRA_CA_CERTS="$2" \
            sh -c "cd /src/zhiyun && $3"' inside "$root" "$authorities" "$1"
}

# Until the first answer of `make run`; its first page must hold the word.
run() {
    local address=127.0.0.1:8429 start
    echo "== make run $1"
    start=$(date +%s)
    set -m # with all that it starts
    inside "exec make run LISTEN=$address $1" &
    served=$!
    set +m
    until curl -fs -o /dev/null "http://$address/healthz"; do
        kill -0 "$served" 2>/dev/null || { echo "make run ended before it answered" >&2; exit 1; }
        [ $(($(date +%s) - start)) -lt 1800 ] || { echo "make run took more than 30 minutes" >&2; exit 1; }
        sleep 1
    done
    curl -fs "http://$address/" | grep -q "$2" || { echo "its first page does not hold $2" >&2; exit 1; }
    curl -fs "http://$address/api/v1/search?query=%E7%94%B5%E6%B1%A0&k=1" | head -c 400
    echo
    echo "make run $1: first answer after $(($(date +%s) - start)) s"
    stop
}

for way in ${WAYS:-run noweb archive}; do
    case $way in
    run)
        checkout | new_root run
        root=$place/run
        run "" 'src="./assets/'
        for run in $(seq "${RUNS:-1}"); do
            echo "== make test, $run of ${RUNS:-1}"
            start=$(date +%s)
            inside "make test DRAW=$(git -C "$top" rev-parse --short=12 HEAD)"
            echo "make test: $(($(date +%s) - start)) s"
        done
        ;;
    noweb)
        checkout | new_root noweb
        root=$place/noweb
        run NOWEB=1 NOWEB=1
        ;;
    archive)
        "$top/tools/dist.sh"
        gzip -d <"$(ls -t "$top"/build/zhiyun-*.tar.gz | head -1)" | new_root archive
        root=$place/archive
        mv "$root"/src/zhiyun-* "$root/src/zhiyun"
        run "" 'src="./assets/'
        [ ! -e "$root/usr/bin/node" ] || { echo "the archive installed node" >&2; exit 1; }
        ;;
    esac
done
