#!/usr/bin/env bash
# The demonstration under ./data: loads what is missing, prints its figures, serves until Ctrl-C. Beside it runs the local
# gateway, a payment provider for this machine.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --release -p mingzhang-api -p mingzhang-replay-tool -p mingzhang-local-gateway
bin=${CARGO_TARGET_DIR:-target}/release
gateway=
server=
stop() {
    trap - EXIT INT TERM
    for process in $server $gateway; do kill -TERM "$process" 2>/dev/null || true; done
    wait
}
trap stop EXIT
# The server ends by itself at Ctrl-C; this script waits until it has.
trap : INT
trap 'exit 143' TERM

. scripts/local-gateway.sh
begin_gateway "$bin" data "http://127.0.0.1:7878"
"$bin/mingzhang-api" demo --data data --merchants data/local-gateway/merchants.json --local-gateway "$gateway_url" \
    --log "${MINGZHANG_LOG:-warn}" "$@" &
server=$!
code=0
wait "$server" || code=$?
# A signal ends the wait, not the server.
while kill -0 "$server" 2>/dev/null; do wait "$server" && code=0 || code=$?; done
server=
exit "$code"
