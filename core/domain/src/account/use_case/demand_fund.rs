//! Asks units for their maintenance fund 维修资金: the first deposit 首期 once, a top-up 续筹 when little of it is left.
//!
//! May never happen here: a unit asked twice for the same; a demand by another amount than tariff or rule say.

use crate::account::fund::first_deposit;
use crate::account::{AccountRefusal, ChargeSpec, FundDemand, Input, Source, UnitFund, post_charges};
use crate::bill_run::{Unpriced, terms_on};
use crate::book::Fund;
use crate::calendar::{CivilDate, DateRange};
use crate::community::{CommunityRefusal, live_on};
use crate::draft::{Decide, Draft};
use crate::fee_item::{FeeItemRefusal, FeeItemState, TopUpRule};
use crate::id::{BillLineId, CommunityId, FeeItemId, TariffId, UnitId};
use crate::money::{Money, RoundTo};
use crate::refusal::{CommonRefusal, Refusal};
use crate::stream::StreamRef;
use crate::unit::{UnitRefusal, UnitState};
use crate::value::{Code, FormulaText};
use std::collections::BTreeSet;

/// The most units of one command.
pub const MAX_FUND_UNITS: usize = 60;

/// Posts a demand for each unit; all of them or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemandFund {
    /// The fee item, of the maintenance fund.
    pub fee_item: FeeItemId,
    /// What is asked.
    pub demand: FundDemand,
    /// Whom, 1–60.
    pub units: Vec<UnitId>,
    /// When it is due, not before the community's notice days from now.
    pub due_on: CivilDate,
}

/// What one unit is asked, and what that rests on.
struct Asked {
    amount: Money,
    tariff: Option<TariffId>,
    inputs: Vec<Input>,
    formula: Option<FormulaText>,
    round_to: Option<RoundTo>,
}

impl Decide for DemandFund {
    fn operation(&self) -> &'static str {
        "demand_fund"
    }

    fn needs(&self) -> Vec<StreamRef> {
        let units = self.units.iter().copied().map(StreamRef::from);
        std::iter::once(self.fee_item.into()).chain(units).collect()
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let item = draft.fee_item(self.fee_item);
        let created = item.created().ok_or(FeeItemRefusal::FeeItemMustExist)?;
        if created.fund != Fund::MaintenanceFund {
            return Err(FeeItemRefusal::FeeItemMustBeOfMaintenanceFund.with("fund", created.fund));
        }
        let distinct: BTreeSet<&UnitId> = self.units.iter().collect();
        if distinct.len() != self.units.len() || !(1..=MAX_FUND_UNITS).contains(&self.units.len()) {
            return Err(AccountRefusal::FundUnitsMustBeBounded.at("/units"));
        }
        let today = draft.context.today;
        if let Some(live) = live_on(draft).filter(|live| today < *live) {
            return Err(CommunityRefusal::MoneyMustNotPrecedeGoLive.with("go_live_on", live));
        }
        let community = draft.community(CommunityId(draft.context.ledger_id.uuid()));
        let earliest = today.plus_days(community.notice_days());
        if self.due_on < earliest {
            return Err(AccountRefusal::DueDateMustGiveNotice.with("earliest", earliest).at("/due_on"));
        }
        self.units.iter().try_for_each(|unit| self.ask(draft, &item, *unit))
    }
}

impl DemandFund {
    fn ask(&self, draft: &mut Draft<'_>, item: &FeeItemState, id: UnitId) -> Result<(), Refusal> {
        let unit = draft.unit(id);
        let (Some(registered), Some(code)) = (unit.registered(), unit.code()) else {
            return Err(UnitRefusal::UnitMustExist.with("unit", id).at("/units"));
        };
        let today = draft.context.today;
        let account = registered.account;
        let fund = draft.account(account).fund();
        let asked = match self.demand {
            FundDemand::FirstDeposit => self.first_deposit(item, (&unit, code), fund, today)?,
            FundDemand::TopUp => {
                let rule = item.top_up_rule_on(today).ok_or(AccountRefusal::TopUpRuleMustExist)?;
                top_up(fund, rule, code)?
            }
        };
        let obligor = unit.obligor_on(today).ok_or_else(|| AccountRefusal::ObligorMustBeKnown.with("unit", code))?;
        let vat = item.vat_on(today).ok_or(FeeItemRefusal::FeeItemMustExist)?;
        let created = item.created().ok_or(FeeItemRefusal::FeeItemMustExist)?;
        let service = DateRange::new(today, today.plus_days(1)).map_err(|_| CommonRefusal::AmountMustBeInRange)?;
        let bill_line: BillLineId = draft.mint("bill_line");
        let spec = ChargeSpec {
            bill_line,
            run: None,
            fee_item: self.fee_item,
            fund: created.fund,
            obligor,
            agreed_payer: unit.agreed_payer_on(today, self.fee_item),
            period: today.month(),
            recognised: true,
            tax_due: true,
            source: Some(Source::FundDemand { demand: self.demand, bill_line }),
            service,
            due_on: self.due_on,
            priority: created.priority,
            tariff: asked.tariff,
            inputs: asked.inputs,
            formula: asked.formula,
            whole: None,
            share: None,
            round_to: asked.round_to,
            metered: None,
            gross: asked.amount,
            discounts: Vec::new(),
            vat_category: vat.category,
            vat_rate: vat.rate,
        };
        post_charges(draft, account, vec![spec])?;
        Ok(())
    }

    /// What one month of the item's tariff, or of the unit's own price, comes to.
    fn first_deposit(
        &self,
        item: &FeeItemState,
        (unit, code): (&UnitState, &Code),
        fund: UnitFund,
        today: CivilDate,
    ) -> Result<Asked, Refusal> {
        if fund.is_asked {
            return Err(AccountRefusal::FirstDepositMustBeNew.with("unit", code).at("/units"));
        }
        let unpriced = |Unpriced { reason, missing }: Unpriced| {
            let refusal = AccountRefusal::FirstDepositMustBePriced.with("unit", code).with("reason", reason);
            match missing {
                Some(missing) => refusal.with("missing", missing),
                None => refusal,
            }
        };
        let terms = terms_on(today, unit, self.fee_item, item).map_err(unpriced)?;
        let round_to = terms.tariff.round_to;
        let amount = first_deposit(&terms.inputs, terms.formula.as_ref(), round_to);
        Ok(Asked {
            amount: amount.ok_or(CommonRefusal::AmountMustBeInRange)?,
            tariff: Some(terms.tariff.tariff),
            inputs: terms.inputs,
            formula: terms.formula,
            round_to: Some(round_to),
        })
    }
}

fn top_up(fund: UnitFund, rule: TopUpRule, code: &Code) -> Result<Asked, Refusal> {
    let amount = fund.top_up(rule)?;
    if !amount.is_positive() {
        let refusal = AccountRefusal::FundMustBeBelow.with("unit", code);
        return Err(refusal.with("first_deposit", fund.first_deposit).with("covered", fund.covered()).at("/units"));
    }
    Ok(Asked { amount, tariff: None, inputs: fund.inputs(rule)?, formula: None, round_to: None })
}
