//! Credit that is paid out, or was not.

use super::{CHANNEL, Town, approved};
use mingzhang_domain::account::{RefundApproved, RefundFailed, RefundSettled};
use mingzhang_domain::book::Fund;
use mingzhang_domain::channel_account::ChannelKind;
use mingzhang_domain::id::{ChannelAccountId, RefundId};
use mingzhang_domain::money::Money;
use mingzhang_domain::stream::Event;
use uuid::Uuid;

impl Town {
    pub(super) fn refund(&mut self) {
        let Some(lot) = self.lots.iter().position(|lot| lot.unspent.is_positive()) else { return };
        let refund = RefundId(self.id());
        let lot = &mut self.lots[lot];
        let amount = std::mem::replace(&mut lot.unspent, Money::ZERO);
        let (account, lot_id) = (lot.account, lot.lot);
        let fact = RefundApproved {
            account,
            refund,
            lot: lot_id,
            payment: lot.payment,
            amount,
            holder: lot.holder,
            payee: None,
            evidence: None,
            fund: Fund::Operating,
            value_on: lot.value_on,
            reason: "多交".parse().unwrap(),
            approved: approved(),
            seen: vec![],
        };
        self.push(account.into(), fact.into());
        self.refunds.push((account, refund, lot_id, amount));
    }

    pub(super) fn end_refund(&mut self) {
        let Some((account, refund, lot_id, amount)) = self.refunds.pop() else { return };
        let lot = self.lots.iter_mut().find(|lot| lot.lot == lot_id).unwrap();
        let (holder, fund, value_on) = (lot.holder, Fund::Operating, lot.value_on);
        let fact: Event = if amount.fen() % 2 == 0 {
            lot.unspent = lot.unspent.plus(amount).unwrap();
            let reason = "账号有误".parse().unwrap();
            RefundFailed { account, refund, lot: lot_id, amount, holder, fund, value_on, reason }.into()
        } else {
            RefundSettled {
                account,
                refund,
                amount,
                holder,
                fund,
                channel_account: ChannelAccountId(Uuid::from_u128(CHANNEL)),
                channel: ChannelKind::Bank,
                seen: vec![],
                shift: None,
                reference: None,
                value_on: self.today,
            }
            .into()
        };
        self.push(account.into(), fact);
    }
}
