//! Samples of `account` facts.

use crate::ids::{
    ALLOCATION, APPROVAL, BILL_LINE, BILL_RUN, CHANNEL_ACCOUNT, CHARGE, DEPOSIT, DISCOUNT, FEE_ITEM, FINANCE,
    FORFEITURE, FUND_SPEND, INVOICE, LOT, METER, OPENING, OTHER_CHARGE, OTHER_LOT, OWNERS, PAYMENT, POOL, REFUND,
    SHIFT, STAFF, SUPPLIER, TARIFF, TENANTS, UNIT, WORK_ORDER,
};
use crate::records::{account, seen};
use serde_json::{Value, json};

/// How an operating charge stands on the books.
fn booking() -> Value {
    json!({
        "account": account(), "fee_item": FEE_ITEM, "fund": "operating", "obligor": OWNERS, "period": "2026-01",
        "recognised": true, "tax_due": false, "opening": false
    })
}

/// The same with some fields changed.
fn booking_with(changes: &[(&str, Value)]) -> Value {
    let mut booking = booking();
    for (field, value) in changes {
        booking[field] = value.clone();
    }
    booking
}

fn rated(net: &str, tax: &str) -> Value {
    json!({"category": "rated", "rate": "0.06", "net": net, "tax": tax})
}

pub(crate) fn approved() -> Value {
    json!({"requested_by": STAFF, "approved_by": FINANCE, "approval": APPROVAL})
}

/// The asker's own limit covers it.
pub(crate) fn within_limit() -> Value {
    json!({"requested_by": STAFF, "approved_by_limit": "500.00"})
}

fn charge(amount: &str, booking: &Value, vat: &Value) -> Value {
    json!({
        "charge": OTHER_CHARGE, "bill_line": BILL_LINE, "booking": booking,
        "service": {"from": "2026-01-01", "until": "2026-02-01"}, "due_on": "2026-02-15", "priority": "20",
        "gross": amount, "amount": amount, "vat": vat
    })
}

fn charges() -> Vec<(&'static str, Value)> {
    let untaxed = |amount: &str| json!({"category": "not_taxable", "net": amount, "tax": "0.00"});
    vec![
        ("account_opened.v1", json!({"unit": UNIT})),
        (
            "charge_posted.v1",
            json!({
                "charge": CHARGE, "bill_line": BILL_LINE, "run": BILL_RUN, "booking": booking(),
                "service": {"from": "2026-01-01", "until": "2026-02-01"}, "due_on": "2026-01-15",
                "agreed_payer": TENANTS, "priority": "10", "tariff": TARIFF,
                "inputs": [
                    {"name": "building_area_sqm", "value": "98.76", "since": "2024-01-01"},
                    {"name": "unit_price", "value": "2.5", "since": "2024-01-01"}
                ],
                "whole": "740.70", "share": {
                    "month": "1", "of": "3", "line": {"from": "2026-01-01", "until": "2026-04-01"}, "anchor_day": "1"
                }, "round_to": "fen", "gross": "246.90",
                "discounts": [{"kind": "vacancy", "amount": "74.07", "approval": APPROVAL}],
                "amount": "172.83", "vat": rated("163.05", "9.78")
            }),
        ),
        (
            "charge_posted.v1.metered",
            json!({
                "charge": OTHER_CHARGE, "bill_line": BILL_LINE, "run": BILL_RUN, "booking": booking(),
                "source": {"kind": "meter", "meter": METER}, "service": {"from": "2026-01-01", "until": "2026-01-25"},
                "due_on": "2026-02-10", "priority": "10", "tariff": TARIFF,
                "metered": {
                    "from": {"on": "2026-01-01", "value": "100"}, "to": {"on": "2026-01-25", "value": "110"},
                    "multiplier": "1", "usage": "10", "round_to": "fen", "parts": [{
                        "days": {"from": "2026-01-01", "until": "2026-01-25"}, "tariff": TARIFF, "used_before": "175",
                        "usage": "10", "cost_before": "612.5",
                        "tiers": [{"up_to": "180", "price": "3.5"}, {"price": "4.9"}]
                    }]
                },
                "gross": "42.00", "amount": "42.00", "vat": rated("39.62", "2.38")
            }),
        ),
        (
            "charge_posted.v1.reading_day",
            json!({
                "charge": OTHER_CHARGE, "bill_line": BILL_LINE, "run": BILL_RUN, "booking": booking(),
                "source": {"kind": "meter", "meter": METER}, "service": {"from": "2025-12-25", "until": "2026-01-25"},
                "due_on": "2026-02-10", "priority": "10", "tariff": TARIFF,
                "metered": {
                    "from": {"on": "2025-12-25", "value": "100"}, "to": {"on": "2026-01-25", "value": "112"},
                    "multiplier": "1", "usage": "12", "round_to": "fen", "priced_by": "reading_day", "parts": [{
                        "days": {"from": "2025-12-25", "until": "2026-01-25"}, "tariff": TARIFF, "used_before": "0",
                        "usage": "12", "cost_before": "0", "tiers": [{"price": "3.5"}]
                    }]
                },
                "gross": "42.00", "amount": "42.00", "vat": rated("39.62", "2.38")
            }),
        ),
        (
            "charge_posted.v1.metered_formula",
            json!({
                "charge": OTHER_CHARGE, "bill_line": BILL_LINE, "run": BILL_RUN, "booking": booking(),
                "source": {"kind": "meter", "meter": METER}, "service": {"from": "2026-01-11", "until": "2026-01-25"},
                "due_on": "2026-02-10", "priority": "10", "tariff": TARIFF,
                "metered": {
                    "from": {"on": "2026-01-01", "value": "100"}, "to": {"on": "2026-01-25", "value": "120"},
                    "multiplier": "1", "usage": "20", "round_to": "fen", "priced_by": "reading_day", "parts": [{
                        "days": {"from": "2026-01-11", "until": "2026-01-25"}, "tariff": TARIFF, "used_before": "8",
                        "usage": "12", "cost_before": "38",
                        "formula": {
                            "formula": "10 + usage * unit_price", "counted_before": "8",
                            "inputs": [{"name": "unit_price", "value": "3.5", "since": "2026-01-01"}]
                        }
                    }]
                },
                "gross": "42.00", "amount": "42.00", "vat": rated("39.62", "2.38")
            }),
        ),
        ("charge_posted.v1.discounted", {
            let mut charge = charge("246.90", &booking(), &rated("163.05", "9.78"));
            charge["discounts"] = json!([{
                "kind": "hardship", "amount": "74.07", "approval": APPROVAL, "discount": DISCOUNT,
                "terms": {"kind": "percentage", "off": "0.3"}, "whole": "74.07"
            }]);
            charge["amount"] = json!("172.83");
            charge
        }),
        ("charge_posted.v1.prepaid", {
            let mut charge = charge("246.90", &booking(), &rated("213.52", "12.81"));
            charge["discounts"] = json!([{
                "kind": "prepayment", "amount": "20.57", "approval": APPROVAL, "discount": DISCOUNT,
                "terms": {"kind": "months", "free": "1", "of": "12"}, "whole": "246.90"
            }]);
            charge["amount"] = json!("226.33");
            charge
        }),
        (
            "charge_posted.v1.unearned",
            charge(
                "106.00",
                &booking_with(&[("recognised", json!(false)), ("period", json!("2026-02"))]),
                &rated("100.00", "6.00"),
            ),
        ),
        (
            "charge_posted.v1.pass_through",
            charge("61.20", &booking_with(&[("fund", json!("pass_through"))]), &untaxed("61.20")),
        ),
        (
            "charge_posted.v1.owners_income",
            charge("300.00", &booking_with(&[("fund", json!("owners_income"))]), &rated("283.02", "16.98")),
        ),
        (
            "charge_posted.v1.deposit",
            charge("2000.00", &booking_with(&[("fund", json!("deposit"))]), &untaxed("2000.00")),
        ),
        ("charge_posted.v1.work_order", {
            let mut charge = charge("106.00", &booking(), &rated("100.00", "6.00"));
            charge["source"] = json!({"kind": "work_order", "work_order": WORK_ORDER});
            charge
        }),
        ("charge_posted.v1.one_off", {
            let mut charge = charge("30.00", &booking(), &rated("28.30", "1.70"));
            charge["source"] = json!({"kind": "one_off", "bill_line": BILL_LINE});
            charge
        }),
        ("charge_posted.v1.first_deposit", {
            let mut charge =
                charge("8000.00", &booking_with(&[("fund", json!("maintenance_fund"))]), &untaxed("8000.00"));
            charge["source"] = json!({"kind": "fund_demand", "demand": "first_deposit", "bill_line": BILL_LINE});
            charge["tariff"] = json!(TARIFF);
            charge["inputs"] = json!([
                {"name": "building_area_sqm", "value": "100", "since": "2024-01-01"},
                {"name": "unit_price", "value": "80", "since": "2024-01-01"}
            ]);
            charge["round_to"] = json!("fen");
            charge
        }),
        ("charge_posted.v1.top_up", {
            let mut charge =
                charge("7000.00", &booking_with(&[("fund", json!("maintenance_fund"))]), &untaxed("7000.00"));
            charge["source"] = json!({"kind": "fund_demand", "demand": "top_up", "bill_line": BILL_LINE});
            charge["inputs"] = json!([
                {"name": "fund_first_deposit", "value": "8000"}, {"name": "fund_covered", "value": "1000"},
                {"name": "fund_top_up_to", "value": "1"}
            ]);
            charge
        }),
        ("charge_posted.v1.pool", {
            let mut charge = charge("50.01", &booking(), &rated("47.18", "2.83"));
            charge["source"] = json!({"kind": "pool", "pool": POOL});
            charge["inputs"] = json!([
                {"name": "pool_amount", "value": "100.01"}, {"name": "area", "value": "50"},
                {"name": "pool_total_weight", "value": "100"}, {"name": "pool_remainder_fen", "value": "1"}
            ]);
            charge
        }),
        ("charge_posted.v1.formula", {
            let mut charge = charge("106.00", &booking(), &rated("100.00", "6.00"));
            charge["inputs"] = json!([{"name": "area", "value": "53", "since": "2024-01-01"}]);
            charge["formula"] = json!("area * 2");
            charge
        }),
        ("charge_posted.v1.award", {
            let booked = booking_with(&[("part", json!("late_fee")), ("tax_due", json!(true))]);
            let mut charge = charge("1.06", &booked, &rated("1.00", "0.06"));
            charge["source"] = json!({"kind": "award", "charge": CHARGE});
            charge
        }),
        ("charge_posted.v1.correction", {
            let mut charge = charge("5.30", &booking(), &rated("5.00", "0.30"));
            charge["source"] = json!({"kind": "correction", "charge": CHARGE});
            charge
        }),
    ]
}

fn corrections() -> Vec<(&'static str, Value)> {
    let taken = |reason: &str| {
        json!({
            "charge": CHARGE, "amount": "53.00", "vat": rated("50.00", "3.00"), "booking": booking(),
            "reason": reason, "approved": approved(), "seen": seen()
        })
    };
    let of = |booking: Value| {
        let mut taken = taken("复核有误");
        taken["booking"] = booking;
        taken
    };
    vec![
        ("charge_reduced.v1", taken("面积复核")),
        ("charge_reduced.v1.tax_due", of(booking_with(&[("tax_due", json!(true))]))),
        ("charge_waived.v1", taken("漏水减免")),
        ("charge_waived.v1.pass_through", of(booking_with(&[("fund", json!("pass_through"))]))),
        ("charge_waived.v1.owners_income", of(booking_with(&[("fund", json!("owners_income"))]))),
        ("charge_waived.v1.within_limit", {
            let mut waived = taken("漏水减免");
            waived["approved"] = within_limit();
            waived
        }),
        ("charge_reversed.v1", taken("开错户")),
        ("charge_reversed.v1.opening", of(booking_with(&[("opening", json!(true)), ("tax_due", json!(true))]))),
    ]
}

fn given_up() -> Vec<(&'static str, Value)> {
    let recovered = |reason: &str| json!({"charge": CHARGE, "amount": "53.00", "booking": booking(), "reason": reason});
    vec![
        (
            "charge_written_off.v1",
            json!({
                "charge": CHARGE, "amount": "53.00", "booking": booking(), "reason": "多年无法联系",
                "approved": approved(), "seen": seen()
            }),
        ),
        ("charge_recovered.v1", recovered("paid")),
        ("charge_recovered.v1.corrected", recovered("charge_corrected")),
    ]
}

fn credit() -> Vec<(&'static str, Value)> {
    vec![
        (
            "credit_received.v1",
            json!({
                "lot": LOT, "account": account(), "channel_account": CHANNEL_ACCOUNT, "payment": PAYMENT, "amount": "300.00", "holder": OWNERS, "fund": "operating",
                "earmark": FEE_ITEM, "held_back": true, "value_on": "2026-01-20"
            }),
        ),
        ("charges_invoiced.v1", json!({"invoice": INVOICE, "charges": [{"charge": CHARGE, "amount": "106.00"}]})),
        ("charges_red_lettered.v1", json!({"invoice": INVOICE, "charges": [{"charge": CHARGE, "amount": "106.00"}]})),
        ("credit_released.v1", json!({"lot": LOT})),
        (
            "credit_withdrawn.v1",
            json!({
                "lot": LOT, "account": account(), "channel_account": CHANNEL_ACCOUNT, "payment": PAYMENT, "amount": "20.00", "holder": OWNERS, "fund": "operating",
                "value_on": "2026-01-20"
            }),
        ),
        (
            "credit_moved.v1",
            json!({
                "account": account(), "lot": LOT, "to_lot": OTHER_LOT, "amount": "10.00", "from": OWNERS, "to": TENANTS,
                "fund": "operating", "value_on": "2026-01-20", "evidence": "ab".repeat(32), "approved": approved(),
                "seen": seen()
            }),
        ),
    ]
}

fn spending() -> Vec<(&'static str, Value)> {
    let part = |part: &str, amount: &str, mode: &str| {
        json!({
            "allocation": ALLOCATION, "lot": LOT, "charge": CHARGE, "part": part, "amount": amount,
            "holder": OWNERS, "value_on": "2026-01-20", "mode": mode, "booking": booking()
        })
    };
    vec![
        ("charge_paid.v1", part("principal", "172.83", "direct")),
        ("charge_paid.v1.draw_down", part("principal", "0.01", "draw_down")),
        ("charge_paid.v1.late_fee", {
            let mut paid = part("late_fee", "1.06", "direct");
            paid["vat"] = rated("1.00", "0.06");
            paid
        }),
        ("charge_payment_undone.v1", {
            let mut undone = part("principal", "172.83", "direct");
            undone["reason"] = json!("charge_corrected");
            undone
        }),
        ("charge_payment_undone.v1.late_fee", {
            let mut undone = part("late_fee", "1.06", "direct");
            undone["vat"] = rated("1.00", "0.06");
            undone["reason"] = json!("requested");
            undone
        }),
        ("charge_payment_undone.v1.late_fee_lowered", {
            let mut undone = part("late_fee", "0.53", "draw_down");
            undone["vat"] = rated("0.50", "0.03");
            undone["reason"] = json!("late_fee_lowered");
            undone
        }),
        (
            "late_fee_waived.v1",
            json!({
                "charge": CHARGE, "amount": "1.06", "booking": booking(), "reason": "困难家庭", "approved": approved(),
                "seen": seen()
            }),
        ),
        (
            "late_fee_adjudged.v1",
            json!({
                "charge": CHARGE, "amount": "1.06", "booking": booking(), "award": OTHER_CHARGE, "adjudged_on": "2026-03-01",
                "evidence": "ab".repeat(32), "approved": approved(), "seen": seen()
            }),
        ),
        (
            "late_fee_award_lifted.v1",
            json!({"charge": CHARGE, "amount": "1.06", "booking": booking(), "award": OTHER_CHARGE}),
        ),
        (
            "refund_approved.v1",
            json!({
                "refund": REFUND, "account": account(), "lot": LOT, "payment": PAYMENT, "amount": "30.00", "holder": OWNERS,
                "payee": TENANTS, "evidence": "ab".repeat(32), "fund": "operating", "value_on": "2026-01-20", "reason": "多交退款", "approved": approved(),
                "seen": seen()
            }),
        ),
        (
            "refund_settled.v1",
            json!({
                "refund": REFUND, "account": account(), "amount": "30.00", "holder": OWNERS, "fund": "operating",
                "channel_account": CHANNEL_ACCOUNT, "channel": "bank", "reference": "OUT-20260125-1",
                "seen": seen(), "value_on": "2026-01-25"
            }),
        ),
        (
            "refund_settled.v1.cash",
            json!({
                "refund": REFUND, "account": account(), "amount": "30.00", "holder": OWNERS, "fund": "operating",
                "channel_account": CHANNEL_ACCOUNT, "channel": "cash", "seen": seen(), "shift": SHIFT,
                "value_on": "2026-01-25"
            }),
        ),
        (
            "refund_failed.v1",
            json!({
                "refund": REFUND, "account": account(), "lot": LOT, "amount": "30.00", "holder": OWNERS, "fund": "operating",
                "value_on": "2026-01-20", "reason": "收款账号已销户"
            }),
        ),
    ]
}

fn openings() -> Vec<(&'static str, Value)> {
    let booking = booking_with(&[("opening", json!(true)), ("tax_due", json!(true)), ("period", json!("2025-12"))]);
    let owed = |part: &str| {
        json!({
            "charge": CHARGE, "opening": OPENING, "record": "7", "booking": booking, "part": part,
            "service": {"from": "2025-10-01", "until": "2025-11-01"}, "due_on": "2025-10-28",
            "agreed_payer": TENANTS, "priority": "10", "amount": "143.89"
        })
    };
    let held = json!({
        "account": account(), "deposit": DEPOSIT, "opening": OPENING, "record": "9", "fee_item": FEE_ITEM,
        "amount": "500.00", "payer": OWNERS, "old_receipt": "S51821"
    });
    let lot = json!({
        "account": account(), "lot": LOT, "opening": OPENING, "record": "8", "amount": "88.88", "holder": OWNERS,
        "fund": "operating", "earmark": FEE_ITEM, "value_on": "2026-01-14"
    });
    let mut pass_through = owed("principal");
    pass_through["booking"]["fund"] = json!("pass_through");
    vec![
        ("opening_charge_posted.v1", owed("principal")),
        ("opening_charge_posted.v1.late_fee", owed("late_fee")),
        ("opening_charge_posted.v1.pass_through", pass_through),
        (
            "opening_charge_reversed.v1",
            json!({"charge": CHARGE, "opening": OPENING, "booking": booking, "amount": "143.89"}),
        ),
        ("opening_credit_posted.v1", lot),
        (
            "opening_credit_reversed.v1",
            json!({
                "account": account(), "lot": LOT, "opening": OPENING, "amount": "88.88", "holder": OWNERS,
                "fund": "operating"
            }),
        ),
        ("opening_deposit_posted.v1", held),
        (
            "opening_deposit_reversed.v1",
            json!({
                "account": account(), "deposit": DEPOSIT, "opening": OPENING, "amount": "500.00", "payer": OWNERS
            }),
        ),
        (
            "opening_billed_until_set.v1",
            json!({"opening": OPENING, "record": "10", "fee_item": FEE_ITEM, "until": "2026-02-01"}),
        ),
        ("opening_billed_until_reversed.v1", json!({"opening": OPENING, "fee_item": FEE_ITEM})),
    ]
}

fn deposits() -> Vec<(&'static str, Value)> {
    let vat = json!({"category": "rated", "rate": "0.06", "net": "100.00", "tax": "6.00"});
    let of = |amount: &str, more: Value| {
        let mut body = json!({
            "account": account(), "deposit": DEPOSIT, "fee_item": FEE_ITEM, "amount": amount, "payer": OWNERS,
            "reason": "装修验收"
        });
        more.as_object().unwrap().iter().for_each(|(name, value)| body[name] = value.clone());
        body
    };
    let kept = of("106.00", json!({"forfeiture": FORFEITURE, "vat": vat, "approved": approved(), "seen": seen()}));
    let mut forfeited = kept.clone();
    forfeited["ground"] = json!("consent");
    forfeited["evidence"] = json!("ab".repeat(32));
    let mut judged = of("50.00", json!({"forfeiture": FORFEITURE, "approved": approved()}));
    judged["vat"] = json!({"category": "not_taxable", "net": "50.00", "tax": "0.00"});
    judged["ground"] = json!("judgment");
    judged["evidence"] = json!("cd".repeat(32));
    let returned = of("394.00", json!({"refund": REFUND, "approved": approved()}));
    let mut to_another = returned.clone();
    to_another["payee"] = json!(TENANTS);
    to_another["evidence"] = json!("ab".repeat(32));
    to_another["seen"] = seen();
    vec![
        ("deposit_returned.v1", returned),
        ("deposit_returned.v1.to_another", to_another),
        ("deposit_return_failed.v1", of("394.00", json!({"refund": REFUND}))),
        ("deposit_forfeited.v1", forfeited),
        ("deposit_forfeited.v1.judgment", judged),
        ("forfeiture_reversed.v1", kept),
    ]
}

fn fund() -> Vec<(&'static str, Value)> {
    let of = || json!({"account": account(), "spend": FUND_SPEND, "supplier": SUPPLIER, "amount": "666.67"});
    vec![("fund_spent.v1", of()), ("fund_spend_returned.v1", of())]
}

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    [charges(), corrections(), given_up(), credit(), spending(), openings(), deposits(), fund()].concat()
}
