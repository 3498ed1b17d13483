# Read by other scripts: starts the local gateway in the background.

# begin_gateway BIN DATA SERVER: sets gateway (the process) and gateway_url.
begin_gateway() {
    mkdir -p "$2/local-gateway"
    chmod 700 "$2/local-gateway"
    : >"$2/local-gateway/out"
    "$1/mingzhang-local-gateway" --listen "${MINGZHANG_LOCAL_GATEWAY:-127.0.0.1:0}" --data "$2/local-gateway" --server "$3" \
        >"$2/local-gateway/out" 2>"$2/local-gateway/log" &
    gateway=$!
    for _ in $(seq 1 300); do
        gateway_url=$(sed -n 's|^local gateway: \(http://[^/]*\)/.*|\1|p' "$2/local-gateway/out")
        [ -z "$gateway_url" ] || return 0
        kill -0 "$gateway" 2>/dev/null || break
        sleep 0.1
    done
    echo "the local gateway did not start; see $2/local-gateway/log" >&2
    return 1
}
