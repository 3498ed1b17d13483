//! Samples of `taking` facts.

use crate::account::approved;
use crate::ids::{CHANNEL_ACCOUNT, CHARGE, FEE_ITEM, LEDGER, PAYMENT, SHIFT, TARIFF, VAULT_NUMBER};
use crate::records::seen;
use mingzhang_domain::id::{AccountId, LedgerId};
use serde_json::{Value, json};

/// A taking of 8.00 by a kind of channel account, for a fund.
fn of(channel: &str, fund: &str) -> Value {
    json!({
        "account": AccountId::walk_in(LedgerId(LEDGER.parse().unwrap())).to_string(), "charge": CHARGE, "payment": PAYMENT,
        "fee_item": FEE_ITEM, "fund": fund, "period": "2026-01", "channel_account": CHANNEL_ACCOUNT, "channel": channel,
        "amount": "8.00", "vat": {"category": "rated", "rate": "0.09", "net": "7.34", "tax": "0.66"}
    })
}

fn stay() -> Value {
    json!({
        "kind": "stay", "number": "G1-20260120-0007", "entered_at": "2026-01-20T01:00:00.000000Z",
        "left_at": "2026-01-20T03:30:00.000000Z",
        "versions": [{"tariff": TARIFF, "from": "2026-01-01", "price": crate::fee_item::stays()}]
    })
}

fn card() -> Value {
    json!({
        "kind": "card", "number": "B1-017", "service": {"from": "2026-01-17", "until": "2026-02-17"}, "anchor_day": "17",
        "tariff": TARIFF, "from": "2026-01-01", "price": "8", "round_to": "fen"
    })
}

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    vec![
        (
            "taking_recorded.v1",
            json!({
                "of": of("cash", "operating"), "taken_for": stay(), "purse": "company", "seen": seen(), "reference": "S1-7",
                "shift": SHIFT, "slip": "7", "value_on": "2026-01-20", "plate": VAULT_NUMBER
            }),
        ),
        (
            "taking_recorded.v1.owners_income",
            json!({
                "of": of("online", "owners_income"), "taken_for": stay(), "purse": "company", "seen": seen(),
                "reference": "4200001234", "value_on": "2026-01-20"
            }),
        ),
        (
            "taking_recorded.v1.card",
            json!({
                "of": of("pos", "operating"), "taken_for": card(), "purse": "company", "seen": seen(),
                "reference": "POS-17", "value_on": "2026-01-17"
            }),
        ),
        (
            "taking_reversed.v1",
            json!({"of": of("cash", "operating"), "reason": "录错", "approved": approved(), "seen": seen()}),
        ),
    ]
}
