//! Charges that name somebody else for days which, by a change of the unit, another owes or pays.
//!
//! Only days that the change moves count: a debt stays with whoever owed its day when it was charged.

use super::refusal::AccountRefusal;
use super::state::{AccountState, Charge};
use super::terms::Source;
use crate::calendar::{CivilDate, DateRange};
use crate::draft::Draft;
use crate::id::{AccountId, PartyId};
use crate::refusal::Refusal;
use crate::unit::UnitState;
use std::sync::Arc;

/// A unit before and after a change of owner, status or tenancy.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    /// Before.
    pub(crate) before: Arc<UnitState>,
    /// After.
    pub(crate) after: Arc<UnitState>,
}

/// Who owes, and who pays by contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Owes {
    /// The obligor.
    pub(super) obligor: PartyId,
    /// The agreed payer.
    pub(super) payer: Option<PartyId>,
}

impl Owes {
    fn of(charge: &Charge) -> Self {
        Self { obligor: charge.booking.obligor, payer: charge.agreed_payer }
    }
}

impl Change {
    /// The unit's account.
    pub(crate) fn account(&self) -> Option<AccountId> {
        self.after.registered().map(|registered| registered.account)
    }

    fn on(&self, charge: &Charge, day: CivilDate) -> Owes {
        let of = |unit: &UnitState| (unit.obligor_on(day), unit.agreed_payer_on(day, charge.booking.fee_item));
        match (of(&self.before), of(&self.after)) {
            (was, now @ (Some(obligor), payer)) if was != now => Owes { obligor, payer },
            _ => Owes::of(charge),
        }
    }

    /// Days of the line of a charge, cut where another owes them.
    pub(super) fn runs(&self, charge: &Charge, days: DateRange) -> Vec<(DateRange, Owes)> {
        let mut borders = self.before.changes_within(days);
        borders.extend(self.after.changes_within(days));
        borders.push(days.until());
        borders.sort_unstable();
        borders.dedup();
        let mut runs: Vec<(DateRange, Owes)> = Vec::new();
        let mut from = days.from();
        for until in borders {
            let Ok(piece) = DateRange::new(from, until) else { continue };
            let owes = self.on(charge, from);
            from = until;
            match runs.last_mut().filter(|(_, before)| *before == owes) {
                Some((joined, _)) => *joined = DateRange::new(joined.from(), until).unwrap_or(*joined),
                None => runs.push((piece, owes)),
            }
        }
        runs
    }

    /// Who owes a charge that is not cut by time: who owes its first day.
    pub(super) fn first_day(&self, charge: &Charge) -> Owes {
        self.on(charge, charge.service.from())
    }

    /// The live charges that name others than the change says, by fee item and time.
    pub(super) fn displaced(&self, account: &AccountState) -> Vec<Arc<Charge>> {
        let stands = |charge: &Charge| match cut_by_time(charge) {
            true => self.runs(charge, charge.service).iter().all(|(_, owes)| *owes == Owes::of(charge)),
            false => self.first_day(charge) == Owes::of(charge),
        };
        // Whom a court named owes what it adjudged.
        let may_go = |charge: &&Arc<Charge>| !charge.reversed && !matches!(charge.source, Some(Source::Award { .. }));
        let mut found: Vec<Arc<Charge>> =
            account.charges().filter(may_go).filter(|charge| !stands(charge)).cloned().collect();
        found.sort_by_key(|charge| (charge.booking.fee_item, charge.service.from(), charge.charge));
        found
    }
}

/// True for what a tariff billed by time; what is charged once is not cut.
pub(super) fn cut_by_time(charge: &Charge) -> bool {
    charge.source.is_none() && charge.billed.as_ref().is_some_and(|billed| billed.price().is_some())
}

/// Refuses a change of the unit that leaves charges with somebody who does not owe their days any more, or open ones with
/// somebody who does not pay them by contract any more.
///
/// # Errors
/// [`AccountRefusal::ChargesMustBeTransferred`], [`AccountRefusal::AgreedPayerMustStay`].
pub(crate) fn charges_must_stand(draft: &Draft<'_>, change: &Change) -> Result<(), Refusal> {
    let account = change.account().map(|account| draft.account(account));
    let displaced = account.map(|account| change.displaced(&account)).unwrap_or_default();
    let another = |charge: &&Arc<Charge>| {
        change.runs(charge, charge.service).iter().any(|(_, owes)| owes.obligor != charge.booking.obligor)
    };
    let named = |rule: AccountRefusal, charge: &Charge| {
        let service = charge.service;
        rule.with("charge", charge.charge).with("from", service.from()).with("until", service.until())
    };
    if let Some(charge) = displaced.iter().find(another) {
        return Err(named(AccountRefusal::ChargesMustBeTransferred, charge));
    }
    let open = displaced.iter().find(|charge| charge.debt().is_positive());
    open.map_or(Ok(()), |charge| Err(named(AccountRefusal::AgreedPayerMustStay, charge)))
}
