//! Stories of meters: what they count, and which readings hold.

use super::fixture::{METER, device, exact, read, reading, registered_on};
use super::*;
use crate::community::SetMeterCheck;
use crate::id::{MeterId, ReadingId};
use crate::ledger::LedgerKind;
use crate::stream::Event;
use crate::testing::{Story, uuid};
use crate::unit::fixture::{UNIT, registered};
use crate::value::Count;

/// The unit's meter shows 100 on 1 January; it is the end of the year.
fn story() -> Story {
    let mut story = registered().on("2026-12-31");
    story.accepted(&registered_on("2026-01-01", "100"));
    story
}

fn told(events: &[Event]) -> Vec<&'static str> {
    events.iter().map(Event::event_type).collect()
}

/// `day value = total`, and what is held.
fn points(story: &Story) -> Vec<String> {
    let state = story.draft().meter(METER);
    let mut told: Vec<String> =
        state.points().iter().map(|point| format!("{} {} = {}", point.on, point.value, point.total)).collect();
    told.extend(state.held().map(|held| format!("{} held", held.reading.value)));
    told
}

fn last(story: &Story) -> ReadingId {
    story.draft().meter(METER).points().last().unwrap().reading
}

fn correct(story: &Story, value: &str) -> CorrectReading {
    CorrectReading {
        meter: METER,
        reading: last(story),
        value: exact(value),
        rolled_over: false,
        reason: "misread".parse().unwrap(),
        authority: crate::approval::Authority::default(),
    }
}

#[test]
fn a_meter_comes_with_its_claim_its_opening_reading_and_its_unit() {
    let mut story = registered();
    let events = story.accepted(&registered_on("2026-01-01", "100"));
    assert_eq!(told(&events), ["meter_code_taken", "meter_registered", "meter_opening_read", "meter_installed"]);
    assert_eq!(story.refused(&registered_on("2026-01-01", "100")), "meter_must_be_new");
    let another = |n| RegisterMeter { meter: MeterId(uuid(n)), ..registered_on("2026-01-01", "1") };
    assert_eq!(story.refused(&another(5)), "meter_code_must_be_free");
    let numbered = |n: u128| RegisterMeter { code: format!("W{n}").parse().unwrap(), ..another(n) };
    let total = RegisterMeter { unit: None, building: "3".parse().ok(), ..numbered(6) };
    assert_eq!(told(&story.accepted(&total)), ["meter_code_taken", "meter_registered", "meter_opening_read"]);
    let both = RegisterMeter { building: "3".parse().ok(), ..numbered(7) };
    assert_eq!(story.refused(&both), "meter_must_have_one_place");
    let nowhere = RegisterMeter { unit: Some(crate::id::UnitId(uuid(404))), ..numbered(7) };
    assert_eq!(story.refused(&nowhere), "unit_must_exist");
    for n in 10..29 {
        story.accepted(&numbered(n));
    }
    assert_eq!(story.refused(&numbered(30)), "too_many_meters");
    assert_eq!(story.draft().unit(UNIT).meters().len(), 20);
    assert_eq!(Story::new().in_ledger(LedgerKind::Company).refused(&total), "ledger_must_be_of_kind");
}

#[test]
fn an_instrument_that_is_none_is_refused() {
    let with = |device| RegisterMeter { device, ..registered_on("2026-01-01", "1") };
    for wrong in [
        Device { digits: Count(2), ..device() },
        Device { digits: Count(9), ..device() },
        Device { multiplier: exact("0"), ..device() },
        Device { multiplier: exact("10000.1"), ..device() },
        Device { multiplier: exact("1.25"), ..device() },
    ] {
        assert_eq!(registered().refused(&with(wrong.clone())), "device_must_be_in_range", "{wrong:?}");
    }
    let opening = |value: &str| registered_on("2026-01-01", value);
    assert_eq!(registered().refused(&opening("100000")), "reading_must_fit_meter");
    assert_eq!(registered().refused(&opening("1.0001")), "reading_must_fit_meter");
    assert_eq!(registered().refused(&registered_on("2026-01-02", "1")), "reading_must_not_be_in_future");
    let mut used = registered_on("2026-01-01", "1");
    used.opening.used_this_year = Some(exact("-1"));
    assert_eq!(registered().refused(&used), "usage_must_be_in_range");
}

#[test]
fn readings_count_on_with_multiplier_rollover_and_reversed_installation() {
    let mut story = registered().on("2026-12-31");
    let tenfold = Device { multiplier: exact("10"), ..device() };
    story.accepted(&RegisterMeter { device: tenfold, ..registered_on("2026-01-01", "99990") });
    story.accepted(&read("2026-02-01", "99991.5"));
    let over = NewReading { rolled_over: true, ..reading("2026-03-01", "3") };
    assert_eq!(story.refused(&read("2026-03-01", "3")), "reading_must_not_go_back");
    story.accepted(&RecordReadings { readings: vec![over] });
    let not_over = NewReading { rolled_over: true, ..reading("2026-04-01", "4") };
    assert_eq!(story.refused(&RecordReadings { readings: vec![not_over] }), "rollover_must_be_needed");
    assert_eq!(points(&story), ["2026-01-01 99990 = 0", "2026-02-01 99991.5 = 15", "2026-03-01 3 = 130"]);

    let mut story = registered().on("2026-12-31");
    let reversed = Device { reversed: true, ..device() };
    story.accepted(&RegisterMeter { device: reversed, ..registered_on("2026-01-01", "5") });
    assert_eq!(story.refused(&read("2026-02-01", "6")), "reading_must_not_go_back");
    story.accepted(&read("2026-02-01", "2"));
    let over = NewReading { rolled_over: true, ..reading("2026-03-01", "99999") };
    story.accepted(&RecordReadings { readings: vec![over] });
    assert_eq!(points(&story), ["2026-01-01 5 = 0", "2026-02-01 2 = 3", "2026-03-01 99999 = 6"]);
}

#[test]
fn what_is_no_reading_is_refused_by_name_and_nothing_of_its_batch_stands() {
    let mut story = story();
    for (on, value, code) in [
        ("2026-01-01", "101", "reading_must_be_later"),
        ("2025-12-31", "101", "reading_must_be_later"),
        ("2027-01-01", "101", "reading_must_not_be_in_future"),
        ("2026-02-01", "99", "reading_must_not_go_back"),
        ("2026-02-01", "-1", "reading_must_fit_meter"),
        ("2026-02-01", "100000", "reading_must_fit_meter"),
    ] {
        assert_eq!(story.refused(&read(on, value)), code, "{on} {value}");
    }
    let other = MeterId(uuid(9));
    let second = RegisterMeter { meter: other, code: "W2".parse().unwrap(), ..registered_on("2026-01-01", "7") };
    story.accepted(&second);
    let back = NewReading { meter: other, ..reading("2026-02-01", "6") };
    let refusal = story.when(&RecordReadings { readings: vec![reading("2026-02-01", "101"), back] }).unwrap_err();
    assert_eq!((refusal.code, refusal.pointer.as_deref()), ("reading_must_not_go_back", Some("/readings/1/value")));
    assert_eq!(points(&story), ["2026-01-01 100 = 0"]);
    let twice = vec![reading("2026-02-01", "101"), reading("2026-03-01", "102")];
    assert_eq!(story.refused(&RecordReadings { readings: twice }), "readings_must_be_few");
    assert_eq!(story.refused(&RecordReadings { readings: Vec::new() }), "readings_must_be_few");
    let unknown = NewReading { meter: MeterId(uuid(404)), ..reading("2026-02-01", "1") };
    assert_eq!(story.refused(&RecordReadings { readings: vec![unknown] }), "meter_must_exist");
}

#[test]
fn usage_far_from_the_meters_own_history_waits_for_a_person() {
    let mut story = story();
    story.accepted(&read("2026-01-11", "130"));
    // 3 a day, and no history yet to compare with.
    assert_eq!(told(&story.accepted(&read("2026-01-21", "150"))), ["meter_read"]);
    assert_eq!(told(&story.accepted(&read("2026-01-31", "160"))), ["meter_read"]);
    // 2 a day on average; 6 a day is not more than three times that, 6.1 is.
    assert_eq!(told(&story.accepted(&read("2026-02-10", "220"))), ["meter_read"]);
    let events = story.accepted(&read("2026-02-20", "320"));
    let [Event::Meter(MeterEvent::ReadingHeld(held))] = events.as_slice() else { panic!("held: {events:?}") };
    assert_eq!((held.daily.to_string(), held.usual.map(|usual| usual.to_string())), ("10".into(), Some("3".into())));
    assert_eq!(story.refused(&read("2026-02-21", "321")), "held_reading_must_be_settled");
    let (reading, reason) = (held.reading.reading, "leak".parse().unwrap());
    let other = AcceptReading { meter: METER, reading: last(&story), reason };
    assert_eq!(story.refused(&other), "reading_must_be_held");
    let reject = RejectReading { meter: METER, reading, reason: "misread".parse().unwrap() };
    let accept = AcceptReading { reading, ..other };
    assert_eq!(told(&story.accepted(&reject)), ["reading_rejected"]);
    assert_eq!(story.refused(&accept), "reading_must_be_held");
    assert_eq!(points(&story).last().unwrap(), "2026-02-10 220 = 120");
    story.accepted(&read("2026-02-20", "311"));
    let reading = story.draft().meter(METER).held().unwrap().reading.reading;
    assert_eq!(told(&story.accepted(&AcceptReading { reading, ..accept })), ["reading_accepted"]);
    assert_eq!(points(&story).last().unwrap(), "2026-02-20 311 = 211");
}

#[test]
fn a_community_says_itself_what_is_far() {
    let mut story = story();
    let check = |factor: &str, readings, limit: Option<&str>| SetMeterCheck {
        factor: exact(factor),
        readings: Count(readings),
        daily_limit: limit.map(exact),
    };
    story.accepted(&check("1.5", 1, Some("8")));
    assert_eq!(told(&story.accepted(&read("2026-01-11", "190"))), ["reading_held"], "9 a day is above the limit");
    let reading = story.draft().meter(METER).held().unwrap().reading.reading;
    story.accepted(&RejectReading { meter: METER, reading, reason: "misread".parse().unwrap() });
    assert_eq!(told(&story.accepted(&read("2026-01-11", "110"))), ["meter_read"]);
    assert_eq!(told(&story.accepted(&read("2026-01-21", "126"))), ["reading_held"], "1.6 a day after 1");
}

#[test]
fn a_replaced_meter_counts_on_and_a_removed_one_does_not() {
    let mut story = story();
    let replace = ReplaceMeter {
        meter: METER,
        on: "2026-02-01".parse().unwrap(),
        value: exact("130"),
        rolled_over: false,
        code: "W00002".parse().unwrap(),
        device: Device { multiplier: exact("2"), ..device() },
        starts_at: exact("4"),
    };
    let back = ReplaceMeter { value: exact("99"), ..replace.clone() };
    assert_eq!(story.refused(&back), "reading_must_not_go_back");
    let unreal = ReplaceMeter { starts_at: exact("100000"), ..replace.clone() };
    assert_eq!(story.refused(&unreal), "reading_must_fit_meter");
    assert_eq!(told(&story.accepted(&replace)), ["meter_code_released", "meter_code_taken", "meter_replaced"]);
    assert_eq!(story.refused(&read("2026-03-01", "3")), "reading_must_not_go_back");
    story.accepted(&read("2026-03-01", "10"));
    assert_eq!(points(&story), ["2026-01-01 100 = 0", "2026-02-01 130 = 30", "2026-03-01 10 = 42"]);
    let taken = RegisterMeter { meter: MeterId(uuid(9)), ..registered_on("2026-01-01", "1") };
    let same = RegisterMeter { code: "W00002".parse().unwrap(), ..taken.clone() };
    assert_eq!(story.refused(&same), "meter_code_must_be_free");
    story.accepted(&taken);

    let remove = RemoveMeter {
        meter: METER,
        on: "2026-04-01".parse().unwrap(),
        value: exact("11"),
        rolled_over: false,
        reason: "demolished".parse().unwrap(),
    };
    assert_eq!(told(&story.accepted(&remove)), ["meter_removed", "meter_code_released"]);
    assert_eq!(points(&story).last().unwrap(), "2026-04-01 11 = 44");
    assert_eq!(story.refused(&read("2026-05-01", "12")), "meter_must_be_installed");
    assert_eq!(story.refused(&remove), "meter_must_be_installed");
    story.accepted(&RegisterMeter { meter: MeterId(uuid(10)), ..same });
}

#[test]
fn a_corrected_reading_stays_between_its_neighbours() {
    let mut story = story();
    story.accepted(&read("2026-02-01", "120"));
    let february = correct(&story, "125");
    story.accepted(&read("2026-03-01", "150"));
    assert_eq!(told(&story.accepted(&february)), ["reading_corrected"]);
    assert_eq!(points(&story), ["2026-01-01 100 = 0", "2026-02-01 125 = 25", "2026-03-01 150 = 50"]);
    let to = |value: &str| CorrectReading { value: exact(value), ..february.clone() };
    assert_eq!(story.refused(&to("125")), "reading_must_change");
    assert_eq!(story.refused(&to("99")), "reading_must_not_go_back");
    assert_eq!(story.refused(&to("151")), "reading_must_stay_below_next");
    let unknown = CorrectReading { reading: ReadingId(uuid(1)), ..to("130") };
    assert_eq!(story.refused(&unknown), "reading_must_exist");
    let opening = story.draft().meter(METER).points()[0].reading;
    story.accepted(&CorrectReading { reading: opening, ..to("90") });
    assert_eq!(points(&story)[0], "2026-01-01 90 = -10");
    story.accepted(&CorrectReading { reading: opening, ..to("104.5") });
    assert_eq!(points(&story)[0], "2026-01-01 104.5 = 4.5");
    assert_eq!(story.refused(&CorrectReading { reading: opening, ..to("126") }), "reading_must_stay_below_next");
}

#[test]
fn parts_of_a_usage_sum_to_it_however_it_is_cut() {
    let mut story = story();
    story.accepted(&read("2026-01-08", "110"));
    let state = story.draft().meter(METER);
    let on = |day: &str| state.total_on(day.parse().unwrap()).map(|total| total.to_string());
    assert_eq!((on("2025-12-31"), on("2026-01-09")), (None, None));
    // 10 over 7 days, to 4 decimals: the last day takes what is left.
    assert_eq!(on("2026-01-02"), Some("1.4286".into()));
    assert_eq!(on("2026-01-07"), Some("8.5714".into()));
    assert_eq!(on("2026-01-08"), Some("10".into()));
}
