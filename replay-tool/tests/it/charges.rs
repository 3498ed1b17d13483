//! Charges: explained from the log and from an export alone, and red when an amount was forged that hashes and postings fit.

use crate::audit;
use crate::forger::{Forger, offline};
use crate::village::{LEDGER, Village};
use mingzhang_domain::account::{AccountEvent, ChargePosted};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::money::Money;
use mingzhang_domain::stream::Event;
use mingzhang_domain::taking::TakingEvent;
use mingzhang_store::verify::Class;
use uuid::Uuid;

fn posted(event: &mut Recorded) -> Option<&mut ChargePosted> {
    match &mut event.event {
        Event::Account(AccountEvent::ChargePosted(posted)) => Some(posted),
        _ => None,
    }
}

#[tokio::test]
async fn a_charge_is_explained_from_the_log_and_from_an_export_alone() {
    let village = Village::billed().await;
    let ledger = LEDGER.to_string();
    let said = audit(&village.database, &["explain", "--ledger", &ledger, "--unit", "1-101"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert_eq!(said.out.lines().filter(|line| line.ends_with(": holds")).count(), 3, "{}", said.out);
    assert!(said.out.contains("建筑面积 89.76 平方米 × 单价 2.38 元/平方米·月 × (14/31 + 2) 个月"), "{}", said.out);
    let all = audit(&village.database, &["explain", "--ledger", &ledger, "--unit", "1-101", "--json"]).json();
    let charge = all["charges"][1]["charge"].as_str().unwrap();
    let one = audit(&village.database, &["explain", "--ledger", &ledger, "--charge", charge, "--json"]).json();
    assert_eq!((&one["charges"][0], &one["holds"]), (&all["charges"][1], &true.into()));

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.jsonl");
    let file = path.to_str().unwrap();
    assert_eq!(audit(&village.database, &["export", "--ledger", &ledger, "--out", file]).code, Some(0));
    assert_eq!(offline(&["explain", "--export", file, "--charge", charge, "--json"]).json(), one);
    assert_eq!(offline(&["explain", "--export", file, "--unit", "1-101", "--json"]).json(), all);
    let text = std::fs::read_to_string(&path).unwrap().replace("\"2.38\"", "\"2.58\"");
    std::fs::write(&path, text).unwrap();
    let forged = offline(&["explain", "--export", file, "--charge", charge]);
    assert!(forged.code == Some(1) && forged.out.contains(": does not hold"), "{}{}", forged.out, forged.err);

    let nobody = Uuid::nil().to_string();
    assert_eq!(audit(&village.database, &["explain", "--ledger", &ledger, "--charge", &nobody]).code, Some(2));
    assert_eq!(audit(&village.database, &["explain", "--ledger", &ledger, "--unit", "9-999"]).code, Some(2));
    assert_eq!(audit(&village.database, &["explain", "--ledger", &ledger]).code, Some(2));
}

#[tokio::test]
async fn a_stay_of_nobodys_unit_is_explained_by_its_charge() {
    let mut forger = Forger::new(Village::parked().await).await;
    let recorded = forger.honest.iter_mut().find_map(|event| match &event.event {
        Event::Taking(TakingEvent::TakingRecorded(recorded)) => Some(recorded.of.charge.to_string()),
        _ => None,
    });
    let (charge, ledger) = (recorded.unwrap(), LEDGER.to_string());
    let said = audit(&forger.village.database, &["explain", "--ledger", &ledger, "--charge", &charge]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert!(said.out.contains("computed again: 9.00, posted: 9.00: holds"), "{}", said.out);
    let all = audit(&forger.village.database, &["explain", "--ledger", &ledger, "--charge", &charge, "--json"]).json();
    assert_eq!((&all["charges"][0]["kind"], &all["holds"]), (&"stay".into(), &true.into()));
}

#[tokio::test]
async fn a_forged_amount_is_found_although_every_hash_and_posting_fits() {
    let mut forger = Forger::new(Village::billed().await).await;
    let report = forger.verify().await;
    assert!(report.is_clean() && report.charges == 3, "{:?}", report.findings);
    let is_charge = |event: &&mut Recorded| event.event.event_type() == "charge_posted";
    let charges: Vec<u64> = forger.honest.iter_mut().filter(is_charge).map(|event| event.position).collect();
    let more = |amount: &mut Money| *amount = amount.fold(Money::from_fen(1));
    for position in charges {
        let forge = |of: fn(&mut ChargePosted, fn(&mut Money))| {
            move |event: &mut Recorded| posted(event).into_iter().for_each(|posted| of(posted, more))
        };
        let (amount, tax) = (
            forge(|charge, more| more(&mut charge.amount)),
            forge(|charge, more| {
                [&mut charge.gross, &mut charge.amount, &mut charge.vat.net].into_iter().for_each(more);
            }),
        );
        forger.found(position, Class::Charge, "amount", amount).await;
        forger.found(position, Class::Charge, "gross, amount and net", tax).await;
        let whole = forge(|charge, more| charge.whole.iter_mut().for_each(more));
        forger.found(position, Class::Charge, "whole", whole).await;
        let area = |event: &mut Recorded| posted(event).unwrap().inputs[0].value = "98.76".parse().unwrap();
        forger.found(position, Class::Charge, "area", area).await;
    }
    assert!(forger.verify().await.is_clean(), "all undone");
}
