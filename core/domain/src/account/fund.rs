//! The maintenance fund 维修资金 of a unit: what was asked of it, paid in and spent. The money is the owners'; the sub-balance
//! 分户账 is the account's and goes with the unit.
//!
//! A demand is a charge that posts nothing; what pays it is in the fund. May never happen here: money of the fund that pays
//! anything else, or a sub-balance below zero.

use super::state::AccountState;
use super::terms::{FundDemand, Input, Source};
use crate::bill_run::price_of;
use crate::book::{Book, Fund};
use crate::calendar::{CivilDate, DateRange};
use crate::event::facts;
use crate::fee_item::TopUpRule;
use crate::id::{AccountId, FundSpendId, SupplierId};
use crate::money::{Money, RoundTo};
use crate::posting::Posting;
use crate::refusal::{CommonRefusal, Refusal};
use crate::rule::charges::{self, Line};
use crate::rule::months::Cycle;
use crate::value::{Exact, FormulaText};
use rust_decimal::Decimal;

const FIRST_DEPOSIT: &str = "fund_first_deposit";
const COVERED: &str = "fund_covered";
const TOP_UP_TO: &str = "fund_top_up_to";

/// What a top-up rests on.
pub(crate) const FUND_INPUTS: [&str; 3] = [FIRST_DEPOSIT, COVERED, TOP_UP_TO];

/// The words for it.
pub(crate) fn fund_label_of(name: &str) -> Option<&'static str> {
    Some(match name {
        FIRST_DEPOSIT => "首期交存额",
        COVERED => "账面余额与已催缴未交合计",
        TOP_UP_TO => "续筹目标比例",
        _ => return None,
    })
}

facts! {
    /// A unit bore its share of a spend, or as much of it as it had.
    pub struct FundSpent {
        /// The account.
        pub account: AccountId,
        /// The spend.
        pub spend: FundSpendId,
        /// Who is owed it.
        pub supplier: SupplierId,
        /// How much.
        pub amount: Money,
    }
    /// The spend is taken back: what the unit bore of it is in its fund again.
    pub struct FundSpendReturned {
        /// The account.
        pub account: AccountId,
        /// The spend.
        pub spend: FundSpendId,
        /// Who was owed it.
        pub supplier: SupplierId,
        /// How much.
        pub amount: Money,
    }
}

/// The maintenance fund of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct UnitFund {
    /// Something was asked besides top-ups, and is not reversed.
    pub is_asked: bool,
    /// What was asked besides top-ups, less what was taken off.
    pub first_deposit: Money,
    /// Everything that was asked, less what was taken off.
    pub demanded: Money,
    /// What was paid of it.
    pub contributed: Money,
    /// What it bore of spends.
    pub spent: Money,
}

impl UnitFund {
    /// What the unit has once everything that was asked of it is paid.
    pub fn covered(&self) -> Money {
        self.demanded.fold(self.spent.negated())
    }

    /// What it has 分户账余额.
    pub fn balance(&self) -> Money {
        self.contributed.fold(self.spent.negated())
    }

    /// What it is asked by a rule; zero when it has enough.
    ///
    /// # Errors
    /// [`CommonRefusal::AmountMustBeInRange`].
    pub(super) fn top_up(&self, rule: TopUpRule) -> Result<Money, Refusal> {
        let beyond = CommonRefusal::AmountMustBeInRange;
        let below = part(self.first_deposit, rule.below).ok_or(beyond)?;
        if self.covered() >= below {
            return Ok(Money::ZERO);
        }
        Ok(part(self.first_deposit, rule.to).ok_or(beyond)?.minus(self.covered())?)
    }

    /// What the demand of a top-up carries.
    ///
    /// # Errors
    /// [`CommonRefusal::AmountMustBeInRange`].
    pub(super) fn inputs(&self, rule: TopUpRule) -> Result<Vec<Input>, Refusal> {
        let beyond = || Refusal::from(CommonRefusal::AmountMustBeInRange);
        let input = |name: &str, value: Exact| -> Result<Input, Refusal> {
            Ok(Input { name: name.parse().map_err(|_| beyond())?, value, since: None })
        };
        let exact = |amount: Money| Exact::new(amount.decimal().normalize()).map_err(|_| beyond());
        Ok(vec![
            input(FIRST_DEPOSIT, exact(self.first_deposit)?)?,
            input(COVERED, exact(self.covered())?)?,
            input(TOP_UP_TO, rule.to)?,
        ])
    }
}

impl AccountState {
    /// The maintenance fund of the unit.
    pub fn fund(&self) -> UnitFund {
        let demands = self.charges().filter(|charge| charge.booking.fund == Fund::MaintenanceFund && !charge.reversed);
        let mut fund = UnitFund { spent: self.fund_spent.values().copied().sum(), ..UnitFund::default() };
        for charge in demands {
            fund.demanded = fund.demanded.fold(charge.owed);
            fund.contributed = fund.contributed.fold(charge.paid);
            if !matches!(charge.source, Some(Source::FundDemand { demand: FundDemand::TopUp, .. })) {
                fund.is_asked = true;
                fund.first_deposit = fund.first_deposit.fold(charge.owed);
            }
        }
        fund
    }

    /// What it bore of a spend.
    pub fn fund_spent_by(&self, spend: FundSpendId) -> Money {
        self.fund_spent.get(&spend).copied().unwrap_or_default()
    }

    pub(super) fn bear(&mut self, spend: FundSpendId, amount: Money) {
        let borne = self.fund_spent_by(spend).fold(amount);
        if borne.is_zero() {
            self.fund_spent.remove(&spend);
        } else {
            self.fund_spent.insert(spend, borne);
        }
    }
}

/// What the unit has in the fund.
pub(super) fn balance_line(account: AccountId) -> Posting {
    let fund = Fund::MaintenanceFund;
    Posting { account: Some(account), fund: Some(fund), ..Posting::on(Book::FundBalance, fund.purse()) }
}

/// What a supplier is owed out of the fund.
pub(crate) fn fund_owed_line(supplier: SupplierId) -> Posting {
    let fund = Fund::MaintenanceFund;
    Posting { supplier: Some(supplier.uuid()), fund: Some(fund), ..Posting::on(Book::SupplierPayable, fund.purse()) }
}

/// What a demand comes to, out of what it carries; none when that says no amount.
pub(super) fn demanded(
    demand: FundDemand,
    inputs: &[Input],
    formula: Option<&FormulaText>,
    round_to: Option<RoundTo>,
) -> Option<Money> {
    match demand {
        FundDemand::FirstDeposit => first_deposit(inputs, formula, round_to?),
        FundDemand::TopUp => {
            let (first, covered, to) = values(inputs)?;
            part(first, to)?.minus(covered).ok()
        }
    }
}

/// What a whole month of a price comes to.
pub(super) fn first_deposit(inputs: &[Input], formula: Option<&FormulaText>, round_to: RoundTo) -> Option<Money> {
    let line = Line {
        price: price_of(inputs, formula)?,
        // Any whole month.
        service: DateRange::of_month(CivilDate::MIN.month()),
        cycle: Cycle::Calendar,
        discount_factor: Decimal::ONE,
        round_to,
    };
    charges::whole(&line).ok().map(|whole| whole.amount)
}

/// A top-up in words.
pub(super) fn told(inputs: &[Input]) -> Option<String> {
    let (first, covered, to) = values(inputs)?;
    let percent = to.decimal().checked_mul(Decimal::ONE_HUNDRED)?.normalize();
    Some(format!("首期交存额 {first} 元 × {percent}% − 账面余额与已催缴未交合计 {covered} 元"))
}

fn values(inputs: &[Input]) -> Option<(Money, Money, Exact)> {
    let value = |name: &str| inputs.iter().find(|input| input.name.as_str() == name).map(|input| input.value);
    let amount = |name: &str| Money::from_decimal(value(name)?.decimal()).ok();
    Some((amount(FIRST_DEPOSIT)?, amount(COVERED)?, value(TOP_UP_TO)?))
}

fn part(of: Money, ratio: Exact) -> Option<Money> {
    Money::round(of.decimal().checked_mul(ratio.decimal())?, RoundTo::Fen).ok()
}
