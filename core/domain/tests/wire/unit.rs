//! Samples of `unit` facts.

use crate::account::approved;
use crate::ids::{DEVELOPER, DISCOUNT, FEE_ITEM, LOT, METER, OFFER, OTHER_CHARGE, OTHER_LOT, OWNERS, TENANTS, VACANCY};
use crate::records::{account, seen};
use serde_json::{Value, json};

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    vec![
        (
            "unit_registered.v1",
            json!({
                "code": "1-1-0101", "kind": "residence", "building": "1栋", "entrance": "1单元", "floor": "1",
                "account": account(), "developer": DEVELOPER
            }),
        ),
        ("unit_code_changed.v1", json!({"code": "1-1-0102", "old_code": "1-1-0101"})),
        ("unit_area_set.v1", json!({"from": "2024-01-01", "building_area_sqm": "98.76", "inner_area_sqm": "79.5"})),
        ("unit_attribute_set.v1", json!({"name": "household_count", "from": "2024-01-01", "value": "2"})),
        ("unit_attribute_set.v1.unknown", json!({"name": "lift_share", "from": "2025-01-01"})),
        (
            "unit_price_set.v1",
            json!({
                "fee_item": FEE_ITEM, "from": "2026-01-01", "price": {"kind": "fixed", "amount": "100", "per": "month"},
                "reason": "协议价", "approved": approved(), "seen": seen()
            }),
        ),
        ("unit_price_set.v1.ended", json!({"fee_item": FEE_ITEM, "from": "2026-07-01", "reason": "恢复标准"})),
        (
            "discount_granted.v1",
            json!({
                "discount": DISCOUNT, "fee_item": FEE_ITEM, "kind": "hardship",
                "terms": {"kind": "percentage", "off": "0.3"}, "days": {"from": "2026-01-01", "until": "2027-01-01"},
                "reason": "低保家庭", "approved": approved(), "seen": seen()
            }),
        ),
        (
            "discount_granted.v1.amount",
            json!({
                "discount": DISCOUNT, "fee_item": FEE_ITEM, "kind": "concession",
                "terms": {"kind": "amount", "per_month": "20.00"}, "days": {"from": "2026-01-01", "until": "2026-07-01"},
                "reason": "协议"
            }),
        ),
        (
            "discount_granted.v1.free",
            json!({
                "discount": DISCOUNT, "fee_item": FEE_ITEM, "kind": "staff", "terms": {"kind": "free"},
                "days": {"from": "2026-01-01", "until": "2026-02-01"}, "reason": "员工宿舍"
            }),
        ),
        (
            "discount_granted.v1.vacancy",
            json!({
                "discount": DISCOUNT, "fee_item": FEE_ITEM, "kind": "vacancy",
                "terms": {"kind": "percentage", "off": "0.3"}, "days": {"from": "2026-01-01", "until": "2027-01-01"},
                "vacancy": VACANCY, "reason": "无人居住", "approved": approved(), "seen": seen()
            }),
        ),
        (
            "discount_granted.v1.prepayment",
            json!({
                "discount": DISCOUNT, "fee_item": FEE_ITEM, "kind": "prepayment",
                "terms": {"kind": "months", "free": "1", "of": "12"},
                "days": {"from": "2027-01-01", "until": "2028-01-01"}, "offer": OFFER, "reason": "预缴优惠",
                "approved": approved(), "seen": seen()
            }),
        ),
        (
            "vacancy_applied.v1",
            json!({
                "vacancy": VACANCY, "fee_item": FEE_ITEM, "days": {"from": "2026-01-01", "until": "2027-01-01"},
                "reason": "无人居住"
            }),
        ),
        (
            "vacancy_inspected.v1",
            json!({"vacancy": VACANCY, "on": "2026-01-05", "found": "vacant", "photos": ["ab".repeat(32)]}),
        ),
        ("vacancy_inspected.v1.occupied", json!({"vacancy": VACANCY, "on": "2026-01-05", "found": "occupied"})),
        ("vacancy_declined.v1", json!({"vacancy": VACANCY, "reason": "水表有用量"})),
        ("discount_ended.v1", json!({"discount": DISCOUNT, "on": "2026-07-01", "reason": "收入恢复"})),
        ("meter_installed.v1", json!({"meter": METER, "utility": "water"})),
        ("unit_status_set.v1", json!({"from": "2024-01-01", "status": "handed_over"})),
        ("unit_owner_set.v1", json!({"from": "2024-01-01", "party": OWNERS})),
        (
            "unit_tenancy_set.v1",
            json!({"party": TENANTS, "term": {"from": "2025-03-01", "until": "2026-03-01"}, "pays": [FEE_ITEM]}),
        ),
        ("fee_item_attached.v1", json!({"fee_item": FEE_ITEM, "from": "2024-01-01", "until": "2026-07-01"})),
        ("fee_item_detached.v1", json!({"fee_item": FEE_ITEM, "on": "2026-07-01"})),
        (
            "unit_transferred.v1",
            json!({
                "from": "2026-03-11", "party": TENANTS, "sellers": [OWNERS], "paid_ahead": "kept", "kept": [OTHER_CHARGE],
                "credit": [
                    {"lot": LOT, "fate": "left"},
                    {"lot": OTHER_LOT, "fate": "moved", "amount": "20.00", "evidence": "ab".repeat(32)}
                ],
                "reason": "过户", "approved": approved(), "seen": seen()
            }),
        ),
    ]
}
