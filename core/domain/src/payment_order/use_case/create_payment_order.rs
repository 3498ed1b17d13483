//! Freezes what is to be paid, before the provider is asked to take it.

use crate::account::{AccountRefusal, open_late_fees};
use crate::calendar::Moment;
use crate::channel_account::ChannelKind;
use crate::draft::{Decide, Draft};
use crate::id::{AccountId, ChargeId, OrderClaimId, PaymentOrderId, VaultItemId};
use crate::ledger::{LedgerKind, must_be};
use crate::money::Money;
use crate::order_claim::ChargesOrdered;
use crate::payment::{Channel, PaymentRefusal, present_party};
use crate::payment_order::{OrderMethod, OrderedAccount, OrderedCharge, PaymentOrderCreated, PaymentOrderRefusal};
use crate::refusal::{CommonRefusal, Refusal};
use crate::stream::StreamRef;
use std::collections::BTreeSet;

const ACCOUNTS_LIMIT: usize = 20;
const CHARGES_LIMIT: usize = 50;
/// A million yuan.
const AMOUNT_LIMIT: i64 = 100_000_000;
/// Seconds that an order lives at least, and at most: what the payment window opens with is good for two hours.
const LIFE: std::ops::RangeInclusive<i64> = 60..=7_200;

/// What is to be paid for one account.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Orders {
    /// The account.
    pub account: AccountId,
    /// Its charges, in the order in which they are paid, each with its late fee.
    pub charges: Vec<ChargeId>,
    /// Paid on top of them, as credit.
    pub credit: Option<Money>,
}

/// A payer wants to pay by a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatePaymentOrder {
    /// The new order.
    pub order: PaymentOrderId,
    /// By which door.
    pub method: OrderMethod,
    /// Where the money will lie.
    pub channel: Channel,
    /// What for.
    pub accounts: Vec<Orders>,
    /// Until when it can be paid.
    pub expires_at: Moment,
    /// Whose payment window opens, in the vault.
    pub payer: Option<VaultItemId>,
}

impl Decide for CreatePaymentOrder {
    fn operation(&self) -> &'static str {
        "create_payment_order"
    }

    fn needs(&self) -> Vec<StreamRef> {
        let accounts = self.accounts.iter().map(|orders| orders.account);
        let streams = accounts.flat_map(|id| [id.into(), OrderClaimId::of_account(id).into()]);
        streams.chain([self.order.into()]).collect()
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Community])?;
        if draft.payment_order(self.order).created().is_some() {
            return Err(PaymentOrderRefusal::PaymentOrderMustBeNew.into());
        }
        if self.channel.kind != ChannelKind::Online {
            return Err(PaymentOrderRefusal::OrderMustBeOnline.at("/channel_account"));
        }
        let life = self.expires_at.instant().signed_duration_since(draft.context.now).num_seconds();
        if !LIFE.contains(&life) {
            return Err(PaymentOrderRefusal::OrderMustExpireSoon.at("/minutes"));
        }
        self.must_be_few()?;
        let mut amount = Money::ZERO;
        let mut accounts = Vec::with_capacity(self.accounts.len());
        for (at, orders) in self.accounts.iter().enumerate() {
            let frozen = self.frozen(draft, (at, orders))?;
            amount = amount.plus(frozen.amount)?;
            accounts.push(frozen);
        }
        if amount > Money::from_fen(AMOUNT_LIMIT) {
            return Err(PaymentOrderRefusal::OrderMustBeWithinLimit.with("amount", amount));
        }
        for account in accounts.iter().filter(|account| !account.charges.is_empty()) {
            let charges = account.charges.iter().map(|ordered| ordered.charge).collect();
            draft.push(OrderClaimId::of_account(account.account), ChargesOrdered { order: self.order, charges });
        }
        let created = PaymentOrderCreated {
            method: self.method,
            channel_account: self.channel.id,
            purse: self.channel.purse,
            seen: self.channel.seen.clone(),
            accounts,
            amount,
            expires_at: self.expires_at,
            payer: self.payer,
        };
        draft.push(self.order, created);
        Ok(())
    }
}

impl CreatePaymentOrder {
    fn must_be_few(&self) -> Result<(), Refusal> {
        let says_something = |orders: &Orders| !orders.charges.is_empty() || orders.credit.is_some();
        if !(1..=ACCOUNTS_LIMIT).contains(&self.accounts.len()) || !self.accounts.iter().all(says_something) {
            return Err(PaymentOrderRefusal::OrderMustReachAnAccount.at("/accounts"));
        }
        if self.accounts.iter().map(|orders| orders.charges.len()).sum::<usize>() > CHARGES_LIMIT {
            return Err(PaymentOrderRefusal::OrderedChargesMustBeFew.at("/accounts"));
        }
        let accounts: BTreeSet<AccountId> = self.accounts.iter().map(|orders| orders.account).collect();
        if accounts.len() < self.accounts.len() {
            return Err(PaymentRefusal::AccountMustBeNamedOnce.at("/accounts"));
        }
        Ok(())
    }

    /// What is open of an account's part, as it is today.
    fn frozen(&self, draft: &Draft<'_>, (at, orders): (usize, &Orders)) -> Result<OrderedAccount, Refusal> {
        let state = draft.account(orders.account);
        if state.unit().is_none() {
            let field = format!("/accounts/{at}/account");
            return Err(AccountRefusal::AccountMustExist.with("account", orders.account).at(field));
        }
        // What the day itself adds is known at its end.
        let fees = open_late_fees(draft, orders.account, draft.context.today.day_before())?;
        let claims = draft.order_claim(OrderClaimId::of_account(orders.account));
        let (mut charges, mut amount, mut named) = (Vec::new(), Money::ZERO, BTreeSet::new());
        for (nth, id) in orders.charges.iter().enumerate() {
            let field = || format!("/accounts/{at}/charges/{nth}");
            let charge =
                state.charge(*id).ok_or_else(|| AccountRefusal::ChargeMustExist.with("charge", id).at(field()))?;
            if !named.insert(*id) {
                return Err(PaymentRefusal::ChargeMustBeNamedOnce.at(field()));
            }
            if charge.reversed {
                return Err(AccountRefusal::ChargeMustBeLive.with("charge", id).at(field()));
            }
            if charge.booking.fund.purse() != self.channel.purse {
                return Err(PaymentRefusal::PursesMustNotMix.with("charge", id).at(field()));
            }
            if let Some(order) = claims.order(*id) {
                return Err(PaymentOrderRefusal::ChargeMustNotBeOrdered.with("order", order).at(field()));
            }
            let open = charge.debt().plus(fees.get(id).copied().unwrap_or_default())?;
            if !open.is_positive() {
                return Err(PaymentOrderRefusal::OrderedChargeMustBeOpen.with("charge", id).at(field()));
            }
            charges.push(OrderedCharge { charge: *id, amount: open });
            amount = amount.plus(open)?;
        }
        if let Some(credit) = orders.credit {
            self.must_take_credit(draft, orders.account, credit)?;
            amount = amount.plus(credit)?;
        }
        Ok(OrderedAccount { account: orders.account, charges, amount })
    }

    /// Credit is above zero, of a purse that has credit, and somebody's.
    fn must_take_credit(&self, draft: &Draft<'_>, account: AccountId, credit: Money) -> Result<(), Refusal> {
        if !credit.is_positive() {
            return Err(CommonRefusal::AmountMustBePositive.at("/accounts"));
        }
        if self.channel.purse == crate::book::Purse::OwnersIncome {
            return Err(PaymentRefusal::PursesMustNotMix.at("/channel_account"));
        }
        if present_party(draft, account).is_none() {
            return Err(PaymentRefusal::HolderMustBeKnown.with("account", account));
        }
        Ok(())
    }
}
