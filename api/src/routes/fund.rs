//! The maintenance fund 维修资金: asked for, topped up, and what each unit has. What pays a demand is paid like any charge.

use super::payment::authority;
use crate::app::App;
use crate::body::bodies;
use crate::command::commands;
use crate::problem::Problem;
use crate::reads::reads;
use mingzhang_domain::account::{self, FundDemand};
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::fee_item;
use mingzhang_domain::id::{AccountId, ApprovalId, UnitId};
use mingzhang_domain::value::Exact;
use mingzhang_projections::fund::{FundLine, FundTotal, TopUpRule, UnitFund};

bodies! {
    /// When units are topped up, and how far.
    pub struct TopUpRuleBody {
        /// The part of its first deposit below which a unit is asked, such as `0.3`.
        pub below: Exact,
        /// The part up to which it is asked, at most `1`.
        pub to: Exact,
    }
}

commands! {
    /// Sets when units are asked to top their maintenance fund up, and how far, from a day on.
    pub SetTopUpRule(SetTopUpRuleBody) = "set_top_up_rule" |call, body| {
        /// First day.
        from: CivilDate,
        /// The rule; absent: none any more.
        rule: Option<TopUpRuleBody>,
        /// The approval; needed once the community is live.
        approval: Option<ApprovalId>,
    } asks fee_item::SetTopUpRule => fee_item::SetTopUpRule {
        fee_item: call.id("fee_item")?,
        from: body.from,
        rule: body.rule.map(|rule| fee_item::TopUpRule { below: rule.below, to: rule.to }),
        authority: authority(call, body.approval)?,
    };

    /// Asks units for their maintenance fund, all of them or none; a first deposit is what one month of the item's tariff comes to.
    pub DemandFund(DemandFundBody) = "demand_fund" |call, body| {
        /// What is asked.
        demand: FundDemand,
        /// Whom, 1–60.
        units: Vec<UnitId>,
        /// When it is due, not before the community's notice days.
        due_on: CivilDate,
    } => account::DemandFund {
        fee_item: call.id("fee_item")?,
        demand: body.demand,
        units: body.units,
        due_on: body.due_on,
    };
}

fn today(app: &App) -> Result<CivilDate, Problem> {
    CivilDate::of_instant(app.now()).map_err(|_| Problem::internal())
}

reads! {
    /// Lists the maintenance funds of units: what was asked, paid in, and what each has.
    pub ListUnitFunds = "list_unit_funds", page of UnitFund, by i64 |fund| fund.position,
    takes {}
    |app, ledger, ids, ask| app.read_models.unit_funds(ledger, ask);

    /// Lists the units that the rule of a fee item asks to top up.
    pub ListUnitsBelow = "list_units_below", page of UnitFund, by i64 |fund| fund.position,
    takes { on: CivilDate = DATE_FORM, "By the rule of this day; today when absent."; }
    |app, ledger, ids, ask|
        app.read_models.units_below(ledger, ids.get("fee_item")?, on.unwrap_or(today(&app)?), ask);

    /// Lists what moved the maintenance fund of a unit, the oldest first.
    pub ListFundLines = "list_fund_lines", page of FundLine, by i64 |line| line.position,
    takes {}
    |app, ledger, ids, ask| app.read_models.fund_lines(ledger, ids.get::<AccountId>("account")?, ask);

    /// Answers what all units have together.
    pub GetFundTotal = "get_fund_total", one of FundTotal,
    takes {}
    |app, ledger, ids| app.read_models.fund_total(ledger);

    /// Lists when units are topped up, by fee item and first day.
    pub ListTopUpRules = "list_top_up_rules", all of TopUpRule,
    takes {}
    |app, ledger, ids| app.read_models.top_up_rules(ledger);
}
