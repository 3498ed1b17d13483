//! The maintenance fund of the town: asked for, paid in, spent, topped up, taken back.

use super::{CHANNEL, Town, approved};
use mingzhang_domain::account::{ChargePaid, FundDemand, FundSpendReturned, FundSpent, Mode, Part, Source};
use mingzhang_domain::book::{Fund, Purse};
use mingzhang_domain::channel_account::ChannelKind;
use mingzhang_domain::fee_item::{TopUpRule, TopUpRuleSet};
use mingzhang_domain::fund_spend::{
    FundShare, FundShortfall, FundShortfallBorne, FundSpendChunkPosted, FundSpendChunkReversed, FundSpendOpened,
    FundSpendPaid, FundSpendPaymentReversed, FundSpendPosted, FundSpendPostingStarted, FundSpendReversalStarted,
    FundSpendReversed, FundSpendSharesFixed, OwnersVote,
};
use mingzhang_domain::id::{
    AccountId, AllocationId, BillLineId, ChannelAccountId, FundSpendId, SupplierId, SupplierPaymentId,
};
use mingzhang_domain::money::Money;
use mingzhang_domain::pool::PoolScope;
use mingzhang_domain::value::{Count, Digest};
use uuid::Uuid;

/// What is charged in the town.
pub(super) const ITEMS: [(&str, Fund); 4] = [
    ("物业费", Fund::Operating),
    ("水费", Fund::PassThrough),
    ("押金", Fund::Deposit),
    ("维修资金", Fund::MaintenanceFund),
];

impl Town {
    /// A demand that is paid, and perhaps a spend of a third of it.
    pub(super) fn fund(&mut self) {
        let home = self.below(self.homes.len());
        let (account, payer, item) = (self.homes[home].account, self.homes[home].owner, self.items[3]);
        let third = self.money();
        let amount = third.plus(third).unwrap().plus(third).unwrap();
        let demand = if self.below(3) == 0 { FundDemand::TopUp } else { FundDemand::FirstDeposit };
        let source = Source::FundDemand { demand, bill_line: BillLineId(self.id()) };
        self.charge_as(account, payer, item, amount, Some(source));
        // Nothing else happens to its demand.
        let asked = self.charges.pop().unwrap();
        let lot = self.money_for(account, payer, (Purse::MaintenanceFund, Fund::MaintenanceFund), amount);
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
        match self.below(4) {
            0 => {
                let rule = Some(TopUpRule { below: "0.3".parse().unwrap(), to: "1".parse().unwrap() });
                let set = TopUpRuleSet { from: self.today, rule, approved: None, seen: vec![] };
                self.push(item.0.into(), set.into());
            }
            1 => {}
            _ => self.spend_fund((home, account), third),
        }
    }

    /// Half of a spend is borne at once and half of it later.
    fn spend_fund(&mut self, (home, account): (usize, AccountId), half: Money) {
        let (spend, supplier) = (FundSpendId(self.id()), SupplierId(self.id()));
        let unit = self.homes[home].unit;
        let amount = half.plus(half).unwrap();
        let number = || "9".parse().unwrap();
        let opened = FundSpendOpened {
            purpose: "屋面防水".parse().unwrap(),
            supplier,
            name: "防水工程公司".parse().unwrap(),
            document: Digest([7; 32]),
            vote: OwnersVote {
                owners: Count(9),
                voted: Count(9),
                agreed: Count(9),
                area: number(),
                voted_area: number(),
                agreed_area: number(),
            },
            scope: PoolScope::Units { units: vec![unit] },
            kinds: vec![],
            on: self.today,
            amount,
            units: Count(1),
            total_area: number(),
        };
        self.push(spend.into(), opened.into());
        let share = FundShare { unit, code: "1-1".parse().unwrap(), area: number(), amount };
        self.push(spend.into(), FundSpendSharesFixed { chunk: Count(1), shares: vec![share] }.into());
        self.push(spend.into(), FundSpendPostingStarted { approved: approved(), seen: vec![] }.into());
        let spent = || FundSpent { account, spend, supplier, amount: half };
        self.push(account.into(), spent().into());
        let short = vec![FundShortfall { unit, amount: half }];
        self.push(spend.into(), FundSpendChunkPosted { chunk: Count(1), short }.into());
        self.push(spend.into(), FundSpendPosted { borne: half, short: half }.into());
        self.push(account.into(), spent().into());
        self.push(spend.into(), FundShortfallBorne { unit, amount: half }.into());
        let (channel_account, channel) = (ChannelAccountId(Uuid::from_u128(CHANNEL)), ChannelKind::Bank);
        let payment = SupplierPaymentId(self.id());
        let paid = FundSpendPaid {
            supplier,
            payment,
            amount,
            channel_account,
            channel,
            seen: vec![],
            reference: None,
            value_on: self.today,
        };
        self.push(spend.into(), paid.into());
        if self.below(2) == 0 {
            return;
        }
        let reason = || "工程取消".parse().unwrap();
        let back = FundSpendPaymentReversed {
            supplier,
            payment,
            amount,
            channel_account,
            channel,
            reason: reason(),
            approved: approved(),
            seen: vec![],
        };
        self.push(spend.into(), back.into());
        let started = FundSpendReversalStarted { reason: reason(), approved: approved(), seen: vec![] };
        self.push(spend.into(), started.into());
        self.push(account.into(), FundSpendReturned { account, spend, supplier, amount }.into());
        self.push(spend.into(), FundSpendChunkReversed { chunk: Count(1) }.into());
        self.push(spend.into(), FundSpendReversed {}.into());
    }
}
