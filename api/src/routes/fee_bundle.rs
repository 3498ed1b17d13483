//! Bundles 收费套餐: what units of a kind are usually charged, and attaching it.

use super::late_fee::Now;
use crate::app::App;
use crate::body::Field;
use crate::command::commands;
use crate::problem::Problem;
use crate::query::{Ask, Query, Reply};
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::community;
use mingzhang_domain::id::{FeeItemId, UnitId};
use mingzhang_domain::unit::{self, UnitKind};
use serde_json::{Value, json};
use std::sync::Arc;

commands! {
    /// Sets what units of a kind are usually charged from a day on; units are attached by a command of its own.
    pub SetFeeBundle(SetFeeBundleBody) = "set_fee_bundle" |call, body| {
        /// The kind.
        kind: UnitKind,
        /// First day; not before that of the latest one.
        from: CivilDate,
        /// The fee items, at most 20, each once; none: nothing any more.
        fee_items: Vec<FeeItemId>,
    } => community::SetFeeBundle { kind: body.kind, from: body.from, fee_items: body.fee_items };

    /// Attaches to units what units of their kinds are usually charged; what is attached already stays as it is.
    pub AttachBundle(AttachBundleBody) = "attach_bundle" |call, body| {
        /// The units, 1–100, each once.
        units: Vec<UnitId>,
        /// First day, and the day whose bundle it is.
        from: CivilDate,
    } => unit::AttachBundle { units: body.units, from: body.from };
}

/// Lists the bundles of a community.
#[derive(Debug)]
pub struct ListFeeBundles;

impl Query for ListFeeBundles {
    const OPERATION: &'static str = "list_fee_bundles";
    const SUMMARY: &'static str =
        "Lists what units of each kind are usually charged, with the day from which they are.";
    const WAITS_BY_ITSELF: bool = true;
    fn answer() -> Value {
        let items = json!({"type": "array", "items": FeeItemId::schema()});
        json!({"type": "object", "required": ["items"], "properties": {"items": {"type": "array", "items": {
            "type": "object", "required": ["kind", "from", "fee_items"],
            "properties": {"kind": UnitKind::schema(), "from": CivilDate::schema(), "fee_items": items},
        }}}})
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        ask.parameters.finish()?;
        let now = Now::read(&app, &ask).await?;
        let community = now.community(&app).await?;
        let of_kind = community.bundles().iter().flat_map(|(kind, dated)| {
            let shown = |(from, fee_items): (CivilDate, &Vec<FeeItemId>)| {
                json!({"kind": kind.as_str(), "from": from.to_string(), "fee_items": fee_items})
            };
            dated.iter().map(shown).collect::<Vec<Value>>()
        });
        let items: Vec<Value> = of_kind.collect();
        Ok(Reply { body: json!({"items": items}), position: now.position })
    }
}
