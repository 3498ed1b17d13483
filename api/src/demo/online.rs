//! Payments through a provider: some households pay by WeChat Pay, and the day after, finance reconciles the bill, signs the day
//! off and records that its money came to the bank. The provider is the local gateway; without one the chapter is left out.

use super::DemoError;
use super::desk::{at, entity};
use super::months::Story;
use super::run::FOLDED_WITHIN;
use crate::gateway::Served;
use crate::gateway::orders::Order;
use crate::gateway::reconciliation::{Reconciler, signed_off};
use crate::workers::rounds::catch_up;
use mingzhang_domain::book::Purse;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::channel_account::{ChannelKind, Merchant, OpenChannelAccount, Provider};
use mingzhang_domain::channel_day::SignOffChannelDay;
use mingzhang_domain::channel_settlement::SettleChannelDay;
use mingzhang_domain::id::{AccountId, ChannelAccountId, ChannelDayId, PaymentOrderId};
use mingzhang_domain::ledger::LedgerPosition;
use mingzhang_domain::money::Money;
use mingzhang_domain::payment::Channel;
use mingzhang_domain::payment_order::{CreatePaymentOrder, OrderMethod, Orders};
use std::sync::Arc;

/// The day of the month on which households pay so; the day after it is reconciled.
pub(super) const ONLINE_DAY: u32 = 18;
/// The merchant number of the local gateway.
const MERCHANT: &str = "1900000001";
/// The first of the households, and how many there are.
const HOUSEHOLDS: (usize, usize) = (6, 4);
/// What each pays in advance, in fen.
const ADVANCE_FEN: i64 = 20_000;

impl Story<'_> {
    /// Households pay in advance by scanning a code.
    pub(super) async fn pay_online(&mut self, day: CivilDate) -> Result<(), DemoError> {
        let Some(payer) = self.desk.payer.clone() else { return Ok(()) };
        let app = Arc::clone(&self.desk.app);
        let channel = self.online(day).await?;
        let served = Served::find(&app, self.community.ledger, channel.id)?;
        let expires_at = at(day, 21, 0).ok_or(DemoError::Story("an hour that there is not"))?;
        let (first, count) = HOUSEHOLDS;
        for nth in first..first + count {
            let (key, unit) = self.estate.household(nth)?;
            let key = format!("online-{key}");
            let order: PaymentOrderId = entity(self.community.ledger, "payment_order", &key);
            let credit = Some(Money::from_fen(ADVANCE_FEN));
            let orders = Orders { account: AccountId::of_unit(unit), charges: Vec::new(), credit };
            let create = CreatePaymentOrder {
                order,
                method: OrderMethod::WechatNative,
                channel: channel.clone(),
                accounts: vec![orders],
                expires_at: expires_at.into(),
                payer: None,
            };
            self.done(self.order(day, 20, key, "cashier", Arc::new(create))).await?;
            let order = Order::read(&app, self.community.ledger, order).await?;
            if !order.is_live() {
                continue;
            }
            served.prepare(&app, &order).await?;
            payer.pay(order.id, at(day, 20, 5)).await?;
            served.look(&app, &order, None).await?;
        }
        Ok(())
    }

    /// Finance takes the provider's bill of the day before, signs it off, and finds its money on the bank.
    pub(super) async fn reconcile_online(&mut self, day: CivilDate, today: CivilDate) -> Result<(), DemoError> {
        if self.desk.payer.is_none() {
            return Ok(());
        }
        let app = Arc::clone(&self.desk.app);
        let (channel, company) = (self.online(day).await?, self.company.ledger);
        let id = ChannelDayId::of_day(channel.id, day);
        let of = (company, self.community.ledger);
        if signed_off(&app, of, id).await?.is_none() {
            // The load is ahead of the read models.
            catch_up(&app, self.community.ledger, FOLDED_WITHIN).await?;
            let reconciler = Reconciler::find(&app, company, channel.id)?;
            let bill = reconciler.fetch(&app, day).await?;
            let by = (self.company.actor("finance"), at(today, 11, 0));
            reconciler.reconcile(&app, day, bill, by).await?;
            let sign =
                self.order(today, 11, id.to_string(), "finance", Arc::new(SignOffChannelDay { channel_day: id }));
            self.desk.done(super::desk::Order { ledger: company, ..sign }).await?;
        }
        let signed_off = signed_off(&app, of, id).await?;
        let bank = self.community.bank.clone();
        let settle = SettleChannelDay { channel, bank, day, signed_off, value_on: today };
        self.done(self.order(today, 15, id.to_string(), "finance", Arc::new(settle))).await.map(|_| ())
    }

    /// The online channel account of the community.
    async fn online(&self, day: CivilDate) -> Result<Channel, DemoError> {
        let (company, code) = (self.company.ledger, self.community.plan.code);
        let (kind, purse) = (ChannelKind::Online, Purse::Company);
        let id: ChannelAccountId = entity(company, "channel_account", &format!("{code}-online"));
        let merchant = Merchant { provider: Provider::WechatPay, number: MERCHANT.parse()?, sub_number: None };
        let label = format!("{}微信支付", self.community.plan.name).parse()?;
        let open = OpenChannelAccount { channel_account: id, kind, purse, label, merchant: Some(merchant) };
        let open = self.order(day, 8, format!("{code}-online"), "manager", Arc::new(open));
        let opened = self.desk.done(super::desk::Order { ledger: company, ..open }).await?;
        self.desk.app.directory.refresh().await?;
        let seen = vec![LedgerPosition { ledger_id: company, position: opened.last_position }.into()];
        Ok(Channel { id, kind, purse, seen })
    }
}
