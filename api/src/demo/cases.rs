//! What happens to single households of the community that came out of old books: one stands empty, one is in need, two
//! renovate and leave a deposit, two pay a year in advance, one is handed over in mid-month, one is sold with its debts.
//!
//! Which unit it happens to follows from the roster alone, so that the summary can name it.

use super::DemoError;
use super::desk::entity;
use super::months::{Due, Story};
use super::old_books::DEPOSIT_ITEM;
use super::plan::Habit;
use super::prepaid::PREPAY;
use super::roster::Estate;
use super::sale::holder;
use mingzhang_domain::account::{
    AccountEvent, ChargeFor, DiscountKind, DiscountTerms, ForfeitDeposit, ForfeitureGround, PostCharge, ReturnDeposit,
    SettleRefund,
};
use mingzhang_domain::approval::Authority;
use mingzhang_domain::calendar::{CivilDate, DateRange, Month};
use mingzhang_domain::fee_item::{GrantCampaign, SetVacancyPolicy};
use mingzhang_domain::id::{AccountId, ChargeId, DepositId, FeeItemId, PartyId, UnitId, VacancyId};
use mingzhang_domain::money::Money;
use mingzhang_domain::payment::{Pays, RecordPayment, Spending};
use mingzhang_domain::pool::PoolScope;
use mingzhang_domain::stream::Event;
use mingzhang_domain::unit::{
    ApplyVacancy, ApproveVacancy, CreditChoice, CreditFate, GrantDiscount, InspectVacancy, PaidAhead, Transfer,
    TransferUnit, UnitEvent, UnitKind, UnitStatus, VacancyFinding,
};
use mingzhang_domain::value::Digest;
use mingzhang_store::lane::Accepted;
use sha2::Digest as _;
use std::sync::Arc;

/// Which of the households that show no other habit it happens to.
const VACANT: usize = 0;
const IN_NEED: usize = 1;
const RENOVATES: usize = 2;
const DAMAGES: usize = 3;
/// The place in the roster of a unit that nobody has bought yet.
const UNSOLD: usize = 6;
/// What renovating asks for, and what a scratched lift costs.
const DEPOSIT_FEN: i64 = 200_000;
const DAMAGE_FEN: i64 = 30_000;
/// How long a renovation may take.
const RENOVATION_DAYS: u32 = 60;
/// First day of a month on which a unit has another owner.
const HANDED_OVER_ON: u32 = 11;

impl Estate {
    /// The only unit of the n-th owner who pays every month and stands for no other habit.
    pub(super) fn household(&self, n: usize) -> Result<(&str, UnitId), DemoError> {
        let alone = self.payers.iter().enumerate().filter_map(|(position, (key, units))| match units.as_slice() {
            [unit] if position >= Habit::ALL.len() && Habit::of(position, key) == Habit::Prompt => Some((key, *unit)),
            _ => None,
        });
        let owners = alone.filter_map(|(key, unit)| Some((key.strip_prefix("owner-")?, unit)));
        owners.into_iter().nth(n).ok_or(DemoError::Story("the community has too few households"))
    }

    /// A unit of the owner who never pays.
    fn unpaid(&self) -> Result<UnitId, DemoError> {
        let payers = self.payers.iter().enumerate();
        let never = payers.filter(|(position, (key, _))| Habit::of(*position, key) == Habit::Never);
        let unit = never.into_iter().find_map(|(_, (key, units))| key.strip_prefix("owner-").and(units.first()));
        unit.copied().ok_or(DemoError::Story("everybody pays"))
    }

    fn unsold(&self) -> Result<UnitId, DemoError> {
        self.units.get(UNSOLD).copied().ok_or(DemoError::Story("the community has too few units"))
    }

    /// Units whose every number is worth following, and why.
    pub(super) fn followed(&self) -> Result<[(&'static str, UnitId); 4], DemoError> {
        let leaks = self.units.first().copied().ok_or(DemoError::Story("the community has no unit"))?;
        Ok([
            ("阶梯水费、抄表异常复核 metered water in tiers", leaks),
            ("空置优惠 a vacant discount", self.household(VACANT)?.1),
            ("月中交房 handed over in mid-month", self.unsold()?),
            ("预缴 11 个月享 12 个月 twelve months for eleven", self.household(PREPAY[0])?.1),
        ])
    }
}

impl Story<'_> {
    /// What is agreed when the community goes live: a unit that was found empty pays three tenths less.
    pub(super) async fn agree_vacancies(&mut self, day: CivilDate) -> Result<(), DemoError> {
        let (fee_item, off) = (self.service_fee()?, Some("0.3".parse()?));
        let policy = SetVacancyPolicy { fee_item, from: day, off, authority: Authority::default() };
        let authority = self.approved(day, "vacancies", &policy, "前期物业服务合同约定").await?;
        let policy = SetVacancyPolicy { authority, ..policy };
        self.done(self.order(day, 16, "vacancies", "finance", Arc::new(policy))).await.map(|_| ())
    }

    /// What happens in the n-th month, after its payments.
    pub(super) async fn cases(
        &mut self,
        index: u32,
        month: Month,
        entered: &[(Due, Accepted)],
    ) -> Result<(), DemoError> {
        let day = month.first_day().plus_days(25);
        match index {
            0 => self.fill_fund(day).await,
            1 => {
                self.stand_empty(day).await?;
                self.renovate(day, RENOVATES).await
            }
            2 => {
                self.park(day).await?;
                self.lighten(day).await?;
                self.renovate(day, DAMAGES).await
            }
            3 => {
                let unit = self.estate.unsold()?;
                self.own(day, (unit, Some(UnitStatus::HandedOver)), buyer(entered, 0), "月中交房").await?;
                self.give_back(day, RENOVATES, Money::from_fen(DEPOSIT_FEN)).await
            }
            4 => {
                self.mend_lift(day).await?;
                self.keep(day, DAMAGES).await?;
                self.give_back(day, DAMAGES, Money::from_fen(DEPOSIT_FEN - DAMAGE_FEN)).await
            }
            5 => {
                self.campaign(day).await?;
                let unit = self.estate.unpaid()?;
                self.own(day, (unit, None), buyer(entered, 1), "二手房过户，旧欠由卖方清偿").await
            }
            6 => self.prepay(day).await,
            _ => Ok(()),
        }
    }

    pub(super) fn service_fee(&self) -> Result<FeeItemId, DemoError> {
        self.estate.service_fee.ok_or(DemoError::Story("the roster has no price per area"))
    }

    /// Half a year nobody lives there: applied for, looked at, approved by another.
    async fn stand_empty(&mut self, day: CivilDate) -> Result<(), DemoError> {
        let (_, unit) = self.estate.household(VACANT)?;
        let from = day.month().next().first_day();
        let days = DateRange::new(from, from.plus_months(6))?;
        let fee_item = self.service_fee()?;
        let apply = ApplyVacancy { unit, fee_item, days, reason: "业主长期在外地工作".parse()? };
        let applied = self.done(self.order(day, 9, "vacancy", "service", Arc::new(apply))).await?;
        let vacancy: Option<VacancyId> = applied.events.iter().find_map(|event| match &event.event {
            Event::Unit(UnitEvent::VacancyApplied(applied)) => Some(applied.vacancy),
            _ => None,
        });
        let vacancy = vacancy.ok_or(DemoError::Story("a vacancy was applied for without a fact that says so"))?;
        let (found, photos) = (VacancyFinding::Vacant, vec![digest("空置现场照片")]);
        let inspect = InspectVacancy { unit, vacancy, on: day, found, photos };
        self.done(self.order(day, 10, "vacancy", "repair", Arc::new(inspect))).await?;
        let approve = ApproveVacancy { unit, vacancy, charged: None, authority: Authority::default() };
        let authority = self.approved(day, "vacancy", &approve, "水电表无用量，现场确认空置").await?;
        let approve = ApproveVacancy { authority, ..approve };
        self.done(self.order(day, 15, "vacancy", "finance", Arc::new(approve))).await.map(|_| ())
    }

    /// A household in need pays half for a year.
    async fn lighten(&mut self, day: CivilDate) -> Result<(), DemoError> {
        let (_, unit) = self.estate.household(IN_NEED)?;
        let from = day.month().next().first_day();
        let grant = GrantDiscount {
            unit,
            fee_item: self.service_fee()?,
            kind: DiscountKind::Hardship,
            terms: DiscountTerms::Percentage { off: "0.5".parse()? },
            days: DateRange::new(from, from.plus_months(12))?,
            charged: None,
            reason: "低保家庭".parse()?,
            authority: Authority::default(),
        };
        let authority = self.approved(day, "hardship", &grant, "社区已开具证明").await?;
        let grant = GrantDiscount { authority, ..grant };
        self.done(self.order(day, 15, "hardship", "finance", Arc::new(grant))).await.map(|_| ())
    }

    /// Every residence pays a little less for a month.
    async fn campaign(&mut self, day: CivilDate) -> Result<(), DemoError> {
        let grant = GrantCampaign {
            fee_item: self.service_fee()?,
            name: "感恩回馈月".parse()?,
            scope: PoolScope::Community,
            kinds: vec![UnitKind::Residence],
            terms: DiscountTerms::Percentage { off: "0.02".parse()? },
            days: DateRange::of_month(day.month().next()),
            authority: Authority::default(),
        };
        let authority = self.approved(day, "campaign", &grant, "公司年度回馈方案").await?;
        let grant = GrantCampaign { authority, ..grant };
        self.done(self.order(day, 15, "campaign", "finance", Arc::new(grant))).await.map(|_| ())
    }

    /// Who renovates leaves a deposit: it is asked for, and paid by name.
    async fn renovate(&mut self, day: CivilDate, household: usize) -> Result<(), DemoError> {
        let (account, key) = self.renovation(household)?;
        let amount = Money::from_fen(DEPOSIT_FEN);
        let demand = PostCharge {
            account,
            fee_item: entity(self.community.ledger, "fee_item", DEPOSIT_ITEM),
            purpose: ChargeFor::Once,
            service: DateRange::new(day, day.plus_days(RENOVATION_DAYS))?,
            due_on: day.plus_days(RENOVATION_DAYS),
            amount,
        };
        self.done(self.order(day, 16, &key, "finance", Arc::new(demand))).await?;
        let (charge, _) = self.renovation_deposit(account)?;
        let pays = vec![Pays { account, charges: vec![charge], amount: Some(amount) }];
        let payment = RecordPayment {
            channel: self.community.bank.clone(),
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
        self.done(self.order(day, 17, &key, "cashier", Arc::new(payment))).await.map(|_| ())
    }

    /// What a renovation leaves is paid back by transfer.
    async fn give_back(&mut self, day: CivilDate, household: usize, amount: Money) -> Result<(), DemoError> {
        let (account, key) = self.renovation(household)?;
        let (charge, payer) = self.renovation_deposit(account)?;
        let give = ReturnDeposit {
            account,
            deposit: DepositId(charge.uuid()),
            payer,
            amount,
            payee: None,
            evidence: None,
            reason: "装修验收合格".parse()?,
            authority: Authority::default(),
        };
        let authority = self.approved(day, &key, &give, "装修验收单已核对").await?;
        let give = ReturnDeposit { authority, ..give };
        let returned = self.done(self.order(day, 18, &key, "finance", Arc::new(give))).await?;
        let refund = returned.events.iter().find_map(|event| match &event.event {
            Event::Account(AccountEvent::DepositReturned(returned)) => Some(returned.refund),
            _ => None,
        });
        let refund = refund.ok_or(DemoError::Story("a deposit was returned without a fact that says so"))?;
        let (channel, reference) = (self.community.bank.clone(), Some(format!("{key}-R").parse()?));
        let settle = SettleRefund { account, refund, channel, shift: None, reference, value_on: day };
        self.done(self.order(day, 19, &key, "finance", Arc::new(settle))).await.map(|_| ())
    }

    /// The lift was scratched, and who renovated agrees to pay for it.
    async fn keep(&mut self, day: CivilDate, household: usize) -> Result<(), DemoError> {
        let (account, key) = self.renovation(household)?;
        let (charge, payer) = self.renovation_deposit(account)?;
        let keep = ForfeitDeposit {
            account,
            deposit: DepositId(charge.uuid()),
            payer,
            amount: Money::from_fen(DAMAGE_FEN),
            ground: ForfeitureGround::Consent,
            evidence: digest("装修损坏赔偿确认书"),
            reason: "装修划伤电梯轿厢".parse()?,
            authority: Authority::default(),
        };
        let authority = self.approved(day, &key, &keep, "业主已签字确认").await?;
        let keep = ForfeitDeposit { authority, ..keep };
        self.done(self.order(day, 16, &key, "finance", Arc::new(keep))).await.map(|_| ())
    }

    fn renovation(&self, household: usize) -> Result<(AccountId, String), DemoError> {
        let (owner, unit) = self.estate.household(household)?;
        Ok((AccountId::of_unit(unit), format!("renovation-{owner}")))
    }

    /// The demand of a renovation's deposit, and who owes it.
    fn renovation_deposit(&self, account: AccountId) -> Result<(ChargeId, PartyId), DemoError> {
        let deposit = self.tally.deposit(account);
        deposit.ok_or(DemoError::Story("a renovation has no deposit"))
    }

    /// A unit has another owner since the middle of the month: handed over, or sold with its debts, which stay the seller's.
    async fn own(
        &mut self,
        day: CivilDate,
        (unit, status): (UnitId, Option<UnitStatus>),
        buyer: Option<PartyId>,
        reason: &str,
    ) -> Result<(), DemoError> {
        let account = AccountId::of_unit(unit);
        let (Some(party), Some(seller)) = (buyer, self.tally.obligor(account)) else {
            return Err(DemoError::Story("a unit has no buyer"));
        };
        let from = day.month().first_day().plus_days(HANDED_OVER_ON.saturating_sub(1));
        let transfer = Transfer { unit, from, party, status, paid_ahead: PaidAhead::Freed };
        let left = |lot| CreditChoice { lot, fate: CreditFate::Left, amount: None, evidence: None };
        let credit = self.tally.lots_of(account, seller).map(left).collect();
        let sale = TransferUnit { transfer, credit, reason: reason.parse()?, authority: Authority::default() };
        self.done(self.order(day, 13, format!("own-{unit}"), "finance", Arc::new(sale))).await.map(|_| ())
    }
}

/// The n-th of those who paid in time.
fn buyer(entered: &[(Due, Accepted)], n: usize) -> Option<PartyId> {
    let prompt = entered.iter().filter(|(due, _)| due.habit == Habit::Prompt && due.key.contains("owner-"));
    prompt.filter_map(|(_, paid)| holder(paid)).nth(n)
}

/// The digest of a paper that nobody ever wrote.
pub(super) fn digest(paper: &str) -> Digest {
    Digest(sha2::Sha256::digest(paper).into())
}
