#!/usr/bin/env bash
# The reduced demo from nothing to a clean end, unattended, in a folder of its own: start, load, figures, the commands that
# the demo prints, proof, read models against the log, journals through hledger, stop. Leaves no process and no file behind.
set -euo pipefail
cd "$(dirname "$0")/.."
unset DATABASE_URL MINGZHANG_DATA MINGZHANG_LISTEN MINGZHANG_ADMIN_PASSWORD

# MINGZHANG_BUILT: the programs were built just now (scripts/test.sh).
[ -n "${MINGZHANG_BUILT:-}" ] || cargo build --quiet -p mingzhang-api -p mingzhang-replay-tool -p mingzhang-local-gateway
bin=${CARGO_TARGET_DIR:-target}/debug
work=$(mktemp -d "${TMPDIR:-/tmp}/mingzhang-smoke.XXXXXX")
chmod 755 "$work" # a Postgres that runs as another user must be able to enter
data=$work/data
server=
gateway=

say() { printf 'smoke: %s\n' "$*"; }
stop() {
    local code=$?
    if [ -n "$server" ] && kill -0 "$server" 2>/dev/null; then
        kill -TERM "$server" || true
        wait "$server" || true
    fi
    if [ -n "$gateway" ]; then
        kill -TERM "$gateway" 2>/dev/null || true
        wait "$gateway" || true
    fi
    [ "$code" = 0 ] || { say "failed; what the server said:"; tail -n 40 "$work/out" "$work/err" 2>/dev/null || true; }
    [ ! -e "$data/postgres" ] || scripts/stop-postgres.sh "$data" || true
    rm -rf "$work"
    exit "$code"
}
trap stop EXIT
trap 'exit 130' INT TERM

# begin: starts the demo and waits until it has printed everything.
begin() {
    "$bin/mingzhang-api" demo --small --data "$data" --merchants "$data/local-gateway/merchants.json" \
        --local-gateway "$gateway_url" --listen 127.0.0.1:0 --log warn >"$work/out" 2>"$work/err" &
    server=$!
    for _ in $(seq 1 6000); do
        grep -q '^ready' "$work/out" && return
        kill -0 "$server" 2>/dev/null || { say "the server ended early"; return 1; }
        sleep 0.1
    done
    say "not ready after ten minutes"
    return 1
}

# end SIGNAL: asks the demo to stop and insists on a clean end.
end() {
    kill "-$1" "$server"
    wait "$server"
    server=
}

. scripts/local-gateway.sh
# Nobody listens there: what the gateway tells of by itself, the demo asks for.
begin_gateway "$bin" "$data" "http://127.0.0.1:9"
say "load"
begin
cat "$work/out"
say "each figure that must be zero is zero"
awk '/trial balance/ { seen++; if ($4 != "0.00") bad++ } END { exit !(seen >= 2 && !bad) }' "$work/out"

say "the commands that the demo prints"
sed -n 's/^  \$ //p' "$work/out" >"$work/commands"
while read -r line; do
    say "\$ $line"
    bash -o pipefail -c "$line" >"$work/answer" </dev/null
    sed -n '1,3p' "$work/answer" | cut -c1-160
    [ -s "$work/answer" ]
done <"$work/commands"
api=$(sed -n 's/^API  *//p' "$work/out")
curl -fsS "${api%/api/v1}/readyz" >/dev/null
curl -fsS "${api%/v1}/docs" >/dev/null

say "proof: every ledger against heads written down before"
"$bin/mingzhang-replay" head --data "$data" --out "$work/heads"
"$bin/mingzhang-replay" verify --data "$data" --head "$work/heads"

say "read models against the log"
"$bin/mingzhang-replay" diff --data "$data"

say "journals through hledger and beancount, balance assertions included"
grep -o '"ledger_id":"[^"]*"' "$work/heads" | cut -d'"' -f4 | while read -r ledger; do
    for way in '' --by-day; do
        # shellcheck disable=SC2086 # no way is no argument
        journal() { "$bin/mingzhang-replay" export --data "$data" --ledger "$ledger" --format "$1" $way --out "$work/journal"; }
        journal hledger
        hledger -f "$work/journal" check
        hledger -f "$work/journal" stats | grep -E '^(Txns|Transactions) +:'
        journal beancount
        bean-check --no-cache "$work/journal"
    done
done

say "a cashier opens a shift through the API, twice under one key"
json='Content-Type: application/json'
field() { grep -o "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d'"' -f4; }
sign_in='{"name":"cashier","password":"mingzhang-demo"}'
token=$(curl -fsS -H "$json" -d "$sign_in" "$api/sessions" | field token)
ask() { curl -fsS -H "Authorization: Bearer $token" "$@"; }
company=$(ask "$api/companies" | field ledger_id)
community=$(ask "$api/companies/$company/communities" | field ledger_id)
say "the company's figures, out of the read models and out of the logs"
net() { grep -o '"net_charges": *"[^"]*"' | tail -n 1 | tr -d ' '; }
books=$(curl -fsS -H "$json" -d "${sign_in/cashier/auditor}" "$api/sessions" | field token)
read_books() { curl -fsS -H "Authorization: Bearer $books" "$@"; }
period=$(read_books "$api/communities/$community/periods" | field period)
read_books "$api/companies/$company/figures?period=$period" | net >"$work/served"
"$bin/mingzhang-replay" as-of --data "$data" --ledger "$company" --figures "$period" --json | net >"$work/folded"
cmp "$work/served" "$work/folded"
cat "$work/served"

till=$(ask "$api/companies/$company/channel-accounts" | grep -o '{[^{}]*"kind":"cash"[^{}]*}' | field channel_account)
shift=$(printf '{"channel_account":"%s","float":"100.00"}' "$till")
for answer in first again; do
    ask -H "$json" -H 'Idempotency-Key: smoke-1' -d "$shift" "$api/communities/$community/shifts" >"$work/$answer"
done
cmp "$work/first" "$work/again"
grep -o '"command_id":"[^"]*"' "$work/first"

say "stop by Ctrl-C's signal, start again: the data are there, nothing is loaded twice"
"$bin/mingzhang-replay" head --data "$data" --out "$work/before"
end INT
begin
"$bin/mingzhang-replay" head --data "$data" --out "$work/after"
# The company lives on: its server reconciles yesterday with the payment provider by itself.
cmp <(grep -v "$company" "$work/before") <(grep -v "$company" "$work/after")

say "kill the server, start again: recovered"
kill -KILL "$server"
wait "$server" 2>/dev/null || true
server=
begin
"$bin/mingzhang-replay" verify --data "$data" --head "$work/before"
"$bin/mingzhang-replay" diff --data "$data"
end TERM

kill -TERM "$gateway"
wait "$gateway"
gateway=
say "nothing is left running"
left=0
for process in /proc/[0-9]*; do
    # A process may end while it is looked at.
    if { tr '\0' ' ' <"$process/cmdline" | grep -F -- "$work"; } 2>/dev/null; then left=1; fi
    if { readlink "$process/cwd" | grep -F -- "$work"; } 2>/dev/null; then left=1; fi
done
[ "$left" = 0 ]
say "all is well"
