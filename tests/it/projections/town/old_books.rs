//! What comes out of old books and an old system: openings that stand or are taken back, and payments as a memo.

use super::{Charge, Lot, Town, approved};
use mingzhang_domain::account::{
    Booking, OpeningBilledUntilReversed, OpeningBilledUntilSet, OpeningChargePosted, OpeningChargeReversed,
    OpeningCreditPosted, OpeningCreditReversed, OpeningDepositPosted, OpeningDepositReversed, Part,
};
use mingzhang_domain::book::Fund;
use mingzhang_domain::calendar::{CivilDate, DateRange};
use mingzhang_domain::id::{AccountId, ChargeId, DepositId, FeeItemId, HistoryId, ImportId, LotId, OpeningId, PartyId};
use mingzhang_domain::import::{HistoryRecorded, HistoryRow, HistoryWithdrawn, ImportCompleted, ImportStarted};
use mingzhang_domain::money::Money;
use mingzhang_domain::opening::{
    ControlTotal, OpeningChunkPosted, OpeningChunkRefused, OpeningChunkReversed, OpeningCompleted, OpeningDiscarded,
    OpeningKind, OpeningPostingStarted, OpeningRecord, OpeningRecordsAdded, OpeningResumed, OpeningReversalStarted,
    OpeningReversed, OpeningStarted,
};
use mingzhang_domain::stream::Event;
use mingzhang_domain::value::{Count, Digest};

impl Town {
    /// A batch of one chunk about one home: it may stop on its way, and may be taken back.
    pub(super) fn open_books(&mut self) {
        let (opening, home) = (OpeningId(self.id()), self.below(self.homes.len()));
        let (account, owner) = (self.homes[home].account, self.homes[home].owner);
        let records = self.records(account, owner);
        let totals = records.iter().filter_map(OpeningRecord::counts);
        let totals = totals.map(|(kind, fee_item, amount)| ControlTotal { kind, fee_item, amount }).collect();
        let chunk = Count(1);
        self.push(opening.into(), OpeningStarted { totals, import: None }.into());
        self.push(opening.into(), OpeningRecordsAdded { chunk, records: records.clone() }.into());
        match self.below(10) {
            0 => return,
            1 => return self.push(opening.into(), OpeningDiscarded { reason: "导错账套".parse().unwrap() }.into()),
            _ => {}
        }
        let (count, amount) = (Count(u32::try_from(records.len()).unwrap()), sum(&records));
        let started = OpeningPostingStarted { records: count, amount, approved: approved(), seen: vec![] };
        self.push(opening.into(), started.into());
        if self.below(4) == 0 {
            let rule = "charge_must_not_overlap_live_charge".parse().unwrap();
            let refused = OpeningChunkRefused { chunk, rule, record: Some(chunk), account: Some(account) };
            self.push(opening.into(), refused.into());
            match self.below(3) {
                0 => return,
                1 => return self.take_back(opening, account, Vec::new()),
                _ => self.push(opening.into(), OpeningResumed {}.into()),
            }
        }
        let stays = self.below(4) > 0;
        let mirrors: Vec<Event> =
            (1..).zip(&records).map(|(record, what)| self.post((opening, Count(record)), what, stays)).collect();
        self.push(opening.into(), OpeningChunkPosted { chunk }.into());
        self.push(opening.into(), OpeningCompleted { records: count, amount }.into());
        if !stays {
            self.take_back(opening, account, mirrors);
        }
    }

    fn take_back(&mut self, opening: OpeningId, account: AccountId, mirrors: Vec<Event>) {
        let reason = "导错账套".parse().unwrap();
        self.push(opening.into(), OpeningReversalStarted { reason, approved: approved(), seen: vec![] }.into());
        if !mirrors.is_empty() {
            mirrors.into_iter().for_each(|mirror| self.push(account.into(), mirror));
            self.push(opening.into(), OpeningChunkReversed { chunk: Count(1) }.into());
        }
        self.push(opening.into(), OpeningReversed {}.into());
    }

    fn records(&mut self, account: AccountId, owner: PartyId) -> Vec<OpeningRecord> {
        let [fees, water, deposits] = [0, 1, 2].map(|item| self.items[item].0);
        let (service, due_on) = (DateRange::of_month(self.today.month().previous()), self.today.day_before());
        let owed = |amount| OpeningRecord::Charge { account, fee_item: fees, obligor: owner, service, due_on, amount };
        let (first, late, credit, free, held) = (self.money(), self.money(), self.money(), self.money(), self.money());
        let mut records = vec![
            owed(first),
            OpeningRecord::LateFee { account, fee_item: water, obligor: owner, service, due_on, amount: late },
            OpeningRecord::Credit { account, fee_item: Some(fees), holder: owner, amount: credit },
            OpeningRecord::Credit { account, fee_item: None, holder: owner, amount: free },
            OpeningRecord::Deposit {
                account,
                fee_item: deposits,
                payer: owner,
                old_receipt: format!("S{}", self.events.len()).parse().unwrap(),
                amount: held,
            },
            OpeningRecord::BilledUntil { account, fee_item: fees, until: self.today },
        ];
        let kept = 1 + self.below(records.len());
        records.rotate_left(kept % 6);
        records.truncate(kept);
        records
    }

    /// Posts a record; answers its mirror.
    fn post(&mut self, (opening, record): (OpeningId, Count), what: &OpeningRecord, stays: bool) -> Event {
        let account = what.account();
        let (posted, mirror): (Event, Event) = match what.clone() {
            OpeningRecord::Charge { account, fee_item, obligor, service, due_on, amount } => {
                let debt = Debt { part: Part::Principal, account, fee_item, obligor, service, due_on, amount };
                return self.post_debt((opening, record), &debt, stays);
            }
            OpeningRecord::LateFee { account, fee_item, obligor, service, due_on, amount } => {
                let debt = Debt { part: Part::LateFee, account, fee_item, obligor, service, due_on, amount };
                return self.post_debt((opening, record), &debt, stays);
            }
            OpeningRecord::Credit { fee_item, holder, amount, .. } => {
                let (lot, fund, value_on) = (LotId(self.id()), Fund::Operating, self.today);
                let earmark = fee_item;
                if stays {
                    self.lots.push(Lot { account, lot, payment: None, holder, unspent: amount, value_on });
                }
                (
                    OpeningCreditPosted { account, lot, opening, record, amount, holder, fund, earmark, value_on }
                        .into(),
                    OpeningCreditReversed { account, lot, opening, amount, holder, fund }.into(),
                )
            }
            OpeningRecord::Deposit { fee_item, payer, old_receipt, amount, .. } => {
                let deposit = DepositId(self.id());
                (
                    OpeningDepositPosted { account, deposit, opening, record, fee_item, amount, payer, old_receipt }
                        .into(),
                    OpeningDepositReversed { account, deposit, opening, amount, payer }.into(),
                )
            }
            OpeningRecord::BilledUntil { fee_item, until, .. } => (
                OpeningBilledUntilSet { opening, record, fee_item, until }.into(),
                OpeningBilledUntilReversed { opening, fee_item }.into(),
            ),
        };
        self.push(account.into(), posted);
        mirror
    }

    fn post_debt(&mut self, (opening, record): (OpeningId, Count), debt: &Debt, stays: bool) -> Event {
        let Debt { part, account, fee_item, obligor, service, due_on, amount } = *debt;
        let fund = self.items.iter().find(|(item, _)| *item == fee_item).unwrap().1;
        let (charge, period) = (ChargeId(self.id()), self.today.month().previous());
        let booking = Booking {
            account,
            fee_item,
            fund,
            obligor,
            period,
            recognised: true,
            tax_due: true,
            opening: true,
            part: None,
        };
        let posted = OpeningChargePosted {
            charge,
            opening,
            record,
            booking: booking.clone(),
            part,
            service,
            due_on,
            agreed_payer: None,
            priority: Count(1),
            amount,
        };
        self.push(account.into(), posted.into());
        if stays {
            self.charges.push(Charge { charge, booking: booking.clone(), open: amount, given_up: Money::ZERO });
        }
        OpeningChargeReversed { charge, opening, booking, amount }.into()
    }

    /// Payments of the old system, now and then withdrawn.
    pub(super) fn remember(&mut self) {
        let (import, rows) = (ImportId(self.id()), 1 + self.below(4));
        let (kind, file, count) = ("history".parse().unwrap(), Digest([7; 32]), Count(u32::try_from(rows).unwrap()));
        self.push(import.into(), ImportStarted { kind, file, rows: count }.into());
        let rows = (0..rows).map(|_| self.old_payment()).collect();
        self.push(import.into(), HistoryRecorded { chunk: Count(1), rows }.into());
        if self.below(3) > 0 {
            self.push(import.into(), ImportCompleted { posted: count, refused: Count(0) }.into());
        }
        if self.below(4) == 0 {
            self.push(import.into(), HistoryWithdrawn { reason: "导错文件".parse().unwrap() }.into());
        }
    }

    fn old_payment(&mut self) -> HistoryRow {
        let (home, plain) = (self.below(self.homes.len()), self.below(2) == 0);
        HistoryRow {
            history: HistoryId(self.id()),
            account: self.homes[home].account,
            item: "物业费".parse().unwrap(),
            fee_item: (!plain).then(|| self.items[0].0),
            service: (!plain).then(|| DateRange::of_month(self.today.month().previous())),
            paid_on: self.today.day_before(),
            due: (!plain).then(|| self.money()),
            paid: self.money(),
            reference: (!plain).then(|| format!("R{}", self.events.len() % 7).parse().unwrap()),
            note: None,
        }
    }
}

/// A charge or an agreed late fee.
struct Debt {
    part: Part,
    account: AccountId,
    fee_item: FeeItemId,
    obligor: PartyId,
    service: DateRange,
    due_on: CivilDate,
    amount: Money,
}

fn sum(records: &[OpeningRecord]) -> Money {
    let amounts = records.iter().filter_map(OpeningRecord::counts).map(|(_, _, amount): (OpeningKind, _, _)| amount);
    amounts.fold(Money::ZERO, |sum, amount| sum.plus(amount).unwrap())
}
