//! Openings 期初: going live, and the batches out of the old books.

use super::payment::authority;
use crate::app::App;
use crate::body::{Errors, Field, bodies, member, object, rules};
use crate::command::commands;
use crate::ids::mint;
use crate::problem::Problem;
use crate::query::{Ask, Query, Reply};
use crate::reads::reads;
use crate::rows::Row;
use mingzhang_domain::calendar::{CivilDate, DateRange};
use mingzhang_domain::community;
use mingzhang_domain::id::{AccountId, ApprovalId, FeeItemId, OpeningId, PartyId};
use mingzhang_domain::money::Money;
use mingzhang_domain::opening::{self, ControlTotal, OpeningKind, OpeningRecord};
use mingzhang_domain::refusal::RULES;
use mingzhang_domain::value::{Code, Count, Label};
use mingzhang_projections::opening::{Opening, OpeningTotal};
use serde_json::{Value, json};
use std::sync::Arc;

bodies! {
    /// A total of the old books.
    pub struct ControlTotalBody {
        /// Of what.
        pub kind: OpeningKind,
        /// Of which fee item; absent for credit that is for none.
        pub fee_item: Option<FeeItemId>,
        /// How much.
        pub amount: Money,
    }
}

impl From<ControlTotalBody> for ControlTotal {
    fn from(body: ControlTotalBody) -> Self {
        Self { kind: body.kind, fee_item: body.fee_item, amount: body.amount }
    }
}

/// One line of the old books; which fields it has follows from its kind.
#[derive(Debug, Clone)]
pub struct RecordBody(OpeningRecord);

/// The kinds of records and the fields of each.
const KINDS: &[(&str, &[&str])] = &[
    ("charge", &["kind", "account", "fee_item", "obligor", "service", "due_on", "amount"]),
    ("late_fee", &["kind", "account", "fee_item", "obligor", "service", "due_on", "amount"]),
    ("credit", &["kind", "account", "fee_item", "holder", "amount"]),
    ("deposit", &["kind", "account", "fee_item", "payer", "old_receipt", "amount"]),
    ("billed_until", &["kind", "account", "fee_item", "until"]),
];

impl Field for RecordBody {
    fn read(value: &Value, pointer: &str, errors: &mut Errors) -> Option<Self> {
        let kind = value.get("kind").and_then(Value::as_str).unwrap_or_default();
        let Some((_, known)) = KINDS.iter().find(|(name, _)| *name == kind) else {
            errors.push(&format!("{pointer}/kind"), rules::WORD);
            return None;
        };
        let fields = object(value, known, pointer, errors)?;
        let account: Option<AccountId> = member(fields, "account", pointer, errors);
        let record = match kind {
            "charge" | "late_fee" => {
                let fee_item: Option<FeeItemId> = member(fields, "fee_item", pointer, errors);
                let obligor: Option<PartyId> = member(fields, "obligor", pointer, errors);
                let service: Option<DateRange> = member(fields, "service", pointer, errors);
                let due_on: Option<CivilDate> = member(fields, "due_on", pointer, errors);
                let amount: Option<Money> = member(fields, "amount", pointer, errors);
                let (account, fee_item, obligor) = (account?, fee_item?, obligor?);
                let (service, due_on, amount) = (service?, due_on?, amount?);
                if kind == "charge" {
                    OpeningRecord::Charge { account, fee_item, obligor, service, due_on, amount }
                } else {
                    OpeningRecord::LateFee { account, fee_item, obligor, service, due_on, amount }
                }
            }
            "credit" => {
                let fee_item: Option<Option<FeeItemId>> = member(fields, "fee_item", pointer, errors);
                let holder: Option<PartyId> = member(fields, "holder", pointer, errors);
                let amount: Option<Money> = member(fields, "amount", pointer, errors);
                OpeningRecord::Credit { account: account?, fee_item: fee_item?, holder: holder?, amount: amount? }
            }
            "deposit" => {
                let fee_item: Option<FeeItemId> = member(fields, "fee_item", pointer, errors);
                let payer: Option<PartyId> = member(fields, "payer", pointer, errors);
                let old_receipt: Option<Code> = member(fields, "old_receipt", pointer, errors);
                let amount: Option<Money> = member(fields, "amount", pointer, errors);
                let (account, fee_item, payer) = (account?, fee_item?, payer?);
                OpeningRecord::Deposit { account, fee_item, payer, old_receipt: old_receipt?, amount: amount? }
            }
            _ => {
                let fee_item: Option<FeeItemId> = member(fields, "fee_item", pointer, errors);
                let until: Option<CivilDate> = member(fields, "until", pointer, errors);
                OpeningRecord::BilledUntil { account: account?, fee_item: fee_item?, until: until? }
            }
        };
        Some(Self(record))
    }

    fn schema() -> Value {
        let schema_of = |name: &str| match name {
            "service" => DateRange::schema(),
            "due_on" | "until" => CivilDate::schema(),
            "amount" => Money::schema(),
            "old_receipt" => Code::schema(),
            _ => AccountId::schema(),
        };
        let of_kind = |(kind, fields): &(&str, &[&str])| {
            let mut properties = json!({"kind": {"type": "string", "enum": [kind]}});
            for field in fields.iter().skip(1) {
                properties[*field] = schema_of(field);
            }
            let optional = |field: &&str| *kind == "credit" && *field == "fee_item";
            let required: Vec<_> = fields.iter().filter(|field| !optional(field)).collect();
            json!({"type": "object", "additionalProperties": false, "required": required, "properties": properties})
        };
        json!({"oneOf": KINDS.iter().map(of_kind).collect::<Vec<_>>()})
    }
}

commands! {
    /// Says on which day the community goes live, once for ever: before it stand openings only.
    pub GoLive(GoLiveBody) = "go_live" |call, body| {
        /// First day that is billed here; openings count on the day before.
        go_live_on: CivilDate,
    } => community::GoLive { go_live_on: body.go_live_on };

    /// Starts a batch of openings with the control totals of the old books; nothing of it posts yet.
    pub StartOpening(StartOpeningBody) = "start_opening" |call, body| {
        /// 1–100, each kind and fee item once.
        totals: Vec<ControlTotalBody>,
    } => opening::StartOpening {
        opening: mint(),
        totals: body.totals.into_iter().map(ControlTotal::from).collect(),
        import: None,
    };

    /// Adds records to a batch of openings, 1–25 at a time; nothing of them posts yet.
    pub AddOpeningRecords(AddOpeningRecordsBody) = "add_opening_records" |call, body| {
        /// Which part of the batch, counted from 1 without gaps.
        chunk: Count,
        /// The records.
        records: Vec<RecordBody>,
    } => opening::AddOpeningRecords {
        opening: call.id("opening")?,
        chunk: body.chunk,
        records: body.records.into_iter().map(|record| record.0).collect(),
    };

    /// Discards a draft of openings that is wrong; nothing of it ever posts, and another batch can say what is right.
    pub DiscardOpening(DiscardOpeningBody) = "discard_opening" |call, body| {
        /// Why.
        reason: Label,
    } => opening::DiscardOpening { opening: call.id("opening")?, reason: body.reason };

    /// Posts a batch of openings whose totals agree, once another has approved it; it goes on by itself.
    pub PostOpening(PostOpeningBody) = "post_opening" |call, body| {
        /// How many records were seen in it.
        records: Count,
        /// The sum of their amounts.
        amount: Money,
        /// The approval of another; needed whatever the limit.
        approval: Option<ApprovalId>,
    } asks opening::PostOpening => opening::PostOpening {
        opening: call.id("opening")?,
        records: body.records,
        amount: body.amount,
        authority: authority(call, body.approval)?,
    };

    /// Lets a batch of openings go on that stopped at a record which was refused, once what was in the way is mended.
    pub ResumeOpening(ResumeOpeningBody) = "resume_opening" |call, body| {
    } => opening::ResumeOpening { opening: call.id("opening")? };

    /// Takes a batch of openings back of which nothing was paid, spent or changed; it goes on by itself.
    pub ReverseOpening(ReverseOpeningBody) = "reverse_opening" |call, body| {
        /// Why.
        reason: Label,
        /// The approval of another; needed whatever the limit.
        approval: Option<ApprovalId>,
    } asks opening::ReverseOpening => opening::ReverseOpening {
        opening: call.id("opening")?,
        reason: body.reason,
        authority: authority(call, body.approval)?,
    };
}

reads! {
    /// Lists batches of openings, the newest first.
    pub ListOpenings = "list_openings", page of Opening, by i64 |opening| opening.position,
    takes {}
    |app, ledger, ids, ask| app.read_models.openings(ledger, ask);
}

/// Answers a batch of openings with its totals beside those of the old books.
#[derive(Debug)]
pub struct GetOpening;

impl Query for GetOpening {
    const OPERATION: &'static str = "get_opening";
    const SUMMARY: &'static str = "Answers a batch of openings with its totals beside those of the old books.";

    fn answer() -> Value {
        let mut schema = Opening::schema();
        schema["properties"]["totals"] = json!({"type": "array", "items": OpeningTotal::schema()});
        schema["properties"]["refused_because"] = json!({
            "type": "object", "description": "`{message_zh, message_en}` of `refused_by`, while the batch waits for somebody"
        });
        schema
    }

    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        ask.parameters.finish()?;
        let opening: OpeningId = ask.ids.get("opening")?;
        let read = app.read_models.opening(ask.ledger, opening).await?;
        let row = read.value.ok_or_else(Problem::not_found)?;
        let totals = app.read_models.opening_totals(ask.ledger, opening).await?.value;
        let mut body = row.show();
        body["totals"] = totals.iter().map(Row::show).collect();
        if let Some(rule) = &row.refused_by {
            body["refused_because"] = because(rule.0.as_str());
        }
        Ok(Reply { body, position: read.position })
    }
}

/// What a rule says, in both languages.
fn because(code: &str) -> Value {
    let rule = RULES.iter().flat_map(|rules| rules.iter()).find(|(known, ..)| *known == code);
    rule.map_or_else(|| json!({}), |(_, _, zh, en)| json!({"message_zh": zh, "message_en": en}))
}
