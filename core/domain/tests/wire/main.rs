//! The bytes of the log, frozen: one golden body per event type and version in `tests/wire/`, their leaf hashes and
//! roots in `heads.json`; the documents that describe them; the verifier that reads them without this code.
//!
//! A new event, optional field or word: add a sample to this folder's file of its noun, then
//! `UPDATE_WIRE=1 UPDATE_EVENTS=1 cargo nextest run -p mingzhang-domain --test wire`. What was released is pinned by
//! [`FROZEN`]: only new files may appear, a changed one is a broken promise. Two branches that both added events conflict
//! in `heads.json`: take either side and run it again.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may stop at the first surprise")]

mod account;
mod administrator;
mod approval;
mod bill_run;
mod books;
mod channel_account;
mod channel_day;
mod channel_refund;
mod channel_settlement;
mod community;
mod company;
mod day_close;
mod dunning;
mod events_doc;
mod fee_item;
mod fund_spend;
mod ids;
mod import;
mod invoice;
mod invoice_claim;
mod ledger;
mod log_format;
mod meter;
mod meter_code;
mod opening;
mod order_claim;
mod party;
mod payment;
mod payment_order;
mod person;
mod pool;
mod receipt_series;
mod records;
mod reference;
mod shift;
mod shift_claim;
mod staff;
mod supplier_bill;
mod taking;
mod tree;
mod unit;
mod unit_code;
mod verifier;
mod work_order;

use mingzhang_domain::envelope::{Recorded, event_type_of, is_canonical};
use mingzhang_domain::posting::balanced;
use mingzhang_domain::stream::Event;
use records::{all, folder, heads, samples};
use std::collections::BTreeSet;

/// The bodies of the first release: how many, in the order of `heads.json`, and the root over them. A release appends
/// the bodies that came since; no number here ever goes down, and no root for a size changes.
const FROZEN: (usize, &str) = (157, "cd60d9cbda02420c176b3a22733442de86ab66ec85cf3ec2f028eeb25d37420b");

const HOW: &str =
    "if the change is wanted: UPDATE_WIRE=1 UPDATE_EVENTS=1 cargo nextest run -p mingzhang-domain --test wire";

#[test]
fn every_event_type_has_a_sample() {
    let samples = samples();
    let have: BTreeSet<&str> = samples.iter().map(|(_, name, _)| *name).collect();
    assert_eq!(have.len(), samples.len(), "two samples share a name");
    for (stream, event_type, version) in Event::types() {
        let name = format!("{event_type}.v{version}");
        assert!(have.contains(name.as_str()), "no sample {name}: add it to core/domain/tests/wire/{stream}.rs");
    }
}

#[test]
fn every_field_is_filled_by_a_sample() {
    let unfilled = events_doc::unfilled();
    assert!(unfilled.is_empty(), "no sample fills {unfilled:?}");
}

#[test]
fn what_was_released_is_frozen() {
    let (size, root) = FROZEN;
    let heads: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder().join("heads.json")).unwrap()).unwrap();
    let names = heads["events"].as_array().unwrap().iter().map(|event| event["name"].as_str().unwrap());
    let leaves: Vec<[u8; 32]> = names
        .take(size)
        .map(|name| tree::leaf(&std::fs::read(folder().join(format!("{name}.json"))).unwrap()))
        .collect();
    assert_eq!(leaves.len(), size, "a released body is gone from heads.json");
    assert_eq!(tree::hex(&tree::root(&leaves)), root, "a released body was changed: add a schema_version instead");
}

#[test]
fn bodies_survive_reading_and_writing() {
    for golden in all() {
        let read = Recorded::from_body(&golden.body).unwrap();
        assert_eq!(event_type_of(&golden.body), Some(read.event.event_type()));
        assert!(is_canonical(&golden.body).unwrap(), "{}", golden.name);
        assert_eq!(
            read.event.postings(read.effective_on).map(|lines| lines.finish()),
            read.postings,
            "{}",
            golden.name
        );
        assert!(balanced(read.postings.as_deref().unwrap_or_default()), "{} does not balance", golden.name);
    }
}

#[test]
fn whose_word_a_fact_stands_on_is_read_from_every_fact_that_says_it() {
    for golden in all() {
        let body: serde_json::Value = serde_json::from_slice(&golden.body).unwrap();
        let read = Recorded::from_body(&golden.body).unwrap();
        assert_eq!(read.event.approved().is_some(), body["data"].get("approved").is_some(), "{}", golden.name);
    }
}

#[test]
fn golden_bodies_are_what_the_code_writes() {
    let all = all();
    let heads = serde_json::to_string_pretty(&heads(&all)).unwrap() + "\n";
    let mut expected: Vec<(String, Vec<u8>)> = vec![("heads.json".to_owned(), heads.into_bytes())];
    expected.extend(all.into_iter().map(|golden| (format!("{}.json", golden.name), golden.body)));
    let names: BTreeSet<String> = expected.iter().map(|(name, _)| name.clone()).collect();
    std::fs::create_dir_all(folder()).unwrap();
    let found: BTreeSet<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".json"))
        .collect();
    if std::env::var_os("UPDATE_WIRE").is_some() {
        expected.iter().for_each(|(name, bytes)| std::fs::write(folder().join(name), bytes).unwrap());
        found.difference(&names).for_each(|name| std::fs::remove_file(folder().join(name)).unwrap());
        return;
    }
    assert_eq!(found, names, "files of tests/wire on the left, samples on the right; {HOW}");
    for (name, bytes) in expected {
        let have = std::fs::read(folder().join(&name)).unwrap();
        let (have, bytes) = (String::from_utf8(have).unwrap(), String::from_utf8(bytes).unwrap());
        assert_eq!(have, bytes, "tests/wire/{name} on the left, the code on the right; {HOW}");
    }
}
