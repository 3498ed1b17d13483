//! Decided facts as a log would give them back, and what must be true of every register.

use super::{By, Cut, FIRST_FORM, LATE_FEES_FORM, Register, Row, Sealing, Seals};
use crate::book::{Book, Fund};
use crate::books::PeriodSealed;
use crate::calendar::Month;
use crate::draft::NewEvent;
use crate::envelope::{Actor, ActorKind, Recorded};
use crate::id::{CommandId, LedgerId};
use crate::money::Money;
use crate::posting::Posting;
use crate::rule::figures::{Figures, Query};
use crate::testing::uuid;
use crate::value::{Count, Digest};

/// An event as it stands in the log at a position.
pub(crate) fn recorded(position: u64, event: &NewEvent) -> Recorded {
    let command_id = CommandId(uuid(1));
    Recorded {
        ledger_id: LedgerId(uuid(0xcafe)),
        position,
        event_id: event.event_id,
        stream: event.stream,
        stream_version: event.stream_version,
        effective_on: event.effective_on,
        recorded_at: "2026-01-01T04:00:00Z".parse().unwrap(),
        actor: Actor { kind: ActorKind::Staff, id: uuid(1) },
        command_id,
        correlation_id: command_id,
        causation_id: None,
        salt: [0; 16],
        event: event.event.clone(),
        postings: event.postings.clone(),
    }
}

/// The figures of the months from one to another, as known after these events.
pub(crate) fn figures(events: &[Recorded], (first, last): (&str, &str), fund: Fund, by: By) -> Vec<Row> {
    let last: Month = last.parse().unwrap();
    let query = Query { first: first.parse().unwrap(), last, effective_on: last.last_day() };
    let mut register = Register::new(query, vec![Cut { by, fund }]).unwrap();
    for event in events {
        register.see(event).unwrap();
    }
    register.answer().unwrap().pop().unwrap()
}

/// Whatever happened, the figures agree with the books, and the parts with the whole.
pub(crate) fn check(events: &[Recorded]) {
    for fund in Fund::ALL {
        for (first, last) in [("2026-01", "2026-02"), ("2026-02", "2026-02"), ("2025-12", "2026-04")] {
            let rows = |by| figures(events, (first, last), *fund, by);
            let (all, buildings) = (rows(By::Community), rows(By::Building));
            let [whole] = all.as_slice() else { panic!("one community, not {}", all.len()) };
            agrees_with_the_books(&whole.figures, events, first, *fund);
            let of_fund: Vec<Row> = rows(By::Fund).into_iter().filter(|row| row.key.fund == *fund).collect();
            let of_items: Vec<Row> = rows(By::FeeItem).into_iter().filter(|row| row.key.fund == *fund).collect();
            for parts in [&buildings, &of_fund, &of_items] {
                let sum = |field: fn(&Figures) -> Money| parts.iter().map(|row| field(&row.figures)).sum::<Money>();
                let of = |field: fn(&Figures) -> Money| (field(&whole.figures), sum(field));
                let pairs = [
                    of(|f| f.net_charges),
                    of(|f| f.collected_of_period),
                    of(|f| f.opening_open),
                    of(|f| f.arrears_recovered),
                    of(|f| f.closing_open),
                    of(|f| f.collection_matrix.total.total),
                ];
                pairs.iter().for_each(|(whole, parts)| assert_eq!(whole, parts, "{fund} {first}"));
                assert!(parts.iter().all(|row| row.figures.received == row.figures.received_splits.sum()));
            }
        }
    }
}

/// Many seals out of one walk, of months in no order, say what each says by itself over the same events.
pub(crate) fn check_seals(events: &[Recorded]) {
    let months = ["2026-01", "2026-03", "2025-12", "2026-02", "2026-04"];
    let asked: Vec<PeriodSealed> = (1..=30_usize)
        .map(|n| {
            let size = u64::try_from((events.len() * n).div_ceil(30)).unwrap();
            PeriodSealed {
                period: months[n * 7 % months.len()].parse().unwrap(),
                version: Count(1),
                size: crate::ledger::Position(size),
                root: Digest([0; 32]),
                trial_balance: Vec::new(),
                figures_form: if n % 6 == 0 { FIRST_FORM } else { LATE_FEES_FORM },
                figures: Digest([0; 32]),
            }
        })
        .collect();
    for asked in [&asked[..], &asked[15..], &asked[29..]] {
        let mut seals = Seals::new(asked).unwrap();
        let said: Vec<_> = events.iter().flat_map(|event| seals.see(event, || Digest([7; 32]))).collect();
        let alone = asked.iter().map(|asked| {
            let mut sealing = Sealing::new(asked.period, asked.figures_form)?;
            let known = events.iter().take_while(|event| event.position <= asked.size.0);
            known.into_iter().try_for_each(|event| sealing.see(event))?;
            sealing.seal(asked.version, Digest([7; 32]))
        });
        assert_eq!(said, alone.collect::<Vec<_>>());
    }
}

fn agrees_with_the_books(figures: &Figures, events: &[Recorded], first: &str, fund: Fund) {
    assert!(figures.identity.holds, "{fund}: {:?}", figures.identity);
    assert_eq!(figures.received, figures.received_splits.sum(), "no rest");
    assert_eq!(figures.closing_open, ageing_sum(figures));
    let money = |line: &&Posting| matches!(line.book, Book::Cash | Book::Bank | Book::Channel);
    let lines = events.iter().flat_map(|event| event.postings.iter().flatten());
    let booked: Money = lines.filter(money).map(|line| line.amount).sum();
    // All of it moved in January.
    let expected = if first <= "2026-01" { booked } else { Money::ZERO };
    assert_eq!(figures.received, expected, "what came in is what the boxes and accounts got");
}

fn ageing_sum(figures: &Figures) -> Money {
    let a = figures.ageing;
    [a.not_due, a.d1_30, a.d31_60, a.d61_90, a.d91_180, a.d181_365, a.d366_730, a.d731_1095, a.over].into_iter().sum()
}
