#!/usr/bin/env bash
# The demonstration under ./data: loads what is missing, prints its figures, serves until Ctrl-C.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --release -p mingzhang-api -p mingzhang-replay-tool
exec "${CARGO_TARGET_DIR:-target}/release/mingzhang-api" demo --data data --log "${MINGZHANG_LOG:-warn}" "$@"
