#!/bin/bash
# setup.sh GROUP: makes sure that the Debian packages of a group (tools/packages.txt) are installed.
# As root it installs them; else it prints the one line to type and fails.
set -eu
cd "$(dirname "$0")"
missing=
for package in $(awk -v group="$1" '$1 == group {print $2}' packages.txt); do
    case $package in # one from elsewhere than Debian will do, and apt could not install beside it
        nodejs) ! command -v node >/dev/null || continue ;;
        npm) ! command -v npm >/dev/null || continue ;;
        chromium-headless-shell) [ -z "${NOWEB:-}" ] || continue ;; # tests in a browser are skipped
    esac
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)" = installed ] ||
        missing="$missing $package"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" -ne 0 ]; then
    printf 'Packages are missing. Type this line, then try again:\n\n    sudo apt-get install --no-install-recommends -y%s\n\n' "$missing" >&2
    exit 1
fi
echo "installing:$missing" >&2
began=$(date +%s)
case $missing in
*postgresql-15*)
    # Tests start a private server of their own; Debian would also make and start one for all.
    mkdir -p /etc/postgresql-common
    [ -e /etc/postgresql-common/createcluster.conf ] ||
        echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
    ;;
esac
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086 # a list of words is meant
apt-get install -qq --no-install-recommends -y $missing >/dev/null
echo "packages: $(($(date +%s) - began)) s" >&2
