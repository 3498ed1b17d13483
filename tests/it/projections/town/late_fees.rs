//! Late fees that are agreed, paid, given back and waived.

use super::Town;
use mingzhang_domain::account::{ChargePaid, ChargePaymentUndone, LateFeeWaived, Mode, Part, UndoReason, VatSplit};
use mingzhang_domain::book::{Fund, VatCategory};
use mingzhang_domain::community::LateFeePolicySet;
use mingzhang_domain::fee_item::Vat;
use mingzhang_domain::id::{AllocationId, CommunityId};
use mingzhang_domain::money::{Money, RoundTo};
use mingzhang_domain::rule::late_fee::GraceMode;
use mingzhang_domain::value::Count;

impl Town {
    pub(super) fn late_fee(&mut self) {
        match self.below(5) {
            0 => self.agree(),
            1 => self.waive_late_fee(),
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
            vat: Vat { category: VatCategory::Exempt, rate: None },
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
