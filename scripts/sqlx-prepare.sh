#!/usr/bin/env bash
# Refreshes the committed cache of checked queries (.sqlx): starts a throw-away Postgres, applies every migration with
# psql (the product itself cannot compile before the cache is right), and compiles what holds checked queries against it.
#   scripts/sqlx-prepare.sh           refresh .sqlx
#   scripts/sqlx-prepare.sh --check   change nothing; fail when .sqlx is not what a refresh would write, or clippy complains
set -euo pipefail
cd "$(dirname "$0")/.."

bin=""
for folder in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV); do
    [ -z "$bin" ] && [ -x "$folder/initdb" ] && bin=$folder
done
[ -n "$bin" ] || { echo "no Postgres server binaries found: run make setup" >&2; exit 1; }

scratch=$(mktemp -d /tmp/mz-sqlx.XXXXXX)
fresh=$(mktemp -d)
as_server=()
if [ "$(id -u)" = 0 ]; then
    chown postgres "$scratch"
    as_server=(runuser -u postgres --)
fi
stop() {
    (cd / && "${as_server[@]}" "$bin/pg_ctl" -D "$scratch/data" -m immediate stop >/dev/null 2>&1) || true
    rm -rf "$scratch" "$fresh"
}
trap stop EXIT

# Trust is safe here: only this user and root can enter the folder of the socket.
(cd / && "${as_server[@]}" "$bin/initdb" -D "$scratch/data" -U postgres -E UTF8 --locale=C --auth=trust --no-sync >/dev/null)
(cd / && "${as_server[@]}" "$bin/pg_ctl" -D "$scratch/data" -w -l "$scratch/log" start \
    -o "-c listen_addresses='' -c unix_socket_directories=$scratch -c fsync=off" </dev/null >/dev/null) \
    || { cat "$scratch/log" >&2; exit 1; }
psql() { command psql -X -q -v ON_ERROR_STOP=1 -h "$scratch" -U postgres "$@"; }
psql -d postgres -f migrations/cluster/roles.sql
psql -d postgres -c "CREATE DATABASE prepare OWNER mingzhang_owner"
# Both databases' tables stand side by side here: the compiler knows one URL. Their names do not meet.
for file in migrations/sql/*.sql migrations/keys/*.sql; do
    { echo "SET ROLE mingzhang_owner; SET client_min_messages = warning;"; cat "$file"; } | psql -1 -d prepare
done

# A checked query is looked at only when its crate is compiled: touch the crates that have any.
for crate in core/store projections api replay-tool tests; do
    if grep -rqE 'query(_as|_scalar|_file)?[a-z_]*!' --include=*.rs "$crate"; then
        find "$crate" -name '*.rs' -path '*/src/*' \( -name lib.rs -o -name main.rs \) -exec touch {} +
        find "$crate" -path '*/tests/*' -name main.rs -exec touch {} +
    fi
done
export SQLX_OFFLINE=false SQLX_OFFLINE_DIR="$fresh" DATABASE_URL="postgres://postgres@localhost/prepare?host=$scratch"
if [ "${1:-}" = --check ]; then
    # One compilation serves the lints too.
    cargo clippy -q --workspace --all-targets --all-features -- -D warnings
    diff -rq --exclude=README.md "$fresh" .sqlx || { echo "the query cache is stale: run scripts/sqlx-prepare.sh and commit .sqlx" >&2; exit 1; }
else
    cargo check -q --workspace --all-targets --all-features
    mkdir -p .sqlx
    find .sqlx -name 'query-*.json' -delete
    find "$fresh" -name 'query-*.json' -exec cp {} .sqlx/ \;
    echo "$(find .sqlx -name 'query-*.json' | wc -l) checked queries in .sqlx"
fi
