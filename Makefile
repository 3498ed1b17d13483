# The only menu. Each CI step is one of these targets.
.DEFAULT_GOAL := help
.PHONY: help setup demo demo-reset smoke check fmt lint generated deny doc test bench stop cases

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: ## install what is missing (Debian, Ubuntu); does nothing when nothing is
	@scripts/setup.sh

demo: setup ## two communities with 24 months behind them, under ./data, served until Ctrl-C
	@scripts/demo.sh

demo-reset: ## stop and delete the demo
	@scripts/demo-reset.sh

smoke: setup ## the reduced demo from nothing to a clean end; the exit code says
	@scripts/smoke.sh

check: setup ## format, lints, query cache, documentation, dependencies
	cargo fmt --all --check
	$(MAKE) --no-print-directory generated doc deny

fmt: ## format every source
	cargo fmt --all

lint: ## clippy alone
	cargo clippy --workspace --all-targets --all-features -- -D warnings

generated: ## what is generated is up to date (its compilation is the lint's, too)
	scripts/sqlx-prepare.sh --check

deny: ## advisories, where cargo-deny and its database can be had (the other rules are the test `tidy`)
	@scripts/deny.sh

doc: ## the documentation of the code
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --quiet

test: setup ## every test; the time budgets stand in .config/nextest.toml
	@scripts/test.sh

bench: setup ## figures against a limit of the same run; a table, and target/bench/summary.json
	@cargo bench -p mingzhang-tests --bench bench

stop: ## stop the Postgres that tests share
	@scripts/stop-test-postgres.sh

cases: ## what the domain computes for each case of a file: make cases KIND=charges FILE=cases.json
	@cargo run -q -p mingzhang-domain --example cases -- $(KIND) $(FILE)
