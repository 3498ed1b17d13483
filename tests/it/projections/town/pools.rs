//! Shared costs of the town and its suppliers: a pool is charged or not, taken back or not; bills are recorded, paid, undone.

use super::{CHANNEL, Town, approved};
use mingzhang_domain::account::Source;
use mingzhang_domain::calendar::DateRange;
use mingzhang_domain::channel_account::ChannelKind;
use mingzhang_domain::fee_item::FeeItemUtilitySet;
use mingzhang_domain::id::{ChannelAccountId, PoolId, SupplierBillId, SupplierId, SupplierPaymentId};
use mingzhang_domain::money::Money;
use mingzhang_domain::pool::{
    PoolChunkPosted, PoolChunkReversed, PoolOpened, PoolPosted, PoolPostingStarted, PoolReversalStarted, PoolReversed,
    PoolScope, PoolShare, PoolSharesFixed, PoolWeight,
};
use mingzhang_domain::supplier_bill::{
    BillOf, DifferenceCarried, OwnUseSet, SupplierBillPaid, SupplierBillRecorded, SupplierBillReversed,
    SupplierPaymentReversed, Utility,
};
use mingzhang_domain::value::Count;
use uuid::Uuid;

impl Town {
    /// A pool over the first two homes, or a supplier's bill.
    pub(super) fn share(&mut self) {
        match self.below(3) {
            0 => self.pool(),
            1 => self.bill(),
            _ => {
                let utility = [Utility::Water, Utility::Electricity][self.below(2)];
                self.push(self.items[1].0.into(), FeeItemUtilitySet { utility }.into());
            }
        }
    }

    fn pool(&mut self) {
        let (pool, half) = (PoolId(self.id()), self.money());
        let which = self.below(2);
        let item = self.items[which];
        let opened = PoolOpened {
            fee_item: item.0,
            label: "公共照明".parse().unwrap(),
            service: DateRange::of_month(self.today.month()),
            scope: PoolScope::Community,
            kinds: vec![],
            weight: PoolWeight::Household,
            excluded: vec![],
            amount: half.plus(half).unwrap(),
            lowers: None,
            units: Count(2),
            total_weight: "2".parse().unwrap(),
            uncharged: Money::ZERO,
        };
        let amount = opened.amount;
        self.push(pool.into(), opened.into());
        let share = |n: usize| PoolShare {
            unit: self.homes[n].unit,
            code: format!("1-{n}").parse().unwrap(),
            weight: "1".parse().unwrap(),
            amount: half,
            remainder_fen: false,
            uncharged: None,
        };
        let shares = (0..self.homes.len().min(2)).map(share).collect();
        self.push(pool.into(), PoolSharesFixed { chunk: Count(1), shares }.into());
        if self.below(4) == 0 {
            return;
        }
        let started =
            PoolPostingStarted { amount, due_on: self.today.plus_days(30), approved: approved(), seen: vec![] };
        self.push(pool.into(), started.into());
        let first = self.charges.len();
        for n in 0..self.homes.len().min(2) {
            let (account, owner) = (self.homes[n].account, self.homes[n].owner);
            self.charge_as(account, owner, item, half, Some(Source::Pool { pool }));
        }
        self.push(pool.into(), PoolChunkPosted { chunk: Count(1), uncharged: vec![] }.into());
        self.push(pool.into(), PoolPosted { charged: amount, uncharged: Money::ZERO }.into());
        if self.below(2) == 0 {
            let reason = "抄表有误".parse().unwrap();
            self.push(pool.into(), PoolReversalStarted { reason, approved: approved(), seen: vec![] }.into());
            for index in first..self.charges.len() {
                self.reverse_one(index);
            }
            self.push(pool.into(), PoolChunkReversed { chunk: Count(1) }.into());
            self.push(pool.into(), PoolReversed {}.into());
        }
    }

    fn bill(&mut self) {
        let supplier = SupplierId(self.id());
        let bill = SupplierBillId(self.id());
        let of = BillOf { supplier, utility: Utility::Water, period: self.today.month() };
        let amount = self.money();
        let recorded = SupplierBillRecorded {
            of: of.clone(),
            name: "自来水公司".parse().unwrap(),
            number: format!("W{}", self.events.len()).parse().unwrap(),
            amount,
            received_on: self.today,
        };
        self.push(bill.into(), recorded.into());
        let (channel_account, channel) = (ChannelAccountId(Uuid::from_u128(CHANNEL)), ChannelKind::Bank);
        let reason = || "抄表有误".parse().unwrap();
        let (approved, seen) = (approved(), vec![]);
        match self.below(4) {
            0 => self.push(bill.into(), SupplierBillReversed { of, amount, reason: reason(), approved, seen }.into()),
            1 => {
                let change = Money::from_fen(amount.fen() / 2);
                let own = OwnUseSet {
                    of: of.clone(),
                    amount: change,
                    change,
                    reason: reason(),
                    approved: approved.clone(),
                    seen: vec![],
                };
                self.push(bill.into(), own.into());
                let to = of.period.next();
                let carried = DifferenceCarried { of, to, amount: change, reason: reason(), approved, seen };
                self.push(bill.into(), carried.into());
            }
            n => {
                let payment = SupplierPaymentId(self.id());
                let paid = SupplierBillPaid {
                    of: of.clone(),
                    payment,
                    amount,
                    channel_account,
                    channel,
                    seen: vec![],
                    reference: None,
                    value_on: self.today,
                };
                self.push(bill.into(), paid.into());
                if n == 2 {
                    let reversed = SupplierPaymentReversed {
                        of,
                        payment,
                        amount,
                        channel_account,
                        channel,
                        reason: reason(),
                        approved,
                        seen,
                    };
                    self.push(bill.into(), reversed.into());
                }
            }
        }
    }
}
