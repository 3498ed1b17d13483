//! Sealed months: computed again from the log and from an export alone, and red whatever a forger did to a seal or to what
//! lies below it, also when he hashed everything anew.

use crate::audit;
use crate::forger::{Forger, offline};
use crate::village::{LEDGER, Village};
use mingzhang_domain::books::{BooksEvent, PeriodSealed};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::figures::{LATE_FEES_FORM, Sealing};
use mingzhang_domain::ledger::Position;
use mingzhang_domain::money::Money;
use mingzhang_domain::stream::Event;
use mingzhang_domain::value::{Count, Digest};
use mingzhang_store::merkle::{Frontier, leaf_hash};
use mingzhang_store::verify::Class;

fn seal(event: &mut Recorded) -> &mut PeriodSealed {
    match &mut event.event {
        Event::Books(BooksEvent::PeriodSealed(sealed)) => sealed,
        _ => unreachable!("no seal"),
    }
}

#[tokio::test]
async fn a_sealed_month_is_computed_again_from_the_log_and_from_an_export_alone() {
    let village = Village::sealed().await;
    let ledger = LEDGER.to_string();
    let all = audit(&village.database, &["seal", "--ledger", &ledger]);
    assert_eq!(all.code, Some(0), "{}{}", all.out, all.err);
    assert_eq!(all.out.lines().filter(|line| line.ends_with(": holds")).count(), 2, "{}", all.out);
    let verified = audit(&village.database, &["verify", "--ledger", &ledger]);
    assert!(verified.code == Some(0) && verified.out.contains(", 2 seals,"), "{}{}", verified.out, verified.err);
    // The figures of the seal are those that are told of the month, as it was known then.
    let january = audit(&village.database, &["seal", "--ledger", &ledger, "--period", "2026-01", "--json"]).json();
    assert_eq!((&january["seals"][0]["holds"], &january["seals"][1]), (&true.into(), &serde_json::Value::Null));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.jsonl");
    let file = path.to_str().unwrap();
    assert_eq!(audit(&village.database, &["export", "--ledger", &ledger, "--out", file]).code, Some(0));
    let exported = offline(&["seal", "--export", file, "--period", "2026-01", "--json"]);
    assert_eq!(exported.code, Some(0), "{}", exported.err);
    assert_eq!(exported.json(), january);
    let text = std::fs::read_to_string(&path).unwrap().replacen("\"35.50\"", "\"35.60\"", 1);
    std::fs::write(&path, text).unwrap();
    let forged = offline(&["seal", "--export", file]);
    assert!(forged.code == Some(1) && forged.out.contains("has another root"), "{}", forged.out);
    assert_eq!(offline(&["seal", "--export", file, "--period", "2026-03"]).code, Some(2));
    assert_eq!(offline(&["seal", "--export", "nothing.jsonl"]).code, Some(3));
}

#[tokio::test]
async fn a_certificate_holds_years_later_without_a_database_and_red_whatever_is_changed_in_it() {
    let village = Village::sealed().await;
    let ledger = LEDGER.to_string();
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (kept, export) = (at("2026-01.json"), at("ledger.jsonl"));
    let write = ["certificate", "--ledger", &ledger, "--period", "2026-01", "--out", &kept];
    let written = audit(&village.database, &write);
    assert_eq!(written.code, Some(0), "{}", written.err);
    assert_eq!(audit(&village.database, &["export", "--ledger", &ledger, "--out", &export]).code, Some(0));
    let check = |file: &str| offline(&["certificate", "--export", &export, "--check", file]);
    let well = check(&kept);
    assert!(well.code == Some(0) && well.out.trim_end().ends_with(": holds"), "{}{}", well.out, well.err);
    let again = offline(&["certificate", "--export", &export, "--period", "2026-01"]);
    let text = std::fs::read_to_string(&kept).unwrap();
    assert_eq!(again.out, text, "the same from an export");
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["vouchers"][0]["first"], "1");
    assert!(document["checklist"]["allowance"].is_string() && document["figures"]["period"] == "2026-01");
    let changed = at("changed.json");
    for (part, from, to) in [
        ("trial_balance", "\"debit\":\"", "\"debit\":\"1"),
        ("vouchers", "\"vouchers\":[{\"first\":\"1\",\"last\":\"", "\"vouchers\":[{\"first\":\"1\",\"last\":\"1"),
        ("size", "\"size\":\"", "\"size\":\"1"),
        ("checklist", "\"refunds\":\"", "\"refunds\":\"9"),
        ("closed_at", "\"closed_at\":\"2026", "\"closed_at\":\"2027"),
    ] {
        assert!(text.contains(from), "{part}: {text}");
        std::fs::write(&changed, text.replacen(from, to, 1).replace("\"90\"", "\"9\"")).unwrap();
        let found = check(&changed);
        assert!(found.code == Some(1) && found.out.contains(&format!("has other {part} ")), "{part}: {}", found.out);
    }
    std::fs::write(&changed, text.replace(':', ": ")).unwrap();
    assert_eq!(check(&changed).code, Some(2), "another program wrote it again");
    assert_eq!(check(&at("none.json")).code, Some(3));
    let forged = std::fs::read_to_string(&export).unwrap().replacen("\"35.50\"", "\"35.60\"", 1);
    std::fs::write(&export, forged).unwrap();
    let found = check(&kept);
    assert!(found.code == Some(1) && found.out.contains("does not hold"), "{}", found.out);
}

#[tokio::test]
async fn a_forged_seal_is_found_although_every_hash_fits() {
    let mut forger = Forger::new(Village::sealed().await).await;
    assert!(forger.verify().await.is_clean());
    let mut forgeries = 0;
    for position in forger.seals() {
        for byte in 0..8_usize {
            forger.found(position, Class::Seal, "root", |event| seal(event).root.0[byte * 4] ^= 1).await;
            forger.found(position, Class::Seal, "figures", |event| seal(event).figures.0[byte * 4] ^= 0x80).await;
            forgeries += 2;
        }
        for by in [1, 2, 3, 5] {
            forger
                .found(position, Class::Seal, "size less", |event| seal(event).size = Position(seal(event).size.0 - by))
                .await;
            forger
                .found(position, Class::Seal, "size more", |event| seal(event).size = Position(seal(event).size.0 + by))
                .await;
            forgeries += 2;
        }
        let rows = seal(&mut forger.honest[usize::try_from(position).unwrap() - 1].clone()).trial_balance.len();
        assert!(rows >= 4);
        for row in 0..rows {
            let more = |amount: &mut Money| *amount = amount.fold(Money::from_fen(1));
            forger.found(position, Class::Seal, "debit", |event| more(&mut seal(event).trial_balance[row].debit)).await;
            let less = |event: &mut Recorded| {
                seal(event).trial_balance.remove(row);
            };
            forger.found(position, Class::Seal, "a book less", less).await;
            forgeries += 2;
        }
        forger.found(position, Class::Seal, "version", |event| seal(event).version = Count(2)).await;
        forger.found(position, Class::Seal, "period", |event| seal(event).period = "2025-12".parse().unwrap()).await;
        forger.found(position, Class::Seal, "form", |event| seal(event).figures_form = Count(2)).await;
        forger.found(position, Class::Seal, "beyond", |event| seal(event).size = Position(9_999)).await;
        forger.found(position, Class::Seal, "zero", |event| seal(event).root = Digest([0; 32])).await;
        forgeries += 5;
    }
    assert!(forgeries >= 50, "{forgeries}");
    assert!(forger.verify().await.is_clean(), "all undone");
}

#[tokio::test]
async fn what_is_forged_below_a_seal_is_found_although_every_hash_fits() {
    let mut forger = Forger::new(Village::sealed().await).await;
    let last = seal(&mut forger.honest[usize::try_from(forger.seals()[1]).unwrap() - 1].clone()).size.0;
    let mut forgeries = 0;
    for position in 1..=last {
        // Right in every way, but never written; and another day for what posts.
        forger.found(position, Class::Seal, "salt", |event| event.salt[0] ^= 1).await;
        forgeries += 1;
        let event = &forger.honest[usize::try_from(position).unwrap() - 1];
        if event.postings.is_some() && event.effective_on.to_string().as_str() < "2026-01-31" {
            let later = "2026-01-31".parse().unwrap();
            forger.found(position, Class::Seal, "day", |event| event.effective_on = later).await;
            forgeries += 1;
        }
    }
    assert!(forgeries >= 50, "{forgeries}");
}

/// Which seals do not say what each says when the log is read for it alone.
fn wrong(events: &[Recorded]) -> Vec<i64> {
    let claims = events.iter().filter_map(|event| match &event.event {
        Event::Books(BooksEvent::PeriodSealed(sealed)) => Some((event.position, sealed)),
        _ => None,
    });
    let differs = |said: &PeriodSealed| {
        let mut sealing = Sealing::new(said.period, said.figures_form).unwrap();
        let mut frontier = Frontier::default();
        for event in events.iter().take_while(|event| event.position <= said.size.0) {
            frontier.push(leaf_hash(&event.body().unwrap()));
            sealing.see(event).unwrap();
        }
        let computed = sealing.seal(said.version, Digest(frontier.root()));
        computed.as_ref() != Ok(said)
    };
    claims.filter(|(_, said)| differs(said)).map(|(position, _)| i64::try_from(position).unwrap()).collect()
}

#[tokio::test]
async fn any_number_of_seals_is_computed_again_in_one_walk() {
    let mut forger = Forger::new(Village::sealed_for_two_years().await).await;
    let seals = forger.seals();
    let of = |form| {
        let sealed =
            |position: &&u64| seal(&mut forger.honest[usize::try_from(**position).unwrap() - 1].clone()).clone();
        seals.iter().filter(|position| sealed(position).figures_form == form).count()
    };
    assert_eq!((seals.len(), of(Count(1)), of(LATE_FEES_FORM)), (26, 4, 22));
    let began = std::time::Instant::now();
    let report = forger.verify().await;
    println!("{} events, {} seals: {:?}", report.events, report.seals, began.elapsed());
    assert!(report.is_clean() && report.seals == 26, "{:?}", report.findings);
    assert_eq!(wrong(&forger.honest), Vec::<i64>::new());
    // One seal after another, and several at once; then a fact far below them.
    for forged in [&seals[..1], &seals[7..8], &seals[3..20], &seals[25..]] {
        let mut events = forger.honest.clone();
        for position in forged {
            seal(&mut events[usize::try_from(*position).unwrap() - 1]).figures.0[0] ^= 1;
        }
        // Whoever forges a seal changes the root of those after it.
        forger.write(&events).await;
        let report = forger.verify().await;
        let mut told: Vec<i64> = report.findings.iter().map(|found| found.position).collect();
        told.dedup();
        assert_eq!(told, wrong(&events), "{:?}", report.findings);
        assert!(report.findings.iter().all(|found| found.class == Class::Seal));
    }
    let is_paid = |event: &Recorded| event.event.event_type() == "charge_paid";
    let paid = forger.honest.iter().filter(|event| is_paid(event)).nth(40).unwrap().position;
    let mut events = forger.honest.clone();
    events[usize::try_from(paid).unwrap() - 1].salt[0] ^= 1;
    forger.write(&events).await;
    let told: Vec<i64> = forger.verify().await.findings.iter().map(|found| found.position).collect();
    assert_eq!(told, wrong(&events));
    assert!(told.len() > 10 && told.len() < 26, "{}", told.len());
    forger.write(&forger.honest.clone()).await;
    assert!(forger.verify().await.is_clean(), "all undone");
}
