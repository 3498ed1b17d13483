//! Deposits of the town: asked for, paid, kept in part, returned or not, held again.

use super::takings::untaxed;
use super::{CHANNEL, Town, approved};
use mingzhang_domain::account::{
    ChargePaid, CreditReceived, DepositForfeited, DepositReturnFailed, DepositReturned, ForfeitureGround,
    ForfeitureReversed, Mode, Part, RefundSettled,
};
use mingzhang_domain::book::{Fund, Purse};
use mingzhang_domain::channel_account::ChannelKind;
use mingzhang_domain::id::{
    AccountId, AllocationId, ChannelAccountId, DepositId, ForfeitureId, LotId, PartyId, PaymentId, RefundId,
};
use mingzhang_domain::money::Money;
use mingzhang_domain::payment::{PaymentIdentified, PaymentReceived};
use mingzhang_domain::value::Digest;
use uuid::Uuid;

impl Town {
    /// A deposit from its demand on, as far as it gets.
    pub(super) fn deposit(&mut self) {
        let home = self.below(self.homes.len());
        let (account, payer, item) = (self.homes[home].account, self.homes[home].owner, self.items[2]);
        let third = self.money();
        let amount = third.plus(third).unwrap().plus(third).unwrap();
        self.charge_for(account, payer, item, amount);
        // Nothing else happens to its demand.
        let asked = self.charges.pop().unwrap();
        let lot = self.money_for(account, payer, (Purse::Company, Fund::Deposit), amount);
        let paid = ChargePaid {
            allocation: AllocationId(self.id()),
            lot,
            charge: asked.charge,
            part: Part::Principal,
            amount,
            holder: payer,
            value_on: self.today,
            mode: Mode::Direct,
            vat: None,
            booking: asked.booking,
        };
        self.push(account.into(), paid.into());
        let deposit = DepositId(asked.charge.uuid());
        if self.below(3) > 0 {
            self.keep((account, deposit), payer, third);
        }
        if self.below(3) > 0 {
            self.give_back((account, deposit), payer, third);
        }
    }

    /// Money that is credit of a fund.
    pub(super) fn money_for(
        &mut self,
        account: AccountId,
        holder: PartyId,
        (purse, fund): (Purse, Fund),
        amount: Money,
    ) -> LotId {
        let (payment, lot, value_on) = (PaymentId(self.id()), LotId(self.id()), self.today);
        let channel_account = ChannelAccountId(Uuid::from_u128(CHANNEL));
        let received = PaymentReceived {
            channel_account,
            channel: ChannelKind::Bank,
            purse,
            seen: vec![],
            reference: format!("D{}", self.events.len()).parse().unwrap(),
            amount,
            value_on,
            shift: None,
            slip: None,
            payer: None,
            payer_account: None,
            remark: None,
            named_units: vec![],
            named_orders: Vec::new(),
            method: None,
            tendered: None,
            change: None,
            rounding: None,
        };
        self.push(payment.into(), received.into());
        self.push(payment.into(), PaymentIdentified { account, lot, amount, approved: None, seen: vec![] }.into());
        let (earmark, held_back) = (None, false);
        let credit = CreditReceived {
            account,
            channel_account,
            lot,
            payment,
            amount,
            holder,
            fund,
            earmark,
            held_back,
            value_on,
        };
        self.push(account.into(), credit.into());
        lot
    }

    fn keep(&mut self, (account, deposit): (AccountId, DepositId), payer: PartyId, amount: Money) {
        let (forfeiture, fee_item) = (ForfeitureId(self.id()), self.items[2].0);
        let forfeited = DepositForfeited {
            account,
            forfeiture,
            deposit,
            fee_item,
            amount,
            payer,
            vat: untaxed(amount),
            ground: ForfeitureGround::Consent,
            evidence: Digest([7; 32]),
            reason: "损坏".parse().unwrap(),
            approved: approved(),
            seen: vec![],
        };
        self.push(account.into(), forfeited.into());
        if self.below(3) == 0 {
            let (vat, reason, approved) = (untaxed(amount), "看错了".parse().unwrap(), approved());
            let reversed = ForfeitureReversed {
                account,
                forfeiture,
                deposit,
                fee_item,
                amount,
                payer,
                vat,
                reason,
                approved,
                seen: vec![],
            };
            self.push(account.into(), reversed.into());
        }
    }

    fn give_back(&mut self, (account, deposit): (AccountId, DepositId), payer: PartyId, amount: Money) {
        let (refund, fee_item) = (RefundId(self.id()), self.items[2].0);
        let returned = DepositReturned {
            account,
            refund,
            deposit,
            fee_item,
            amount,
            payer,
            payee: None,
            evidence: None,
            reason: "验收合格".parse().unwrap(),
            approved: approved(),
            seen: vec![],
        };
        self.push(account.into(), returned.into());
        match self.below(3) {
            0 => {
                let reason = "账号有误".parse().unwrap();
                let failed = DepositReturnFailed { account, refund, deposit, fee_item, amount, payer, reason };
                self.push(account.into(), failed.into());
            }
            1 => {
                let settled = RefundSettled {
                    account,
                    refund,
                    amount,
                    holder: payer,
                    fund: Fund::Deposit,
                    channel_account: ChannelAccountId(Uuid::from_u128(CHANNEL)),
                    channel: ChannelKind::Bank,
                    seen: vec![],
                    shift: None,
                    reference: None,
                    value_on: self.today,
                };
                self.push(account.into(), settled.into());
            }
            _ => {}
        }
    }
}
