//! Reading: pages that join up, positions that fit the rows, waiting, and clients that go away.

use super::town::Town;
use super::{Stage, stage};
use mingzhang_domain::calendar::Month;
use mingzhang_domain::community::LateFeePolicies;
use mingzhang_domain::id::{LedgerId, PartyId};
use mingzhang_projections::reader::{Ask, ReadError, Reader};
use mingzhang_projections::runner::{Runner, RunnerOptions};
use mingzhang_projections::taking::TakingStatus;
use std::collections::BTreeSet;
use std::time::Duration;
use uuid::Uuid;

async fn settled(number: u64, facts: usize) -> (Stage, Town, Reader) {
    let stage = stage().await;
    let mut town = Town::new(number, 7);
    town.live(facts);
    stage.append(&town.events).await;
    stage.catch_up(2_000).await;
    let reader = Reader::new(stage.reader.clone(), None);
    (stage, town, reader)
}

#[tokio::test]
async fn pages_join_up_to_the_whole_list() {
    let (_stage, town, reader) = settled(101, 900).await;
    let (ledger, account) = (town.ledger(), town.account(0));
    let whole = reader.statement(ledger, account, Ask { after: None, limit: 200 }).await.unwrap();
    assert_eq!(whole.position, town.events.len() as u64);
    assert!(!whole.value.more && whole.value.items.len() > 20);
    let (mut joined, mut after) = (Vec::new(), None);
    loop {
        let page = reader.statement(ledger, account, Ask { after, limit: 7 }).await.unwrap().value;
        after = page.items.last().map(|line| line.position);
        joined.extend(page.items);
        if !page.more {
            break;
        }
    }
    assert_eq!(joined, whole.value.items);
    let running = joined.iter().try_fold(0, |sum: i64, line| {
        let sum = sum + line.effect.fen();
        (sum == line.balance.fen()).then_some(sum)
    });
    assert_eq!(running, Some(reader.account(ledger, account).await.unwrap().value.unwrap().balance.fen()));
    let payments = reader.payments(ledger, false, Ask { after: None, limit: 3 }).await.unwrap().value;
    assert!(payments.more && payments.items.is_sorted_by_key(|payment| std::cmp::Reverse(payment.position)));
}

/// Each party's statement ends with what it owes less its own credit; together they are the account's.
#[tokio::test]
async fn the_statements_of_the_parties_are_the_accounts() {
    let (_stage, town, reader) = settled(105, 1_500).await;
    let ledger = town.ledger();
    let ask = || Ask { after: None, limit: 200 };
    let mut sold = 0;
    for account in (0..7).map(|index| town.account(index)) {
        let all = reader.charges_of_account(ledger, account, (false, None), ask()).await.unwrap().value;
        let lots = reader.credit_lots_of_account(ledger, account, (false, None), ask()).await.unwrap().value;
        let owing = all.items.iter().map(|charge| charge.obligor_party_id);
        let parties: BTreeSet<Uuid> = owing.chain(lots.items.iter().map(|lot| lot.holder_party_id)).collect();
        sold += usize::from(parties.len() > 1);
        let mut sum = 0;
        for party in parties.into_iter().map(PartyId) {
            let own = reader.statement_of_party(ledger, (account, party), ask()).await.unwrap().value;
            assert!(!own.more && own.items.iter().all(|line| line.party_id == Some(party.uuid())));
            let running = own.items.iter().try_fold(0, |sum: i64, line| {
                let sum = sum + line.effect.fen();
                (sum == line.balance.fen()).then_some(sum)
            });
            let charges = reader.charges_of_account(ledger, account, (false, Some(party)), ask()).await.unwrap().value;
            let lots = reader.credit_lots_of_account(ledger, account, (false, Some(party)), ask()).await.unwrap().value;
            let owed: i64 = charges.items.iter().map(|charge| charge.open.fen()).sum();
            let unspent: i64 = lots.items.iter().map(|lot| lot.unspent.fen()).sum();
            assert_eq!(running, Some(owed - unspent));
            sum += owed - unspent;
        }
        assert_eq!(sum, reader.account(ledger, account).await.unwrap().value.unwrap().balance.fen());
    }
    assert!(sold > 2, "some were sold");
}

#[tokio::test]
async fn figures_come_out_of_the_charges() {
    let (_stage, town, reader) = settled(102, 500).await;
    let ledger = town.ledger();
    let (first, last): (Month, Month) = ("2026-01".parse().unwrap(), "2027-12".parse().unwrap());
    // What comes out of old books is of the month before.
    let collected = reader.collection(ledger, (first.previous(), last), last).await.unwrap().value;
    let (mut net, mut paid, mut open) = (0, 0, 0);
    for index in 0..7 {
        let ask = Ask { after: None, limit: 200 };
        let charges = reader.charges_of_account(ledger, town.account(index), (false, None), ask).await.unwrap().value;
        assert!(!charges.more);
        for charge in charges.items {
            net += charge.amount.fen() - charge.reduced.fen() - charge.waived.fen() - charge.reversed.fen();
            paid += charge.paid.fen();
            open += charge.open.fen();
        }
    }
    let takings = reader.takings(ledger, Ask { after: None, limit: 200 }).await.unwrap().value.items;
    let stands = takings.iter().filter(|taking| taking.status.0 == TakingStatus::Recorded);
    let taken: i64 = stands.map(|taking| taking.amount.fen()).sum();
    assert!(taken > 0);
    assert_eq!(collected.iter().map(|row| row.net.fen()).sum::<i64>(), net + taken);
    assert_eq!(collected.iter().map(|row| row.collected.fen()).sum::<i64>(), paid + taken);
    let ask = Ask { after: None, limit: 200 };
    let arrears =
        reader.arrears(ledger, "2099-01-01".parse().unwrap(), LateFeePolicies::default(), ask).await.unwrap().value;
    let arrears = arrears.unwrap();
    assert_eq!(arrears.page.items.iter().map(|(row, _)| row.open.fen()).sum::<i64>(), open);
    assert_eq!((arrears.open.fen(), arrears.accounts), (open, arrears.page.items.len()));
    assert!(arrears.page.items.iter().all(|(row, late_fee)| row.unit_code.is_some() && late_fee.is_zero()));
    let households = reader.households(ledger, first, mingzhang_domain::book::Fund::Operating).await.unwrap().value;
    assert!(households.iter().all(|row| row.settled <= row.charged && row.charged <= 7) && !households.is_empty());
    let before = last.previous();
    let recovery =
        reader.arrears_recovery(ledger, last, before, mingzhang_domain::book::Fund::Operating).await.unwrap();
    assert!(recovery.value.to_recover.fen() > 0);
}

#[tokio::test]
async fn a_read_waits_for_its_position_and_no_longer_than_it_said() {
    let (stage, mut town, reader) = settled(103, 100).await;
    let (ledger, head) = (town.ledger(), town.events.len() as u64);
    reader.wait_for(ledger, head, Duration::ZERO).await.unwrap();
    let beyond = reader.wait_for(ledger, head + 1, Duration::ZERO).await;
    assert!(matches!(beyond, Err(ReadError::BeyondHead { .. })), "{beyond:?}");
    town.live(30);
    stage.append(&town.events[head as usize..]).await;
    let wanted = town.events.len() as u64;
    let behind = reader.wait_for(ledger, wanted, Duration::from_millis(60)).await;
    assert!(matches!(behind, Err(ReadError::Behind { position, .. }) if position == head), "{behind:?}");
    let runner = Runner::start(stage.projector.clone(), None, RunnerOptions::default());
    let reader = Reader::new(stage.reader.clone(), Some(runner.folded()));
    reader.wait_for(ledger, wanted, Duration::from_secs(20)).await.unwrap();
    runner.stop().await;
    let lag = reader.lags().await.unwrap();
    assert_eq!((lag[0].head, lag[0].position, lag[0].stopped.clone()), (wanted, wanted, None));
    let unknown = reader.wait_for(LedgerId(Uuid::nil()), 1, Duration::ZERO).await;
    assert!(matches!(unknown, Err(ReadError::LedgerUnknown)), "{unknown:?}");
}

#[tokio::test]
async fn readers_that_go_away_leave_no_transaction_open() {
    let (stage, town, reader) = settled(104, 100).await;
    for _ in 0..200 {
        let ask = Ask { after: None, limit: 50 };
        let read = reader.statement(town.ledger(), town.account(1), ask);
        let cut = tokio::time::timeout(Duration::from_micros(300), read).await;
        drop(cut);
    }
    // As many as the pool has: each is answered, so none hangs in a transaction of the ones before.
    let mut all = Vec::new();
    for _ in 0..8 {
        all.push(tokio::spawn({
            let (reader, ledger) = (reader.clone(), town.ledger());
            async move { reader.fee_items(ledger).await.unwrap().value.len() }
        }));
    }
    for read in all {
        assert_eq!(read.await.unwrap(), 4);
    }
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' AND datname = current_database()";
    let idle: i64 = sqlx::query_scalar(sql).fetch_one(&stage.projector).await.unwrap();
    assert_eq!(idle, 0);
}
