//! A second opinion: one account as a clerk would keep it on paper, in whole fen, sharing no code with the rules.
//!
//! The clerk also says which wishes are refused; the ledger must agree with every figure and every refusal.

use super::fixture::{Post, account, month, owned, waive};
use super::{
    AllocateCredit, ApproveRefund, DrawDownCredit, FailRefund, ReduceCharge, RefundStage, ReverseCharge,
    UndoAllocation, WriteOffCharge,
};
use crate::approval::fixture::limit;
use crate::draft::Decide;
use crate::id::{ChargeId, LotId, PaymentId};
use crate::money::Money;
use crate::payment::ReversePayment;
use crate::payment::fixture::{payment, story, to_account, transfer};
use crate::testing::{Story, uuid};
use proptest::prelude::*;

#[derive(Debug, Clone, Copy)]
enum Wish {
    Charge { month: usize, fen: i64 },
    Pay { fen: i64 },
    Reduce { charge: usize, fen: i64 },
    Waive { charge: usize, fen: i64 },
    WriteOff { charge: usize, fen: i64 },
    Allocate { lot: usize, charge: usize, fen: i64 },
    ReverseCharge { charge: usize },
    ReversePayment { lot: usize },
    Refund { lot: usize, fen: i64 },
    Fail { lot: usize },
    Undo { at: usize },
    DrawDown,
}

fn wish() -> impl Strategy<Value = Wish> {
    let (fen, at) = (1_i64..500, 0_usize..12);
    prop_oneof![
        4 => (at.clone(), fen.clone()).prop_map(|(month, fen)| Wish::Charge { month, fen }),
        4 => fen.clone().prop_map(|fen| Wish::Pay { fen: fen * 2 }),
        1 => (at.clone(), fen.clone()).prop_map(|(charge, fen)| Wish::Reduce { charge, fen }),
        1 => (at.clone(), fen.clone()).prop_map(|(charge, fen)| Wish::Waive { charge, fen }),
        2 => (at.clone(), fen.clone()).prop_map(|(charge, fen)| Wish::WriteOff { charge, fen }),
        3 => (at.clone(), 0_usize..4, fen.clone()).prop_map(|(lot, charge, fen)| Wish::Allocate { lot, charge, fen }),
        1 => at.clone().prop_map(|charge| Wish::ReverseCharge { charge }),
        1 => at.clone().prop_map(|lot| Wish::ReversePayment { lot }),
        1 => (at.clone(), fen).prop_map(|(lot, fen)| Wish::Refund { lot, fen }),
        1 => at.clone().prop_map(|lot| Wish::Fail { lot }),
        1 => at.prop_map(|at| Wish::Undo { at }),
        1 => Just(Wish::DrawDown),
    ]
}

/// `charges`: month, owed, live. `off`: written off, by charge. `lots`: rest, refunded, live. `pays`: lot, charge, fen, oldest first.
#[derive(Debug, Default)]
struct Paper {
    charges: Vec<(usize, i64, bool)>,
    off: Vec<i64>,
    lots: Vec<(i64, i64, bool)>,
    pays: Vec<(usize, usize, i64)>,
}

impl Paper {
    fn paid(&self, charge: usize) -> i64 {
        self.pays.iter().filter(|p| p.1 == charge).map(|p| p.2).sum()
    }

    fn open(&self, charge: usize) -> i64 {
        self.debt(charge) - self.off[charge]
    }

    fn debt(&self, charge: usize) -> i64 {
        self.charges[charge].1 - self.paid(charge)
    }

    /// Takes back what of the charge is above its owed amount: written off first, then paid.
    fn correct(&mut self, charge: usize) {
        let excess = -self.open(charge).min(0);
        let back = self.off[charge].min(excess);
        self.off[charge] -= back;
        self.give_back(charge, excess - back);
    }

    /// Spends a lot on the oldest months.
    fn spend(&mut self, lot: usize) -> bool {
        let mut order: Vec<usize> = (0..self.charges.len()).collect();
        order.sort_by_key(|charge| self.charges[*charge].0);
        let before = self.lots[lot].0;
        for charge in order {
            let fen = self.open(charge).min(self.lots[lot].0);
            if fen > 0 {
                self.lots[lot].0 -= fen;
                self.pays.push((lot, charge, fen));
            }
        }
        self.lots[lot].0 < before
    }

    fn draw_down(&mut self) -> bool {
        // Every lot is tried, not only the first that pays.
        (0..self.lots.len()).filter(|lot| self.spend(*lot)).count() > 0
    }

    fn give_back(&mut self, charge: usize, mut fen: i64) {
        for pay in self.pays.iter_mut().rev().filter(|p| p.1 == charge) {
            let part = pay.2.min(fen);
            (pay.2, fen) = (pay.2 - part, fen - part);
            self.lots[pay.0].0 += part;
        }
        self.pays.retain(|p| p.2 > 0);
    }

    /// Does what is wished, or says no.
    fn wish(&mut self, wish: Wish) -> bool {
        match wish {
            Wish::Charge { month, fen } => {
                let free = !self.charges.iter().any(|c| c.0 == month && c.2);
                if free {
                    self.charges.push((month, fen, true));
                    self.off.push(0);
                    self.draw_down();
                }
                free
            }
            Wish::Pay { fen } => {
                self.lots.push((fen, 0, true));
                self.spend(self.lots.len() - 1);
                true
            }
            Wish::Reduce { charge, fen } => {
                let may = self.charges.get(charge).is_some_and(|c| c.2 && fen <= c.1);
                if may {
                    self.charges[charge].1 -= fen;
                    self.correct(charge);
                }
                may
            }
            Wish::WriteOff { charge, fen } => {
                let may = self.charges.get(charge).is_some_and(|c| c.2) && fen <= self.open(charge);
                if may {
                    self.off[charge] += fen;
                }
                may
            }
            Wish::Allocate { lot, charge, fen } => {
                let rest = self.lots.get(lot).map_or(0, |l| l.0);
                let may = self.charges.get(charge).is_some_and(|c| c.2) && fen <= self.debt(charge).min(rest);
                if may {
                    self.off[charge] -= (fen - self.open(charge)).max(0);
                    self.lots[lot].0 -= fen;
                    self.pays.push((lot, charge, fen));
                }
                may
            }
            Wish::Waive { charge, fen } => {
                let may = self.charges.get(charge).is_some_and(|c| c.2) && fen <= self.open(charge);
                if may {
                    self.charges[charge].1 -= fen;
                }
                may
            }
            Wish::ReverseCharge { charge } => {
                let may = self.charges.get(charge).is_some_and(|c| c.2);
                if may {
                    (self.charges[charge].1, self.charges[charge].2) = (0, false);
                    self.correct(charge);
                }
                may
            }
            Wish::ReversePayment { lot } => {
                let may = self.lots.get(lot).is_some_and(|l| l.2 && l.1 == 0);
                if may {
                    self.pays.retain(|p| p.0 != lot);
                    self.lots[lot] = (0, 0, false);
                }
                may
            }
            Wish::Refund { lot, fen } => {
                let may = self.lots.get(lot).is_some_and(|l| fen <= l.0);
                if may {
                    (self.lots[lot].0, self.lots[lot].1) = (self.lots[lot].0 - fen, self.lots[lot].1 + fen);
                }
                may
            }
            Wish::Fail { lot } => {
                let may = self.lots.get(lot).is_some_and(|l| l.1 > 0);
                if may {
                    (self.lots[lot].0, self.lots[lot].1) = (self.lots[lot].0 + self.lots[lot].1, 0);
                }
                may
            }
            Wish::Undo { at } => {
                let may = at < self.pays.len();
                if may {
                    let (lot, _, fen) = self.pays.remove(at);
                    self.lots[lot].0 += fen;
                }
                may
            }
            Wish::DrawDown => self.draw_down(),
        }
    }
}

/// The ledger, with its ids in the order of the clerk's lines.
struct Ledger {
    story: Story,
    charges: Vec<ChargeId>,
    lots: Vec<(PaymentId, LotId)>,
}

impl Ledger {
    fn granted(&mut self, command: &dyn Decide) -> bool {
        self.story.when(command).is_ok()
    }

    fn wish(&mut self, wish: Wish) -> bool {
        let (on, reason, authority) = (account(1), "a good reason".parse().unwrap(), limit("99999.00"));
        let charge_at = |ledger: &Self, at| ledger.charges.get(at).copied().unwrap_or(ChargeId(uuid(0)));
        let lot_at = |ledger: &Self, at| ledger.lots.get(at).copied().unwrap_or((PaymentId(uuid(0)), LotId(uuid(0))));
        match wish {
            Wish::Charge { month: m, fen } => {
                let spec = month(&format!("2026-{:02}", m + 1), &Money::from_fen(fen).to_string());
                let events = self.story.when(&Post(on, vec![spec]));
                if let Ok([first, ..]) = events.as_deref()
                    && let crate::stream::Event::Account(super::AccountEvent::ChargePosted(e)) = &first.event
                {
                    self.charges.push(e.charge);
                }
                events.is_ok()
            }
            Wish::Pay { fen } => {
                let reference = format!("T{}", self.lots.len());
                let command = transfer(&reference, &Money::from_fen(fen).to_string(), "2026-01-01", to_account(1));
                let paid = payment(&mut self.story, &command);
                let lot = self.story.draft().payment(paid).lots()[0].1;
                self.lots.push((paid, lot));
                true
            }
            Wish::Reduce { charge, fen } => {
                let (charge, amount) = (charge_at(self, charge), Money::from_fen(fen));
                self.granted(&ReduceCharge { account: on, charge, amount, reason, authority })
            }
            Wish::Waive { charge, fen } => {
                let (charge, amount) = (charge_at(self, charge), Money::from_fen(fen));
                self.granted(&waive(on, charge, amount, reason, authority))
            }
            Wish::WriteOff { charge, fen } => {
                let (charge, amount) = (charge_at(self, charge), Money::from_fen(fen));
                self.granted(&WriteOffCharge { account: on, charge, amount, reason, authority })
            }
            Wish::Allocate { lot, charge, fen } => {
                let (lot, charge) = (lot_at(self, lot).1, charge_at(self, charge));
                self.granted(&AllocateCredit {
                    account: on,
                    lot,
                    charge,
                    amount: Some(Money::from_fen(fen)),
                    late_fee: false,
                })
            }
            Wish::ReverseCharge { charge } => {
                let charge = charge_at(self, charge);
                self.granted(&ReverseCharge { account: on, charge, reason, authority })
            }
            Wish::ReversePayment { lot } => {
                let payment = lot_at(self, lot).0;
                self.granted(&ReversePayment { payment, reason, authority })
            }
            Wish::Refund { lot, fen } => {
                let (lot, amount) = (lot_at(self, lot).1, Money::from_fen(fen));
                self.granted(&ApproveRefund {
                    account: on,
                    lot,
                    amount,
                    payee: None,
                    evidence: None,
                    reason,
                    authority,
                })
            }
            Wish::Fail { lot } => {
                let lot = lot_at(self, lot).1;
                let state = self.story.draft().account(on);
                let flying = state.refunds().filter(|r| r.lot() == Some(lot) && r.stage == RefundStage::InFlight);
                let flying: Vec<_> = flying.map(|r| r.refund).collect();
                let fail = |refund| FailRefund { account: on, refund, reason: "bounced".parse().unwrap() };
                flying.iter().filter(|refund| self.granted(&fail(**refund))).count() > 0
            }
            Wish::Undo { at } => {
                let state = self.story.draft().account(on);
                let mut live: Vec<_> = state.allocations().map(|a| (a.order, a.allocation)).collect();
                live.sort();
                let allocation = live.get(at).map(|(_, id)| *id);
                allocation.is_some_and(|allocation| self.granted(&UndoAllocation { account: on, allocation }))
            }
            Wish::DrawDown => self.granted(&DrawDownCredit { account: on }),
        }
    }

    /// Open and still owed of each charge, and what is left of each lot.
    fn figures(&self) -> (Vec<(i64, i64)>, Vec<i64>) {
        let state = self.story.draft().account(account(1));
        let charges = self.charges.iter().map(|id| state.charge(*id).unwrap());
        let open = charges.map(|charge| (charge.open().fen(), charge.debt().fen()));
        let rest = self.lots.iter().map(|(_, id)| state.lot(*id).unwrap().rest.fen());
        (open.collect(), rest.collect())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_ledger_agrees_with_paper(wishes in prop::collection::vec(wish(), 1..60)) {
        let mut paper = Paper::default();
        let mut ledger = Ledger { story: owned(story()), charges: Vec::new(), lots: Vec::new() };
        for wish in wishes {
            prop_assert_eq!(ledger.wish(wish), paper.wish(wish), "{:?} on {:?}", wish, paper);
            let charges = 0..paper.charges.len();
            let open: Vec<(i64, i64)> = charges.map(|charge| (paper.open(charge), paper.debt(charge))).collect();
            let rest: Vec<i64> = paper.lots.iter().map(|lot| lot.0).collect();
            prop_assert_eq!(ledger.figures(), (open, rest), "after {:?}", wish);
        }
    }
}
