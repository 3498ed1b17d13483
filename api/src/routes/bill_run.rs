//! Bill runs: started by a person, posted by the worker, unit by unit; and the single bill of one unit at any time.

use super::payment::authority;
use crate::app::App;
use crate::body::{Field, bodies, rules};
use crate::command::{Call, Command, commands};
use crate::endpoint::Parameter;
use crate::ids::mint;
use crate::problem::Problem;
use crate::query::{Ask, Query, Reply, page_parameters, page_schema};
use crate::reads::{self, reads};
use crate::rows::Row;
use crate::workers::bill_run::units;
use crate::workers::rounds::catch_up;
use mingzhang_domain::bill_run::{self, BillScope};
use mingzhang_domain::calendar::{CivilDate, Month};
use mingzhang_domain::draft::Decide;
use mingzhang_domain::id::{ApprovalId, BillRunId, FeeItemId};
use mingzhang_domain::value::{Count, Digest, Label};
use mingzhang_projections::bill_run::{BillRun, DraftedUnit, SkippedItem};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::time::Duration;

/// How long a start waits for units that were registered just before.
const CATCH_UP: Duration = Duration::from_secs(5);

bodies! {
    /// Which cycles are drafted.
    pub struct DraftBillRunBody {
        /// Cycles that begin (advance) or end (arrears) in this month.
        pub month: Month,
        /// The items to bill, at most 50; absent: every attached item.
        pub fee_items: Option<Vec<FeeItemId>>,
    }
}

bodies! {
    /// Which cycles are billed.
    pub struct StartBillRunBody {
        /// Cycles that begin (advance) or end (arrears) in this month.
        pub month: Month,
        /// The items to bill, at most 50; absent: every attached item.
        pub fee_items: Option<Vec<FeeItemId>>,
        /// From when on owners see their bills, within 60 days: notice is counted from then; today when absent.
        pub publish_on: Option<CivilDate>,
    }
}

/// How many units a run over a community visits.
async fn to_visit(call: &Call<'_>) -> Result<Count, Problem> {
    catch_up(call.app, call.ledger, CATCH_UP).await?;
    let units = units(call.app, call.ledger).await?.len();
    Ok(Count(u32::try_from(units).unwrap_or(u32::MAX)))
}

/// Drafts a bill run over every unit: what each would be charged is written down, and nothing is charged.
#[derive(Debug)]
pub struct DraftBillRun;

impl Command for DraftBillRun {
    const OPERATION: &'static str = "draft_bill_run";
    const SUMMARY: &'static str =
        "Drafts a bill run over every unit: what each would be charged is written down, and nothing is charged.";
    type Body = DraftBillRunBody;
    async fn wish(call: &mut Call<'_>, body: DraftBillRunBody) -> Result<Arc<dyn Decide>, Problem> {
        let units = to_visit(call).await?;
        let fee_items = body.fee_items.unwrap_or_default();
        Ok(Arc::new(bill_run::DraftBillRun { run: mint(), month: body.month, fee_items, units }))
    }
}

/// Starts a bill run over every unit; its progress is read from the run.
#[derive(Debug)]
pub struct StartBillRun;

impl Command for StartBillRun {
    const OPERATION: &'static str = "start_bill_run";
    const SUMMARY: &'static str = "Starts a bill run over every unit; its progress is read from the run.";
    type Body = StartBillRunBody;
    async fn wish(call: &mut Call<'_>, body: StartBillRunBody) -> Result<Arc<dyn Decide>, Problem> {
        let units = to_visit(call).await?;
        let (month, publish_on) = (body.month, body.publish_on);
        let fee_items = body.fee_items.unwrap_or_default();
        Ok(Arc::new(bill_run::StartBillRun { run: mint(), month, fee_items, units, publish_on }))
    }
}

commands! {
    /// Posts a draft as it was seen; a unit that would be charged otherwise by now is left out. It goes on by itself.
    pub PostBillRun(PostBillRunBody) = "post_bill_run" |call, body| {
        /// Digest of the draft that was seen.
        digest: Digest,
        /// From when on owners see their bills, within 60 days: notice is counted from then; today when absent.
        publish_on: Option<CivilDate>,
        /// The approval; needed where the community wants one.
        approval: Option<ApprovalId>,
    } asks bill_run::PostBillRun => bill_run::PostBillRun {
        run: call.id("bill_run")?,
        digest: body.digest,
        publish_on: body.publish_on,
        authority: authority(call, body.approval)?,
    };

    /// Discards a draft that is wrong; nothing of it is ever charged.
    pub DiscardBillRun(DiscardBillRunBody) = "discard_bill_run" |call, body| {
        /// Why.
        reason: Label,
    } => bill_run::DiscardBillRun { run: call.id("bill_run")?, reason: body.reason };

    /// Reverses every charge of a run, or as far as it was posted; what was paid is credit again. It goes on by itself.
    pub ReverseBillRun(ReverseBillRunBody) = "reverse_bill_run" |call, body| {
        /// Why.
        reason: Label,
        /// The approval; needed above the limit of the caller's role.
        approval: Option<ApprovalId>,
    } asks bill_run::ReverseBillRun => bill_run::ReverseBillRun {
        run: call.id("bill_run")?,
        reason: body.reason,
        authority: authority(call, body.approval)?,
    };

    /// Bills one unit for some months and draws its free credit down; what is charged already is left out.
    pub BillUnit(BillUnitBody) = "bill_unit" |call, body| {
        /// Cycles that begin (advance) or end (arrears) in this month or later.
        from: Month,
        /// The last month, at most 12 months in all; absent: the first alone.
        to: Option<Month>,
        /// The items to bill, at most 50; absent: every attached item.
        fee_items: Option<Vec<FeeItemId>>,
    } => bill_run::BillUnit {
        unit: call.id("unit")?,
        scope: BillScope::Months {
            from: body.from,
            to: body.to.unwrap_or(body.from),
            fee_items: body.fee_items.unwrap_or_default(),
        },
    };
}

/// Answers a bill run with its progress.
#[derive(Debug)]
pub struct GetBillRun;

impl Query for GetBillRun {
    const OPERATION: &'static str = "get_bill_run";
    const SUMMARY: &'static str = "Answers a bill run with its progress.";

    fn answer() -> Value {
        let mut schema = BillRun::schema();
        let more = json!({
            "total": {"type": "integer", "description": "Units to visit."},
            "done": {"type": "integer", "description": "Units visited by what goes on; absent while another process does it."},
            "skipped_by_reason": {
                "type": "object",
                "description": "Items left out so far, by skip code; whole units by the rule that refused them.",
                "additionalProperties": {"type": "integer"},
            },
        });
        add(schema.get_mut("properties"), more);
        schema
    }

    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        ask.parameters.finish()?;
        let run: BillRunId = ask.ids.get("bill_run")?;
        let read = app.read_models.bill_run(ask.ledger, run).await?;
        let row = read.value.ok_or_else(Problem::not_found)?;
        let mut body = row.show();
        let more = match app.bill_run_progress.of(run, row.status.0) {
            Some(tally) => json!({"total": tally.total, "done": tally.done}),
            None if row.status.0.is_at_work() => json!({"total": row.units}),
            None => json!({"total": row.units, "done": row.units}),
        };
        add(Some(&mut body), more);
        let skips = app.read_models.bill_run_skip_reasons(ask.ledger, run).await?.value;
        let skips: Map<String, Value> = skips.into_iter().map(|skip| (skip.reason, json!(skip.items))).collect();
        add(Some(&mut body), json!({"skipped_by_reason": skips}));
        Ok(Reply { body, position: read.position })
    }
}

reads! {
    /// Lists what a draft of a bill run would charge each unit.
    pub ListBillRunUnits = "list_bill_run_units", page of DraftedUnit, by (i64, i32) |unit| (unit.position, unit.line),
    takes {}
    |app, ledger, ids, ask| app.read_models.bill_run_units(ledger, ids.get("bill_run")?, ask);
}

/// Lists what a bill run left out, and why.
#[derive(Debug)]
pub struct ListBillRunSkips;

impl Query for ListBillRunSkips {
    const OPERATION: &'static str = "list_bill_run_skips";
    const SUMMARY: &'static str = "Lists what a bill run left out, and why.";

    fn parameters() -> Vec<Parameter> {
        let description = "A skip code, or the code of a rule.";
        let reason = Parameter { name: "reason", description, schema: Label::schema() };
        [reason].into_iter().chain(page_parameters()).collect()
    }

    fn answer() -> Value {
        page_schema(SkippedItem::schema())
    }

    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        let reason = ask.parameters.take::<Label>("reason", rules::LABEL)?;
        let page = ask.parameters.take_page()?;
        ask.parameters.finish()?;
        let run: BillRunId = ask.ids.get("bill_run")?;
        let (reason, page) = (reason.map(|reason| reason.to_string()), reads::ask(&page)?);
        let read = app.read_models.bill_run_skips(ask.ledger, run, reason, page).await?;
        Ok(reads::page(read, |skip: &SkippedItem| (skip.position, skip.line)))
    }
}

/// Adds fields to an object.
fn add(object: Option<&mut Value>, more: Value) {
    if let (Some(Value::Object(fields)), Value::Object(more)) = (object, more) {
        fields.extend(more);
    }
}
