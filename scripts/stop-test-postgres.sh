#!/usr/bin/env bash
# Stops the Postgres that the tests of this checkout share, if it runs; says nothing when all is well.
set -euo pipefail
cd "$(dirname "$0")/.."
exec scripts/stop-postgres.sh "${CARGO_TARGET_DIR:-target}/test-postgres"
