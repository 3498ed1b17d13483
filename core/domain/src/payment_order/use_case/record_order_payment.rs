//! Records money that a provider took for an order. It happened outside, so it is never refused but for being recorded already.

use super::{created, release};
use crate::calendar::CivilDate;
use crate::draft::{Decide, Draft};
use crate::id::{CommunityId, LedgerStreamId, OrderClaimId, PaymentId, PaymentOrderId, ReferenceId};
use crate::money::Money;
use crate::payment::{Channel, Pays, Spending, must_be_money, present_party, receive, spend};
use crate::payment_order::{
    OrderSpent, OrderedAccount, PaymentOrderCreated, PaymentOrderPaid, PaymentOrderRefusal, Stage,
};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Code;
use std::sync::Arc;

/// The provider says that an order was paid: signed, and asked about or told by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordOrderPayment {
    /// The order.
    pub order: PaymentOrderId,
    /// Where the money lies.
    pub channel: Channel,
    /// The provider's number of the payment.
    pub reference: Code,
    /// How much.
    pub amount: Money,
    /// The day of the payment; a provider's clock that runs ahead of ours counts as today.
    pub value_on: CivilDate,
}

impl Decide for RecordOrderPayment {
    fn operation(&self) -> &'static str {
        "record_order_payment"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.order.into(), ReferenceId::of_reference(self.channel.id, self.reference.as_str()).into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let _ = draft.ledger(LedgerStreamId::of_ledger(draft.context.ledger_id));
        let _ = draft.community(CommunityId(draft.context.ledger_id.uuid()));
        let order = created(draft, self.order)?;
        for account in &order.accounts {
            let _ = (draft.account(account.account), draft.order_claim(OrderClaimId::of_account(account.account)));
        }
        let state = draft.payment_order(self.order);
        let value_on = self.value_on.min(draft.context.today);
        must_be_money(draft, self.amount, (value_on, "/value_on"))?;
        let received = self.channel.received(self.reference.clone(), self.amount, value_on);
        let (payment, on) = receive(draft, received)?;
        let as_asked = self.amount == order.amount && self.channel.id == order.channel_account;
        let spent = match (as_asked, state.stage()) {
            (false, _) => OrderSpent::Differing,
            (true, Stage::Live) => OrderSpent::AsOrdered,
            (true, Stage::Closed) => OrderSpent::Late,
            (true, Stage::Paid) => OrderSpent::Again,
        };
        drop(state);
        pay(draft, (self.order, &order), (payment, self.amount), spent, on)
    }
}

/// What an order asked for that nobody has paid; it may have ended since.
///
/// # Errors
/// It does not exist, or it is paid.
pub(crate) fn unpaid(draft: &Draft<'_>, order: PaymentOrderId) -> Result<Arc<PaymentOrderCreated>, Refusal> {
    let asked = created(draft, order)?;
    match draft.payment_order(order).stage() {
        Stage::Live | Stage::Closed => Ok(asked),
        Stage::Paid => Err(PaymentOrderRefusal::PaymentOrderMustBeLive.into()),
    }
}

/// Pays an order with money that is in suspense: a live one as it was on its day, one that has ended as it stands now.
///
/// # Errors
/// As spending has them.
pub(crate) fn pay_from_suspense(
    draft: &mut Draft<'_>,
    (id, asked): (PaymentOrderId, &PaymentOrderCreated),
    payment: PaymentId,
    on: CivilDate,
) -> Result<(), Refusal> {
    let spent = match draft.payment_order(id).stage() {
        Stage::Live => OrderSpent::AsOrdered,
        Stage::Closed | Stage::Paid => OrderSpent::Late,
    };
    pay(draft, (id, asked), (payment, asked.amount), spent, on)
}

/// Spends an order's money; a live one is paid by whatever comes.
fn pay(
    draft: &mut Draft<'_>,
    (id, asked): (PaymentOrderId, &PaymentOrderCreated),
    (payment, amount): (PaymentId, Money),
    spent: OrderSpent,
    on: CivilDate,
) -> Result<(), Refusal> {
    let state = draft.payment_order(id);
    let spending = match spent {
        OrderSpent::AsOrdered => Spending { as_of: state.created_on(), ..spending(draft, asked, true) },
        OrderSpent::Late => spending(draft, asked, true),
        OrderSpent::Again => spending(draft, asked, false),
        OrderSpent::Differing => Spending::default(),
    };
    let is_live = state.stage() == Stage::Live;
    drop(state);
    spend(draft, payment, amount, &spending, on, None)?;
    draft.push(id, PaymentOrderPaid { payment, amount, spent });
    if is_live {
        release(draft, id, asked);
    }
    Ok(())
}

/// What an order's money does now: it pays what still stands of the order, then what else is open, and the rest of each
/// account's part is its credit. The part of an account that has nobody to hold it stays in suspense.
fn spending(draft: &Draft<'_>, order: &PaymentOrderCreated, charges: bool) -> Spending {
    let pays = |ordered: &OrderedAccount| {
        let state = draft.account(ordered.account);
        let standing = ordered.charges.iter().filter_map(|ordered| state.charge(ordered.charge));
        let standing: Vec<_> = standing.filter(|charge| charges && !charge.reversed).collect();
        let has_holder = present_party(draft, ordered.account).is_some();
        (has_holder || standing.iter().any(|charge| charge.debt().is_positive())).then(|| Pays {
            account: ordered.account,
            charges: standing.iter().map(|charge| charge.charge).collect(),
            amount: Some(ordered.amount),
        })
    };
    Spending { pays: order.accounts.iter().filter_map(pays).collect(), ..Spending::default() }
}
