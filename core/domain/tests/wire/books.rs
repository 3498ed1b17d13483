//! Samples of `books` facts.

use crate::account::approved;
use crate::ids::{CHANNEL_ACCOUNT, CHARGE, FEE_ITEM, RECEIPT};
use crate::records::{account, seen};
use serde_json::{Value, json};

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    let amount =
        |amount: &str| json!({"fee_item": FEE_ITEM, "fund": "operating", "vat_category": "rated", "amount": amount});
    let set = |change: &str, provided: &str| json!({"change": change, "provided": provided, "reason": "账龄分析", "approved": approved(), "seen": seen()});
    vec![
        (
            "allowance_rates_set.v1",
            json!({"from": "2026-01", "rates": {
                "not_due": "0", "d1_30": "0.005", "d31_60": "0.01", "d61_90": "0.02", "d91_180": "0.05", "d181_365": "0.1",
                "d366_730": "0.3", "d731_1095": "0.5", "over": "1",
            }}),
        ),
        ("allowance_set.v1", set("120.00", "500.00")),
        ("allowance_set.v1.lowered", set("-20.00", "480.00")),
        (
            "bank_balance_stated.v1",
            json!({"channel_account": CHANNEL_ACCOUNT, "period": "2025-12", "balance": "12000.00", "seen": seen()}),
        ),
        (
            "bank_item_stated.v1",
            json!({
                "item": RECEIPT, "channel_account": CHANNEL_ACCOUNT, "side": "bank_paid", "amount": "15.00",
                "booked_on": "2025-12-31", "note": "账户管理费", "seen": seen(),
            }),
        ),
        ("bank_item_cleared.v1", json!({"item": RECEIPT, "cleared_on": "2026-01-10"})),
        (
            "book_code_set.v1",
            json!({
                "from": "2026-01", "purse": "company", "book": "receivable", "fee_item": FEE_ITEM,
                "coded": {"code": "1122.01", "name": "应收账款-物业费"},
            }),
        ),
        (
            "book_code_set.v1.channel_account",
            json!({
                "from": "2026-01", "purse": "company", "book": "channel", "channel_account": CHANNEL_ACCOUNT,
                "coded": {"code": "101201", "name": "微信支付"}, "seen": seen(),
            }),
        ),
        (
            "book_code_set.v1.none",
            json!({"from": "2026-02", "purse": "company", "book": "revenue", "fund": "operating"}),
        ),
        ("chart_preset_set.v1", json!({"from": "2026-01", "preset": "small_enterprise"})),
        ("period_closed.v1", json!({"period": "2025-12", "version": "1"})),
        (
            "period_reopened.v1",
            json!({
                "period": "2025-12", "version": "1", "reason": "a bill run was missing", "approved": approved(),
                "seen": seen()
            }),
        ),
        (
            "period_reviewed.v1",
            json!({
                "period": "2025-12", "version": "1", "seen_until": "16", "suspense": "77.07", "payments": "1",
                "refunds_in_flight": "14.50", "refunds": "1", "allowance": "declined",
            }),
        ),
        (
            "period_reviewed.v1.channel_days",
            json!({
                "period": "2025-12", "version": "1", "seen_until": "16", "suspense": "0.00", "payments": "0",
                "refunds_in_flight": "0.00", "refunds": "0", "allowance": "declined", "channel_days": "2",
                "bank_accounts": "1", "meters": "0",
                "seen": [{"ledger_id": "0190b0e0-0000-7000-8000-00000000c000", "position": "23"}],
            }),
        ),
        (
            "period_sealed.v1",
            json!({
                "period": "2025-12", "version": "1", "size": "17",
                "root": "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                "trial_balance": [
                    {"purse": "company", "book": "receivable", "debit": "106.00", "credit": "0.00"},
                    {"purse": "company", "book": "revenue", "debit": "0.00", "credit": "100.00"},
                    {"purse": "company", "book": "vat_due", "debit": "0.00", "credit": "6.00"},
                ],
                "figures_form": "1",
                "figures": "4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a",
            }),
        ),
        ("revenue_released.v1", json!({"period": "2026-02", "accounts": [account()], "amounts": [amount("100.00")]})),
        ("tax_point_reached.v1", json!({"period": "2026-02", "accounts": [account()], "amounts": [amount("6.00")]})),
        (
            "tax_points_moved.v1",
            json!({
                "period": "2026-02", "account": account(),
                "charges": [{
                    "charge": CHARGE, "fee_item": FEE_ITEM, "fund": "operating", "period": "2026-04", "vat_category": "rated",
                    "tax_point": "earliest", "amount": "6.00",
                }],
            }),
        ),
        (
            "tax_points_moved.v1.another_rate",
            json!({
                "period": "2026-02", "account": account(),
                "charges": [{
                    "charge": CHARGE, "fee_item": FEE_ITEM, "fund": "operating", "period": "2026-01", "vat_category": "rated",
                    "tax_point": "receipt", "amount": "-3.00",
                    "differences": [{"vat": {"category": "rated", "rate": "0.03"}, "amount": "1.45"}],
                }],
            }),
        ),
        (
            "tax_point_reached.v1.another_rate",
            json!({
                "period": "2026-02", "accounts": [account()],
                "differences": [{
                    "fee_item": FEE_ITEM, "fund": "operating", "vat": {"category": "rated", "rate": "0.03"},
                    "amount": "-2.91",
                }],
            }),
        ),
    ]
}
