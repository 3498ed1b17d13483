//! The figures out of the sums that are kept current are those out of the log, to the fen and in every cut.

use super::stage;
use super::town::Town;
use mingzhang_domain::book::Fund;
use mingzhang_domain::calendar::Month;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::figures::{By, Cut, Register, Row};
use mingzhang_domain::rule::figures::Query;
use mingzhang_projections::reader::Reader;

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
                            let read = reader.figures(town.ledger(), query, cut).await.unwrap();
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
