//! Spends 支用 of the maintenance fund: opened with their shares, looked at, approved, posted, paid, published and taken back.

use super::payment::{authority, channel};
use super::pool::units_of;
use crate::app::App;
use crate::body::{Field, Positive, bodies, object_schema};
use crate::command::{Call, Command, commands};
use crate::ids::mint;
use crate::problem::Problem;
use crate::query::{Ask, Query, Reply};
use crate::reads::reads;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::draft::Decide;
use mingzhang_domain::fund_spend::{self, FundSpendStage, OwnersVote};
use mingzhang_domain::id::{ApprovalId, ChannelAccountId, FundSpendId, SupplierId, UnitId};
use mingzhang_domain::money::Money;
use mingzhang_domain::pool::PoolScope;
use mingzhang_domain::stream::{StreamRef, StreamState};
use mingzhang_domain::unit::UnitKind;
use mingzhang_domain::value::{Code, Count, Digest, Exact, Label};
use mingzhang_projections::fund_spend::FundSpend;
use mingzhang_store::fold;
use serde_json::{Value, json};
use std::sync::Arc;

bodies! {
    /// The owners' vote; two thirds of heads and area take part, and more than half of those agree.
    pub struct OwnersVoteBody {
        /// Owners who may vote.
        pub owners: Count,
        /// Of them, those who took part.
        pub voted: Count,
        /// Of those, who agreed.
        pub agreed: Count,
        /// Square metres of all.
        pub area: Exact,
        /// Square metres of those who took part.
        pub voted_area: Exact,
        /// Square metres of those who agreed.
        pub agreed_area: Exact,
    }

    /// What is spent, and who bears it.
    pub struct OpenFundSpendBody {
        /// What for.
        pub purpose: Label,
        /// Name of the supplier; never a person's.
        pub supplier: Label,
        /// Commitment to the plan, the contract and the record of the vote, such as the SHA-256 of the file.
        pub document: Digest,
        /// What the owners decided.
        pub vote: OwnersVoteBody,
        /// Which units bear it, 1–5000, by building area.
        pub scope: PoolScope,
        /// The kinds of units that bear it; absent: every kind.
        pub kinds: Option<Vec<UnitKind>>,
        /// How much.
        pub amount: Positive,
    }
}

/// Opens a spend: fixes its units, areas and shares; nothing is borne yet.
#[derive(Debug)]
pub struct OpenFundSpend;

impl Command for OpenFundSpend {
    const OPERATION: &'static str = "open_fund_spend";
    const SUMMARY: &'static str = "Opens a spend of the maintenance fund: fixes its units, areas and shares, to be looked at; nothing is borne yet.";
    type Body = OpenFundSpendBody;
    async fn wish(call: &mut Call<'_>, body: OpenFundSpendBody) -> Result<Arc<dyn Decide>, Problem> {
        let kinds = body.kinds.unwrap_or_default();
        let units = units_of(call, &body.scope, &kinds).await?;
        let OwnersVoteBody { owners, voted, agreed, area, voted_area, agreed_area } = body.vote;
        Ok(Arc::new(fund_spend::OpenFundSpend {
            spend: mint(),
            purpose: body.purpose,
            supplier: SupplierId::of_name(call.ledger, body.supplier.as_str()),
            name: body.supplier,
            document: body.document,
            vote: OwnersVote { owners, voted, agreed, area, voted_area, agreed_area },
            scope: body.scope,
            kinds,
            amount: body.amount.0,
            units,
        }))
    }
}

commands! {
    /// Discards an open spend that is wrong; nothing of it is ever borne.
    pub DiscardFundSpend(DiscardFundSpendBody) = "discard_fund_spend" |call, body| {
        /// Why.
        reason: Label,
    } => fund_spend::DiscardFundSpend { spend: call.id("fund_spend")?, reason: body.reason };

    /// Takes the shares of a spend out of the units' funds, as far as they have so much; it goes on by itself.
    pub PostFundSpend(PostFundSpendBody) = "post_fund_spend" |call, body| {
        /// The approval by another, whatever it is worth.
        approval: Option<ApprovalId>,
    } asks fund_spend::PostFundSpend => fund_spend::PostFundSpend {
        spend: call.id("fund_spend")?,
        authority: authority(call, body.approval)?,
    };

    /// Takes what a unit did not have of its share out of its fund, or as much of it as is there by now.
    pub BearFundShortfall(BearFundShortfallBody) = "bear_fund_shortfall" |call, body| {
        /// The unit.
        unit: UnitId,
    } => fund_spend::BearFundShortfall { spend: call.id("fund_spend")?, unit: body.unit };

    /// Records that the supplier of a spend was paid, out of the fund's own bank account.
    pub PayFundSpend(PayFundSpendBody) = "pay_fund_spend" |call, body| {
        /// How much, never more than units bore.
        amount: Positive,
        /// Out of which bank account of the maintenance fund.
        channel_account: ChannelAccountId,
        /// The bank's own number.
        reference: Option<Code>,
        /// The day it left.
        value_on: CivilDate,
    } => fund_spend::PayFundSpend {
        spend: call.id("fund_spend")?,
        amount: body.amount.0,
        channel: channel(call, body.channel_account)?,
        reference: body.reference,
        value_on: body.value_on,
    };

    /// Reverses a payment of a spend that was recorded by mistake.
    pub ReverseFundSpendPayment(ReverseFundSpendPaymentBody) = "reverse_fund_spend_payment" |call, body| {
        /// Why.
        reason: Label,
        /// The approval by another.
        approval: Option<ApprovalId>,
    } asks fund_spend::ReverseFundSpendPayment => fund_spend::ReverseFundSpendPayment {
        spend: call.id("fund_spend")?,
        payment: call.id("supplier_payment")?,
        reason: body.reason,
        authority: authority(call, body.approval)?,
    };

    /// Gives units back what they bore of a spend, all of it; it goes on by itself.
    pub ReverseFundSpend(ReverseFundSpendBody) = "reverse_fund_spend" |call, body| {
        /// Why.
        reason: Label,
        /// The approval by another.
        approval: Option<ApprovalId>,
    } asks fund_spend::ReverseFundSpend => fund_spend::ReverseFundSpend {
        spend: call.id("fund_spend")?,
        reason: body.reason,
        authority: authority(call, body.approval)?,
    };
}

reads! {
    /// Lists spends of the maintenance fund, the newest first.
    pub ListFundSpends = "list_fund_spends", page of FundSpend, by i64 |spend| spend.position,
    takes {}
    |app, ledger, ids, ask| app.read_models.fund_spends(ledger, ask);

    /// Answers a spend and how far it is borne and paid.
    pub GetFundSpend = "get_fund_spend", one of FundSpend,
    takes {}
    |app, ledger, ids| app.read_models.fund_spend(ledger, ids.get("fund_spend")?);
}

/// Answers what is published of a spend.
#[derive(Debug)]
pub struct GetFundSpendPublication;

impl Query for GetFundSpendPublication {
    const OPERATION: &'static str = "get_fund_spend_publication";
    const SUMMARY: &'static str = "Answers what is published of a spend, and before it is posted its preview: what for, the vote, every share by unit code and what the unit did not have of it, computed again. No owners' names.";

    fn answer() -> Value {
        let text = || json!({"type": "string"});
        let share = object_schema(vec![
            ("code", true, "The unit's code on the day.", Code::schema()),
            ("area", true, "Its building area.", Exact::schema()),
            ("amount", true, "Its share.", Money::schema()),
            ("short", true, "What of it the unit did not have.", Money::schema()),
        ]);
        let words: Vec<&str> = FundSpendStage::ALL.iter().map(|word| word.as_str()).collect();
        object_schema(vec![
            ("status", true, "", json!({"type": "string", "enum": words})),
            ("purpose", true, "What for.", Label::schema()),
            ("supplier", true, "Name of the supplier.", Label::schema()),
            ("document", true, "Commitment to the documents.", Digest::schema()),
            ("vote", true, "What the owners decided.", OwnersVoteBody::schema()),
            ("scope", true, "Which units bear it, in words.", text()),
            ("on", true, "The day whose areas count.", CivilDate::schema()),
            ("amount", true, "How much.", Money::schema()),
            ("total_area", true, "What all areas come to.", Exact::schema()),
            ("borne", true, "What units bore.", Money::schema()),
            ("short", true, "What units did not have.", Money::schema()),
            ("paid", true, "What the supplier was paid.", Money::schema()),
            ("shares", true, "In the order of unit codes.", json!({"type": "array", "items": share})),
            ("equal", true, "Amount and areas, shared out again, give these shares.", bool::schema()),
        ])
    }

    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        ask.parameters.finish()?;
        let spend: FundSpendId = ask.ids.get("fund_spend")?;
        let found = app.read_models.fund_spend(ask.ledger, spend).await?;
        found.value.ok_or_else(Problem::not_found)?;
        let stream: StreamRef = spend.into();
        let mut conn = app.writer.acquire().await?;
        let states = fold::streams(&mut conn, ask.ledger, &[stream], found.position, None).await?;
        drop(conn);
        let published = match states.get(&stream) {
            Some(StreamState::FundSpend(state)) => state.published(),
            _ => None,
        };
        let body = serde_json::to_value(published.ok_or_else(Problem::halted)?).map_err(|_| Problem::internal())?;
        Ok(Reply { body, position: found.position })
    }
}
