//! The figures out of the sums that are kept current are those out of the log, to the fen and in every cut.

use super::stage;
use super::town::Town;
use mingzhang_domain::book::Fund;
use mingzhang_domain::calendar::{CivilDate, Month};
use mingzhang_domain::community::{CommunityEvent, LateFeePolicies};
use mingzhang_domain::draft::Fact;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::figures::{By, Cut, Register, Row};
use mingzhang_domain::id::AccountId;
use mingzhang_domain::money::Money;
use mingzhang_domain::rule::figures::Query;
use mingzhang_domain::stream::{Event, StreamState, StreamType};
use mingzhang_projections::reader::{Ask, Reader};
use std::collections::BTreeSet;
use uuid::Uuid;

/// With the open late fees of each row.
fn with_late_fees(events: &[Recorded], query: Query, cut: Cut) -> Vec<Row> {
    let mut register = Register::new(query, vec![cut]).unwrap().with_late_fees();
    for event in events {
        register.see(event).unwrap();
    }
    register.answer().unwrap().pop().unwrap()
}

/// The late fees of an account as its own stream has them.
fn late_fee_of(town: &Town, account: AccountId, policies: &LateFeePolicies, on: CivilDate) -> Money {
    let mut state = StreamState::empty(StreamType::Account);
    for event in town.events.iter().filter(|event| event.stream.id == account.uuid()) {
        state.evolve(&Fact {
            event_id: event.event_id,
            effective_on: event.effective_on,
            recorded_at: event.recorded_at,
            actor: event.actor,
            event: &event.event,
        });
    }
    let StreamState::Account(state) = state else { unreachable!("an account") };
    state.late_fees(policies, on).unwrap().values().map(|fee| fee.open).sum()
}

fn agreed(town: &Town) -> LateFeePolicies {
    let mut policies = LateFeePolicies::default();
    for event in &town.events {
        if let Event::Community(CommunityEvent::LateFeePolicySet(policy)) = &event.event {
            policies.set(policy);
        }
    }
    policies
}

#[tokio::test]
async fn late_fees_out_of_the_rows_are_those_out_of_the_log_and_of_the_accounts() {
    let stage = stage().await;
    let reader = Reader::new(stage.reader.clone(), None);
    let (mut compared, mut listed, mut left, mut owed) = (0, 0, 0, Money::ZERO);
    for number in [78, 79, 80] {
        let mut town = Town::new(number, 7);
        let mut seen = 0;
        for round in 0..4 {
            town.live(300);
            stage.append(&town.events[seen..]).await;
            seen = town.events.len();
            stage.catch_up(48 + round).await;
            let policies = agreed(&town);
            let today = town.events.iter().map(|event| event.effective_on).max().unwrap();
            for until in [today.month(), today.month().next(), "2027-12".parse().unwrap()] {
                let query = Query { first: "2026-02".parse().unwrap(), last: until, effective_on: until.last_day() };
                for by in By::ALL {
                    for fund in [Fund::Operating, Fund::PassThrough] {
                        let cut = Cut { by: *by, fund };
                        let read = reader.figures(town.ledger(), query, cut, Some(policies.clone())).await.unwrap();
                        assert_eq!(read.position, seen as u64);
                        // The old books have debts that are too old for sums.
                        let Some(rows) = read.value else { continue };
                        assert_eq!(rows, with_late_fees(&town.events, query, cut), "{number} {query:?} {cut:?}");
                        compared += 1;
                        owed = rows.iter().filter_map(|row| row.late_fees).fold(owed, Money::max);
                    }
                }
            }
            // Money that is dated after a day leaves it to the log.
            let earlier = today.month().previous();
            let query = Query { first: earlier, last: earlier, effective_on: earlier.last_day() };
            let cut = Cut { by: By::Community, fund: Fund::Operating };
            let is_later = |event: &Recorded| {
                event.effective_on > earlier.last_day()
                    && event.postings.as_ref().is_some_and(|lines| !lines.is_empty())
            };
            if town.events.iter().any(is_later) {
                let read = reader.figures(town.ledger(), query, cut, Some(policies.clone())).await.unwrap();
                assert_eq!(read.value, None);
                left += 1;
            }
            for on in [today, today.plus_days(40)] {
                let ask = Ask { after: None, limit: 200 };
                let list = reader.arrears(town.ledger(), on, policies.clone(), ask).await.unwrap().value.unwrap();
                for (arrears, late_fee) in &list.page.items {
                    let account = AccountId(arrears.account_id);
                    assert_eq!(*late_fee, late_fee_of(&town, account, &policies, on), "{number} {account} {on}");
                    listed += 1;
                }
                // Who owes nothing but a late fee owes too.
                let owing: Vec<Uuid> = list.page.items.iter().map(|(arrears, _)| arrears.account_id).collect();
                for account in accounts(&town).filter(|account| !owing.contains(&account.uuid())) {
                    assert!(late_fee_of(&town, account, &policies, on).is_zero(), "{number} {account} {on}");
                }
                assert_eq!(list.late_fee, list.page.items.iter().map(|(_, late_fee)| *late_fee).sum());
                let open: i64 = list.page.items.iter().map(|(arrears, _)| arrears.open.fen()).sum();
                assert_eq!((list.open.fen(), list.accounts), (open, list.page.items.len()));
            }
        }
    }
    let enough = compared > 100 && listed > 80 && left > 6 && owed > Money::from_fen(10_000);
    assert!(enough, "{compared} {listed} {left} {owed}");
}

fn accounts(town: &Town) -> impl Iterator<Item = AccountId> {
    let ids: BTreeSet<Uuid> = town
        .events
        .iter()
        .filter(|event| event.stream.stream_type == StreamType::Account)
        .map(|event| event.stream.id)
        .collect();
    ids.into_iter().map(AccountId)
}

fn out_of_the_log(events: &[Recorded], query: Query, cut: Cut) -> Vec<Row> {
    let mut register = Register::new(query, vec![cut]).unwrap();
    for event in events {
        register.see(event).unwrap();
    }
    register.answer().unwrap().pop().unwrap()
}

#[tokio::test]
async fn sums_that_are_kept_current_say_what_the_log_says() {
    let stage = stage().await;
    let reader = Reader::new(stage.reader.clone(), None);
    let mut town = Town::new(77, 9);
    let (mut seen, mut compared) = (0, 0);
    for round in 0..3 {
        town.live(350);
        stage.append(&town.events[seen..]).await;
        seen = town.events.len();
        stage.catch_up(64 + round).await;
        let months: Vec<Month> =
            ["2025-12", "2026-01", "2026-02", "2026-03", "2026-06"].map(|m| m.parse().unwrap()).into();
        for (at, first) in months.iter().enumerate() {
            for last in &months[at..] {
                for until in months.iter().filter(|until| *until >= last) {
                    let query = Query { first: *first, last: *last, effective_on: until.last_day() };
                    for by in By::ALL {
                        for fund in [Fund::Operating, Fund::PassThrough, Fund::Deposit] {
                            let cut = Cut { by: *by, fund };
                            let read = reader.figures(town.ledger(), query, cut, None).await.unwrap();
                            let Some(rows) = read.value else { continue };
                            assert_eq!(read.position, seen as u64);
                            assert_eq!(rows, out_of_the_log(&town.events, query, cut), "{query:?} {cut:?}");
                            compared += 1;
                        }
                    }
                }
            }
        }
    }
    assert!(compared > 500, "{compared}");
}
