//! Discounts 优惠 of units: granted on another's word, ended early, listed.

use super::fee_item::{constant, kind};
use super::payment::authority;
use crate::body::{Errors, Field, member, object, object_schema, rules};
use crate::command::commands;
use crate::reads::reads;
use mingzhang_domain::account::{DiscountKind, DiscountTerms};
use mingzhang_domain::calendar::{CivilDate, DateRange};
use mingzhang_domain::fee_item;
use mingzhang_domain::id::{ApprovalId, DiscountId, FeeItemId};
use mingzhang_domain::money::Money;
use mingzhang_domain::pool::PoolScope;
use mingzhang_domain::unit::{self, ChargedDays, UnitKind};
use mingzhang_domain::value::{Exact, Label};
use mingzhang_projections::campaign::Campaign;
use mingzhang_projections::discount::Discount;
use serde_json::{Value, json};

impl Field for DiscountTerms {
    fn read(value: &Value, pointer: &str, errors: &mut Errors) -> Option<Self> {
        match kind(value, pointer, errors)? {
            "percentage" => {
                let fields = object(value, &["kind", "off"], pointer, errors)?;
                Some(Self::Percentage { off: member(fields, "off", pointer, errors)? })
            }
            "amount" => {
                let fields = object(value, &["kind", "per_month"], pointer, errors)?;
                Some(Self::Amount { per_month: member(fields, "per_month", pointer, errors)? })
            }
            "free" => {
                object(value, &["kind"], pointer, errors)?;
                Some(Self::Free)
            }
            _ => {
                errors.push(&format!("{pointer}/kind"), rules::WORD);
                None
            }
        }
    }
    fn schema() -> Value {
        let percentage = object_schema(vec![
            ("kind", true, "A part of the price.", constant("percentage")),
            ("off", true, "The part taken off, such as `0.3` for 30 %; above 0 and below 1.", Exact::schema()),
        ]);
        let amount = object_schema(vec![
            ("kind", true, "Yuan per month, never more than is left of the price.", constant("amount")),
            ("per_month", true, "Above 0.", Money::schema()),
        ]);
        let free = object_schema(vec![("kind", true, "All of it.", constant("free"))]);
        json!({"oneOf": [percentage, amount, free]})
    }
}

commands! {
    /// Grants a unit a discount on a fee item for some days; charges that are there already stay or are reduced, as is said.
    pub GrantDiscount(GrantDiscountBody) = "grant_discount" |call, body| {
        /// The item; charged by time.
        fee_item: FeeItemId,
        /// Why, in a word; one of a kind at a time.
        kind: DiscountKind,
        /// How much it takes off.
        terms: DiscountTerms,
        /// The service days it lowers, at most ten years.
        days: DateRange,
        /// What becomes of charges of these days that are there already; needed when there are any.
        charged: Option<ChargedDays>,
        /// Why.
        reason: Label,
        /// The approval; needed once the community is live.
        approval: Option<ApprovalId>,
    } asks unit::GrantDiscount => unit::GrantDiscount {
        unit: call.id("unit")?,
        fee_item: body.fee_item,
        kind: body.kind,
        terms: body.terms,
        days: body.days,
        charged: body.charged,
        reason: body.reason,
        authority: authority(call, body.approval)?,
    };

    /// Ends a discount early, on a day that is not charged yet.
    pub EndDiscount(EndDiscountBody) = "end_discount" |call, body| {
        /// First service day without it.
        on: CivilDate,
        /// Why.
        reason: Label,
    } => unit::EndDiscount {
        unit: call.id("unit")?,
        discount: call.id::<DiscountId>("discount")?,
        on: body.on,
        reason: body.reason,
    };
}

commands! {
    /// Grants a campaign: units of a scope pay less of the item for some days. It lowers what is billed from now on.
    pub GrantCampaign(GrantCampaignBody) = "grant_campaign" |call, body| {
        /// What it is called.
        name: Label,
        /// Which units it is for, 1–200 when they are named; where a unit stands when it is billed counts.
        scope: PoolScope,
        /// The kinds of units that it is for; absent: every kind.
        kinds: Option<Vec<UnitKind>>,
        /// How much it takes off; free months are `free`.
        terms: DiscountTerms,
        /// The service days it lowers, at most ten years.
        days: DateRange,
        /// The approval; needed once the community is live.
        approval: Option<ApprovalId>,
    } asks fee_item::GrantCampaign => fee_item::GrantCampaign {
        fee_item: call.id("fee_item")?,
        name: body.name,
        scope: body.scope,
        kinds: body.kinds.unwrap_or_default(),
        terms: body.terms,
        days: body.days,
        authority: authority(call, body.approval)?,
    };

    /// Ends a campaign early; what is charged already stays as it is.
    pub EndCampaign(EndCampaignBody) = "end_campaign" |call, body| {
        /// First service day without it.
        on: CivilDate,
        /// Why.
        reason: Label,
    } => fee_item::EndCampaign {
        fee_item: call.id("fee_item")?,
        campaign: call.id::<DiscountId>("campaign")?,
        on: body.on,
        reason: body.reason,
    };
}

reads! {
    /// Lists campaigns, the newest first.
    pub ListCampaigns = "list_campaigns", page of Campaign, by i64 |campaign| campaign.position,
    takes {}
    |app, ledger, ids, ask| app.read_models.campaigns(ledger, ask);

    /// Lists discounts, the newest first.
    pub ListDiscounts = "list_discounts", page of Discount, by i64 |discount| discount.position,
    takes { kind: DiscountKind = WORD, "Only of this kind."; }
    |app, ledger, ids, ask| app.read_models.discounts(ledger, kind, ask);

    /// Lists the discounts of a unit, the newest first.
    pub ListUnitDiscounts = "list_unit_discounts", page of Discount, by i64 |discount| discount.position,
    takes {}
    |app, ledger, ids, ask| app.read_models.discounts_of_unit(ledger, ids.get("unit")?, ask);
}
