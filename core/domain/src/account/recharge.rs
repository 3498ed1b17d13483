//! Charging days to another party 过户: charges that name somebody else for days which now another owes are reversed and
//! charged anew, to each for his own days, on the terms they were billed on.
//!
//! May never happen here: a day charged twice or lost; another price than was billed; money that changes its holder. What
//! was paid is credit of whoever paid it, with its old value date, and pays his own days again first.

use super::charging::{ChargeSpec, post_charge, vat_lowered};
use super::discount::{carried, total};
use super::displaced::{Change, Owes, cut_by_time};
use super::draw_down::{draw_down, pay};
use super::event::{ChargeReduced, ChargeReversed, ChargeWaived};
use super::late_fee::settle_late_fees;
use super::state::{AccountState, Charge};
use super::terms::{Mode, Part, Share, Source};
use super::undo::{amend, take_off};
use super::use_case::{booked, tax_off};
use crate::approval::Warrant;
use crate::calendar::{CivilDate, DateRange};
use crate::draft::Draft;
use crate::id::{AccountId, BillLineId, ChargeId, CommunityId, LotId, PaymentId};
use crate::money::Money;
use crate::refusal::Refusal;
use crate::rule::month_parts;
use crate::rule::months::Months;
use crate::value::{Count, Label};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A change of who owes a unit's days, and how its charges follow.
#[derive(Debug)]
pub(crate) struct Recharge<'a> {
    /// The account.
    pub(crate) account: AccountId,
    /// The change.
    pub(crate) change: &'a Change,
    /// Charges that are paid in full follow as well, and what paid them is free.
    pub(crate) frees_paid: bool,
    /// Why.
    pub(crate) reason: &'a Label,
    /// On whose word.
    pub(crate) warrant: &'a Warrant,
}

/// What followed and what did not.
#[derive(Debug, Clone, Default)]
pub(crate) struct Recharged {
    /// As they stood before they were reversed.
    pub(crate) reversed: Vec<Arc<Charge>>,
    /// What was charged for their days instead.
    pub(crate) charged: Vec<ChargeId>,
    /// Paid in full, or from the old books: they stay with whom they name.
    pub(crate) kept: Vec<Arc<Charge>>,
}

/// A piece of a reversed charge, to be charged.
#[derive(Debug)]
struct Piece {
    /// The reversed charge.
    of: Arc<Charge>,
    /// What is charged for it; its line is minted when it is posted.
    spec: ChargeSpec,
    /// Which line: pieces of one have the same number.
    line: usize,
    /// How much of a month it is.
    months: Months,
    /// Of what was taken off the charge because it was too high.
    reduced: Money,
    /// Of what was forgiven of it, if it stays with whom it was forgiven.
    waived: Money,
}

impl Recharge<'_> {
    /// Reverses and charges anew, and draws free credit down.
    ///
    /// # Errors
    /// What posting and paying refuse.
    pub(crate) fn carry_out(&self, draft: &mut Draft<'_>) -> Result<Recharged, Refusal> {
        let state = draft.account(self.account);
        let (kept, reversed) = self.change.displaced(&state).into_iter().partition(|charge| self.keeps(charge));
        let mut done = Recharged { reversed, charged: Vec::new(), kept };
        let pieces = self.pieces(draft, &state, &done.reversed)?;
        let spent: Vec<Spent> = done.reversed.iter().map(|charge| spent(&state, charge)).collect();
        drop(state);
        let mut payments = BTreeSet::new();
        for charge in &done.reversed {
            payments.extend(self.reverse(draft, charge)?);
        }
        let followers = self.post(draft, pieces)?;
        for (charge, spent) in done.reversed.iter().zip(spent) {
            let followers = followers.get(&charge.charge).map(Vec::as_slice).unwrap_or_default();
            done.charged.extend(followers);
            self.pay_again(draft, followers, spent)?;
        }
        amend(draft, payments)?;
        // What was paid of the late fees of a reversed charge is credit as well.
        settle_late_fees(draft, self.account)?;
        draw_down(draft, self.account)?;
        Ok(done)
    }

    /// What the old books billed stays with whom they billed.
    fn keeps(&self, charge: &Charge) -> bool {
        let paid = charge.paid.is_positive() && !charge.debt().is_positive();
        charge.opening.is_some() || (paid && !self.frees_paid)
    }

    fn reverse(&self, draft: &mut Draft<'_>, charge: &Charge) -> Result<BTreeSet<PaymentId>, Refusal> {
        let freed = take_off(draft, self.account, charge, charge.paid.plus(charge.written_off)?)?;
        let reversed = ChargeReversed {
            charge: charge.charge,
            amount: charge.owed,
            vat: tax_off(draft, charge, Money::ZERO)?,
            booking: booked(draft, charge),
            reason: self.reason.clone(),
            approved: self.warrant.approved.clone(),
            seen: self.warrant.seen.clone(),
        };
        draft.push(self.account, reversed);
        Ok(freed)
    }

    /// Posts the pieces, those cut by time first; answers what followed each charge.
    fn post(&self, draft: &mut Draft<'_>, pieces: Vec<Piece>) -> Result<BTreeMap<ChargeId, Vec<ChargeId>>, Refusal> {
        let mut followers: BTreeMap<ChargeId, Vec<ChargeId>> = BTreeMap::new();
        let mut lines: BTreeMap<usize, BillLineId> = BTreeMap::new();
        for mut piece in pieces {
            let line = *lines.entry(piece.line).or_insert_with(|| draft.mint("bill_line"));
            piece.spec.bill_line = line;
            piece.spec.source = piece.spec.source.map(|source| match source {
                Source::OneOff { .. } => Source::OneOff { bill_line: line },
                Source::FundDemand { demand, .. } => Source::FundDemand { demand, bill_line: line },
                Source::Correction { charge } => {
                    let follower = followers.get(&charge).and_then(|all| all.last());
                    Source::Correction { charge: follower.copied().unwrap_or(charge) }
                }
                Source::WorkOrder { .. } | Source::Meter { .. } | Source::Pool { .. } | Source::Award { .. } => source,
            });
            let (charge, _) = post_charge(draft, self.account, piece.spec)?;
            self.lower(draft, charge, piece.reduced, piece.waived)?;
            followers.entry(piece.of.charge).or_default().push(charge);
        }
        Ok(followers)
    }

    /// What was taken off or forgiven before holds for what is charged instead.
    fn lower(&self, draft: &mut Draft<'_>, id: ChargeId, reduced: Money, waived: Money) -> Result<(), Refusal> {
        let of = |draft: &Draft<'_>| draft.account(self.account).charge(id).cloned();
        if let Some(charge) = of(draft).filter(|_| reduced.is_positive()) {
            let left = charge.owed.minus(reduced)?;
            let fact = ChargeReduced {
                charge: id,
                amount: reduced,
                vat: vat_lowered(charge.vat_category, charge.vat_rate, charge.owed, left)?,
                booking: charge.booking.clone(),
                reason: self.reason.clone(),
                approved: self.warrant.approved.clone(),
                seen: self.warrant.seen.clone(),
            };
            draft.push(self.account, fact);
        }
        if let Some(charge) = of(draft).filter(|_| waived.is_positive()) {
            let left = charge.owed.minus(waived)?;
            let fact = ChargeWaived {
                charge: id,
                amount: waived,
                vat: vat_lowered(charge.vat_category, charge.vat_rate, charge.owed, left)?,
                booking: charge.booking.clone(),
                reason: self.reason.clone(),
                approved: self.warrant.approved.clone(),
                seen: self.warrant.seen.clone(),
            };
            draft.push(self.account, fact);
        }
        Ok(())
    }

    /// Money that paid a charge pays what of it is charged anew to whoever paid it, the oldest first.
    fn pay_again(&self, draft: &mut Draft<'_>, followers: &[ChargeId], spent: Spent) -> Result<(), Refusal> {
        let today = draft.context.today;
        for (lot, amount, mode) in spent {
            let mut left = amount;
            for follower in followers {
                let state = draft.account(self.account);
                let (Some(lot), Some(charge)) = (state.lot(lot).cloned(), state.charge(*follower).cloned()) else {
                    continue;
                };
                drop(state);
                let amount = left.min(charge.open()).min(lot.rest);
                if amount.is_positive() && charge.is_payable_by(lot.holder) {
                    pay(draft, self.account, (lot.lot, *follower), (Part::Principal, amount), mode, today)?;
                    left = left.minus(amount)?;
                }
            }
        }
        Ok(())
    }

    fn pieces(&self, draft: &Draft<'_>, state: &AccountState, reversed: &[Arc<Charge>]) -> Result<Vec<Piece>, Refusal> {
        let community = draft.community(CommunityId(draft.context.ledger_id.uuid()));
        let basis = Basis {
            draft,
            change: self.change,
            state,
            today: draft.context.today,
            earliest: draft.context.today.plus_days(community.notice_days()),
        };
        let (by_time, once): (Vec<&Arc<Charge>>, Vec<&Arc<Charge>>) =
            reversed.iter().partition(|charge| cut_by_time(charge));
        let mut lines: BTreeMap<BillLineId, Vec<&Arc<Charge>>> = BTreeMap::new();
        let mut order: Vec<BillLineId> = Vec::new();
        for charge in by_time {
            let line = lines.entry(charge.bill_line).or_default();
            if line.is_empty() {
                order.push(charge.bill_line);
            }
            line.push(charge);
        }
        let mut pieces = Vec::new();
        for line in order.iter().filter_map(|line| lines.get(line)) {
            basis.line(line, &mut pieces)?;
        }
        for charge in once {
            pieces.push(basis.whole(charge, pieces.len()));
        }
        for charge in reversed {
            carry_over(charge, &mut pieces)?;
        }
        Ok(pieces)
    }
}

/// What pieces rest on.
struct Basis<'a> {
    draft: &'a Draft<'a>,
    change: &'a Change,
    state: &'a AccountState,
    today: CivilDate,
    /// Nothing is due before its notice.
    earliest: CivilDate,
}

impl Basis<'_> {
    /// The pieces of reversed charges of one bill line: each run of days has its own whole, and what months that stand
    /// got of it is not charged again.
    fn line(&self, line: &[&Arc<Charge>], pieces: &mut Vec<Piece>) -> Result<(), Refusal> {
        let Some((first, billed)) = line.first().and_then(|first| Some((first, first.billed.as_ref()?))) else {
            return Ok(());
        };
        for (days, owes) in self.change.runs(first, billed.share.line) {
            let number = pieces.len();
            let (whole, months) = billed.months_of(days)?;
            let of = count(months.len());
            let (mut due, mut got) = (Money::ZERO, Money::ZERO);
            for (k, (month, part)) in months.into_iter().enumerate() {
                due = due.plus(part)?;
                let covers = |charge: &&&Arc<Charge>| charge.service.overlaps(month.service);
                let Some(charge) = line.iter().find(covers) else {
                    got = got.plus(self.standing(first, month.service, owes).unwrap_or(part))?;
                    continue;
                };
                let amount = due.minus(got)?.max(Money::ZERO);
                got = got.plus(amount)?;
                let share = Share { month: count(k.saturating_add(1)), of, line: days, ..billed.share.clone() };
                let spec = ChargeSpec {
                    tariff: billed.tariff,
                    inputs: billed.inputs.clone(),
                    formula: billed.formula.clone(),
                    whole: Some(whole),
                    share: Some(share),
                    round_to: Some(billed.round_to),
                    ..self.spec(charge, owes, (month.service, month.month_from), amount)
                };
                pieces.push(piece(charge, spec, number, month.months));
            }
        }
        Ok(())
    }

    /// What a month of the line that stands was charged to the same party.
    fn standing(&self, line: &Charge, service: DateRange, owes: Owes) -> Option<Money> {
        let same = |have: &&Arc<Charge>| {
            have.bill_line == line.bill_line
                && !have.reversed
                && have.service == service
                && have.booking.obligor == owes.obligor
        };
        self.state.charges().find(same).map(|have| have.gross)
    }

    /// What is charged once goes over whole.
    fn whole(&self, charge: &Arc<Charge>, line: usize) -> Piece {
        let (service, owes) = (charge.service, self.change.first_day(charge));
        let spec = self.spec(charge, owes, (service, service.from()), charge.gross);
        piece(charge, spec, line, Months::ONE)
    }

    fn spec(
        &self,
        charge: &Charge,
        owes: Owes,
        (service, month_from): (DateRange, CivilDate),
        gross: Money,
    ) -> ChargeSpec {
        let period = month_from.month();
        let past = period <= self.today.month();
        // The tax point is the service month, whatever was said of it when it was billed.
        let item = self.draft.fee_item(charge.booking.fee_item);
        let vat = item.vat_on(month_from);
        ChargeSpec {
            bill_line: charge.bill_line,
            run: charge.run,
            fee_item: charge.booking.fee_item,
            fund: charge.booking.fund,
            obligor: owes.obligor,
            agreed_payer: owes.payer,
            period,
            recognised: past,
            tax_due: past,
            source: charge.source,
            service,
            due_on: charge.due_on.max(self.earliest),
            priority: Count(charge.priority),
            tariff: None,
            inputs: Vec::new(),
            formula: None,
            whole: None,
            share: None,
            round_to: None,
            metered: charge.metered.as_deref().cloned(),
            gross,
            discounts: Vec::new(),
            vat_category: vat.map_or(charge.vat_category, |vat| vat.category),
            vat_rate: vat.map_or(charge.vat_rate, |vat| vat.rate),
        }
    }
}

fn piece(of: &Arc<Charge>, spec: ChargeSpec, line: usize, months: Months) -> Piece {
    Piece { of: Arc::clone(of), spec, line, months, reduced: Money::ZERO, waived: Money::ZERO }
}

/// Shares discounts and what was taken off a charge among its pieces by time, and what was forgiven among those of whom it was forgiven.
fn carry_over(charge: &Charge, pieces: &mut [Piece]) -> Result<(), Refusal> {
    let mut own: Vec<&mut Piece> = pieces.iter_mut().filter(|piece| piece.of.charge == charge.charge).collect();
    let months: Vec<Months> = own.iter().map(|piece| piece.months).collect();
    let gross: Vec<Money> = own.iter().map(|piece| piece.spec.gross).collect();
    let discounts = charge.billed.as_ref().map(|billed| billed.discounts.as_slice()).unwrap_or_default();
    let off = total(discounts);
    for (piece, discounts) in own.iter_mut().zip(carried(discounts, &months, &gross)) {
        piece.spec.discounts = discounts;
    }
    let reduced = charge.gross.minus(off)?.minus(charge.owed)?.minus(charge.waived)?;
    let reduced = month_parts::cut(reduced, &months).unwrap_or_default();
    let waived = month_parts::cut(charge.waived, &months).unwrap_or_default();
    for (piece, (reduced, waived)) in own.iter_mut().zip(reduced.into_iter().zip(waived)) {
        let net = piece.spec.gross.minus(total(&piece.spec.discounts))?;
        piece.reduced = reduced.min(net);
        if piece.spec.obligor == charge.booking.obligor {
            piece.waived = waived.min(net.minus(piece.reduced)?);
        }
    }
    Ok(())
}

/// Lots that paid a charge, how much and how, the oldest first.
type Spent = Vec<(LotId, Money, Mode)>;

fn spent(state: &AccountState, charge: &Charge) -> Spent {
    let mut all: Vec<_> =
        state.allocations().filter(|a| a.charge == charge.charge && a.part == Part::Principal).cloned().collect();
    all.sort_by_key(|allocation| allocation.order);
    all.into_iter().map(|allocation| (allocation.lot, allocation.amount, allocation.mode)).collect()
}

fn count(n: usize) -> Count {
    Count(u32::try_from(n).unwrap_or(u32::MAX))
}
