//! The months of a community: bills on the first, then payments day by day.
//!
//! Who pays what follows from what was open after the bill run and from the payer's habit, so a month that was cut off is
//! told again with the same words.

use super::DemoError;
use super::closing::CLOSING_DAY;
use super::desk::{Desk, Order, at, entity};
use super::founding::{Community, Company};
use super::old_books::OldBooks;
use super::online::ONLINE_DAY;
use super::plan::{Habit, Means, Scale};
use super::progress::Progress;
use super::roster::Estate;
use super::service::REMINDER_DAY;
use super::tally::{Tally, posted};
use mingzhang_domain::bill_run::{BillScope, BillUnit, CompleteBillRun, StartBillRun};
use mingzhang_domain::calendar::{CivilDate, Month};
use mingzhang_domain::draft::Decide;
use mingzhang_domain::id::{AccountId, BillRunId, ShiftId};
use mingzhang_domain::ledger::HandOverClock;
use mingzhang_domain::money::Money;
use mingzhang_domain::payment::{Channel, Pays, RecordPayment, Spending};
use mingzhang_domain::shift::{BankCash, CloseShift, OpenShift};
use mingzhang_domain::value::Count;
use mingzhang_store::lane::Accepted;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Days of the month on which the counter takes cash.
const COUNTER_DAYS: [u32; 3] = [8, 16, 24];
/// The day on which what needs a second look is looked into: after the last payment.
const MATTERS_DAY: u32 = 27;
/// Cash in the box when the counter opens, in fen.
const FLOAT_FEN: i64 = 50_000;

/// A community's story.
pub(super) struct Story<'a> {
    pub(super) scale: Scale,
    pub(super) desk: &'a Desk,
    pub(super) company: &'a Company,
    pub(super) community: &'a Community,
    pub(super) estate: Estate,
    pub(super) tally: Tally,
    pub(super) progress: &'a Progress,
    /// What it comes from, if not from nothing.
    pub(super) old_books: Option<OldBooks>,
}

/// A payment to come.
#[derive(Debug, Clone)]
pub(super) struct Due {
    pub(super) key: String,
    pub(super) accounts: Vec<AccountId>,
    pub(super) amount: Money,
    pub(super) means: Means,
    pub(super) habit: Habit,
}

impl Story<'_> {
    /// Tells all months and hands the clock over.
    pub(super) async fn tell(&mut self) -> Result<(), DemoError> {
        let months = self.scale.months_from(self.company.first_month);
        if !self.tally.has_billed() {
            self.go_live().await?;
        }
        for (index, month) in (0_u32..).zip(&months) {
            // A month is over when the next one has begun.
            if !self.tally.has_started(self.run(month.next())) {
                self.bill(*month).await?;
                self.pay(index, *month).await?;
            }
            self.progress.step(&format!("{} {month}", self.community.plan.name));
        }
        let Some(last) = months.last() else { return Ok(()) };
        self.share_costs(*last).await?;
        let hand_over = self.order(last.last_day(), 23, "demo", "manager", Arc::new(HandOverClock));
        self.done(hand_over).await?;
        Ok(())
    }

    pub(super) fn order(
        &self,
        day: CivilDate,
        hour: u32,
        key: impl Into<String>,
        sign_in: &str,
        command: Arc<dyn Decide>,
    ) -> Order {
        let (ledger, actor) = (self.community.ledger, self.company.actor(sign_in));
        Order { ledger, at: at(day, hour, 0), actor, key: key.into(), command, personal: Vec::new() }
    }

    pub(super) async fn done(&mut self, order: Order) -> Result<Accepted, DemoError> {
        let accepted = self.desk.done(order).await?;
        self.tally.note(&accepted);
        Ok(accepted)
    }

    pub(super) async fn all(&mut self, orders: Vec<Order>) -> Result<Vec<Accepted>, DemoError> {
        let accepted = self.desk.all(orders).await?;
        accepted.iter().for_each(|accepted| self.tally.note(accepted));
        Ok(accepted)
    }

    /// The first day of a month on which the community is live.
    pub(super) fn begin(&self, month: Month) -> CivilDate {
        month.first_day().max(self.community.plan.go_live_on(self.company.first_month))
    }

    fn run(&self, month: Month) -> BillRunId {
        entity(self.community.ledger, "bill_run", &month.to_string())
    }

    async fn bill(&mut self, month: Month) -> Result<(), DemoError> {
        let (run, day) = (self.run(month), self.begin(month));
        if self.tally.is_completed(run) {
            return Ok(());
        }
        self.read_meters(month).await?;
        let units = Count(u32::try_from(self.estate.units.len()).unwrap_or(u32::MAX));
        let start = StartBillRun { run, month, fee_items: Vec::new(), units, publish_on: None };
        self.done(self.order(day, 9, month.to_string(), "finance", Arc::new(start))).await?;
        let orders = self.estate.units.iter().map(|unit| {
            let bill = BillUnit { unit: *unit, scope: BillScope::Run(run) };
            self.order(day, 9, format!("{month}-{unit}"), "finance", Arc::new(bill))
        });
        let outcomes = self.desk.outcomes(orders.collect()).await?;
        let (mut billed, mut skipped) = (Vec::new(), 0_u32);
        for outcome in outcomes {
            match outcome {
                Ok(accepted) => {
                    self.tally.note(&accepted);
                    billed.push(accepted);
                }
                Err(refusal) if refusal.code == "nothing_to_bill" => skipped = skipped.saturating_add(1),
                Err(refusal) => return Err(DemoError::Refused { operation: "bill_unit", refusal }),
            }
        }
        let (charges, amount) = posted(&billed);
        let complete = CompleteBillRun { run, charges, amount, skipped: Count(skipped) };
        self.done(self.order(day, 10, month.to_string(), "finance", Arc::new(complete))).await?;
        Ok(())
    }

    /// The month after its bills: payments, the close of the month before, work, what needs a second look, reminders.
    async fn pay(&mut self, index: u32, month: Month) -> Result<(), DemoError> {
        let mut days = self.dues(index, month);
        let mut jobs = self.report(index, month).await?;
        let mut entered = Vec::new();
        for number in self.begin(month).day() + 1..REMINDER_DAY {
            let day = month.first_day().plus_days(number.saturating_sub(1));
            let dues = days.remove(&number).unwrap_or_default();
            if number == CLOSING_DAY {
                self.close(month.previous(), day).await?;
            }
            if number == ONLINE_DAY && self.pays_online(index) {
                self.pay_online(day).await?;
            }
            if number == ONLINE_DAY + 1 && self.pays_online(index) {
                self.reconcile_online(day.day_before(), day).await?;
            }
            if number == MATTERS_DAY {
                self.matters(index, month, std::mem::take(&mut entered)).await?;
            }
            entered.extend(self.day(day, dues).await?);
            self.work(day, &mut jobs).await?;
        }
        self.remind(month).await
    }

    /// True in the last month of the first community that is closed by the end.
    fn pays_online(&self, index: u32) -> bool {
        let first = self.company.communities.first().is_some_and(|first| first.ledger == self.community.ledger);
        first && index + 2 == self.scale.months
    }

    /// Who will pay what on which day of the month.
    fn dues(&self, index: u32, month: Month) -> BTreeMap<u32, Vec<Due>> {
        let mut days: BTreeMap<u32, Vec<Due>> = BTreeMap::new();
        for (position, (key, units)) in self.estate.payers.iter().enumerate() {
            let habit = Habit::of(position, key);
            let accounts: Vec<AccountId> = units.iter().map(|unit| AccountId::of_unit(*unit)).collect();
            let open = self.tally.billed(&accounts);
            let Some(amount) = amount(habit, index, open) else { continue };
            let (means, day) = means(habit, key, month);
            let day = after(self.begin(month).day(), day, means);
            let due = Due { key: format!("{month}-{key}"), accounts, amount, means, habit };
            days.entry(day).or_default().push(due);
        }
        days
    }

    /// One day at the counter and at the bank.
    async fn day(&mut self, day: CivilDate, dues: Vec<Due>) -> Result<Vec<(Due, Accepted)>, DemoError> {
        let float = Money::from_fen(FLOAT_FEN);
        let shift = if COUNTER_DAYS.contains(&day.day()) {
            let open = OpenShift { channel: self.community.cash.clone(), float };
            let opened = self.done(self.order(day, 8, day.to_string(), "cashier", Arc::new(open))).await?;
            opened.events.first().map(|event| ShiftId(event.stream.id))
        } else {
            None
        };
        let mut orders = Vec::with_capacity(dues.len());
        for due in &dues {
            let payment = self.payment(due, day, shift)?;
            orders.push(self.order(day, 10, due.key.clone(), "cashier", Arc::new(payment)));
        }
        let accepted = self.all(orders).await?;
        if let Some(shift) = shift {
            let cash = dues.iter().filter(|due| due.means == Means::Cash).map(|due| due.amount);
            // One day a year a yuan is missing in the box.
            let missing = if day.month().first_day().naive().to_string().ends_with("-03-01") && day.day() == 16 {
                100
            } else {
                0
            };
            let counted = cash.fold(float, Money::fold).minus(Money::from_fen(missing))?;
            let close = CloseShift { shift, counted, handed_over_to: None, remark: None };
            self.done(self.order(day, 18, day.to_string(), "cashier", Arc::new(close))).await?;
            self.bank_cash(day, shift, counted.minus(float)?).await?;
        }
        Ok(dues.into_iter().zip(accepted).collect())
    }

    /// What a shift took goes to the bank at once; the float stays in the box.
    async fn bank_cash(&mut self, day: CivilDate, shift: ShiftId, amount: Money) -> Result<(), DemoError> {
        if !amount.is_positive() {
            return Ok(());
        }
        let slip = Some(format!("JK{}", day.to_string().replace('-', "")).parse()?);
        let banked = BankCash { shift, bank: self.community.bank.clone(), amount, value_on: day, slip };
        self.done(self.order(day, 18, format!("{day}-banked"), "cashier", Arc::new(banked))).await.map(|_| ())
    }

    pub(super) fn channel(&self, means: Means) -> Channel {
        match means {
            Means::Cash => self.community.cash.clone(),
            Means::Bank => self.community.bank.clone(),
            Means::Pos => self.community.pos.clone(),
        }
    }

    fn payment(&self, due: &Due, day: CivilDate, shift: Option<ShiftId>) -> Result<RecordPayment, DemoError> {
        let named = due.habit != Habit::Anonymous;
        let spending = if named { spending(&due.accounts) } else { Spending::default() };
        let reference = match due.means {
            Means::Cash => None,
            Means::Bank | Means::Pos => Some(due.key.parse()?),
        };
        let shift = shift.filter(|_| due.means == Means::Cash);
        let channel = self.channel(due.means);
        // Lines of the third month come in late: their bank day lies in a month that is closed by then.
        let late = !named && day.day() > CLOSING_DAY && day.month() == self.company.first_month.next().next();
        let value_on = if late { day.month().previous().last_day() } else { day };
        Ok(RecordPayment {
            channel,
            reference,
            shift,
            amount: due.amount,
            value_on,
            payer: None,
            method: None,
            tendered: None,
            rounding: None,
            spending,
        })
    }
}

/// Oldest first over all accounts; what is left is credit of the first.
pub(super) fn spending(accounts: &[AccountId]) -> Spending {
    let pays = accounts.iter().map(|account| Pays { account: *account, charges: Vec::new(), amount: None });
    Spending { pays: pays.collect(), rest_to: accounts.first().copied(), ..Spending::default() }
}

/// What a payer pays in the n-th month; none when there is nothing to pay or no mind to.
fn amount(habit: Habit, index: u32, open: Money) -> Option<Money> {
    let fen = match habit {
        Habit::Prompt | Habit::Anonymous | Habit::EnteredTwice => open.fen(),
        Habit::Quarterly if index % 3 == 2 => open.fen(),
        Habit::Prepaying => open.fen().saturating_mul(10),
        Habit::Partial => open.fen() / 1_000 * 600,
        Habit::Overpaying if index % 12 == 3 => open.fen().saturating_mul(2),
        Habit::Overpaying => open.fen(),
        Habit::Quarterly | Habit::Never => 0,
    };
    Some(Money::from_fen(fen)).filter(|amount| amount.is_positive())
}

/// The day of a payment in a month that begins on a day: one that came too early comes on a later day of the counter or week.
fn after(begin: u32, day: u32, means: Means) -> u32 {
    match means {
        _ if day > begin => day,
        Means::Cash => COUNTER_DAYS.into_iter().find(|open| *open > begin).unwrap_or(day),
        Means::Bank | Means::Pos => begin + 1 + day % 7,
    }
}

/// How and when a payer pays; what is looked into later comes by bank or card.
fn means(habit: Habit, key: &str, month: Month) -> (Means, u32) {
    let (means, day) = Means::of(key, month, matches!(habit, Habit::Quarterly | Habit::Partial));
    match habit {
        Habit::Anonymous | Habit::Overpaying | Habit::Prepaying => (Means::Bank, day),
        Habit::EnteredTwice => (Means::Pos, day),
        Habit::Prompt | Habit::Quarterly | Habit::Partial | Habit::Never => (means, day),
    }
}
