//! The figures, rule by rule; the worked cases stand in `tests/golden/figures.json`.

use super::*;
use crate::account::Mode;
use crate::book::Fund;
use crate::calendar::Month;

fn month(text: &str) -> Month {
    text.parse().unwrap()
}

fn charge(id: u32, account: u32, period: &str, fen: i64) -> Fact<u32, u32, u32> {
    let period = month(period);
    let kind = FactKind::Charged { charge: id, account, period, due_on: period.last_day(), receivable: true };
    Fact { effective_on: period.first_day(), amount: Money::from_fen(fen), kind }
}

fn on(day: &str, fen: i64, kind: FactKind<u32, u32, u32>) -> Fact<u32, u32, u32> {
    Fact { effective_on: day.parse().unwrap(), amount: Money::from_fen(fen), kind }
}

fn changed(day: &str, charge: u32, change: Change, fen: i64) -> Fact<u32, u32, u32> {
    on(day, fen, FactKind::Changed { charge, change, value_on: day.parse().unwrap() })
}

fn october(facts: &[Fact<u32, u32, u32>]) -> Figures {
    compute_of(facts, Query::of_month(month("2026-10")))
}

fn compute_of(facts: &[Fact<u32, u32, u32>], query: Query) -> Figures {
    compute(facts, query, |account| account < 100).unwrap()
}

fn text(rate: Option<Decimal>) -> String {
    rate.map_or("null".into(), |rate| rate.to_string())
}

#[test]
fn nothing_to_divide_by_is_nothing() {
    let figures = october(&[]);
    let rates = [figures.current_rate, figures.arrears_recovery_rate, figures.overall_rate, figures.household_rate];
    assert_eq!(rates, [None; 4]);
    assert_eq!((figures.households_charged, figures.closing_open), (0, Money::ZERO));
}

#[test]
fn a_write_off_closes_but_lowers_no_denominator() {
    let facts = [
        charge(1, 1, "2026-09", 10_000),
        charge(2, 1, "2026-10", 10_000),
        changed("2026-10-05", 1, Change::WrittenOff, 10_000),
        changed("2026-10-05", 2, Change::WrittenOff, 10_000),
    ];
    let figures = october(&facts);
    assert_eq!((text(figures.current_rate), text(figures.arrears_recovery_rate)), ("0.0000".into(), "0.0000".into()));
    assert_eq!((figures.closing_open, figures.opening_open.fen()), (Money::ZERO, 10_000));
    assert_eq!((figures.households_charged, figures.households_paid), (1, 0));
    // Money for it afterwards is a recovery: the debt comes back and is paid.
    let recovered = [
        facts.to_vec(),
        vec![
            changed("2026-10-20", 2, Change::Recovered, 4000),
            changed("2026-10-20", 2, Change::Allocated(Mode::Direct), 4000),
        ],
    ]
    .concat();
    let figures = october(&recovered);
    assert_eq!((text(figures.current_rate), figures.closing_open), ("0.4000".into(), Money::ZERO));
}

#[test]
fn what_was_forgiven_inside_the_window_lowers_the_denominator_only() {
    let facts = [
        charge(1, 1, "2026-09", 10_000),
        changed("2026-09-30", 1, Change::Waived, 1000),
        changed("2026-10-02", 1, Change::Waived, 2000),
        changed("2026-10-03", 1, Change::WaiverUndone, 500),
        changed("2026-10-04", 1, Change::Allocated(Mode::Direct), 5000),
        changed("2026-10-05", 1, Change::AllocationUndone(Mode::Direct), 1000),
        changed("2026-11-05", 1, Change::Allocated(Mode::Direct), 3500),
    ];
    let figures = october(&facts);
    assert_eq!((figures.opening_open.fen(), figures.arrears_recovered.fen()), (9000, 4000));
    // 40.00 ÷ (90.00 − 15.00)
    assert_eq!((text(figures.arrears_recovery_rate), figures.closing_open.fen()), ("0.5333".into(), 3500));
}

#[test]
fn a_late_posted_charge_of_an_earlier_period_is_open_at_the_beginning() {
    let mut late = charge(1, 1, "2026-08", 10_000);
    late.effective_on = "2026-10-20".parse().unwrap();
    let later = charge(2, 1, "2026-11", 7000);
    let figures = october(&[late, later, changed("2026-10-30", 2, Change::Allocated(Mode::Direct), 7000)]);
    assert_eq!((figures.opening_open.fen(), figures.closing_open.fen()), (10_000, 10_000));
    assert_eq!((figures.arrears.fen(), figures.ageing.d61_90.fen()), (10_000, 10_000));
}

#[test]
fn only_households_with_net_charges_are_counted() {
    let facts = [
        charge(1, 1, "2026-10", 10_000),
        changed("2026-10-10", 1, Change::Reversed, 10_000),
        charge(2, 2, "2026-10", 10_000),
        changed("2026-10-10", 2, Change::Allocated(Mode::Direct), 10_000),
        charge(3, 100, "2026-10", 10_000),
    ];
    let figures = october(&facts);
    assert_eq!((figures.households_charged, figures.households_paid), (1, 1));
    assert_eq!((text(figures.current_rate), text(figures.household_rate)), ("0.5000".into(), "1.0000".into()));
}

fn paid(day: &str, fen: i64) -> [Fact<u32, u32, u32>; 2] {
    [on(day, fen, FactKind::Identified(Way::Adds)), on(day, fen, FactKind::Credit(1, Way::Adds))]
}

fn allocated(day: &str, charge: u32, mode: Mode, fen: i64) -> [Fact<u32, u32, u32>; 2] {
    [changed(day, charge, Change::Allocated(mode), fen), on(day, fen, FactKind::Credit(1, Way::Takes))]
}

#[test]
fn received_is_of_the_month_and_credit_of_all_time() {
    let mut facts = [paid("2026-09-30", 1000), paid("2026-10-01", 5000), paid("2026-11-01", 9000)].concat();
    facts.extend([
        on("2026-10-02", 2000, FactKind::Identified(Way::Takes)),
        on("2026-10-02", 2000, FactKind::Credit(1, Way::Takes)),
        on("2026-10-31", 500, FactKind::RefundSettled),
        on("2026-10-31", 500, FactKind::Credit(1, Way::Takes)),
    ]);
    let figures = october(&facts);
    assert_eq!((figures.received.fen(), figures.credit.fen()), (2500, 3500));
    assert_eq!((figures.received_splits.credit.fen(), figures.received_splits.sum().fen()), (2500, 2500));
}

/// A year with everything: money of all kinds, and what it did.
fn a_lively_month() -> Vec<Fact<u32, u32, u32>> {
    let mut facts = vec![
        charge(1, 1, "2025-12", 10_000),
        charge(2, 1, "2026-09", 10_000),
        charge(3, 1, "2026-10", 10_000),
        Fact { effective_on: "2026-10-01".parse().unwrap(), ..charge(4, 1, "2026-11", 10_000) },
        on("2026-10-03", 900, FactKind::Suspense(Way::Adds)),
        on("2026-10-09", 400, FactKind::Spent(Purpose::LateFee, Way::Adds)),
        on("2026-10-09", 400, FactKind::Credit(1, Way::Takes)),
        on("2026-10-09", 1500, FactKind::Spent(Purpose::OtherFund(Fund::PassThrough), Way::Adds)),
        on("2026-10-09", 1500, FactKind::Credit(1, Way::Takes)),
        changed("2026-10-10", 2, Change::Waived, 700),
        changed("2026-10-11", 1, Change::AllocationRefunded(Mode::Direct), 100),
    ];
    facts.extend([paid("2026-09-20", 2000), paid("2026-10-05", 30_000)].concat());
    facts.extend(allocated("2026-10-05", 1, Mode::Direct, 3000));
    facts.extend(allocated("2026-10-05", 2, Mode::Direct, 4000));
    facts.extend(allocated("2026-10-05", 3, Mode::Direct, 5000));
    facts.extend(allocated("2026-10-05", 4, Mode::Direct, 6000));
    facts.extend(allocated("2026-10-06", 3, Mode::DrawDown, 2000));
    facts
}

#[test]
fn what_was_received_is_split_without_a_rest() {
    let figures = october(&a_lively_month());
    let splits = figures.received_splits;
    assert_eq!((figures.received, splits.sum()), (Money::from_fen(30_900), figures.received));
    let shown =
        [splits.earlier, splits.this_period, splits.later, splits.late_fee, splits.pass_through, splits.suspense];
    assert_eq!(shown.map(Money::fen), [6900, 5000, 6000, 400, 1500, 900]);
    assert_eq!((splits.credit.fen(), figures.draw_down.fen()), (10_200, 2000));
    // Credit: 20.00 + 300.00 − 200.00 allocated − 19.00 for other things; to November's charge went 60.00.
    assert_eq!((figures.credit.fen(), figures.prepaid.fen()), (10_100, 16_100));
}

#[test]
fn every_row_and_column_of_the_matrix_foots() {
    let matrix = october(&a_lively_month()).collection_matrix;
    let rows = [matrix.received, matrix.draw_down, matrix.waived, matrix.refunded, matrix.total];
    let cells = rows.map(|row| [row.prior_years, row.earlier_this_year, row.this_period, row.later].map(Money::fen));
    assert_eq!(cells[..4], [[3000, 4000, 5000, 6000], [0, 0, 2000, 0], [0, 700, 0, 0], [-100, 0, 0, 0]]);
    assert_eq!(cells[4], [2900, 4700, 7000, 6000]);
    for (row, cells) in rows.iter().zip(cells) {
        assert_eq!(row.total.fen(), cells.iter().sum::<i64>());
    }
}

#[test]
fn the_identity_goes_from_opening_to_the_books() {
    let mut facts = a_lively_month();
    let booked = |facts: &[Fact<u32, u32, u32>], charge, fen| {
        let booked = on("2026-10-01", fen, FactKind::Booked { charge, way: Way::Adds });
        [facts, &[booked]].concat()
    };
    for (charge, fen) in [(1, 7100), (2, 5300), (3, 3000), (4, 4000)] {
        facts = booked(&facts, charge, fen);
    }
    facts.push(on("2026-10-31", 10_100, FactKind::CreditBooked(1, Way::Adds)));
    let identity = october(&facts).identity;
    assert!(identity.holds, "{identity:?}");
    let terms = [identity.opening_open, identity.charged, identity.waived, identity.allocated, identity.closing_open];
    assert_eq!(terms.map(Money::fen), [20_000, 20_000, 700, 19_900, 19_400]);
    // Two charges are wrong by the same fen: the sum agrees, the charges do not.
    let swapped = booked(&booked(&facts[..facts.len() - 5], 1, 7099), 2, 5301);
    let swapped = booked(&booked(&swapped, 3, 3000), 4, 4000);
    let credit = on("2026-10-31", 10_100, FactKind::CreditBooked(1, Way::Adds));
    let wrong = october(&[swapped, vec![credit]].concat()).identity;
    assert!(!wrong.holds && wrong.receivable_book == identity.receivable_book, "{wrong:?}");
    assert!(!october(&booked(&facts, 4, 1)).identity.holds);
    assert!(!october(&[facts, vec![credit]].concat()).identity.holds);
}

#[test]
fn limitation_runs_anew_from_a_part_payment_that_stands() {
    let as_of = |facts: &[Fact<u32, u32, u32>], day: &str| {
        let query = Query { effective_on: day.parse().unwrap(), ..Query::of_month(month("2026-10")) };
        compute_of(facts, query).limitation_expired.fen()
    };
    let facts = vec![charge(1, 1, "2026-10", 10_000)];
    assert_eq!((as_of(&facts, "2029-10-31"), as_of(&facts, "2029-11-01")), (0, 10_000));
    let paid = [facts, vec![changed("2027-05-05", 1, Change::Allocated(Mode::Direct), 4000)]].concat();
    assert_eq!((as_of(&paid, "2030-05-05"), as_of(&paid, "2030-05-06")), (0, 6000));
    let undone = [paid, vec![changed("2027-05-05", 1, Change::AllocationUndone(Mode::Direct), 4000)]].concat();
    assert_eq!(as_of(&undone, "2029-11-01"), 10_000);
    let promised = on("2028-06-01", 0, FactKind::Interrupted { charge: 1, on: "2028-06-01".parse().unwrap() });
    let demanded = on("2028-03-02", 0, FactKind::Interrupted { charge: 1, on: "2028-03-02".parse().unwrap() });
    let pressed = [undone, vec![promised, demanded]].concat();
    assert_eq!((as_of(&pressed, "2031-06-01"), as_of(&pressed, "2031-06-02")), (0, 10_000));
}

#[test]
fn a_period_of_months_is_one_window() {
    let facts = [charge(1, 1, "2026-08", 100), charge(2, 1, "2026-09", 100), charge(3, 1, "2026-10", 100)];
    let query = Query { first: month("2026-09"), ..Query::of_month(month("2026-10")) };
    let figures = compute_of(&facts, query);
    assert_eq!((figures.net_charges.fen(), figures.opening_open.fen(), figures.households_charged), (200, 100, 1));
}

#[test]
fn refusals_have_names() {
    let october = Query::of_month(month("2026-10"));
    let code = |facts: &[Fact<u32, u32, u32>], query| compute(facts, query, |_| true).unwrap_err().code();
    assert_eq!(code(&[], Query { effective_on: "2026-09-30".parse().unwrap(), ..october }), "effective_before_period");
    assert_eq!(code(&[], Query { last: month("2026-09"), ..october }), "period_reversed");
    assert_eq!(code(&[on("2026-10-01", -1, FactKind::RefundSettled)], october), "amount_negative");
    assert_eq!(code(&[charge(1, 1, "2026-10", 1), charge(1, 1, "2026-10", 1)], october), "charge_duplicate");
}

#[test]
fn a_total_is_what_all_facts_together_say_and_no_average() {
    // One community is large and paid little, the other is small and paid all.
    let large = [
        charge(1, 1, "2026-09", 30_000),
        charge(2, 1, "2026-10", 90_000),
        charge(3, 2, "2026-10", 10_000),
        changed("2026-10-04", 1, Change::Waived, 5_000),
        changed("2026-10-05", 1, Change::Allocated(Mode::Direct), 5_000),
        changed("2026-10-06", 3, Change::Allocated(Mode::DrawDown), 10_000),
        on("2026-10-05", 5_000, FactKind::Identified(Way::Adds)),
        on("2026-10-07", 777, FactKind::Suspense(Way::Adds)),
    ];
    let small = [
        charge(4, 3, "2026-10", 1_000),
        charge(5, 3, "2025-12", 2_000),
        changed("2026-10-20", 4, Change::Allocated(Mode::Direct), 1_000),
        on("2026-10-20", 1_500, FactKind::Identified(Way::Adds)),
        on("2026-10-20", 500, FactKind::Credit(9, Way::Adds)),
    ];
    let total = Figures::total([&october(&large), &october(&small)]);
    assert_eq!(total, october(&[&large[..], &small[..]].concat()));
    assert_eq!((text(total.current_rate), text(total.arrears_recovery_rate)), ("0.1089".into(), "0.1852".into()));
    assert!(!total.identity.holds, "a part that does not hold shows in the whole");
    assert_eq!(Figures::total([]).current_rate, None);
    assert!(Figures::total([]).identity.holds);
}
