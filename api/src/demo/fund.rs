//! The maintenance fund 维修资金 of the community that came out of old books: units are asked for their first deposit and most
//! pay it, into an account of the fund's own; a lift is mended with it after a vote, and the supplier is paid.

use super::DemoError;
use super::cases::digest;
use super::desk::entity;
use super::months::Story;
use super::plan::Habit;
use crate::problem::Problem;
use crate::workers::fund_spend::run_fund_spends;
use mingzhang_domain::account::{AccountEvent, DemandFund, FundDemand};
use mingzhang_domain::approval::Authority;
use mingzhang_domain::book::{Fund, VatCategory};
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::fee_item::{
    AreaKind, CreateFeeItem, DueRule, MonthBasis, Price, SetTariff, SetTopUpRule, Timing, TopUpRule, Vat,
};
use mingzhang_domain::fund_spend::{OpenFundSpend, OwnersVote, PayFundSpend, PostFundSpend};
use mingzhang_domain::id::{AccountId, ChargeId, FeeItemId, FundSpendId, SupplierId, UnitId};
use mingzhang_domain::money::{Money, RoundTo};
use mingzhang_domain::payment::{Pays, RecordPayment, Spending};
use mingzhang_domain::pool::PoolScope;
use mingzhang_domain::stream::Event;
use mingzhang_domain::value::Count;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The item of the fund, by its key.
const ITEM: &str = "maintenance_fund";
/// What mending the lift costs, in fen.
const REPAIR_FEN: i64 = 860_000;
/// Who mends it.
const SUPPLIER: &str = "安捷电梯维保有限公司（演示）";
/// Days until the first deposits are due.
const DUE_DAYS: u32 = 30;

impl Story<'_> {
    /// What the first deposit comes to, and when a unit is asked again.
    pub(super) async fn agree_fund(&mut self, day: CivilDate) -> Result<(), DemoError> {
        let fee_item: FeeItemId = entity(self.community.ledger, "fee_item", ITEM);
        let vat = Vat::of(VatCategory::NotTaxable, None);
        let (name, fund) = ("住宅专项维修资金".parse()?, Fund::MaintenanceFund);
        let create = CreateFeeItem { fee_item, name, fund, priority: Count(990), vat };
        self.done(self.order(day, 16, ITEM, "finance", Arc::new(create))).await?;
        let tariff = SetTariff {
            fee_item,
            from: day,
            price: Price::PerArea { area: AreaKind::Building, unit_price: "60".parse()? },
            cycle_months: Count(1),
            basis: MonthBasis::Calendar,
            timing: Timing::Advance,
            due: DueRule::DaysAfter { days: Count(DUE_DAYS) },
            round_to: RoundTo::Fen,
            units: Vec::new(),
            authority: Authority::default(),
        };
        let authority = self.approved(day, ITEM, &tariff, "首期维修资金交存标准文件").await?;
        let tariff = SetTariff { authority, ..tariff };
        self.done(self.order(day, 16, ITEM, "finance", Arc::new(tariff))).await?;
        let rule = Some(TopUpRule { below: "0.3".parse()?, to: "1".parse()? });
        let rule = SetTopUpRule { fee_item, from: day, rule, authority: Authority::default() };
        let authority = self.approved(day, ITEM, &rule, "余额不足首期三成时续筹").await?;
        let rule = SetTopUpRule { authority, ..rule };
        self.done(self.order(day, 16, ITEM, "finance", Arc::new(rule))).await.map(|_| ())
    }

    /// The residences are asked for their first deposit; whoever pays anything pays it.
    pub(super) async fn fill_fund(&mut self, day: CivilDate) -> Result<(), DemoError> {
        let (fee_item, demand) = (entity(self.community.ledger, "fee_item", ITEM), FundDemand::FirstDeposit);
        let (units, due_on) = (self.metered(), day.plus_days(DUE_DAYS));
        let ask = DemandFund { fee_item, demand, units, due_on };
        let asked = self.done(self.order(day, 16, ITEM, "finance", Arc::new(ask))).await?;
        let demands: BTreeMap<AccountId, (ChargeId, Money)> = asked
            .events
            .iter()
            .filter_map(|event| match &event.event {
                Event::Account(AccountEvent::ChargePosted(posted)) => {
                    Some((posted.booking.account, (posted.charge, posted.amount)))
                }
                _ => None,
            })
            .collect();
        let mut orders = Vec::new();
        for (number, unit) in (1_u32..).zip(self.estate.contributors()) {
            let account = AccountId::of_unit(unit);
            let Some((charge, amount)) = demands.get(&account).copied() else { continue };
            let key = format!("WX-{number:05}");
            let pays = vec![Pays { account, charges: vec![charge], amount: Some(amount) }];
            let payment = RecordPayment {
                channel: self.community.fund.clone(),
                reference: Some(key.parse()?),
                shift: None,
                amount,
                value_on: day,
                payer: None,
                method: None,
                tendered: None,
                rounding: None,
                spending: Spending { pays, ..Spending::default() },
            };
            orders.push(self.order(day, 17, key, "cashier", Arc::new(payment)));
        }
        self.all(orders).await.map(|_| ())
    }

    /// The lift of the first building is mended: two thirds voted, most agreed, each unit bears by its area.
    pub(super) async fn mend_lift(&mut self, day: CivilDate) -> Result<(), DemoError> {
        let (app, ledger) = (Arc::clone(&self.desk.app), self.community.ledger);
        let Some((building, units)) = self.first_building().await? else { return Ok(()) };
        let (spend, key): (FundSpendId, _) = (entity(ledger, "fund_spend", "lift"), "lift");
        let open = OpenFundSpend {
            spend,
            purpose: format!("{building} 电梯曳引机更换").parse()?,
            supplier: SupplierId::of_name(ledger, SUPPLIER),
            name: SUPPLIER.parse()?,
            document: digest("电梯维修方案与业主表决书"),
            vote: OwnersVote {
                owners: Count(24),
                voted: Count(20),
                agreed: Count(18),
                area: "2400".parse()?,
                voted_area: "2010.5".parse()?,
                agreed_area: "1822.75".parse()?,
            },
            scope: PoolScope::Building { building },
            kinds: Vec::new(),
            amount: Money::from_fen(REPAIR_FEN),
            units,
        };
        self.done(self.order(day, 10, key, "finance", Arc::new(open))).await?;
        let post = PostFundSpend { spend, authority: Authority::default() };
        let authority = self.approved(day, key, &post, "业主表决通过，方案已公示").await?;
        let post = PostFundSpend { authority, ..post };
        self.done(self.order(day, 15, key, "finance", Arc::new(post))).await?;
        // The server's own worker lets every unit bear its share, here or there.
        self.settled().await?;
        run_fund_spends(&app, ledger).await?;
        self.settled().await?;
        let row = app.read_models.fund_spend(ledger, spend).await.map_err(Problem::from)?.value;
        let borne = row.ok_or(DemoError::Story("a spend was opened without a row that says so"))?.borne;
        let pay = PayFundSpend {
            spend,
            amount: Money::from_fen(borne.fen()),
            channel: self.community.fund.clone(),
            reference: Some("FUND-LIFT-1".parse()?),
            value_on: day,
        };
        self.done(self.order(day, 20, key, "finance", Arc::new(pay))).await.map(|_| ())
    }
}

impl super::roster::Estate {
    /// The units of everybody who pays anything.
    fn contributors(&self) -> Vec<UnitId> {
        let payers = self.payers.iter().enumerate();
        let paying = payers.filter(|(position, (key, _))| Habit::of(*position, key) != Habit::Never);
        paying.flat_map(|(_, (_, units))| units.iter().copied()).collect()
    }
}
