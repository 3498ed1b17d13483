//! Samples of `fee_item` facts.

use crate::account::approved;
use crate::ids::{DISCOUNT, OFFER, TARIFF};
use crate::records::seen;
use serde_json::{Value, json};

/// A price of temporary stays.
fn parking() -> Value {
    let mut price = stays();
    price["kind"] = json!("parking");
    price
}

pub(crate) fn stays() -> Value {
    json!({
        "free_minutes": "15", "first": {"minutes": "60", "amount": "5.00"}, "further": {"minutes": "30", "amount": "1.00"},
        "steps": [{"after_hours": "10", "block": {"minutes": "60", "amount": "1.00"}}],
        "cap": {"day": "rolling", "amount": "20.00"}
    })
}

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    vec![
        (
            "fee_item_created.v1",
            json!({"name": "物业服务费", "fund": "operating", "priority": "10", "vat": {"category": "rated", "rate": "0.06"}}),
        ),
        (
            "fee_item_vat_set.v1.receipt",
            json!({"from": "2026-01-01", "vat": {"category": "rated", "rate": "0.09", "tax_point": "receipt"}}),
        ),
        ("fee_item_vat_set.v1", json!({"from": "2026-01-01", "vat": {"category": "rated", "rate": "0.01"}})),
        (
            "fee_item_tax_code_set.v1",
            json!({"from": "2026-01-01", "code": "3040801010000000000", "short_name": "企业管理服务"}),
        ),
        ("fee_item_utility_set.v1", json!({"utility": "electricity"})),
        (
            "tariff_set.v1",
            json!({
                "tariff": TARIFF, "from": "2024-01-01",
                "price": {"kind": "per_area", "area": "building", "unit_price": "2.5"},
                "cycle_months": "1", "basis": "calendar", "timing": "advance",
                "due": {"kind": "day_of_month", "day": "15"}, "round_to": "fen", "approved": approved(), "seen": seen()
            }),
        ),
        (
            "tariff_set.v1.fixed",
            json!({
                "tariff": TARIFF, "from": "2024-01-01", "price": {"kind": "fixed", "amount": "80", "per": "month"},
                "cycle_months": "3", "basis": "anniversary", "timing": "arrears",
                "due": {"kind": "days_after", "days": "30"}, "round_to": "jiao"
            }),
        ),
        (
            "tariff_set.v1.per_household",
            json!({
                "tariff": TARIFF, "from": "2026-01-01", "price": {"kind": "per_household", "amount": "12.5"},
                "cycle_months": "1", "basis": "calendar", "timing": "advance",
                "due": {"kind": "days_after", "days": "30"}, "round_to": "fen"
            }),
        ),
        (
            "tariff_set.v1.floor_steps",
            json!({
                "tariff": TARIFF, "from": "2026-01-01", "price": {"kind": "floor_steps", "area": "building", "steps": [{"from_floor": "-1", "price": "0"}, {"from_floor": "3", "price": "0.35"}]},
                "cycle_months": "1", "basis": "calendar", "timing": "advance",
                "due": {"kind": "days_after", "days": "30"}, "round_to": "fen"
            }),
        ),
        (
            "tariff_set.v1.coefficient",
            json!({
                "tariff": TARIFF, "from": "2026-01-01", "price": {"kind": "coefficient", "area": "inner", "unit_price": "2.38"},
                "cycle_months": "1", "basis": "calendar", "timing": "advance",
                "due": {"kind": "days_after", "days": "30"}, "round_to": "fen"
            }),
        ),
        (
            "tariff_set.v1.shared",
            json!({
                "tariff": TARIFF, "from": "2026-01-01", "price": {"kind": "shared"},
                "cycle_months": "1", "basis": "calendar", "timing": "advance",
                "due": {"kind": "days_after", "days": "30"}, "round_to": "fen"
            }),
        ),
        (
            "tariff_set.v1.metered",
            json!({
                "tariff": TARIFF, "from": "2026-01-01", "price": {"kind": "metered", "utility": "electricity", "unit_price": "0.5283"},
                "cycle_months": "1", "basis": "calendar", "timing": "arrears",
                "due": {"kind": "days_after", "days": "30"}, "round_to": "fen"
            }),
        ),
        (
            "tariff_set.v1.tiered_metered",
            json!({
                "tariff": TARIFF, "from": "2026-01-01", "price": {"kind": "tiered_metered", "utility": "water", "tiers": [{"up_to": "180", "price": "3.5"}, {"price": "4.9"}]},
                "cycle_months": "1", "basis": "calendar", "timing": "arrears",
                "due": {"kind": "day_of_month", "day": "10"}, "round_to": "fen"
            }),
        ),
        (
            "tariff_set.v1.metered_reading_day",
            json!({
                "tariff": TARIFF, "from": "2026-01-01", "price": {"kind": "metered", "utility": "water", "unit_price": "3.5", "priced_by": "reading_day"},
                "cycle_months": "1", "basis": "calendar", "timing": "arrears",
                "due": {"kind": "days_after", "days": "30"}, "round_to": "fen"
            }),
        ),
        (
            "tariff_set.v1.metered_formula",
            json!({
                "tariff": TARIFF, "from": "2026-01-01",
                "price": {"kind": "metered_formula", "utility": "heating", "formula": "area * 8 + usage * unit_price", "unit_price": "44.45"},
                "cycle_months": "1", "basis": "calendar", "timing": "arrears",
                "due": {"kind": "days_after", "days": "30"}, "round_to": "fen"
            }),
        ),
        (
            "tariff_set.v1.tiered_reading_day",
            json!({
                "tariff": TARIFF, "from": "2026-01-01", "price": {"kind": "tiered_metered", "utility": "water", "tiers": [{"up_to": "180", "price": "3.5"}, {"price": "4.9"}], "priced_by": "reading_day"},
                "cycle_months": "1", "basis": "calendar", "timing": "arrears",
                "due": {"kind": "day_of_month", "day": "10"}, "round_to": "fen"
            }),
        ),
        (
            "tariff_set.v1.formula",
            json!({
                "tariff": TARIFF, "from": "2026-01-01", "price": {"kind": "formula", "formula": "area * unit_price", "unit_price": "2"},
                "cycle_months": "1", "basis": "calendar", "timing": "advance",
                "due": {"kind": "days_after", "days": "30"}, "round_to": "fen"
            }),
        ),
        (
            "tariff_set.v1.parking",
            json!({
                "tariff": TARIFF, "from": "2026-01-01", "price": parking(),
                "cycle_months": "1", "basis": "calendar", "timing": "advance",
                "due": {"kind": "days_after", "days": "0"}, "round_to": "fen"
            }),
        ),
        ("vacancy_policy_set.v1", json!({"from": "2026-01-01", "off": "0.3", "approved": approved(), "seen": seen()})),
        ("vacancy_policy_set.v1.none", json!({"from": "2027-01-01"})),
        (
            "top_up_rule_set.v1",
            json!({"from": "2026-01-01", "rule": {"below": "0.3", "to": "1"}, "approved": approved(), "seen": seen()}),
        ),
        (
            "campaign_granted.v1",
            json!({
                "campaign": DISCOUNT, "name": "春节优惠", "scope": {"kind": "building", "building": "3栋"},
                "kinds": ["residence"], "terms": {"kind": "percentage", "off": "0.1"},
                "days": {"from": "2026-02-01", "until": "2026-03-01"}, "approved": approved(), "seen": seen()
            }),
        ),
        (
            "campaign_granted.v1.free_month",
            json!({
                "campaign": DISCOUNT, "name": "免一个月", "scope": {"kind": "community"}, "terms": {"kind": "free"},
                "days": {"from": "2026-03-01", "until": "2026-04-01"}
            }),
        ),
        ("campaign_ended.v1", json!({"campaign": DISCOUNT, "on": "2026-02-15", "reason": "提前结束"})),
        (
            "prepayment_offer_set.v1",
            json!({
                "offer": OFFER, "months": "12", "free_months": "1", "days": {"from": "2026-11-01", "until": "2027-01-01"},
                "approved": approved(), "seen": seen()
            }),
        ),
        ("prepayment_offer_ended.v1", json!({"offer": OFFER, "on": "2026-12-15", "reason": "名额已满"})),
        ("top_up_rule_set.v1.none", json!({"from": "2027-01-01"})),
    ]
}
