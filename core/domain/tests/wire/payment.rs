//! Samples of `payment` facts.

use crate::account::{approved, within_limit};
use crate::ids::{
    CHANNEL_ACCOUNT, FEE_ITEM, LOT, OLD_RECEIPT, OWNERS, PAYMENT_ORDER, RECEIPT, SHIFT, UNIT, VAULT_NAME, VAULT_NUMBER,
    VAULT_TEXT,
};
use crate::records::{account, receipt_series, seen};
use serde_json::{Value, json};

fn money() -> Vec<(&'static str, Value)> {
    vec![
        (
            "payment_received.v1",
            json!({
                "channel_account": CHANNEL_ACCOUNT, "channel": "cash", "purse": "company", "seen": seen(), "slip": "1",
                "reference": "S1-0001", "amount": "300.00", "value_on": "2026-01-20", "shift": SHIFT, "payer": VAULT_NAME
            }),
        ),
        (
            "payment_received.v1.online",
            json!({
                "channel_account": CHANNEL_ACCOUNT, "channel": "online", "purse": "company",
                "reference": "4200001234202601201234567890", "amount": "88.08", "value_on": "2026-01-20"
            }),
        ),
        (
            "payment_received.v1.bank_line",
            json!({
                "channel_account": CHANNEL_ACCOUNT, "channel": "bank", "purse": "company", "seen": seen(),
                "reference": "20260120000017", "amount": "268.80", "value_on": "2026-01-20", "payer": VAULT_NAME,
                "payer_account": VAULT_NUMBER, "remark": VAULT_TEXT, "named_units": [UNIT]
            }),
        ),
        (
            "payment_received.v1.bank_line_of_order",
            json!({
                "channel_account": CHANNEL_ACCOUNT, "channel": "bank", "purse": "company", "seen": seen(),
                "reference": "20260120000018", "amount": "268.80", "value_on": "2026-01-20", "remark": VAULT_TEXT,
                "named_orders": [PAYMENT_ORDER]
            }),
        ),
        (
            "payment_received.v1.change",
            json!({
                "channel_account": CHANNEL_ACCOUNT, "channel": "cash", "purse": "company", "seen": seen(), "slip": "2",
                "reference": "S1-0002", "amount": "87.50", "value_on": "2026-01-20", "shift": SHIFT, "tendered": "100.00",
                "change": "12.50"
            }),
        ),
        (
            "payment_received.v1.rounding",
            json!({
                "channel_account": CHANNEL_ACCOUNT, "channel": "cash", "purse": "company", "seen": seen(), "slip": "2",
                "reference": "S1-0002", "amount": "87.53", "value_on": "2026-01-20", "shift": SHIFT, "tendered": "100.00",
                "change": "12.50", "rounding": "0.03"
            }),
        ),
        (
            "payment_received.v1.cheque",
            json!({
                "channel_account": CHANNEL_ACCOUNT, "channel": "bank", "purse": "company", "seen": seen(),
                "reference": "30905120", "amount": "268.80", "value_on": "2026-01-20", "payer": VAULT_NAME, "method": "cheque"
            }),
        ),
        ("bank_line_matched.v1", json!({"unit": UNIT, "account": account(), "amount": "268.80"})),
        ("bank_line_order_matched.v1", json!({"order": PAYMENT_ORDER, "account": account(), "amount": "268.80"})),
        (
            "bank_match_undone.v1",
            json!({"account": account(), "reason": "代他人缴纳", "approved": approved(), "seen": seen()}),
        ),
        (
            "bank_line_set_aside.v1",
            json!({
                "channel_account": CHANNEL_ACCOUNT, "channel": "bank", "purse": "company", "amount": "35708.85",
                "value_on": "2026-01-20", "known_as": "channel_settlement", "note": "1月19日微信结算", "approved": approved(),
                "seen": seen()
            }),
        ),
        (
            "bank_line_taken_up.v1",
            json!({
                "channel_account": CHANNEL_ACCOUNT, "channel": "bank", "purse": "company", "amount": "35708.85",
                "reason": "选错流水"
            }),
        ),
        (
            "payment_bounced.v1",
            json!({
                "channel_account": CHANNEL_ACCOUNT, "channel": "bank", "purse": "company", "amount": "268.80",
                "reference": "20260122000003", "value_on": "2026-01-22", "reason": "存款不足"
            }),
        ),
        (
            "payment_identified.v1",
            json!({"account": account(), "lot": LOT, "amount": "300.00", "approved": approved(), "seen": seen()}),
        ),
        (
            "payment_unidentified.v1",
            json!({"account": account(), "lot": LOT, "amount": "20.00", "approved": approved(), "seen": seen()}),
        ),
        (
            "suspense_returned.v1",
            json!({
                "amount": "20.00", "channel_account": CHANNEL_ACCOUNT, "channel": "bank", "purse": "company",
                "value_on": "2026-01-28", "reason": "误转退回", "received_in": CHANNEL_ACCOUNT, "reference": "OUT-20260128-1", "approved": approved(), "seen": seen()
            }),
        ),
        (
            "suspense_returned.v1.cash",
            json!({
                "amount": "20.00", "channel_account": CHANNEL_ACCOUNT, "channel": "cash", "purse": "company",
                "value_on": "2026-01-28", "reason": "误转退回", "received_in": CHANNEL_ACCOUNT, "shift": SHIFT,
                "approved": within_limit(), "seen": seen()
            }),
        ),
        (
            "payment_reversed.v1",
            json!({
                "channel_account": CHANNEL_ACCOUNT, "channel": "cash", "purse": "company", "amount": "300.00",
                "value_on": "2026-01-20", "reason": "重复登记",
                "approved": approved(), "seen": seen()
            }),
        ),
        (
            "payment_reversed.v1.rounding",
            json!({
                "channel_account": CHANNEL_ACCOUNT, "channel": "cash", "purse": "company", "amount": "87.53", "rounding": "0.03",
                "value_on": "2026-01-20", "reason": "重复登记"
            }),
        ),
    ]
}

fn receipts() -> Vec<(&'static str, Value)> {
    vec![
        (
            "receipt_issued.v1",
            json!({
                "receipt": RECEIPT, "series": "fees", "series_stream": receipt_series(), "number": "HYF2026-000001",
                "obligor": OWNERS, "issued_on": "2026-01-20", "amount": "300.00",
                "lines": [{
                    "account": account(), "fee_item": FEE_ITEM, "fund": "operating",
                    "service": {"from": "2026-01-01", "until": "2026-02-01"}, "part": "principal", "amount": "300.00"
                }],
                "replaces": OLD_RECEIPT
            }),
        ),
        (
            "receipt_issued.v1.credit",
            json!({
                "receipt": RECEIPT, "series": "fees", "series_stream": receipt_series(), "number": "HYF2026-000002",
                "obligor": OWNERS, "issued_on": "2026-01-20", "amount": "127.17",
                "lines": [{"fund": "operating", "amount": "127.17"}]
            }),
        ),
        ("receipt_printed.v1", json!({"receipt": RECEIPT, "print": "1"})),
        ("receipt_reversed.v1", json!({"receipt": RECEIPT, "reason": "抬头有误"})),
    ]
}

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    [money(), receipts()].concat()
}
