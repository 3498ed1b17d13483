//! Programs that know nothing of ours, hledger and beancount, add up the log and compare it with the live read models.

use crate::village::{LEDGER, Village};
use crate::{audit, project, tamper};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// A program that reads journals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reads {
    Hledger,
    Beancount,
}

/// Every way to write a journal.
const WAYS: [(Reads, bool); 4] =
    [(Reads::Hledger, false), (Reads::Beancount, false), (Reads::Hledger, true), (Reads::Beancount, true)];

impl Reads {
    fn format(self) -> &'static str {
        match self {
            Self::Hledger => "hledger",
            Self::Beancount => "beancount",
        }
    }

    fn program(self) -> &'static str {
        match self {
            Self::Hledger => "hledger",
            Self::Beancount => "bean-check",
        }
    }

    /// True when the program is here; without it the test says so and passes, but not where CI decides.
    fn is_here(self) -> bool {
        let program = self.program();
        let here = Command::new(program).arg("--version").output().is_ok_and(|answer| answer.status.success());
        assert!(here || std::env::var_os("CI").is_none(), "{program} is missing: run make setup");
        if !here {
            eprintln!("SKIPPED: {program} is missing; make setup installs it");
        }
        here
    }

    /// Whether it accepts a journal, and what it says.
    fn check(self, journal: &str) -> (bool, String) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.journal");
        std::fs::write(&path, journal).unwrap();
        match self {
            Self::Hledger => hledger(&path, &["check", "--strict"]),
            // A cache beside the file would be a file that nobody asked for.
            Self::Beancount => said(Command::new("bean-check").arg("--no-cache").arg(&path)),
        }
    }

    /// True for a line that asserts an amount.
    fn is_assertion(self, line: &str) -> bool {
        match self {
            Self::Hledger => line.contains("=*"),
            Self::Beancount => line.contains(" balance "),
        }
    }

    /// What it says of an assertion that does not hold.
    fn complaint(self) -> &'static str {
        match self {
            Self::Hledger => "balance assertion",
            Self::Beancount => "Balance failed",
        }
    }
}

fn said(command: &mut Command) -> (bool, String) {
    // hledger reads and writes UTF-8 only when it is told to.
    let answer = command.env("LC_ALL", "C.UTF-8").output().unwrap();
    (answer.status.success(), String::from_utf8([answer.stdout, answer.stderr].concat()).unwrap())
}

fn hledger(path: &Path, arguments: &[&str]) -> (bool, String) {
    said(Command::new("hledger").arg("-f").arg(path).args(arguments))
}

fn export(village: &Village, (reads, by_day): (Reads, bool)) -> String {
    let ledger = LEDGER.to_string();
    let mut arguments = vec!["export", "--format", reads.format(), "--ledger", &ledger, "--wait", "0"];
    arguments.extend(by_day.then_some("--by-day"));
    let answer = audit(&village.database, &arguments);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    answer.out
}

#[tokio::test]
async fn hledger_accepts_the_journal_and_finds_the_trial_balance() {
    if !Reads::Hledger.is_here() {
        return;
    }
    let village = Village::lived().await;
    project(&village.database).await;
    let journal = export(&village, (Reads::Hledger, false));
    let (good, said) = Reads::Hledger.check(&journal);
    assert!(good, "{said}\n{journal}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.journal");
    std::fs::write(&path, &journal).unwrap();
    let (_, csv) = hledger(&path, &["bal", "--depth", "3", "--flat", "--empty", "--no-total", "-O", "csv"]);
    let amount = |text: &str| text.trim_end_matches(" CNY").parse::<rust_decimal::Decimal>().unwrap();
    let theirs: BTreeMap<String, rust_decimal::Decimal> = csv
        .lines()
        .skip(1)
        .map(|line| line.trim_matches('"').split_once("\",\"").unwrap())
        .map(|(account, sum)| (account.split_once(':').unwrap().1.to_owned(), amount(sum)))
        .collect();
    let answer = audit(&village.database, &["as-of", "--ledger", &LEDGER.to_string(), "--json"]).json();
    let ours: BTreeMap<String, rust_decimal::Decimal> = answer["trial_balance"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let text = |key: &str| row[key].as_str().unwrap();
            (format!("{}:{}", text("purse"), text("book")), amount(text("balance")))
        })
        .collect();
    assert_eq!(theirs, ours);
    assert!(ours.len() > 10 && ours.values().any(|sum| !sum.is_zero()), "{ours:?}");
}

#[tokio::test]
async fn every_way_to_write_a_journal_is_accepted() {
    let village = Village::lived().await;
    accepted(&village).await;
}

#[tokio::test]
async fn what_came_out_of_old_books_stands_in_every_journal() {
    let village = Village::from_old_books().await;
    accepted(&village).await;
    let journal = export(&village, (Reads::Hledger, false));
    for (book, amount) in [("opening_clearing", "-200.00"), ("credit", "-100.00"), ("deposit_held", "-1000.00")] {
        let line = |line: &&str| line.contains(&format!(":{book}")) && line.contains(&format!(" {amount} CNY"));
        assert!(journal.lines().find(line).is_some(), "{book} {amount}: {journal}");
    }
}

async fn accepted(village: &Village) {
    project(&village.database).await;
    for (reads, by_day) in WAYS {
        if reads.is_here() {
            let journal = export(village, (reads, by_day));
            let (good, said) = reads.check(&journal);
            assert!(good && (reads != Reads::Beancount || said.is_empty()), "{reads:?}: {said}\n{journal}");
        }
    }
}

#[tokio::test]
async fn the_journal_holds_every_money_event_and_no_text_of_anybody() {
    let village = Village::lived().await;
    project(&village.database).await;
    let bodies = audit(&village.database, &["export", "--ledger", &LEDGER.to_string()]).out;
    let events: Vec<serde_json::Value> = bodies.lines().map(|body| serde_json::from_str(body).unwrap()).collect();
    let money = events.iter().filter(|event| event.get("postings").is_some());
    for way in WAYS {
        assert!(export(&village, way).is_ascii(), "ids only: names and reasons of this village are Chinese");
    }
    let (hledger, beancount) = (export(&village, (Reads::Hledger, false)), export(&village, (Reads::Beancount, false)));
    for event in &events {
        let head = format!("{} * ({}) ", event["effective_on"].as_str().unwrap(), event["position"]);
        let transactions = hledger.lines().filter(|line| line.starts_with(&head)).count();
        assert_eq!(transactions, usize::from(event.get("postings").is_some()), "{head}");
        let named = beancount.matches(&format!("  event: {}\n", event["event_id"])).count();
        assert_eq!(named, transactions, "{head}");
    }
    for (reads, by_day) in WAYS.into_iter().filter(|(_, by_day)| *by_day) {
        let journal = export(&village, (reads, by_day));
        let counts = journal.lines().filter(|line| line.contains("by_day"));
        let counts: Vec<usize> = counts
            .map(|line| line.trim_end_matches('"').trim_end_matches(" events").rsplit([' ', '"']).next().unwrap())
            .map(|count| count.parse().unwrap())
            .collect();
        assert_eq!(counts.iter().sum::<usize>(), money.clone().count(), "{reads:?}");
        assert!(counts.len() < money.clone().count(), "{reads:?}: days hold several events");
    }
}

#[tokio::test]
async fn one_wrong_fen_in_the_journal_fails() {
    let village = Village::lived().await;
    project(&village.database).await;
    for (reads, by_day) in WAYS {
        if !reads.is_here() {
            continue;
        }
        let journal = export(&village, (reads, by_day));
        let is_posting = |line: &&str| line.to_lowercase().contains(":suspense") && line.contains(" -77.07 CNY");
        let posting = journal.lines().find(|line| is_posting(line) && !reads.is_assertion(line)).unwrap();
        let (good, said) = reads.check(&journal.replace(posting, &posting.replace("-77.07", "-77.06")));
        assert!(!good && said.contains("balance"), "{said}");
        // Both sides of a transaction are wrong: it balances, and the read models say otherwise.
        let wrong = |line: &str| line.replace("77.07 CNY", "77.06 CNY");
        let lines: Vec<String> =
            journal.lines().map(|line| if reads.is_assertion(line) { line.to_owned() } else { wrong(line) }).collect();
        let (good, said) = reads.check(&lines.join("\n"));
        assert!(!good && said.contains(reads.complaint()), "{said}");
        let is_whole = |line: &&str| {
            let amount = line.trim_end_matches(" ~ 0 CNY").trim_end_matches(" CNY");
            reads.is_assertion(line) && amount.ends_with(".00") && !amount.ends_with(" 0.00")
        };
        let asserted = journal.lines().rfind(is_whole).unwrap();
        let at = asserted.rfind(".00").unwrap();
        let changed = [&asserted[..at], ".01", &asserted[at + 3..]].concat();
        let (good, said) = reads.check(&journal.replace(asserted, &changed));
        assert!(!good && said.contains(reads.complaint()), "{said}");
    }
}

#[tokio::test]
async fn one_wrong_fen_in_a_live_row_fails() {
    let village = Village::lived().await;
    let table = [
        "UPDATE read_model.trial_balance SET debit = debit + 0.01 WHERE month = '2026-01' AND book = 'receivable'",
        "UPDATE read_model.account_balance SET receivable = receivable - 0.01 WHERE receivable = 50.00",
        "UPDATE read_model.account_balance SET credit = credit + 0.01 WHERE fund = 'operating'",
        "UPDATE read_model.account_balance SET deposit_held = 500.01 WHERE deposit_held = 500.00",
        "DELETE FROM read_model.account_balance WHERE receivable = 50.00",
        "DELETE FROM read_model.trial_balance WHERE book = 'suspense'",
        // Right at the end, wrong in between.
        "UPDATE read_model.trial_balance SET debit = debit + CASE month WHEN '2026-01' THEN 0.01 ELSE -0.01 END
         WHERE book = 'bank' AND purse = 'company'",
    ];
    for sql in table {
        project(&village.database).await;
        tamper(&village.database, sql).await;
        for (reads, by_day) in WAYS {
            if reads.is_here() {
                let (good, said) = reads.check(&export(&village, (reads, by_day)));
                assert!(!good && said.contains(reads.complaint()), "{reads:?} {sql}: {said}");
            }
        }
        let mend = crate::program(&village.database, mingzhang_store::postgres::Role::Projector, &["rebuild"]);
        assert_eq!(crate::run(mend).code, Some(0));
    }
    for (reads, by_day) in WAYS {
        if reads.is_here() {
            let (good, said) = reads.check(&export(&village, (reads, by_day)));
            assert!(good, "mended: {said}");
        }
    }
}

#[tokio::test]
async fn read_models_that_are_behind_are_refused() {
    let mut village = Village::founded().await;
    project(&village.database).await;
    village.january().await;
    let ledger = LEDGER.to_string();
    let question = ["export", "--format", "hledger", "--ledger", &ledger, "--wait", "0"];
    let answer = audit(&village.database, &question);
    assert!(answer.code == Some(3) && answer.err.contains("reflect position"), "{answer:?}");
    assert_eq!(answer.out, "");
    project(&village.database).await;
    assert_eq!(audit(&village.database, &question).code, Some(0));
    assert_eq!(audit(&village.database, &[&question[..], &["--until", "3"]].concat()).code, Some(2));
    assert_eq!(audit(&village.database, &["export", "--by-day", "--ledger", &ledger]).code, Some(2));
}
