//! Payment orders of the town's units: asked for, paid by what came as money, or over.

use super::{CHANNEL, Town};
use mingzhang_domain::book::Purse;
use mingzhang_domain::calendar::Instant;
use mingzhang_domain::id::{ChannelAccountId, ChargeId, OrderClaimId, PaymentId, PaymentOrderId};
use mingzhang_domain::order_claim::{ChargesOrdered, OrderedChargesReleased};
use mingzhang_domain::payment_order::{
    OrderEnd, OrderMethod, OrderSpent, OrderedAccount, OrderedCharge, PaymentOrderClosed, PaymentOrderCreated,
    PaymentOrderPaid,
};
use uuid::Uuid;

impl Town {
    /// Somebody asks for a charge and some credit; the order is paid, over, or lives on.
    pub(super) fn order(&mut self) {
        let home = self.below(self.homes.len());
        let account = self.homes[home].account;
        let (order, charge) = (PaymentOrderId(self.id()), ChargeId(self.id()));
        let (part, rest) = (self.money(), self.money());
        let amount = part.plus(rest).unwrap();
        let expires_at = format!("{}T15:00:00Z", self.today).parse::<Instant>().unwrap().into();
        let charges = vec![OrderedCharge { charge, amount: part }];
        let created = PaymentOrderCreated {
            method: OrderMethod::ALL[self.below(OrderMethod::ALL.len())],
            channel_account: ChannelAccountId(Uuid::from_u128(CHANNEL)),
            purse: Purse::Company,
            seen: vec![],
            accounts: vec![OrderedAccount { account, charges, amount }],
            amount,
            expires_at,
            payer: None,
        };
        let claim = OrderClaimId::of_account(account);
        self.push(claim.into(), ChargesOrdered { order, charges: vec![charge] }.into());
        self.push(order.into(), created.into());
        match self.below(3) {
            0 => {
                let spent = OrderSpent::ALL[self.below(OrderSpent::ALL.len())];
                let payment = PaymentId(self.id());
                self.push(order.into(), PaymentOrderPaid { payment, amount, spent }.into());
            }
            1 => self.push(order.into(), PaymentOrderClosed { reason: OrderEnd::Expired }.into()),
            _ => return,
        }
        self.push(claim.into(), OrderedChargesReleased { order }.into());
    }
}
