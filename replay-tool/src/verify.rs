//! `verify`: runs the store's verification over ledgers and says what it found.

use crate::{Outcome, ToolError};
use indicatif::{ProgressBar, ProgressStyle};
use mingzhang_domain::envelope::instant_text;
use mingzhang_domain::id::LedgerId;
use mingzhang_domain::value::Digest;
use mingzhang_store::log;
use mingzhang_store::verify::{self, ExportedHead, Report};
use serde_json::{Value, json};
use sqlx::PgPool;
use std::collections::BTreeMap;
use std::io::{IsTerminal, Read};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Findings printed per ledger; `--json` prints all that were kept.
const SHOWN: usize = 50;

/// Which ledgers to check, against what.
#[derive(Debug, clap::Args)]
pub(crate) struct Verify {
    /// A ledger; may be given several times.
    #[arg(long, conflicts_with = "all")]
    ledger: Vec<Uuid>,
    /// Every ledger: what is done when neither ledgers nor heads are named.
    #[arg(long)]
    all: bool,
    /// A file of exported head lines, or - for standard input: the log must still begin with what they cover.
    #[arg(long, value_name = "FILE")]
    head: Option<PathBuf>,
    /// Print a JSON document in place of words.
    #[arg(long)]
    json: bool,
}

impl Verify {
    /// Checks; findings are an outcome, not an error.
    ///
    /// # Errors
    /// [`ToolError`].
    pub(crate) async fn run(&self, pool: &PgPool) -> Result<Outcome, ToolError> {
        let heads = self.heads()?;
        let mut reports = Vec::new();
        let started = Instant::now();
        for ledger in self.ledgers(pool, &heads).await? {
            let report = one(pool, ledger, heads.get(&ledger).copied()).await?;
            if !self.json {
                print(&report);
            }
            reports.push(report);
        }
        let well = reports.iter().all(Report::is_clean);
        if self.json {
            println!("{:#}", as_json(&reports, started.elapsed()));
        } else {
            summarise(&reports, started.elapsed());
        }
        Ok(if well { Outcome::Well } else { Outcome::Findings })
    }

    async fn ledgers(
        &self,
        pool: &PgPool,
        heads: &BTreeMap<LedgerId, ExportedHead>,
    ) -> Result<Vec<LedgerId>, ToolError> {
        let named: Vec<LedgerId> = self.ledger.iter().map(|id| LedgerId(*id)).collect();
        if !named.is_empty() {
            return Ok(named);
        }
        if !self.all && !heads.is_empty() {
            return Ok(heads.keys().copied().collect());
        }
        let mut all = verify::ledgers(&mut *pool.acquire().await?).await?;
        // A ledger that somebody has a head of and that is gone altogether is a finding, too.
        all.extend(heads.keys().copied());
        all.sort_unstable();
        all.dedup();
        Ok(all)
    }

    fn heads(&self) -> Result<BTreeMap<LedgerId, ExportedHead>, ToolError> {
        let Some(path) = &self.head else { return Ok(BTreeMap::new()) };
        let text = if path.as_os_str() == "-" {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).map(|_| text)
        } else {
            std::fs::read_to_string(path)
        };
        let text = text.map_err(|error| ToolError::Environment(format!("{}: {error}", path.display())))?;
        let mut heads = BTreeMap::new();
        for (line, number) in text.lines().zip(1..) {
            let head = ExportedHead::parse(line)
                .map_err(|error| ToolError::Usage(format!("{}, line {number}: {error}", path.display())))?;
            if heads.insert(head.ledger_id, head).is_some() {
                return Err(ToolError::Usage(format!("{}, line {number}: a second head of a ledger", path.display())));
            }
        }
        Ok(heads)
    }
}

async fn one(pool: &PgPool, ledger: LedgerId, head: Option<ExportedHead>) -> Result<Report, ToolError> {
    let size = log::head(&mut *pool.acquire().await?, ledger).await.ok().flatten().map_or(0, |head| head.size());
    let bar = if std::io::stderr().is_terminal() { ProgressBar::new(size) } else { ProgressBar::hidden() };
    if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos}/{len} events  {per_sec}  {eta}") {
        bar.set_style(style);
    }
    let report = verify::ledger(pool, ledger, head, &|events| bar.set_position(events)).await?;
    bar.finish_and_clear();
    Ok(report)
}

fn print(report: &Report) {
    let result = if report.is_clean() { "holds".to_owned() } else { format!("{} findings", report.total) };
    let seals = if report.seals == 0 { String::new() } else { format!(", {} seals", report.seals) };
    let charges = if report.charges == 0 { String::new() } else { format!(", {} charges", report.charges) };
    let root = Digest(report.root);
    println!("ledger {}: {} events{seals}{charges}, root {root}: {result}", report.ledger_id, report.events);
    for found in report.findings.iter().take(SHOWN) {
        println!("  position {}: {}: {}", found.position, found.class.as_str(), found.message);
    }
    if report.total > SHOWN {
        println!("  … and {} more", report.total - SHOWN);
    }
}

fn summarise(reports: &[Report], took: Duration) {
    let events: u64 = reports.iter().map(|report| report.events).sum();
    let bad = reports.iter().filter(|report| !report.is_clean()).count();
    println!(
        "{} ledgers, {events} events in {} ms ({} events/s): {}",
        reports.len(),
        took.as_millis(),
        per_second(events, took),
        if bad == 0 { "everything holds".to_owned() } else { format!("{bad} ledgers with findings") }
    );
}

fn per_second(events: u64, took: Duration) -> u128 {
    u128::from(events) * 1_000 / took.as_millis().max(1)
}

fn as_json(reports: &[Report], took: Duration) -> Value {
    let ledger = |report: &Report| {
        let finding = |found: &verify::Found| json!({"position": found.position, "class": found.class.as_str(), "message": found.message});
        json!({
            "ledger_id": report.ledger_id.to_string(),
            "events": report.events,
            "root": Digest(report.root).to_string(),
            "seals": report.seals,
            "charges": report.charges,
            "recorded_at": report.recorded_at.map(instant_text),
            "holds": report.is_clean(),
            "total_findings": report.total,
            "findings": report.findings.iter().map(finding).collect::<Vec<_>>(),
        })
    };
    json!({
        "holds": reports.iter().all(Report::is_clean),
        "ledgers": reports.iter().map(ledger).collect::<Vec<_>>(),
        "milliseconds": u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
    })
}
