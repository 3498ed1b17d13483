//! Transfers a unit 过户, by sale or hand-over: the owner of its days, the charges of these days, and the credit of whoever
//! owned it until then, in one command.
//!
//! The day belongs to the new party; a debt stays with the obligor of its time. Charges of later days that are not paid in
//! full are reversed and charged to the new party on the terms they were billed on: nobody loses money by it, so that no
//! limit stands in the way. Credit is refunded or moved within the same limits as by itself, and never by default.

use crate::account::{ApproveRefund, Change, Charge, MoveCredit, Recharge, Recharged, draw_down};
use crate::approval::{Approved, Authority, Stake, Staked, Standing, Warrant, authorise};
use crate::book::Fund;
use crate::calendar::{CivilDate, DateRange, Month};
use crate::draft::{Decide, Draft};
use crate::id::{AccountId, ChargeId, FeeItemId, LotId, PartyId, UnitId};
use crate::money::Money;
use crate::party::{PartyKind, party_must_be};
use crate::refusal::{CommonRefusal, Refusal};
use crate::stream::StreamRef;
use crate::unit::refusal::existing;
use crate::unit::{
    CreditChoice, CreditFate, PaidAhead, UnitOwnerSet, UnitRefusal, UnitStatus, UnitStatusSet, UnitTransferred,
};
use crate::value::Label;
use std::collections::BTreeSet;

/// Who gets a unit when, and what follows.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Transfer {
    /// The unit.
    pub unit: UnitId,
    /// First day of the new party.
    pub from: CivilDate,
    /// An owner group or the developer, formed before.
    pub party: PartyId,
    /// The unit's status from that day on, at a hand-over; absent: it stays.
    pub status: Option<UnitStatus>,
    /// What becomes of charges of these days that are paid in full.
    pub paid_ahead: PaidAhead,
}

/// Transfers a unit and settles what follows.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct TransferUnit {
    /// Who gets what when.
    pub transfer: Transfer,
    /// What becomes of each lot of credit of whoever owned it until then.
    pub credit: Vec<CreditChoice>,
    /// Why.
    pub reason: Label,
    /// On whose word.
    #[serde(skip)]
    pub authority: Authority,
}

/// A charge as a transfer finds or leaves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferredCharge {
    /// The charge; of what would be charged, an id that it will not have.
    pub charge: ChargeId,
    /// The fee item.
    pub fee_item: FeeItemId,
    /// Service time.
    pub service: DateRange,
    /// Accounting month.
    pub period: Month,
    /// When it is due.
    pub due_on: CivilDate,
    /// Who owes it.
    pub obligor: PartyId,
    /// How much is owed.
    pub amount: Money,
    /// What of it is paid.
    pub paid: Money,
}

/// What a transfer would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferPreview {
    /// Who owned the unit or owed its days until then.
    pub sellers: Vec<PartyId>,
    /// Charges that would be reversed; what they were paid with would be free.
    pub reversed: Vec<TransferredCharge>,
    /// What would be charged instead, to each for his days.
    pub charged: Vec<TransferredCharge>,
    /// Charges that would stay with whom they name: paid in full, or from the old books.
    pub kept: Vec<TransferredCharge>,
    /// Credit of the sellers that must be decided.
    pub credit: Vec<SellersCredit>,
}

/// A lot of a seller as a transfer leaves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SellersCredit {
    /// The lot.
    pub lot: LotId,
    /// Whose it is.
    pub holder: PartyId,
    /// What it may be spent on.
    pub fund: Fund,
    /// How much would be there.
    pub rest: Money,
}

/// What a transfer would do, by the same decision.
///
/// # Errors
/// As [`TransferUnit`], but for credit and authority.
pub fn preview_transfer(draft: &mut Draft<'_>, transfer: &Transfer) -> Result<TransferPreview, Refusal> {
    let change = transfer.name_owner(draft)?;
    let approved =
        Approved { requested_by: draft.context.actor.id, approved_by: None, approval: None, approved_by_limit: None };
    let warrant = Warrant { approved, seen: Vec::new() };
    let reason: Label = "preview".parse().map_err(|_| CommonRefusal::FactMustFit)?;
    let (account, done) = transfer.recharge(draft, &change, &reason, &warrant)?;
    let state = draft.account(account);
    let sellers = transfer.sellers(&change);
    let lots = state.lots().filter(|lot| lot.rest.is_positive() && sellers.contains(&lot.holder));
    Ok(TransferPreview {
        reversed: done.reversed.iter().map(|charge| shown(charge)).collect(),
        charged: done.charged.iter().filter_map(|id| state.charge(*id)).map(|charge| shown(charge)).collect(),
        kept: done.kept.iter().map(|charge| shown(charge)).collect(),
        credit: lots
            .map(|lot| SellersCredit { lot: lot.lot, holder: lot.holder, fund: lot.fund, rest: lot.rest })
            .collect(),
        sellers: sellers.into_iter().collect(),
    })
}

fn shown(charge: &Charge) -> TransferredCharge {
    TransferredCharge {
        charge: charge.charge,
        fee_item: charge.booking.fee_item,
        service: charge.service,
        period: charge.booking.period,
        due_on: charge.due_on,
        obligor: charge.booking.obligor,
        amount: charge.owed,
        paid: charge.paid,
    }
}

impl Transfer {
    /// Says who owns the unit, and in which status, from the day on.
    fn name_owner(&self, draft: &mut Draft<'_>) -> Result<Change, Refusal> {
        let before = existing(draft, self.unit)?;
        party_must_be(draft, self.party, &[PartyKind::OwnerGroup, PartyKind::Developer], "/party")?;
        let same_status = self.status.is_none_or(|status| before.status_on(self.from) == Some(status));
        if before.owner_on(self.from) == Some(self.party) && same_status {
            return Err(UnitRefusal::OwnerMustChange.at("/party"));
        }
        draft.push(self.unit, UnitOwnerSet { from: self.from, party: self.party });
        if let Some(status) = self.status {
            draft.push(self.unit, UnitStatusSet { from: self.from, status });
        }
        Ok(Change { before, after: draft.unit(self.unit) })
    }

    fn recharge(
        &self,
        draft: &mut Draft<'_>,
        change: &Change,
        reason: &Label,
        warrant: &Warrant,
    ) -> Result<(AccountId, Recharged), Refusal> {
        let account = change.account().ok_or(UnitRefusal::UnitMustExist)?;
        let frees_paid = self.paid_ahead == PaidAhead::Freed;
        let done = Recharge { account, change, frees_paid, reason, warrant }.carry_out(draft)?;
        Ok((account, done))
    }

    /// Who owned the unit or owed the day until then, and does not any more.
    fn sellers(&self, change: &Change) -> BTreeSet<PartyId> {
        let (before, after) = (&change.before, &change.after);
        let was = [before.owner_on(self.from), before.obligor_on(self.from)];
        let is = [after.owner_on(self.from), after.obligor_on(self.from)];
        was.into_iter().flatten().filter(|party| !is.contains(&Some(*party))).collect()
    }
}

impl Staked for TransferUnit {
    fn stake(&self, _draft: &Draft<'_>) -> Result<Stake, Refusal> {
        Ok(Stake::of(self.money()?, AccountId::of_unit(self.transfer.unit)))
    }
}

impl Decide for TransferUnit {
    fn operation(&self) -> &'static str {
        "transfer_unit"
    }

    fn needs(&self) -> Vec<StreamRef> {
        let account = AccountId::of_unit(self.transfer.unit);
        vec![self.transfer.unit.into(), self.transfer.party.into(), account.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        self.choices_must_fit()?;
        let change = self.transfer.name_owner(draft)?;
        // The new owners are parties of the unit by now: none of them decides either.
        let warrant = authorise(draft, self, self.authority()?)?;
        let (account, done) = self.transfer.recharge(draft, &change, &self.reason, &warrant)?;
        let sellers = self.transfer.sellers(&change);
        self.settle_credit(draft, account, &sellers, &warrant)?;
        let (approved, seen) = warrant.parts();
        let transferred = UnitTransferred {
            from: self.transfer.from,
            party: self.transfer.party,
            sellers: sellers.into_iter().collect(),
            paid_ahead: self.transfer.paid_ahead,
            kept: done.kept.iter().map(|charge| charge.charge).collect(),
            credit: self.credit.clone(),
            reason: self.reason.clone(),
            approved,
            seen,
        };
        draft.push(self.transfer.unit, transferred);
        Ok(())
    }
}

impl TransferUnit {
    /// What leaves the sellers' credit.
    fn money(&self) -> Result<Money, Refusal> {
        let mut sum = Money::ZERO;
        for amount in self.credit.iter().filter_map(|choice| choice.amount) {
            sum = sum.plus(amount)?;
        }
        Ok(sum)
    }

    /// Where no money leaves anybody, everyone who may transfer decides alone.
    fn authority(&self) -> Result<Authority, Refusal> {
        let Authority { approval, standing } = self.authority;
        let alone = if self.money()?.is_zero() { standing.alone.or(Some(Money::ZERO)) } else { standing.alone };
        Ok(Authority { approval, standing: Standing { alone, ..standing } })
    }

    fn choices_must_fit(&self) -> Result<(), Refusal> {
        let mut seen = BTreeSet::new();
        for choice in &self.credit {
            let fits = match choice.fate {
                CreditFate::Left => choice.amount.is_none() && choice.evidence.is_none(),
                CreditFate::Refunded => choice.amount.is_some() && choice.evidence.is_none(),
                CreditFate::Moved => choice.amount.is_some() && choice.evidence.is_some(),
            };
            if !fits || !seen.insert(choice.lot) {
                return Err(UnitRefusal::CreditChoiceMustFit.at("/credit").with("lot", choice.lot));
            }
        }
        Ok(())
    }

    /// Does with each lot of the sellers what was decided; none with a rest is left out.
    fn settle_credit(
        &self,
        draft: &mut Draft<'_>,
        account: AccountId,
        sellers: &BTreeSet<PartyId>,
        warrant: &Warrant,
    ) -> Result<(), Refusal> {
        let state = draft.account(account);
        let is_decided = |lot: LotId| self.credit.iter().any(|choice| choice.lot == lot);
        for choice in &self.credit {
            if !state.lot(choice.lot).is_some_and(|lot| sellers.contains(&lot.holder)) {
                return Err(UnitRefusal::CreditMustBeSellers.at("/credit").with("lot", choice.lot));
            }
        }
        let open =
            state.lots().find(|lot| lot.rest.is_positive() && sellers.contains(&lot.holder) && !is_decided(lot.lot));
        if let Some(lot) = open {
            return Err(UnitRefusal::CreditMustBeDecided.at("/credit").with("lot", lot.lot).with("rest", lot.rest));
        }
        drop(state);
        for choice in &self.credit {
            self.settle(draft, account, choice, warrant.clone())?;
        }
        // What was moved pays what its new holder owes.
        draw_down(draft, account).map(|_| ())
    }

    fn settle(
        &self,
        draft: &mut Draft<'_>,
        account: AccountId,
        choice: &CreditChoice,
        warrant: Warrant,
    ) -> Result<(), Refusal> {
        let (lot, authority) = (choice.lot, Authority::default());
        match (choice.fate, choice.amount, choice.evidence) {
            (CreditFate::Refunded, Some(amount), None) => {
                let reason = self.reason.clone();
                let refund = ApproveRefund { account, lot, amount, payee: None, evidence: None, reason, authority };
                refund.carry_out(draft, warrant)
            }
            (CreditFate::Moved, Some(amount), Some(evidence)) => {
                let to = self.transfer.party;
                MoveCredit { account, lot, amount, to, evidence, authority }.carry_out(draft, warrant)
            }
            _ => Ok(()),
        }
    }
}
