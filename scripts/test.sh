#!/usr/bin/env bash
# The smoke test, then every other, then nothing left running. The runner's summary is the last line.
set -euo pipefail
cd "$(dirname "$0")/.."
trap 'scripts/stop-test-postgres.sh >&2' EXIT
scripts/smoke.sh
cargo nextest run --workspace --all-features
