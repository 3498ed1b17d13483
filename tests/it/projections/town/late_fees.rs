//! Late fees that are agreed, paid, given back and waived.

use super::{Lot, Town};
use mingzhang_domain::account::{
    ChargePaid, ChargePaymentUndone, CreditReleased, CreditWithdrawn, LateFeeAdjudged, LateFeeAwardLifted,
    LateFeeWaived, Mode, Part, UndoReason, VatSplit,
};
use mingzhang_domain::book::{Fund, VatCategory};
use mingzhang_domain::community::LateFeePolicySet;
use mingzhang_domain::fee_item::Vat;
use mingzhang_domain::id::{AllocationId, ChannelAccountId, ChargeId, CommunityId};
use mingzhang_domain::money::{Money, RoundTo};
use mingzhang_domain::payment::PaymentUnidentified;
use mingzhang_domain::rule::late_fee::GraceMode;
use mingzhang_domain::value::{Count, Digest};
use uuid::Uuid;

impl Town {
    pub(super) fn late_fee(&mut self) {
        match self.below(9) {
            0 | 1 => self.agree(),
            2 => self.waive_late_fee(),
            8 => self.adjudge(),
            3 => self.withdraw(),
            4 => self.release(),
            _ => self.pay_late_fee(),
        }
    }

    fn agree(&mut self) {
        let agreed = LateFeePolicySet {
            fee_item: None,
            from: self.today,
            daily_rate: "0.0005".parse().unwrap(),
            grace_days: Count(3),
            grace_mode: GraceMode::Skip,
            cap_ratio: None,
            round_to: RoundTo::Fen,
            vat: Vat::of(VatCategory::Exempt, None),
            approved: None,
            seen: vec![],
        };
        self.push(CommunityId(self.ledger_id.uuid()).into(), agreed.into());
    }

    fn waive_late_fee(&mut self) {
        let Some(charge) = self.charges.first() else { return };
        let (charge, booking) = (charge.charge, charge.booking.clone());
        let (amount, reason, approved) = (Money::from_fen(3), "首次逾期".parse().unwrap(), super::approved());
        let account = booking.account;
        self.push(account.into(), LateFeeWaived { charge, amount, booking, reason, approved, seen: vec![] }.into());
    }

    /// Now and then it is lifted again; the charge that is owed for it is billed like any other.
    fn adjudge(&mut self) {
        let Some(charge) = self.charges.first() else { return };
        let (charge, booking) = (charge.charge, charge.booking.clone());
        let (amount, account, award) = (Money::from_fen(2), booking.account, ChargeId(self.id()));
        let adjudged = LateFeeAdjudged {
            charge,
            amount,
            booking: booking.clone(),
            award,
            adjudged_on: self.today,
            evidence: Digest([7; 32]),
            approved: super::approved(),
            seen: vec![],
        };
        self.push(account.into(), adjudged.into());
        if self.below(2) == 0 {
            self.push(account.into(), LateFeeAwardLifted { charge, amount, booking, award }.into());
        }
    }

    /// What a lot paid is open again, and its credit is nobody's; now and then because its money was none.
    fn withdraw(&mut self) {
        let Some(Lot { account, lot, payment: Some(payment), holder, value_on, .. }) =
            self.lots.iter().rev().find(|lot| lot.payment.is_some()).cloned()
        else {
            return;
        };
        let reason = if self.below(2) == 0 { UndoReason::PaymentReversed } else { UndoReason::Requested };
        let (his, kept) = std::mem::take(&mut self.paid).into_iter().partition(|(_, paid)| paid.lot == lot);
        self.paid = kept;
        let his: Vec<_> = his;
        his.into_iter().for_each(|(account, paid)| self.undo_one(account, paid, reason));
        let index = self.lots.iter().position(|have| have.lot == lot).unwrap();
        let amount = Money::from_fen(self.lots[index].unspent.fen() / 2);
        if !amount.is_positive() {
            return;
        }
        self.lots[index].unspent = self.lots[index].unspent.minus(amount).unwrap();
        let channel_account = ChannelAccountId(Uuid::from_u128(super::CHANNEL));
        let fund = Fund::Operating;
        let withdrawn = CreditWithdrawn { account, lot, payment, channel_account, amount, holder, fund, value_on };
        self.push(account.into(), withdrawn.into());
        let unidentified = PaymentUnidentified { account, lot, amount, approved: None, seen: vec![] };
        self.push(payment.into(), unidentified.into());
        self.spend(index, Mode::DrawDown);
    }

    fn release(&mut self) {
        let Some(Lot { account, lot, .. }) = self.lots.last().cloned() else { return };
        self.push(account.into(), CreditReleased { lot }.into());
    }

    fn pay_late_fee(&mut self) {
        let Some(lot) = self.lots.iter().position(|lot| lot.unspent.is_positive()) else { return };
        let account = self.lots[lot].account;
        let owes =
            |charge: &&super::Charge| charge.booking.account == account && charge.booking.fund == Fund::Operating;
        let Some(charge) = self.charges.iter().find(owes) else { return };
        let (charge, booking) = (charge.charge, charge.booking.clone());
        let allocation = AllocationId(self.id());
        let mode = if self.below(2) == 0 { Mode::Direct } else { Mode::DrawDown };
        let lot = &mut self.lots[lot];
        let amount = lot.unspent.min(Money::from_fen(57));
        let (lot_id, holder, value_on) = (lot.lot, lot.holder, lot.value_on);
        let vat = VatSplit { category: VatCategory::Exempt, rate: None, net: amount, tax: Money::ZERO };
        let part = Part::LateFee;
        let paid = ChargePaid {
            allocation,
            lot: lot_id,
            charge,
            part,
            amount,
            holder,
            value_on,
            mode,
            vat: Some(vat.clone()),
            booking: booking.clone(),
        };
        lot.unspent = lot.unspent.minus(amount).unwrap();
        self.push(account.into(), paid.into());
        if self.below(3) == 0 {
            let reason = UndoReason::LateFeeLowered;
            let undone = ChargePaymentUndone {
                allocation,
                lot: lot_id,
                charge,
                part,
                amount,
                holder,
                value_on,
                mode,
                vat: Some(vat),
                booking,
                reason,
            };
            self.push(account.into(), undone.into());
            let lot = self.lots.iter_mut().find(|lot| lot.lot == lot_id).unwrap();
            lot.unspent = lot.unspent.plus(amount).unwrap();
        }
    }
}
