//! The register over a small community: rows, places, K and what made a difference.

use super::fixture::{figures, recorded};
use super::*;
use crate::account::fixture::{account, item, month, of_fund, owned, party, waive};
use crate::account::{AccountEvent, ChargeSpec, MoveCredit};
use crate::approval::fixture::limit;
use crate::draft::{Decide, Draft};
use crate::id::{ChargeId, UnitId};
use crate::payment::fixture::{to_account, transfer};
use crate::refusal::Refusal;
use crate::testing::{Story, uuid};
use crate::unit::{UnitKind, UnitRegistered};
use crate::value::Digest;

/// Registers a unit of an account, as its command would.
#[derive(Debug)]
struct Registered(u128, UnitKind);

impl Decide for Registered {
    fn operation(&self) -> &'static str {
        "register_for_test"
    }
    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let event = UnitRegistered {
            code: format!("B-{}", self.0).parse().unwrap(),
            kind: self.1,
            building: self.0.to_string().parse().ok(),
            entrance: None,
            floor: None,
            account: account(self.0),
            developer: None,
        };
        draft.push(UnitId(uuid(0x7000 + self.0)), event);
        Ok(())
    }
}

struct Community {
    story: Story,
    events: Vec<Recorded>,
}

impl Community {
    fn founded() -> Self {
        let mut community = Self { story: owned(crate::payment::fixture::story()), events: Vec::new() };
        community.done(&Registered(1, UnitKind::Residence));
        community.done(&Registered(2, UnitKind::Parking));
        community
    }

    fn done(&mut self, command: &dyn Decide) {
        let position = |at: usize| u64::try_from(at).unwrap() + 1;
        for event in self.story.when(command).unwrap() {
            self.events.push(recorded(position(self.events.len()), &event));
        }
    }

    fn charged(&mut self, n: u128, spec: ChargeSpec) -> ChargeId {
        let before = self.events.len();
        self.done(&crate::account::fixture::Post(account(n), vec![spec]));
        let posted = self.events[before..].iter().find_map(|event| match &event.event {
            Event::Account(AccountEvent::ChargePosted(posted)) => Some(posted.charge),
            _ => None,
        });
        posted.unwrap()
    }

    fn end(&self) -> u64 {
        self.events.last().map_or(0, |event| event.position)
    }

    fn rows(&self, known: u64, by: By) -> Vec<Row> {
        let known = usize::try_from(known).unwrap();
        figures(&self.events[..known], ("2026-01", "2026-01"), Fund::Operating, by)
    }
}

/// Flat 1 owes 100.00 and 30.00 for water, space 2 owes 50.00; flat 1 pays 250.00, of which 120.00 stay credit.
fn january() -> (Community, u64) {
    let mut community = Community::founded();
    community.charged(1, month("2026-01", "100.00"));
    community.charged(1, of_fund(Fund::PassThrough, item(2), month("2026-01", "30.00")));
    community.charged(2, ChargeSpec { obligor: party(2), ..month("2026-01", "50.00") });
    let unpaid = community.end();
    community.done(&transfer("T1", "250.00", "2026-01-01", to_account(1)));
    (community, unpaid)
}

fn amounts(row: &Row) -> [String; 4] {
    let f = &row.figures;
    [f.net_charges, f.collected_of_period, f.received, f.credit].map(|amount| amount.to_string())
}

#[test]
fn each_part_has_its_row_and_the_whole_is_computed_from_sums() {
    let (community, _) = january();
    let shown = |by| -> Vec<_> { community.rows(community.end(), by).iter().map(amounts).collect() };
    assert_eq!(shown(By::Community), [["150.00", "100.00", "250.00", "120.00"]]);
    assert_eq!(shown(By::Building), [["100.00", "100.00", "250.00", "120.00"], ["50.00", "0.00", "0.00", "0.00"]]);
    assert_eq!(shown(By::FeeItem), [["150.00", "100.00", "100.00", "0.00"], ["30.00", "30.00", "30.00", "0.00"]]);
    assert_eq!(shown(By::Fund), [["150.00", "100.00", "220.00", "120.00"], ["30.00", "30.00", "30.00", "0.00"]]);
    let whole = &community.rows(community.end(), By::Community)[0].figures;
    assert_eq!(whole.current_rate.map(|rate| rate.to_string()).as_deref(), Some("0.6667"));
    // A parking space is no household.
    assert_eq!((whole.households_charged, whole.households_paid), (1, 1));
    assert_eq!(whole.received_splits.pass_through.to_string(), "30.00");
    assert!(whole.identity.holds);
}

#[test]
fn what_was_known_stays_and_the_difference_has_its_events() {
    let (mut community, unpaid) = january();
    let paid = community.end();
    community.charged(1, month("2026-02", "10.00"));
    let charge = community.charged(2, ChargeSpec { obligor: party(2), ..month("2026-03", "8.00") });
    let (reason, authority) = ("漏水补偿".parse().unwrap(), limit("100.00"));
    let amount = "8.00".parse().unwrap();
    community.done(&waive(account(2), charge, amount, reason, authority));
    let rate = |known| community.rows(known, By::Community)[0].figures.current_rate.map(|rate| rate.to_string());
    assert_eq!((rate(unpaid).as_deref(), rate(community.end()).as_deref()), (Some("0.0000"), Some("0.6667")));
    let causes = |query, before: u64, known: u64| -> Vec<&str> {
        let mut register = Register::new(query, vec![Cut { by: By::Community, fund: Fund::Operating }]).unwrap();
        let known = &community.events[..usize::try_from(known).unwrap()];
        let counted = known.iter().filter(|event| register.see(event).unwrap());
        counted.filter(|event| event.position > before).map(|event| event.event.event_type()).collect()
    };
    let january = Query::of_month("2026-01".parse().unwrap());
    let types = causes(january, unpaid, paid);
    assert_eq!(types, ["payment_received", "credit_received", "charge_paid", "charge_paid"]);
    assert!(causes(january, paid, paid).is_empty());
    // Nothing that happened counts as of an earlier day.
    assert!(causes(Query::of_month("2025-12".parse().unwrap()), 0, paid).is_empty());
}

#[test]
fn an_empty_log_has_a_row_without_rates() {
    let rows = figures(&[], ("2026-01", "2026-01"), Fund::Operating, By::Community);
    assert_eq!((rows.len(), rows[0].figures.current_rate), (1, None));
    assert!(figures(&[], ("2026-01", "2026-01"), Fund::Operating, By::Building).is_empty());
}

#[test]
fn credit_is_each_holders_own_and_goes_over_by_a_signed_fact_alone() {
    let (mut community, _) = january();
    let lot = community.story.draft().account(account(1)).lots().next().unwrap().lot;
    let authority = limit("500.00");
    let amount = "20.00".parse().unwrap();
    community.done(&MoveCredit {
        account: account(1),
        lot,
        to: party(2),
        amount,
        evidence: Digest([7; 32]),
        authority,
    });
    let whole =
        |events: &[Recorded]| figures(events, ("2026-01", "2026-01"), Fund::Operating, By::Community).remove(0).figures;
    let figures = whole(&community.events);
    assert!(figures.identity.holds);
    assert_eq!(figures.credit.to_string(), "120.00");
    // The facts say that it went to another than the book has: the sum agrees, the holders do not.
    let mut forged = community.events.clone();
    let Some(Event::Account(AccountEvent::CreditMoved(moved))) = forged.last_mut().map(|event| &mut event.event) else {
        panic!("credit was moved last")
    };
    moved.to = party(3);
    assert!(!whole(&forged).identity.holds);
}

/// Form 1 of what a seal digests: a seal that was once written must be found true for ever.
#[test]
fn the_form_of_what_a_seal_digests_never_changes() {
    let (community, _) = january();
    let mut sealing = Sealing::new("2026-01".parse().unwrap(), FIRST_FORM).unwrap();
    for event in &community.events {
        sealing.see(event).unwrap();
    }
    let document = String::from_utf8(sealing.document().unwrap()).unwrap();
    assert_eq!(document, include_str!("form_1.json").trim_end());
}

/// Form 2: the same with open late fees, once there is a policy.
#[test]
fn a_community_with_late_fees_is_sealed_in_the_second_form() {
    let (mut community, _) = january();
    community.charged(1, month("2025-12", "1000.00"));
    let agreed = community.end();
    let policy = crate::account::late_fee_stories::policy();
    community.done(&crate::community::SetLateFeePolicy {
        fee_item: None,
        from: "2025-12-01".parse().unwrap(),
        daily_rate: policy.daily_rate,
        grace_days: policy.grace_days,
        grace_mode: policy.grace_mode,
        cap_ratio: None,
        round_to: policy.round_to,
        vat: policy.vat,
        authority: crate::approval::Authority::default(),
    });
    let sealing = |form, until: u64| {
        let mut sealing = Sealing::new("2026-01".parse().unwrap(), form).unwrap();
        let events = community.events.iter().take_while(|event| event.position <= until);
        events.for_each(|event| sealing.see(event).unwrap());
        sealing
    };
    let seal = |form, until| sealing(form, until).seal(crate::value::Count(1), Digest([7; 32]));
    assert!(seal(FIRST_FORM, agreed).is_ok() && seal(LATE_FEES_FORM, agreed).is_err());
    assert!(seal(FIRST_FORM, community.end()).is_err() && seal(LATE_FEES_FORM, community.end()).is_ok());
    assert!(Sealing::new("2026-01".parse().unwrap(), crate::value::Count(3)).is_err());
    let document = String::from_utf8(sealing(LATE_FEES_FORM, community.end()).document().unwrap()).unwrap();
    let document: serde_json::Value = serde_json::from_str(&document).unwrap();
    // Posted on the first of January for December: 30 days count, of the 880.00 that credit does not pay.
    let of = |by: &str| document[by].as_array().unwrap().iter().map(|row| row["late_fees"].clone()).collect::<Vec<_>>();
    assert_eq!(of("community"), ["26.40"]);
    assert_eq!(of("building"), ["26.40", "0.00"]);
    assert_eq!((of("fee_item"), of("fund")), (of("building"), of("building")));
}
