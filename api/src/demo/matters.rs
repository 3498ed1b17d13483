//! What needs a second look at the month's end: money claimed, entries reversed, credit refunded, debt forgiven.
//!
//! Each of it is asked for by finance and granted by the manager, bound to the digest of what is done.

use super::DemoError;
use super::months::{Due, Story, spending};
use super::plan::Habit;
use mingzhang_domain::account::{AccountEvent, ApproveRefund, SettleRefund, WaiveCharges, Waiver};
use mingzhang_domain::approval::{Approvable, ApprovalEvent, Authority, GrantApproval, RequestApproval};
use mingzhang_domain::calendar::{CivilDate, Month};
use mingzhang_domain::id::{AccountId, ApprovalId, LotId, PaymentId, RefundId};
use mingzhang_domain::money::Money;
use mingzhang_domain::payment::{IdentifySuspense, PaymentEvent, PrintReceipt, RecordPayment, ReversePayment};
use mingzhang_domain::stream::Event;
use mingzhang_store::lane::Accepted;
use std::collections::BTreeMap;
use std::sync::Arc;

impl Story<'_> {
    /// Looks into the payments of the n-th month.
    pub(super) async fn matters(
        &mut self,
        index: u32,
        month: Month,
        entered: Vec<(Due, Accepted)>,
    ) -> Result<(), DemoError> {
        let day = month.first_day().plus_days(25);
        for (due, accepted) in &entered {
            match due.habit {
                Habit::Anonymous => self.claim(day, due, accepted).await?,
                Habit::EnteredTwice if index % 6 == 2 => self.enter_again(day, due).await?,
                Habit::Overpaying if index % 12 == 3 => self.refund(day, due, accepted).await?,
                Habit::Partial => self.print(day, due, accepted).await?,
                Habit::Prompt
                | Habit::Quarterly
                | Habit::Prepaying
                | Habit::EnteredTwice
                | Habit::Overpaying
                | Habit::Never => {}
            }
        }
        if index == 0 {
            self.sell(month, day, &entered).await?;
        }
        if self.community.plan.has_old_books() {
            self.cases(index, month, &entered).await?;
        }
        let poor = entered.iter().find(|(due, _)| due.habit == Habit::Partial);
        match poor {
            Some((due, _)) if index % 12 == 6 => self.forgive(day, due).await,
            _ => Ok(()),
        }
    }

    /// Asks for and grants the approval of exactly this command.
    pub(super) async fn approved<C: Approvable>(
        &mut self,
        day: CivilDate,
        key: &str,
        command: &C,
        reason: &str,
    ) -> Result<Authority, DemoError> {
        let key = format!("{key}-{}", command.operation());
        let request = RequestApproval::of(command, reason.parse()?)
            .map_err(|refusal| DemoError::Refused { operation: "request_approval", refusal: Box::new(refusal) })?;
        let asked = self.done(self.order(day, 11, &key, "finance", Arc::new(request))).await?;
        for event in asked.events.iter() {
            if let Event::Approval(ApprovalEvent::ApprovalRequested(request)) = &event.event {
                let approval = ApprovalId(event.stream.id);
                let grant = GrantApproval { approval, digest: request.digest, standing: self.company.approver() };
                self.done(self.order(day, 14, &key, "manager", Arc::new(grant))).await?;
                return Ok(Authority { approval: Some(approval), ..Authority::default() });
            }
        }
        Err(DemoError::Story("an approval was requested without a fact that says so"))
    }

    /// The unnamed transfer was traced to its payer.
    async fn claim(&mut self, day: CivilDate, due: &Due, accepted: &Accepted) -> Result<(), DemoError> {
        let (payment, spending) = (payment_of(accepted)?, spending(&due.accounts));
        let authority = Authority::default();
        let claim = IdentifySuspense { payment, amount: None, spending, authority };
        let authority = self.approved(day, &due.key, &claim, "付款人持回单认领").await?;
        let claim = IdentifySuspense { authority, ..claim };
        self.done(self.order(day, 15, &due.key, "finance", Arc::new(claim))).await.map(|_| ())
    }

    /// The same slip entered twice; the second entry is reversed on the next day.
    async fn enter_again(&mut self, day: CivilDate, due: &Due) -> Result<(), DemoError> {
        let again = format!("{}-2", due.key);
        let payment = RecordPayment {
            channel: self.channel(due.means),
            reference: Some(again.parse()?),
            shift: None,
            amount: due.amount,
            value_on: day,
            payer: None,
            method: None,
            tendered: None,
            rounding: None,
            spending: spending(&due.accounts),
        };
        let entered = self.done(self.order(day, 10, &again, "cashier", Arc::new(payment))).await?;
        let reason = "同一张小票重复录入";
        let reverse =
            ReversePayment { payment: payment_of(&entered)?, reason: reason.parse()?, authority: Authority::default() };
        let next = day.plus_days(1);
        let authority = self.approved(next, &again, &reverse, reason).await?;
        let reverse = ReversePayment { authority, ..reverse };
        self.done(self.order(next, 15, &again, "finance", Arc::new(reverse))).await.map(|_| ())
    }

    /// Half of the transfer was too much and goes back.
    async fn refund(&mut self, day: CivilDate, due: &Due, accepted: &Accepted) -> Result<(), DemoError> {
        let Some((account, lot, amount)) = rest(accepted) else { return Ok(()) };
        let reason = "转账金额有误，退回多付部分";
        let authority = Authority::default();
        let refund =
            ApproveRefund { account, lot, amount, payee: None, evidence: None, reason: reason.parse()?, authority };
        let authority = self.approved(day, &due.key, &refund, reason).await?;
        let refund = ApproveRefund { authority, ..refund };
        let approved = self.done(self.order(day, 15, &due.key, "finance", Arc::new(refund))).await?;
        for event in approved.events.iter() {
            if let Event::Account(AccountEvent::RefundApproved(approved)) = &event.event {
                let settle = self.settlement(day.plus_days(1), due, approved.refund, account)?;
                self.done(self.order(day.plus_days(1), 9, &due.key, "finance", Arc::new(settle))).await?;
            }
        }
        Ok(())
    }

    fn settlement(
        &self,
        value_on: CivilDate,
        due: &Due,
        refund: RefundId,
        account: AccountId,
    ) -> Result<SettleRefund, DemoError> {
        let reference = Some(format!("{}-R", due.key).parse()?);
        Ok(SettleRefund { account, refund, channel: self.channel(due.means), shift: None, reference, value_on })
    }

    /// The receipts of a payment are printed.
    async fn print(&mut self, day: CivilDate, due: &Due, accepted: &Accepted) -> Result<(), DemoError> {
        let payment = payment_of(accepted)?;
        for event in accepted.events.iter() {
            if let Event::Payment(PaymentEvent::ReceiptIssued(issued)) = &event.event {
                let key = format!("{}-{}", due.key, issued.number.as_str());
                let print = PrintReceipt { payment, receipt: issued.receipt };
                self.done(self.order(day, 16, key, "cashier", Arc::new(print))).await?;
            }
        }
        Ok(())
    }

    /// An open charge of a household in need is forgiven.
    async fn forgive(&mut self, day: CivilDate, due: &Due) -> Result<(), DemoError> {
        let open =
            due.accounts.iter().find_map(|account| self.tally.some_open(*account).map(|found| (*account, found)));
        let Some((account, (charge, amount))) = open else { return Ok(()) };
        let (charges, reason) = (vec![Waiver { charge, amount: Some(amount) }], "困难家庭减免");
        let authority = Authority::default();
        let waive = WaiveCharges { account, charges, reason: reason.parse()?, authority };
        let authority = self.approved(day, &due.key, &waive, reason).await?;
        let waive = WaiveCharges { authority, ..waive };
        self.done(self.order(day, 17, &due.key, "finance", Arc::new(waive))).await.map(|_| ())
    }
}

fn payment_of(accepted: &Accepted) -> Result<PaymentId, DemoError> {
    let received = accepted.events.iter().find_map(|event| match &event.event {
        Event::Payment(PaymentEvent::PaymentReceived(_)) => Some(PaymentId(event.stream.id)),
        _ => None,
    });
    received.ok_or(DemoError::Story("a payment was recorded without a fact that says so"))
}

/// The first lot that a payment left unspent.
pub(super) fn rest(accepted: &Accepted) -> Option<(AccountId, LotId, Money)> {
    let mut lots: BTreeMap<LotId, (AccountId, Money)> = BTreeMap::new();
    for event in accepted.events.iter() {
        match &event.event {
            Event::Account(AccountEvent::CreditReceived(lot)) => {
                lots.insert(lot.lot, (lot.account, lot.amount));
            }
            Event::Account(AccountEvent::ChargePaid(paid)) => {
                if let Some((_, rest)) = lots.get_mut(&paid.lot) {
                    *rest = rest.fold(paid.amount.negated());
                }
            }
            _ => {}
        }
    }
    let left = lots.into_iter().find(|(_, (_, rest))| rest.is_positive());
    left.map(|(lot, (account, rest))| (account, lot, rest))
}
