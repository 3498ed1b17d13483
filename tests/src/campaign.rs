//! A fault campaign: what was done to the product under load, and what was found wrong. Each leaves one line of JSON.
//!
//! The lines stand in `target/faults/campaigns.jsonl`. What a campaign draws, it draws from its seed: `MINGZHANG_SEED` runs it
//! again as it was.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Of what was found, so many characters stand in the line.
const LONGEST: usize = 300;

/// One campaign under way.
#[derive(Debug)]
pub struct Campaign {
    name: &'static str,
    seed: u64,
    drawn: u64,
    counts: BTreeMap<&'static str, u64>,
}

impl Campaign {
    /// Begins.
    pub fn begin(name: &'static str) -> Self {
        let given = std::env::var("MINGZHANG_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = given.unwrap_or_else(|| {
            SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| u64::from(since.subsec_nanos()))
        });
        Self { name, seed, drawn: seed, counts: BTreeMap::new() }
    }

    /// A number below a bound: the next of a linear congruence, of which the high half is used.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.drawn = self.drawn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.drawn >> 33) % bound
    }

    /// A while that differs each time, so that a fault meets another moment.
    pub async fn a_while(&mut self, least: u64, most: u64) {
        let millis = least + self.below(most - least);
        tokio::time::sleep(Duration::from_millis(millis)).await;
    }

    /// Counts something.
    pub fn count(&mut self, what: &'static str, times: u64) {
        *self.counts.entry(what).or_default() += times;
    }

    /// How often something was counted.
    pub fn counted(&self, what: &str) -> u64 {
        self.counts.get(what).copied().unwrap_or_default()
    }

    /// Ends: the verdict is that nothing was found, and stands in the campaign's line. Answers the findings.
    pub fn end<F: Debug + Default + PartialEq>(self, findings: F) -> F {
        let held = findings == F::default();
        let counts: Value = self.counts.iter().map(|(what, times)| ((*what).to_owned(), json!(times))).collect();
        let line = json!({
            "campaign": self.name, "commit": commit(), "seed": self.seed, "counts": counts,
            "verdict": if held { "held" } else { "broken" },
            "findings": if held { String::new() } else { format!("{findings:?}").chars().take(LONGEST).collect() },
        });
        write(&line.to_string());
        findings
    }
}

/// The commit that is tested; a tree that is no clone has none.
fn commit() -> String {
    let asked = Command::new("git").args(["-C", env!("CARGO_MANIFEST_DIR"), "rev-parse", "HEAD"]).output();
    let found = asked.ok().filter(|output| output.status.success()).map(|output| output.stdout);
    found.map_or("none".into(), |text| String::from_utf8_lossy(&text).trim().to_owned())
}

fn write(line: &str) {
    let program = std::env::current_exe().unwrap();
    let target =
        program.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file()).unwrap_or(Path::new("target"));
    let folder = target.join("faults");
    fs::create_dir_all(&folder).unwrap();
    let mut file = OpenOptions::new().create(true).append(true).open(folder.join("campaigns.jsonl")).unwrap();
    // One write: campaigns of several processes do not mix their lines.
    file.write_all(format!("{line}\n").as_bytes()).unwrap();
}
