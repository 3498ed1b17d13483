//! The books of a month as files: the same bytes again, also after later months, and what programs that know nothing of ours
//! add up from them.

use super::town::Town;
use super::{Stage, stage};
use mingzhang_domain::book::Purse;
use mingzhang_domain::books::chart::{ChartPreset, Coded};
use mingzhang_domain::books::{BookCodeSet, BooksEvent, ChartPresetSet, PeriodSealed};
use mingzhang_domain::calendar::Month;
use mingzhang_domain::id::{BooksId, LedgerStreamId};
use mingzhang_domain::ledger::{LedgerClock, LedgerKind, LedgerOpened, Position};
use mingzhang_domain::stream::Event;
use mingzhang_domain::value::{Count, Digest};
use mingzhang_projections::export::{BooksFormat, ExportError};
use mingzhang_projections::reader::Reader;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;
use std::process::Command;

/// A town whose closed months are sealed.
async fn lived(stage: &Stage, town: &mut Town, facts: usize) {
    let seen = town.events.len();
    town.live(facts);
    let closed: Vec<(Month, u64)> = town.events[seen..]
        .iter()
        .filter_map(|event| match &event.event {
            Event::Books(BooksEvent::PeriodClosed(closed)) => Some((closed.period, event.position)),
            _ => None,
        })
        .collect();
    for (period, position) in closed {
        let sealed = PeriodSealed {
            period,
            version: Count(1),
            size: Position(position),
            root: Digest([7; 32]),
            trial_balance: vec![],
            figures_form: Count(1),
            figures: Digest([8; 32]),
        };
        town.push(BooksId::of_ledger(town.ledger()).into(), sealed.into());
    }
    stage.append(&town.events[seen..]).await;
    stage.catch_up(2_000).await;
}

async fn begun(number: u64) -> (Stage, Town, Reader) {
    let stage = stage().await;
    let mut town = Town::new(number, 7);
    let opened = LedgerOpened {
        kind: LedgerKind::Community,
        parent: None,
        code: "XQ".parse().unwrap(),
        clock: LedgerClock::System,
        created_by: None,
    };
    town.push(LedgerStreamId::of_ledger(town.ledger()).into(), opened.into());
    stage.append(&town.events).await;
    lived(&stage, &mut town, 900).await;
    let reader = Reader::new(stage.reader.clone(), None);
    (stage, town, reader)
}

async fn export(reader: &Reader, town: &Town, of: (Purse, Month), format: &str) -> Result<Vec<u8>, ExportError> {
    let format: BooksFormat = format.parse().unwrap();
    let mut file = reader.export(town.ledger(), of, format, tempfile::tempfile().unwrap()).await?.value;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).unwrap();
    Ok(bytes)
}

/// The months that were closed.
fn closed(town: &Town) -> Vec<Month> {
    let closes = town.events.iter().filter_map(|event| match &event.event {
        Event::Books(BooksEvent::PeriodClosed(closed)) => Some(closed.period),
        _ => None,
    });
    closes.collect()
}

#[tokio::test]
async fn a_closed_month_is_exported_with_the_same_bytes_for_ever() {
    let (stage, mut town, reader) = begun(401).await;
    let month = *closed(&town).first().unwrap();
    let mut before = BTreeMap::new();
    for purse in [Purse::Company, Purse::MaintenanceFund] {
        for format in BooksFormat::WORDS {
            let bytes = export(&reader, &town, (purse, month), format).await.unwrap();
            assert!(!bytes.is_empty(), "{format}");
            assert_eq!(export(&reader, &town, (purse, month), format).await.unwrap(), bytes, "{format}");
            before.insert((purse, format), bytes);
        }
    }
    // Codes of later months, and later months themselves, change nothing of it.
    let books = BooksId::of_ledger(town.ledger());
    let from = closed(&town).last().unwrap().next();
    town.push(books.into(), ChartPresetSet { from, preset: ChartPreset::SmallEnterprise }.into());
    stage.append(&town.events[town.events.len() - 1..]).await;
    lived(&stage, &mut town, 700).await;
    for ((purse, format), bytes) in before {
        assert_eq!(export(&reader, &town, (purse, month), format).await.unwrap(), bytes, "{format}");
    }
}

#[tokio::test]
async fn a_closed_month_waits_for_its_seal() {
    let (stage, mut town, reader) = begun(402).await;
    let seen = town.events.len();
    let months = closed(&town).len();
    while closed(&town).len() == months {
        town.live(20);
    }
    stage.append(&town.events[seen..]).await;
    stage.catch_up(2_000).await;
    let month = *closed(&town).last().unwrap();
    let early = export(&reader, &town, (Purse::Company, month), "hledger").await;
    assert!(matches!(early, Err(ExportError::NotSealed)), "{early:?}");
}

/// True when a program is here; without it the test says so and passes, but not where CI decides.
fn is_here(program: &str) -> bool {
    let here = Command::new(program).arg("--version").output().is_ok_and(|answer| answer.status.success());
    assert!(here || std::env::var_os("CI").is_none(), "{program} is missing: run make setup");
    if !here {
        eprintln!("SKIPPED: {program} is missing; make setup installs it");
    }
    here
}

fn said(command: &mut Command) -> (bool, String) {
    // hledger reads and writes UTF-8 only when it is told to.
    let answer = command.env("LC_ALL", "C.UTF-8").output().unwrap();
    (answer.status.success(), String::from_utf8([answer.stdout, answer.stderr].concat()).unwrap())
}

/// What hledger adds up for each account at the depth of books.
fn balances(path: &Path) -> BTreeMap<String, Decimal> {
    let arguments = ["bal", "--depth", "3", "--flat", "--no-total", "-O", "csv"];
    let (good, csv) = said(Command::new("hledger").arg("-f").arg(path).args(arguments));
    assert!(good, "{csv}");
    let row = |line: &str| {
        let (account, sum) = line.trim_matches('"').split_once("\",\"").unwrap();
        let account = account.split_once(':').unwrap().1.to_owned();
        (account, sum.trim_end_matches(" CNY").parse::<Decimal>().unwrap())
    };
    csv.lines().skip(1).map(row).collect()
}

#[tokio::test]
async fn hledger_and_beancount_find_every_balance_of_the_trial_balance() {
    if !is_here("hledger") || !is_here("bean-check") {
        return;
    }
    let (stage, mut town, reader) = begun(403).await;
    let books = BooksId::of_ledger(town.ledger());
    let coded = Some(Coded { code: "1122.01.02".parse().unwrap(), name: "应收账款-物业费".parse().unwrap() });
    let from = closed(&town).last().unwrap().next();
    let set = BookCodeSet {
        from,
        purse: Purse::Company,
        book: mingzhang_domain::book::Book::Receivable,
        fund: Some(mingzhang_domain::book::Fund::Operating),
        fee_item: None,
        channel_account: None,
        coded,
        seen: vec![],
    };
    let seen = town.events.len();
    town.push(books.into(), set.into());
    stage.append(&town.events[seen..]).await;
    lived(&stage, &mut town, 600).await;
    let folder = tempfile::tempdir().unwrap();
    let mut found = 0;
    for month in closed(&town) {
        let rows = reader.trial_balance(town.ledger(), month).await.unwrap().value;
        for purse in [Purse::Company, Purse::MaintenanceFund] {
            let mut ours: BTreeMap<String, Decimal> = BTreeMap::new();
            for row in rows.iter().filter(|row| row.purse.0 == purse) {
                let sum = ours.entry(format!("{purse}:{}", row.book)).or_default();
                *sum += row.debit.decimal() - row.credit.decimal();
            }
            ours.retain(|_, sum| !sum.is_zero());
            let path = folder.path().join(format!("{month}-{purse}.journal"));
            std::fs::write(&path, export(&reader, &town, (purse, month), "hledger").await.unwrap()).unwrap();
            let (good, message) = said(Command::new("hledger").arg("-f").arg(&path).args(["check", "--strict"]));
            assert!(good, "{message}");
            assert_eq!(balances(&path), ours, "{month} {purse}");
            found += ours.len();
            let path = path.with_extension("beancount");
            std::fs::write(&path, export(&reader, &town, (purse, month), "beancount").await.unwrap()).unwrap();
            let (good, message) = said(Command::new("bean-check").arg("--no-cache").arg(&path));
            assert!(good, "{message}");
        }
    }
    assert!(found > 20, "{found}");
}

/// What 用友 reads: per voucher debits are credits, and the vouchers are those of the series.
#[tokio::test]
async fn exported_vouchers_balance_and_are_all_there() {
    let (_stage, town, reader) = begun(404).await;
    for month in closed(&town) {
        let bytes = export(&reader, &town, (Purse::Company, month), "ufida_v800").await.unwrap();
        let (text, _, faulty) = encoding_rs::GBK.decode(&bytes);
        assert!(!faulty);
        let mut sums: BTreeMap<u32, Decimal> = BTreeMap::new();
        for row in text.lines().skip(1) {
            let fields: Vec<&str> = row.split(',').collect();
            assert_eq!(fields.len(), 48, "{row}");
            let (debit, credit): (Decimal, Decimal) = (fields[6].parse().unwrap(), fields[7].parse().unwrap());
            assert!(debit.is_zero() != credit.is_zero(), "exactly one side: {row}");
            *sums.entry(fields[2].parse().unwrap()).or_default() += debit - credit;
        }
        assert!(sums.values().all(Decimal::is_zero), "{sums:?}");
        let numbers: Vec<u32> = sums.into_keys().collect();
        assert_eq!(numbers, (1..=numbers.len() as u32).collect::<Vec<_>>());
    }
}
