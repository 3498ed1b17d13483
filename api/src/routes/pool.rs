//! Pools 公摊: opened with their shares, looked at, charged, published and taken back.

use super::payment::authority;
use crate::app::App;
use crate::body::{Errors, Field, bodies, member, object, object_schema, rules};
use crate::command::{Call, Command, commands};
use crate::ids::mint;
use crate::problem::Problem;
use crate::query::{Ask, Query, Reply};
use crate::reads::reads;
use crate::workers::rounds::catch_up;
use mingzhang_domain::calendar::{CivilDate, DateRange};
use mingzhang_domain::draft::Decide;
use mingzhang_domain::id::{ApprovalId, FeeItemId, PoolId, UnitId};
use mingzhang_domain::money::Money;
use mingzhang_domain::pool::{self, PoolScope, PoolStage, PoolWeight, Uncharged};
use mingzhang_domain::stream::{StreamRef, StreamState};
use mingzhang_domain::supplier_bill::Utility;
use mingzhang_domain::unit::UnitKind;
use mingzhang_domain::value::{Code, Count, Exact, FormulaText, Label};
use mingzhang_projections::pool::Pool;
use mingzhang_projections::reader::{self, MAX_PAGE};
use mingzhang_store::fold;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// How long an opening waits for units that were registered just before.
const CATCH_UP: Duration = Duration::from_secs(5);

/// The kinds of scopes and the fields of each.
const SCOPES: &[(&str, &[&str])] = &[
    ("community", &["kind"]),
    ("building", &["kind", "building"]),
    ("entrance", &["kind", "building", "entrance"]),
    ("units", &["kind", "units"]),
];

/// The kinds of weights and the fields of each.
const WEIGHTS: &[(&str, &[&str])] = &[
    ("building_area", &["kind"]),
    ("inner_area", &["kind"]),
    ("household", &["kind"]),
    ("floor", &["kind"]),
    ("coefficient", &["kind"]),
    ("usage", &["kind", "utility"]),
    ("formula", &["kind", "formula"]),
];

/// The fields of one of some kinds of objects.
fn of_kind<'v>(
    kinds: &[(&'static str, &[&str])],
    value: &'v Value,
    pointer: &str,
    errors: &mut Errors,
) -> Option<(&'static str, &'v serde_json::Map<String, Value>)> {
    let kind = value.get("kind").and_then(Value::as_str).unwrap_or_default();
    let Some((kind, known)) = kinds.iter().find(|(name, _)| *name == kind) else {
        errors.push(&format!("{pointer}/kind"), rules::WORD);
        return None;
    };
    Some((kind, object(value, known, pointer, errors)?))
}

impl Field for PoolScope {
    fn read(value: &Value, pointer: &str, errors: &mut Errors) -> Option<Self> {
        let (kind, fields) = of_kind(SCOPES, value, pointer, errors)?;
        match kind {
            "community" => Some(Self::Community),
            "building" => Some(Self::Building { building: member(fields, "building", pointer, errors)? }),
            "entrance" => {
                let building = member(fields, "building", pointer, errors);
                let entrance = member(fields, "entrance", pointer, errors);
                Some(Self::Entrance { building: building?, entrance: entrance? })
            }
            _ => Some(Self::Units { units: member(fields, "units", pointer, errors)? }),
        }
    }
    fn schema() -> Value {
        let schema = |(kind, fields): &(&'static str, &[&'static str])| {
            let one = |name: &'static str| match name {
                "kind" => (name, true, "", json!({"const": kind})),
                "units" => (name, true, "1–200.", Vec::<UnitId>::schema()),
                _ => (name, true, "As the units have it.", Label::schema()),
            };
            object_schema(fields.iter().map(|name| one(name)).collect())
        };
        json!({"oneOf": SCOPES.iter().map(schema).collect::<Vec<_>>()})
    }
}

impl Field for PoolWeight {
    fn read(value: &Value, pointer: &str, errors: &mut Errors) -> Option<Self> {
        let (kind, fields) = of_kind(WEIGHTS, value, pointer, errors)?;
        match kind {
            "building_area" => Some(Self::BuildingArea),
            "inner_area" => Some(Self::InnerArea),
            "household" => Some(Self::Household),
            "floor" => Some(Self::Floor),
            "coefficient" => Some(Self::Coefficient),
            "usage" => Some(Self::Usage { utility: member(fields, "utility", pointer, errors)? }),
            _ => Some(Self::Formula { formula: member(fields, "formula", pointer, errors)? }),
        }
    }
    fn schema() -> Value {
        let schema = |(kind, fields): &(&'static str, &[&'static str])| {
            let one = |name: &'static str| match name {
                "kind" => (name, true, "", json!({"const": kind})),
                "utility" => (name, true, "Which meters of the units.", Utility::schema()),
                _ => {
                    (name, true, "Over the unit's values, as in tariffs, without `unit_price`.", FormulaText::schema())
                }
            };
            object_schema(fields.iter().map(|name| one(name)).collect())
        };
        json!({"oneOf": WEIGHTS.iter().map(schema).collect::<Vec<_>>()})
    }
}

bodies! {
    /// A unit of the scope that bears nothing.
    pub struct ExcludedUnitBody {
        /// The unit.
        pub unit: UnitId,
        /// Why.
        pub reason: Label,
    }

    /// What is shared, by whom and by what.
    pub struct OpenPoolBody {
        /// What is charged.
        pub fee_item: FeeItemId,
        /// What it is, such as the bill it comes from.
        pub label: Label,
        /// What time it is for; values of units are of its first day, and who owes that day owes the share.
        pub service: DateRange,
        /// Which units bear it, 1–5000.
        pub scope: PoolScope,
        /// The kinds of units that bear it; absent: every kind.
        pub kinds: Option<Vec<UnitKind>>,
        /// By what it is shared.
        pub weight: PoolWeight,
        /// Units of the scope that bear nothing, at most 50.
        pub excluded: Option<Vec<ExcludedUnitBody>>,
        /// What is shared, tax included; negative when it lowers what another pool charged.
        pub amount: Money,
        /// The pool that it lowers; exactly for a negative amount.
        pub lowers: Option<PoolId>,
    }
}

/// Opens a pool: fixes its units, weights and shares; nothing is charged yet.
#[derive(Debug)]
pub struct OpenPool;

impl Command for OpenPool {
    const OPERATION: &'static str = "open_pool";
    const SUMMARY: &'static str =
        "Opens a pool: fixes its units, weights and shares, to be looked at; nothing is charged yet.";
    type Body = OpenPoolBody;
    async fn wish(call: &mut Call<'_>, body: OpenPoolBody) -> Result<Arc<dyn Decide>, Problem> {
        let kinds = body.kinds.unwrap_or_default();
        let units = units_of(call, &body.scope, &kinds).await?;
        let excluded = body.excluded.unwrap_or_default();
        Ok(Arc::new(pool::OpenPool {
            pool: mint(),
            fee_item: body.fee_item,
            label: body.label,
            service: body.service,
            scope: body.scope,
            kinds,
            weight: body.weight,
            excluded: excluded.into_iter().map(|excluded| (excluded.unit, excluded.reason)).collect(),
            amount: body.amount,
            lowers: body.lowers,
            units,
        }))
    }
}

/// Every unit of a scope.
///
/// # Errors
/// 503 when the read models do not come in time.
pub(super) async fn units_of(call: &Call<'_>, scope: &PoolScope, kinds: &[UnitKind]) -> Result<Vec<UnitId>, Problem> {
    if let PoolScope::Units { units } = scope {
        return Ok(units.clone());
    }
    catch_up(call.app, call.ledger, CATCH_UP).await?;
    let mut ask = reader::Ask { after: None, limit: MAX_PAGE };
    let mut units = Vec::new();
    loop {
        let page = call.app.read_models.units(call.ledger, None, ask.clone()).await?.value;
        let inside = page.items.iter().filter(|unit| {
            let place = (unit.building.as_ref().map(|text| &text.0), unit.entrance.as_ref().map(|text| &text.0));
            scope.has(kinds, unit.kind.0, place)
        });
        units.extend(inside.map(|unit| UnitId(unit.unit_id)));
        match page.items.last() {
            Some(last) if page.more => ask.after = Some(last.code.0.to_string()),
            _ => return Ok(units),
        }
    }
}

commands! {
    /// Discards an open pool that is wrong; nothing of it is ever charged.
    pub DiscardPool(DiscardPoolBody) = "discard_pool" |call, body| {
        /// Why.
        reason: Label,
    } => pool::DiscardPool { pool: call.id("pool")?, reason: body.reason };

    /// Charges the shares of a pool to whoever owes them; it goes on by itself.
    pub PostPool(PostPoolBody) = "post_pool" |call, body| {
        /// What was seen to be charged: the pool less what is charged to nobody.
        amount: Money,
        /// Days until its charges are due, 0–365; the community's notice days if they are more, or when absent.
        due_days: Option<Count>,
        /// The approval; needed above the limit of the caller's role.
        approval: Option<ApprovalId>,
    } asks pool::PostPool => pool::PostPool {
        pool: call.id("pool")?,
        amount: body.amount,
        due_days: body.due_days.unwrap_or(Count(0)),
        authority: authority(call, body.approval)?,
    };

    /// Reverses the charges of a pool, all of them; what was paid is credit again. It goes on by itself.
    pub ReversePool(ReversePoolBody) = "reverse_pool" |call, body| {
        /// Why.
        reason: Label,
        /// The approval; needed above the limit of the caller's role.
        approval: Option<ApprovalId>,
    } asks pool::ReversePool => pool::ReversePool {
        pool: call.id("pool")?,
        reason: body.reason,
        authority: authority(call, body.approval)?,
    };
}

reads! {
    /// Lists pools, the newest first.
    pub ListPools = "list_pools", page of Pool, by i64 |pool| pool.position,
    takes {}
    |app, ledger, ids, ask| app.read_models.pools(ledger, ask);

    /// Answers a pool and how far it is charged.
    pub GetPool = "get_pool", one of Pool,
    takes {}
    |app, ledger, ids| app.read_models.pool(ledger, ids.get("pool")?);
}

/// Answers what is published of a pool.
#[derive(Debug)]
pub struct GetPoolPublication;

impl Query for GetPoolPublication {
    const OPERATION: &'static str = "get_pool_publication";
    const SUMMARY: &'static str = "Answers what is published of a pool, and before it is charged its preview: total, method, every share by unit code, what is left out and why, computed again. No names.";

    fn answer() -> Value {
        let text = || json!({"type": "string"});
        let list = |item: Value| json!({"type": "array", "items": item});
        let words = |words: Vec<&'static str>| json!({"type": "string", "enum": words});
        let share = object_schema(vec![
            ("code", true, "The unit's code on the pool's day.", Code::schema()),
            ("weight", true, "What it weighs.", Exact::schema()),
            ("amount", true, "Its share.", Money::schema()),
            ("remainder_fen", true, "It got one fen more than its whole fen.", bool::schema()),
            (
                "uncharged",
                false,
                "Why it is charged to nobody.",
                words(Uncharged::ALL.iter().map(|word| word.as_str()).collect()),
            ),
        ]);
        let excluded = object_schema(vec![("code", true, "", Code::schema()), ("reason", true, "", Label::schema())]);
        object_schema(vec![
            ("status", true, "", words(PoolStage::ALL.iter().map(|word| word.as_str()).collect())),
            ("fee_item", true, "What is charged.", FeeItemId::schema()),
            ("label", true, "What it is.", Label::schema()),
            ("service", true, "", DateRange::schema()),
            ("scope", true, "Which units bear it, in words.", text()),
            ("method", true, "By what it is shared, in words.", text()),
            ("rounding", true, "How shares are rounded, in words.", text()),
            ("amount", true, "What is shared.", Money::schema()),
            ("total_weight", true, "What all units weigh.", Exact::schema()),
            ("charged", true, "What is charged.", Money::schema()),
            ("uncharged", true, "What is charged to nobody.", Money::schema()),
            ("due_on", false, "Absent until it is charged.", CivilDate::schema()),
            ("excluded", true, "Units of the scope that bear nothing.", list(excluded)),
            ("shares", true, "In the order of unit codes.", list(share)),
            ("equal", true, "Amount and weights, shared out again, give these shares.", bool::schema()),
        ])
    }

    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        ask.parameters.finish()?;
        let pool: PoolId = ask.ids.get("pool")?;
        let found = app.read_models.pool(ask.ledger, pool).await?;
        found.value.ok_or_else(Problem::not_found)?;
        let stream: StreamRef = pool.into();
        let mut conn = app.writer.acquire().await?;
        let states = fold::streams(&mut conn, ask.ledger, &[stream], found.position, None).await?;
        drop(conn);
        let published = match states.get(&stream) {
            Some(StreamState::Pool(state)) => state.published(),
            _ => None,
        };
        let body = serde_json::to_value(published.ok_or_else(Problem::halted)?).map_err(|_| Problem::internal())?;
        Ok(Reply { body, position: found.position })
    }
}
