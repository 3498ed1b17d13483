//! Prepayment offers 预缴优惠 of fee items: set, ended, listed; what one would come to for a unit, and accepting it.

use super::payment::authority;
use crate::app::App;
use crate::body::{Field, rules};
use crate::command::commands;
use crate::endpoint::Parameter;
use crate::problem::Problem;
use crate::query::{Ask, Query, Reply};
use crate::reads::reads;
use mingzhang_domain::calendar::{CivilDate, DateRange};
use mingzhang_domain::draft::Draft;
use mingzhang_domain::envelope::{Actor, ActorKind};
use mingzhang_domain::fee_item;
use mingzhang_domain::id::{ApprovalId, FeeItemId, OfferId};
use mingzhang_domain::unit::{self, PrepaymentQuote, QuotedAmounts, quote_prepayment};
use mingzhang_domain::value::{Count, Label};
use mingzhang_projections::prepayment_offer::PrepaymentOffer;
use serde_json::{Value, json};
use std::sync::Arc;

commands! {
    /// Offers more months of a fee item than are paid to whoever pays them in advance, such as 12 for 11.
    pub SetPrepaymentOffer(SetPrepaymentOfferBody) = "set_prepayment_offer" |call, body| {
        /// Service months in all, 2–36.
        months: Count,
        /// Of them free: at least 1 and fewer than in all.
        free_months: Count,
        /// The days on which it may be accepted.
        days: DateRange,
        /// The approval; needed once the community is live.
        approval: Option<ApprovalId>,
    } asks fee_item::SetPrepaymentOffer => fee_item::SetPrepaymentOffer {
        fee_item: call.id("fee_item")?,
        months: body.months,
        free_months: body.free_months,
        days: body.days,
        authority: authority(call, body.approval)?,
    };

    /// Ends a prepayment offer early; what was granted by it stays.
    pub EndPrepaymentOffer(EndPrepaymentOfferBody) = "end_prepayment_offer" |call, body| {
        /// First day without it.
        on: CivilDate,
        /// Why.
        reason: Label,
    } => fee_item::EndPrepaymentOffer {
        fee_item: call.id("fee_item")?,
        offer: call.id::<OfferId>("offer")?,
        on: body.on,
        reason: body.reason,
    };

    /// Accepts an offer for a unit: its months are charged, less what is free, and paid wholly out of free credit at once.
    pub AcceptPrepaymentOffer(AcceptPrepaymentOfferBody) = "accept_prepayment_offer" |call, body| {
        /// The item.
        fee_item: FeeItemId,
        /// The offer; today's day decides whether it holds.
        offer: OfferId,
        /// First service day: of a month that is not charged, at most twelve months from today.
        from: CivilDate,
    } => unit::AcceptPrepaymentOffer {
        unit: call.id("unit")?,
        fee_item: body.fee_item,
        offer: body.offer,
        from: body.from,
    };
}

reads! {
    /// Lists prepayment offers, the newest first.
    pub ListPrepaymentOffers = "list_prepayment_offers", page of PrepaymentOffer, by i64 |offer| offer.position,
    takes {}
    |app, ledger, ids, ask| app.read_models.prepayment_offers(ledger, ask);
}

/// Answers what accepting an offer would come to, by the decision that would do it.
#[derive(Debug)]
pub struct GetPrepaymentQuote;

impl Query for GetPrepaymentQuote {
    const OPERATION: &'static str = "get_prepayment_quote";
    const SUMMARY: &'static str = "Answers what a prepayment offer comes to for a unit: each month's gross, discounts and net, the free credit that may pay them, and what it lacks. Nothing happens.";

    fn parameters() -> Vec<Parameter> {
        let parameter = |name, description, schema| Parameter { name, description, schema };
        vec![
            parameter("fee_item", "The item.", FeeItemId::schema()),
            parameter("offer", "The offer.", OfferId::schema()),
            parameter(
                "from",
                "First service day; absent: the first whole month after what is charged already.",
                CivilDate::schema(),
            ),
        ]
    }

    fn answer() -> Value {
        let day = || json!({"type": "string", "format": "date"});
        let amount = || json!({"type": "string", "format": "amount"});
        let amounts = |mut properties: Value, mut required: Vec<&str>| {
            for (name, told) in AMOUNTS {
                properties[name] = json!({"type": "string", "format": "amount", "description": told});
                required.push(name);
            }
            json!({"type": "object", "required": required, "properties": properties})
        };
        let month =
            amounts(json!({"service_from": day(), "service_until": day()}), vec!["service_from", "service_until"]);
        json!({
            "type": "object",
            "required": ["service_from", "service_until", "obligor_party", "months", "total", "credit", "missing"],
            "properties": {
                "service_from": day(), "service_until": day(),
                "obligor_party": {"type": "string", "format": "uuid"},
                "months": {"type": "array", "items": month},
                "total": amounts(json!({}), vec![]),
                "credit": amount(),
                "missing": amount(),
            },
        })
    }

    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        let required = |name: &'static str| move || Problem::bad_parameter().at(name, rules::REQUIRED);
        let unit = ask.ids.get("unit")?;
        let fee_item: FeeItemId = ask.parameters.take_id("fee_item")?.ok_or_else(required("fee_item"))?;
        let offer: OfferId = ask.parameters.take_id("offer")?.ok_or_else(required("offer"))?;
        let from: Option<CivilDate> = ask.parameters.take("from", rules::DATE_FORM)?;
        ask.parameters.finish()?;
        let caller = ask.caller.ok_or_else(Problem::unauthenticated)?;
        let actor = Actor { kind: ActorKind::Staff, id: caller.id };
        let rule = |draft: &mut Draft<'_>| quote_prepayment(draft, unit, (fee_item, offer), from);
        let (quote, position) = app.lanes.rehearse(ask.ledger, actor, rule).await?;
        Ok(Reply { body: shown(&quote), position })
    }
}

const AMOUNTS: [(&str, &str); 4] = [
    ("gross", "Before discounts."),
    ("discounts", "What every discount takes off, the prepayment among them."),
    ("prepayment", "What the prepayment takes off."),
    ("net", "What is to be paid."),
];

fn shown(quote: &PrepaymentQuote) -> Value {
    let amounts = |amounts: &QuotedAmounts, mut shown: Value| {
        let values = [amounts.gross, amounts.discounts, amounts.prepayment, amounts.net];
        for ((name, _), amount) in AMOUNTS.iter().zip(values) {
            shown[*name] = json!(amount.to_string());
        }
        shown
    };
    let days =
        |days: DateRange| json!({"service_from": days.from().to_string(), "service_until": days.until().to_string()});
    let mut body = days(quote.days);
    body["obligor_party"] = json!(quote.obligor.to_string());
    body["months"] = quote.months.iter().map(|month| amounts(&month.amounts, days(month.service))).collect();
    body["total"] = amounts(&quote.total, json!({}));
    body["credit"] = json!(quote.credit.to_string());
    body["missing"] = json!(quote.missing.to_string());
    body
}
