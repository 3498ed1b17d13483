#!/usr/bin/env bash
# The smoke test, then every other, then nothing left running. The runner's summary is the last line.
set -euo pipefail
cd "$(dirname "$0")/.."
trap 'scripts/stop-test-postgres.sh >/dev/null 2>&1' EXIT
# One build for both: the smoke test runs the programs that the tests run, and a build of tests alone makes no programs.
cargo build --workspace --all-features --bins
cargo nextest run --workspace --all-features --no-run
MINGZHANG_BUILT=1 scripts/smoke.sh
cargo nextest run --workspace --all-features
