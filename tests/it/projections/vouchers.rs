//! Vouchers of random towns: every money fact in exactly one, balanced, numbered without gaps, and never moved.

use super::town::Town;
use super::{Stage, stage};
use mingzhang_domain::book::Purse;
use mingzhang_domain::calendar::Month;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::VoucherId;
use mingzhang_domain::voucher::Numbering;
use mingzhang_projections::reader::{Ask, Reader};
use mingzhang_projections::voucher::FiledVoucher;
use std::collections::BTreeMap;

fn all<C>() -> Ask<C> {
    Ask { after: None, limit: 200 }
}

/// Every voucher of a town, page by page, by purse and month.
async fn vouchers(stage: &Stage, town: &Town) -> Vec<FiledVoucher> {
    let reader = Reader::new(stage.reader.clone(), None);
    let series = reader.voucher_series(town.ledger(), all()).await.unwrap().value;
    assert!(!series.more && !series.items.is_empty());
    let mut filed = Vec::new();
    for of in series.items {
        let (mut after, begun) = (None, filed.len());
        loop {
            let ask = Ask { after, limit: 50 };
            let page = reader.vouchers(town.ledger(), (of.purse.0, of.period.0), ask).await.unwrap().value;
            after = page.items.last().map(|voucher: &FiledVoucher| i64::from(voucher.number));
            filed.extend(page.items);
            if !page.more {
                break;
            }
        }
        let numbers: Vec<i32> = filed[begun..].iter().map(|voucher| voucher.number).collect();
        assert_eq!(numbers, (1..=of.last).collect::<Vec<_>>(), "without gaps");
        assert!(filed[begun..].is_sorted_by_key(|voucher| voucher.first_position), "ranked by the log");
    }
    filed
}

/// What the pure count says of each money fact.
fn counted(events: &[Recorded]) -> BTreeMap<(u64, Purse), (Month, u32)> {
    let mut numbering = Numbering::default();
    let of = |event: &Recorded, numbering: &mut Numbering| {
        let month = event.effective_on.month();
        numbering
            .see(event)
            .into_iter()
            .map(|(purse, number)| ((event.position, purse), (month, number)))
            .collect::<Vec<_>>()
    };
    events.iter().flat_map(|event| of(event, &mut numbering)).collect()
}

#[tokio::test]
async fn every_money_fact_stands_in_exactly_one_voucher_and_no_later_fact_moves_it() {
    let stage = stage().await;
    let reader = Reader::new(stage.reader.clone(), None);
    let mut town = Town::new(301, 7);
    town.live(700);
    stage.append(&town.events).await;
    stage.catch_up(333).await;
    let before = vouchers(&stage, &town).await;
    let seen = town.events.len();
    town.live(700);
    stage.append(&town.events[seen..]).await;
    stage.catch_up(71).await;
    let after = vouchers(&stage, &town).await;
    let begun: BTreeMap<_, _> = after.iter().map(|voucher| (voucher.voucher_id, voucher)).collect();
    for voucher in &before {
        assert_eq!(begun.get(&voucher.voucher_id), Some(&voucher), "moved");
    }
    assert!(after.len() > before.len());

    let mut found = BTreeMap::new();
    for voucher in &after {
        let mut debits = 0;
        let (mut sum, mut lines, mut page) = (0, 0, all());
        loop {
            let read = reader.voucher_lines(town.ledger(), VoucherId(voucher.voucher_id), page).await.unwrap().value;
            for line in &read.items {
                assert_eq!((line.purse, line.effective_on), (voucher.purse, voucher.effective_on));
                sum += line.amount.fen();
                debits += line.amount.fen().max(0);
                lines += 1;
                let place = (u64::try_from(line.position).unwrap(), line.purse.0);
                let of = (voucher.period.0, u32::try_from(voucher.number).unwrap());
                assert!(found.insert(place, of).is_none_or(|other| other == of), "in two vouchers");
            }
            page = Ask { after: read.items.last().map(|line| (line.position, line.line)), limit: 200 };
            if !read.more {
                break;
            }
        }
        assert_eq!((sum, lines, debits), (0, voucher.lines, voucher.amount.fen()), "a voucher balances");
        assert!(!voucher.summary.0.as_str().is_ascii());
    }
    assert_eq!(found, counted(&town.events));
    assert!(after.iter().any(|voucher| voucher.facts > 2 && voucher.attachments == 1), "a payment with its receipt");
    assert!(after.iter().any(|voucher| voucher.approved_by.is_some()));
    assert!(after.iter().any(|voucher| voucher.purse.0 == Purse::MaintenanceFund));
}
