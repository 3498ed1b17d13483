//! A unit with a water meter, for the tests of billing by quantity.

use super::stories::{charges, home, tariff};
use super::{Change, PreviewRun};
use crate::account::{AccountEvent, ChargePosted};
use crate::fee_item::{Price, PriceTier, PricedBy, TariffSet};
use crate::meter::fixture::{exact, registered_on};
use crate::stream::Event;
use crate::supplier_bill::Utility;
use crate::testing::Story;
use crate::unit::fixture::{BUYER, ITEM, OWNER, UNIT};

pub(super) use super::stories::bill;

pub(super) fn metered(unit_price: &str) -> Price {
    Price::Metered { utility: Utility::Water, unit_price: exact(unit_price), priced_by: PricedBy::UsageDays }
}

pub(super) fn price(tiers: &[(&str, &str)], last: &str) -> Price {
    let tier = |(up_to, price): &(&str, &str)| PriceTier { up_to: Some(exact(up_to)), price: exact(price) };
    let last = PriceTier { up_to: None, price: exact(last) };
    let tiers = tiers.iter().map(tier).chain([last]).collect();
    Price::TieredMetered { utility: Utility::Water, tiers, priced_by: PricedBy::UsageDays }
}

/// The same, but another day decides.
pub(super) fn by(day: PricedBy, mut price: Price) -> Price {
    if let Price::Metered { priced_by, .. } | Price::TieredMetered { priced_by, .. } = &mut price {
        *priced_by = day;
    }
    price
}

/// The end of 2026; the item has one tariff.
pub(super) fn home_with(tariff: TariffSet) -> Story {
    home().given(ITEM, tariff).on("2026-12-31")
}

/// The same without a meter, at a price since 2025.
pub(super) fn priced(price: Price) -> Story {
    home_with(tariff(1, "2025-01-01", price))
}

/// The meter shows 100 on 1 January; one price.
pub(super) fn flat(unit_price: &str) -> Story {
    let mut story = priced(metered(unit_price));
    story.accepted(&registered_on("2026-01-01", "100"));
    story
}

/// The meter shows 100 on 1 January; tiers.
pub(super) fn tiered(tiers: &[(&str, &str)], last: &str) -> Story {
    let mut story = priced(price(tiers, last));
    story.accepted(&registered_on("2026-01-01", "100"));
    story
}

/// `from until party period: used before + usage, … = amount`
pub(super) fn rows(story: &mut Story, month: &str) -> Vec<String> {
    charges(story, &bill(month, month)).iter().map(row).collect()
}

fn row(charge: &ChargePosted) -> String {
    let who = match charge.booking.obligor {
        OWNER => "owner",
        BUYER => "buyer",
        _ => "nobody",
    };
    let metered = charge.metered.as_ref().unwrap();
    let parts: Vec<String> =
        metered.parts.iter().map(|part| format!("{} + {}", part.used_before, part.usage)).collect();
    let (from, until) = (charge.service.from(), charge.service.until());
    format!("{from} {until} {who} {}: {} = {}", charge.booking.period, parts.join(", "), charge.amount)
}

/// What a run would leave out: `from until reason`, or the reason alone.
pub(super) fn skipped(story: &Story, month: &str) -> Vec<String> {
    let run = PreviewRun { month: month.parse().unwrap(), fee_items: Vec::new() };
    let skips = run.of_unit(&mut story.draft(), UNIT).unwrap().skips;
    let days = |skip: &super::plan::Skip| skip.service.map(|days| format!("{} {} ", days.from(), days.until()));
    skips.iter().map(|skip| format!("{}{}", days(skip).unwrap_or_default(), skip.reason)).collect()
}

pub(super) fn preview_of(story: &Story, month: &str) -> Change {
    let run = PreviewRun { month: month.parse().unwrap(), fee_items: Vec::new() };
    run.of_unit(&mut story.draft(), UNIT).unwrap().change()
}

/// What is charged more and less, in order.
pub(super) fn amounts(events: &[Event]) -> Vec<String> {
    let told = |event: &Event| match event {
        Event::Account(AccountEvent::ChargePosted(e)) => Some(format!("charged {}", e.amount)),
        Event::Account(AccountEvent::ChargeReduced(e)) => Some(format!("reduced {}", e.amount)),
        _ => None,
    };
    events.iter().filter_map(told).collect()
}
