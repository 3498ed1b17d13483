//! Transfers of units 过户: what one would do, and doing it.

use super::payment::authority;
use crate::app::App;
use crate::body::{Field, Positive, bodies, rules};
use crate::command::commands;
use crate::endpoint::Parameter;
use crate::problem::Problem;
use crate::query::{Ask, Query, Reply};
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::draft::Draft;
use mingzhang_domain::envelope::{Actor, ActorKind};
use mingzhang_domain::id::{ApprovalId, LotId, PartyId};
use mingzhang_domain::unit::{
    self, CreditChoice, CreditFate, PaidAhead, SellersCredit, Transfer, TransferPreview, TransferredCharge, UnitStatus,
    preview_transfer,
};
use mingzhang_domain::value::{Digest, Label};
use serde_json::{Value, json};
use std::sync::Arc;

bodies! {
    /// What becomes of one lot of credit of whoever owned the unit until then.
    pub struct CreditChoiceBody {
        /// The lot.
        pub lot: LotId,
        /// Left to him, refunded to the source of the money, or moved to the new party.
        pub fate: CreditFate,
        /// How much is refunded or moved; the rest stays his.
        pub amount: Option<Positive>,
        /// Commitment to what he signed, such as the SHA-256 of the paper; exactly when it is moved.
        pub evidence: Option<Digest>,
    }
}

impl From<CreditChoiceBody> for CreditChoice {
    fn from(body: CreditChoiceBody) -> Self {
        Self { lot: body.lot, fate: body.fate, amount: body.amount.map(|amount| amount.0), evidence: body.evidence }
    }
}

commands! {
    /// Transfers a unit: owner, charges of his days, and credit of whoever owned it until then.
    pub TransferUnit(TransferUnitBody) = "transfer_unit" |call, body| {
        /// First day of the new party.
        from: CivilDate,
        /// An owner group or the developer.
        party: PartyId,
        /// The unit's status from that day on, at a hand-over; absent: it stays.
        status: Option<UnitStatus>,
        /// Charges of these days that are paid in full: `kept`, if absent, or `freed`.
        paid_ahead: Option<PaidAhead>,
        /// What becomes of each lot of credit of whoever owned it until then; none is left out.
        credit: Option<Vec<CreditChoiceBody>>,
        /// Why.
        reason: Label,
        /// The approval; needed when more is refunded or moved than the caller decides alone.
        approval: Option<ApprovalId>,
    } asks unit::TransferUnit => unit::TransferUnit {
        transfer: Transfer {
            unit: call.id("unit")?,
            from: body.from,
            party: body.party,
            status: body.status,
            paid_ahead: body.paid_ahead.unwrap_or(PaidAhead::Kept),
        },
        credit: body.credit.unwrap_or_default().into_iter().map(CreditChoice::from).collect(),
        reason: body.reason,
        authority: authority(call, body.approval)?,
    };
}

/// Answers what a transfer would do, by the decision that would do it.
#[derive(Debug)]
pub struct GetTransferPreview;

impl Query for GetTransferPreview {
    const OPERATION: &'static str = "get_transfer_preview";
    const SUMMARY: &'static str = "Answers what a transfer of a unit would do: which charges would be reversed, what would be charged to whom instead, what stays because it is paid, and which credit must be decided. Nothing happens.";

    fn parameters() -> Vec<Parameter> {
        let parameter = |name, description, schema| Parameter { name, description, schema };
        vec![
            parameter("from", "First day of the new party.", CivilDate::schema()),
            parameter("party", "An owner group or the developer.", PartyId::schema()),
            parameter("status", "The unit's status from that day on, at a hand-over.", UnitStatus::schema()),
            parameter("paid_ahead", "As in `transfer_unit`; `kept` when absent.", PaidAhead::schema()),
        ]
    }

    fn answer() -> Value {
        let charges = || json!({"type": "array", "items": charge_schema()});
        let lot = json!({
            "type": "object",
            "required": ["lot", "holder", "fund", "rest"],
            "properties": {"lot": id(), "holder": id(), "fund": {"type": "string"}, "rest": amount()},
        });
        json!({
            "type": "object",
            "required": ["sellers", "reversed", "charged", "kept", "credit"],
            "properties": {
                "sellers": {"type": "array", "items": id(), "description": "Who owned the unit or owed its days until then."},
                "reversed": charges(),
                "charged": charges(),
                "kept": charges(),
                "credit": {"type": "array", "items": lot, "description": "Lots that the transfer must decide."},
            },
        })
    }

    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        let required = |name: &'static str| move || Problem::bad_parameter().at(name, rules::REQUIRED);
        let transfer = Transfer {
            unit: ask.ids.get("unit")?,
            from: ask.parameters.take("from", rules::DATE_FORM)?.ok_or_else(required("from"))?,
            party: ask.parameters.take_id("party")?.ok_or_else(required("party"))?,
            status: ask.parameters.take("status", rules::WORD)?,
            paid_ahead: ask.parameters.take("paid_ahead", rules::WORD)?.unwrap_or(PaidAhead::Kept),
        };
        ask.parameters.finish()?;
        let caller = ask.caller.ok_or_else(Problem::unauthenticated)?;
        let actor = Actor { kind: ActorKind::Staff, id: caller.id };
        let rule = |draft: &mut Draft<'_>| preview_transfer(draft, &transfer);
        let (preview, position) = app.lanes.rehearse(ask.ledger, actor, rule).await?;
        Ok(Reply { body: shown(&preview), position })
    }
}

fn id() -> Value {
    json!({"type": "string", "format": "uuid"})
}

fn amount() -> Value {
    json!({"type": "string", "format": "amount"})
}

fn charge_schema() -> Value {
    let day = || json!({"type": "string", "format": "date"});
    json!({
        "type": "object",
        "required": ["fee_item", "service_from", "service_until", "period", "due_on", "obligor_party", "amount", "paid"],
        "properties": {
            "charge": {"type": "string", "format": "uuid", "description": "Absent of what is not charged yet."},
            "fee_item": id(), "service_from": day(), "service_until": day(), "period": {"type": "string"},
            "due_on": day(), "obligor_party": id(), "amount": amount(), "paid": amount(),
        },
    })
}

fn shown(preview: &TransferPreview) -> Value {
    let there = |charges: &[TransferredCharge]| {
        let named = |charge: &TransferredCharge| {
            let mut shown = shown_charge(charge);
            shown["charge"] = json!(charge.charge.to_string());
            shown
        };
        charges.iter().map(named).collect::<Vec<Value>>()
    };
    let lot = |credit: &SellersCredit| {
        json!({
            "lot": credit.lot.to_string(), "holder": credit.holder.to_string(), "fund": credit.fund.as_str(),
            "rest": credit.rest.to_string(),
        })
    };
    json!({
        "sellers": preview.sellers.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "reversed": there(&preview.reversed),
        "charged": preview.charged.iter().map(shown_charge).collect::<Vec<_>>(),
        "kept": there(&preview.kept),
        "credit": preview.credit.iter().map(lot).collect::<Vec<_>>(),
    })
}

fn shown_charge(charge: &TransferredCharge) -> Value {
    json!({
        "fee_item": charge.fee_item.to_string(),
        "service_from": charge.service.from().to_string(),
        "service_until": charge.service.until().to_string(),
        "period": charge.period.to_string(),
        "due_on": charge.due_on.to_string(),
        "obligor_party": charge.obligor.to_string(),
        "amount": charge.amount.to_string(),
        "paid": charge.paid.to_string(),
    })
}
