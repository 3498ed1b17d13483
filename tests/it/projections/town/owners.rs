//! Sales of the town: what the seller owes of the month goes over, and a part of his credit.

use super::{Lot, Town, approved};
use mingzhang_domain::account::CreditMoved;
use mingzhang_domain::book::Fund;
use mingzhang_domain::id::{LotId, PartyId};
use mingzhang_domain::money::Money;
use mingzhang_domain::party::{PartyFormed, PartyKind};
use mingzhang_domain::unit::{CreditChoice, CreditFate, PaidAhead, UnitOwnerSet, UnitTransferred};
use mingzhang_domain::value::Digest;

impl Town {
    pub(super) fn transfer(&mut self) {
        let home = self.below(self.homes.len());
        let (unit, account, seller, buyer) =
            (self.homes[home].unit, self.homes[home].account, self.homes[home].owner, PartyId(self.id()));
        let kind = PartyKind::Developer;
        let formed = PartyFormed { kind, members: vec![], contact: None, name: "新业主".parse().ok() };
        self.push(buyer.into(), formed.into());
        let from = self.today;
        self.push(unit.into(), UnitOwnerSet { from, party: buyer }.into());
        self.homes[home].owner = buyer;
        let month = from.month();
        let follows: Vec<usize> = (0..self.charges.len())
            .filter(|index| {
                let charge = &self.charges[*index];
                let of_seller = charge.booking.account == account && charge.booking.obligor == seller;
                of_seller && !charge.booking.opening && charge.booking.period == month && charge.open.is_positive()
            })
            .collect();
        for index in follows {
            let (amount, booking) = (self.reverse_one(index), self.charges[index].booking.clone());
            let part = Money::from_fen(amount.fen() / 2);
            for (obligor, amount) in [(seller, part), (buyer, amount.minus(part).unwrap())] {
                self.charge_for(account, obligor, (booking.fee_item, booking.fund), amount);
            }
        }
        let credit = self.move_half(home, seller, buyer);
        let transferred = UnitTransferred {
            from,
            party: buyer,
            sellers: vec![seller],
            paid_ahead: PaidAhead::Kept,
            kept: vec![],
            credit: credit.into_iter().collect(),
            reason: "过户".parse().unwrap(),
            approved: approved(),
            seen: vec![],
        };
        self.push(unit.into(), transferred.into());
        self.draw_down();
    }

    /// Half of one of the seller's lots is the buyer's now.
    fn move_half(&mut self, home: usize, seller: PartyId, buyer: PartyId) -> Option<CreditChoice> {
        let account = self.homes[home].account;
        let is_his = |lot: &Lot| lot.account == account && lot.holder == seller && lot.unspent > Money::from_fen(1);
        let index = self.lots.iter().position(is_his)?;
        let to_lot = LotId(self.id());
        let Lot { lot, payment, unspent, value_on, .. } = self.lots[index];
        let amount = Money::from_fen(unspent.fen() / 2);
        let evidence = Digest([7; 32]);
        let moved = CreditMoved {
            account,
            lot,
            to_lot,
            amount,
            from: seller,
            to: buyer,
            fund: Fund::Operating,
            value_on,
            evidence,
            approved: approved(),
            seen: vec![],
        };
        self.push(account.into(), moved.into());
        self.lots[index].unspent = unspent.minus(amount).unwrap();
        self.lots.push(Lot { account, lot: to_lot, payment, holder: buyer, unspent: amount, value_on });
        Some(CreditChoice { lot, fate: CreditFate::Moved, amount: Some(amount), evidence: Some(evidence) })
    }
}
