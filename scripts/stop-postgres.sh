#!/usr/bin/env bash
# Stops the private Postgres of a data folder, if it runs; says nothing when all is well.
set -euo pipefail
data=$1/postgres/data
[ -f "$data/postmaster.pid" ] || exit 0
pid=$(head -n 1 "$data/postmaster.pid")
# The number may have gone to another process: only a server of this very folder works in it.
[ "$(readlink "/proc/$pid/cwd" || true)" = "$(readlink -f "$data")" ] || exit 0
kill -INT "$pid"
for _ in $(seq 300); do
    [ -e "/proc/$pid/cwd" ] || exit 0
    sleep 0.1
done
echo "the Postgres of $1 (process $pid) does not stop" >&2
exit 1
