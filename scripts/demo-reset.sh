#!/usr/bin/env bash
# Stops what runs on ./data and deletes it; the next `make demo` begins anew.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -e data ] || { echo "there is no ./data"; exit 0; }
# Whoever uses the folder holds its lock open: no process is found by its name alone.
lock=$(readlink -f data/postgres/users.lock || true)
for process in /proc/[0-9]*; do
    pid=${process#/proc/}
    [ -n "$lock" ] && [ "$pid" != $$ ] || continue
    readlink "$process"/fd/* 2>/dev/null | grep -qxF "$lock" || continue
    echo "stopping process $pid, which uses ./data"
    kill -TERM "$pid" 2>/dev/null || continue
    for _ in $(seq 300); do
        [ -e "$process" ] || break
        sleep 0.1
    done
done
scripts/stop-postgres.sh data
# A cluster that could not lie in ./data lies elsewhere, and ./data/postgres is a link to it.
cluster=$(readlink -f data/postgres || true)
case $cluster in
    /var/lib/mingzhang/*) rm -rf "$cluster" ;;
esac
rm -rf data
echo "./data is gone"
