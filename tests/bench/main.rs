//! Benchmarks: what the product does, against a limit measured in the same run on the same machine.
//!
//! Every case runs in rounds that alternate between the product and its limit; the medians are reported with their ratio,
//! so that a slow machine or a noisy minute weighs on both. Nothing here is a test: no figure fails a build.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark is a command-line program and may stop at any fault"
)]
#![expect(clippy::disallowed_types, clippy::float_arithmetic, reason = "rates and ratios are measurements, not money")]

mod billing;
mod bills;
mod callers;
mod closing;
mod community;
mod figures;
mod growth;
mod http;
mod lane;
mod limit;
mod mix;
mod naive_payment;
mod neighbours;
mod overload;
mod payments;
mod replay;
mod report;
mod single;

use mingzhang_store::postgres::testing::TestDatabase;
use mingzhang_tests::{estate, server};
use report::Report;

/// The server's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Rounds per case.
const ROUNDS: usize = 3;

#[tokio::main]
async fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    let runs = |case: &str| wanted.is_empty() || wanted.iter().any(|want| case.starts_with(want.as_str()));
    let mut report = Report::default();
    for (case, ledgers, submitters, aim) in [
        ("lane_16_ledgers", 16, 256, Some(0.5)),
        ("lane_16_ledgers_64", 16, 64, None),
        ("lane_1_ledger", 1, 256, Some(0.6)),
        ("lane_1_ledger_64", 1, 64, None),
    ] {
        if runs(case) {
            report.add(lane::run(case, ledgers, submitters, aim).await);
        }
    }
    if runs("single_client") {
        report.add(single::run().await);
    }
    if runs("http_one_event") {
        report.add(http::one_event().await);
    }
    if runs("http_record_payment") {
        report.add(payments::record_payment().await);
    }
    if runs("overload") {
        report.add(overload::run().await);
    }
    if runs("two_processes") {
        report.add(neighbours::two_processes().await);
    }
    if runs("noisy_ledger") {
        report.add(neighbours::noisy_ledger().await);
    }
    if runs("close_month") {
        report.add(closing::close_month().await);
    }
    if runs("bill_run") {
        report.add(billing::bill_run().await);
    }
    if runs("reconcile_bill") {
        report.add(bills::reconcile_bill());
    }
    if runs("growth") {
        report.add(growth::run().await);
    }
    if runs("figures") {
        report.add(figures::run().await);
    }
    if runs("verify") {
        report.add(replay::verify().await);
    }
    if runs("rebuild") {
        report.add(replay::rebuilding().await);
    }
    report.print_and_save().unwrap();
}

/// Fresh databases with every migration applied, on the shared test server (`fsync` on).
async fn database() -> TestDatabase {
    TestDatabase::create(&mingzhang_migrations::fingerprint(), mingzhang_migrations::prepare).await.unwrap()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
