//! One record of a batch: what it must be, how it stands in its account, and how it is taken back.

use super::event::OpeningRecord;
use super::refusal::OpeningRefusal;
use crate::account::{
    AccountRefusal, AccountState, Booking, Charge, Lot, OpeningBilledUntilReversed, OpeningBilledUntilSet,
    OpeningChargePosted, OpeningChargeReversed, OpeningCreditPosted, OpeningCreditReversed, OpeningDepositPosted,
    OpeningDepositReversed, Part, lot_fund, must_not_overlap,
};
use crate::book::Fund;
use crate::calendar::{CivilDate, DateRange};
use crate::draft::Draft;
use crate::fee_item::{FeeItemCreated, FeeItemRefusal};
use crate::id::{AccountId, FeeItemId, OpeningId, PartyId};
use crate::money::Money;
use crate::party::PartyRefusal;
use crate::refusal::{CommonRefusal, Refusal};
use crate::value::Count;
use std::collections::{BTreeSet, HashMap};

/// What a batch has said so far, so that no two records of it say the same time.
#[derive(Debug, Default)]
pub(super) struct Said {
    services: HashMap<(AccountId, FeeItemId, Part), Vec<DateRange>>,
    billed: BTreeSet<(AccountId, FeeItemId)>,
}

impl Said {
    /// Takes in records that were checked before.
    pub(super) fn of<'r>(records: impl Iterator<Item = &'r OpeningRecord>) -> Self {
        let mut said = Self::default();
        for record in records {
            match record {
                OpeningRecord::Charge { account, fee_item, service, .. } => {
                    said.services.entry((*account, *fee_item, Part::Principal)).or_default().push(*service);
                }
                OpeningRecord::LateFee { account, fee_item, service, .. } => {
                    said.services.entry((*account, *fee_item, Part::LateFee)).or_default().push(*service);
                }
                OpeningRecord::BilledUntil { account, fee_item, .. } => {
                    said.billed.insert((*account, *fee_item));
                }
                OpeningRecord::Credit { .. } | OpeningRecord::Deposit { .. } => {}
            }
        }
        said
    }

    /// Refuses a record that cannot stand in its account, as things are and after those before it.
    ///
    /// # Errors
    /// The rule of account, fee item, party, fund, amount or service time.
    pub(super) fn check(&mut self, draft: &Draft<'_>, record: &OpeningRecord) -> Result<(), Refusal> {
        let state = draft.account(record.account());
        if state.unit().is_none() {
            return Err(AccountRefusal::AccountMustExist.with("account", record.account()));
        }
        match record {
            OpeningRecord::Charge { account, fee_item, obligor, service, amount, .. } => {
                owed(draft, *fee_item, *obligor, *amount)?;
                self.once(&state, (*account, *fee_item, Part::Principal), *service)
            }
            OpeningRecord::LateFee { account, fee_item, obligor, service, amount, .. } => {
                owed(draft, *fee_item, *obligor, *amount)?;
                self.once(&state, (*account, *fee_item, Part::LateFee), *service)
            }
            OpeningRecord::Credit { fee_item, holder, amount, .. } => {
                fee_item.map_or(Ok(()), |fee_item| created(draft, fee_item).map(|_| ()))?;
                party(draft, *holder, "holder")?;
                positive(*amount)
            }
            OpeningRecord::Deposit { fee_item, payer, amount, .. } => {
                let fund = created(draft, *fee_item)?.fund;
                if fund != Fund::Deposit {
                    return Err(OpeningRefusal::FundMustFitOpening.with("fund", fund).at("fee_item"));
                }
                party(draft, *payer, "payer")?;
                positive(*amount)
            }
            OpeningRecord::BilledUntil { account, fee_item, .. } => {
                created(draft, *fee_item)?;
                if state.billed_until(*fee_item).is_some() || !self.billed.insert((*account, *fee_item)) {
                    return Err(OpeningRefusal::BilledUntilMustBeSaidOnce.with("fee_item", fee_item));
                }
                Ok(())
            }
        }
    }

    fn once(
        &mut self,
        state: &AccountState,
        (account, fee_item, part): (AccountId, FeeItemId, Part),
        service: DateRange,
    ) -> Result<(), Refusal> {
        must_not_overlap(state, (fee_item, None, part), service)?;
        let said = self.services.entry((account, fee_item, part)).or_default();
        if said.iter().any(|have| have.overlaps(service)) {
            return Err(AccountRefusal::ChargeMustNotOverlapLiveCharge.with("fee_item", fee_item).at("service"));
        }
        said.push(service);
        Ok(())
    }
}

/// A debt of a fund whose charges stand in the books.
fn owed(draft: &Draft<'_>, fee_item: FeeItemId, obligor: PartyId, amount: Money) -> Result<(), Refusal> {
    let fund = created(draft, fee_item)?.fund;
    match fund {
        Fund::Operating | Fund::PassThrough | Fund::OwnersIncome => {}
        Fund::Deposit | Fund::MaintenanceFund => {
            return Err(OpeningRefusal::FundMustFitOpening.with("fund", fund).at("fee_item"));
        }
    }
    party(draft, obligor, "obligor")?;
    positive(amount)
}

fn created(draft: &Draft<'_>, fee_item: FeeItemId) -> Result<FeeItemCreated, Refusal> {
    let state = draft.fee_item(fee_item);
    state.created().cloned().ok_or_else(|| FeeItemRefusal::FeeItemMustExist.with("fee_item", fee_item).at("fee_item"))
}

fn party(draft: &Draft<'_>, party: PartyId, field: &'static str) -> Result<(), Refusal> {
    match draft.party(party).kind() {
        Some(_) => Ok(()),
        None => Err(PartyRefusal::PartyMustExist.with("party", party).at(field)),
    }
}

fn positive(amount: Money) -> Result<(), Refusal> {
    if amount.is_positive() { Ok(()) } else { Err(CommonRefusal::AmountMustBePositive.at("amount")) }
}

/// Which record of which batch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Number {
    pub(super) opening: OpeningId,
    pub(super) record: u32,
}

/// Puts a record into its account, on the day before the community went live.
///
/// # Errors
/// What [`created`] refuses.
pub(super) fn post(
    draft: &mut Draft<'_>,
    Number { opening, record }: Number,
    what: &OpeningRecord,
    on: CivilDate,
) -> Result<(), Refusal> {
    let (account, record) = (what.account(), Count(record));
    match what {
        OpeningRecord::Charge { .. } | OpeningRecord::LateFee { .. } => {
            post_charge(draft, (opening, record), what, on)?
        }
        OpeningRecord::Credit { fee_item, holder, amount, .. } => {
            let fund = match fee_item {
                Some(fee_item) => lot_fund(created(draft, *fee_item)?.fund),
                None => Fund::Operating,
            };
            let (amount, holder, earmark) = (*amount, *holder, *fee_item);
            let lot = draft.mint("lot");
            let posted =
                OpeningCreditPosted { account, lot, opening, record, amount, holder, fund, earmark, value_on: on };
            draft.push_on(account, on, posted);
        }
        OpeningRecord::Deposit { fee_item, payer, old_receipt, amount, .. } => {
            let (fee_item, amount, payer, old_receipt) = (*fee_item, *amount, *payer, old_receipt.clone());
            let deposit = draft.mint("deposit");
            let posted =
                OpeningDepositPosted { account, deposit, opening, record, fee_item, amount, payer, old_receipt };
            draft.push_on(account, on, posted);
        }
        OpeningRecord::BilledUntil { fee_item, until, .. } => {
            let set = OpeningBilledUntilSet { opening, record, fee_item: *fee_item, until: *until };
            draft.push_on(account, on, set);
        }
    }
    Ok(())
}

fn post_charge(
    draft: &mut Draft<'_>,
    (opening, record): (OpeningId, Count),
    what: &OpeningRecord,
    on: CivilDate,
) -> Result<(), Refusal> {
    let (part, account, fee_item, obligor, service, due_on, amount) = match what {
        OpeningRecord::Charge { account, fee_item, obligor, service, due_on, amount } => {
            (Part::Principal, *account, *fee_item, *obligor, *service, *due_on, *amount)
        }
        OpeningRecord::LateFee { account, fee_item, obligor, service, due_on, amount } => {
            (Part::LateFee, *account, *fee_item, *obligor, *service, *due_on, *amount)
        }
        OpeningRecord::Credit { .. } | OpeningRecord::Deposit { .. } | OpeningRecord::BilledUntil { .. } => {
            return Ok(());
        }
    };
    let item = created(draft, fee_item)?;
    let unit = draft.account(account).unit();
    let agreed_payer = unit.and_then(|unit| draft.unit(unit).agreed_payer_on(service.from(), fee_item));
    // The month before the community went live, whatever day of it the openings count on.
    let period = on.plus_days(1).month().previous();
    let booking = Booking {
        account,
        fee_item,
        fund: item.fund,
        obligor,
        period,
        // Its revenue and tax were the old books' affair.
        recognised: true,
        tax_due: true,
        opening: true,
        part: None,
    };
    let posted = OpeningChargePosted {
        charge: draft.mint("charge"),
        opening,
        record,
        booking,
        part,
        service,
        due_on,
        agreed_payer,
        priority: item.priority,
        amount,
    };
    draft.push_on(account, on, posted);
    Ok(())
}

/// Refuses to take back what was paid, spent, changed or refunded since.
///
/// # Errors
/// [`OpeningRefusal::OpeningMustBeUntouched`].
pub(super) fn must_be_untouched(draft: &Draft<'_>, number: Number, what: &OpeningRecord) -> Result<(), Refusal> {
    let state = draft.account(what.account());
    let untouched = match what {
        OpeningRecord::Charge { .. } | OpeningRecord::LateFee { .. } => charge(&state, number).is_some_and(|charge| {
            !charge.reversed
                && charge.owed == charge.posted
                && charge.paid.is_zero()
                && charge.written_off.is_zero()
                && charge.lateness.paid.is_zero()
                && charge.lateness.waived.is_zero()
        }),
        OpeningRecord::Credit { amount, .. } => {
            lot(&state, number).is_some_and(|lot| lot.rest == *amount && lot.received == *amount)
        }
        OpeningRecord::Deposit { .. } => deposit(&state, number).is_some_and(|deposit| deposit.held == deposit.taken),
        OpeningRecord::BilledUntil { fee_item, .. } => {
            state.billed_until(*fee_item).is_some_and(|(_, opening)| opening == number.opening)
        }
    };
    if untouched {
        return Ok(());
    }
    Err(OpeningRefusal::OpeningMustBeUntouched.with("account", what.account()).with("record", number.record))
}

/// Takes a record out of its account by the mirror of what it posted.
pub(super) fn reverse(draft: &mut Draft<'_>, number: Number, what: &OpeningRecord, on: CivilDate) {
    let (account, opening) = (what.account(), number.opening);
    let state = draft.account(account);
    match what {
        OpeningRecord::Charge { .. } | OpeningRecord::LateFee { .. } => {
            let mirror = charge(&state, number).map(|charge| OpeningChargeReversed {
                charge: charge.charge,
                opening,
                booking: charge.booking.clone(),
                amount: charge.posted,
            });
            drop(state);
            mirror.into_iter().for_each(|mirror| draft.push_on(account, on, mirror));
        }
        OpeningRecord::Credit { .. } => {
            let mirror = lot(&state, number).map(|lot| OpeningCreditReversed {
                account,
                lot: lot.lot,
                opening,
                amount: lot.received,
                holder: lot.holder,
                fund: lot.fund,
            });
            drop(state);
            mirror.into_iter().for_each(|mirror| draft.push_on(account, on, mirror));
        }
        OpeningRecord::Deposit { .. } => {
            let mirror = deposit(&state, number).map(|deposit| OpeningDepositReversed {
                account,
                deposit: deposit.deposit,
                opening,
                amount: deposit.taken,
                payer: deposit.payer,
            });
            drop(state);
            mirror.into_iter().for_each(|mirror| draft.push_on(account, on, mirror));
        }
        OpeningRecord::BilledUntil { fee_item, .. } => {
            drop(state);
            draft.push_on(account, on, OpeningBilledUntilReversed { opening, fee_item: *fee_item });
        }
    }
}

fn charge(state: &AccountState, Number { opening, record }: Number) -> Option<&Charge> {
    state.charges().find(|charge| charge.opening == Some((opening, record))).map(|charge| &**charge)
}

fn lot(state: &AccountState, Number { opening, record }: Number) -> Option<&Lot> {
    let origin = crate::account::LotOrigin::Opening { opening, record };
    // The first is the lot itself; what was moved out of it has its origin too.
    state.lots().filter(|lot| lot.origin == origin).min_by_key(|lot| lot.order).map(|lot| &**lot)
}

fn deposit(state: &AccountState, Number { opening, record }: Number) -> Option<&crate::account::Deposit> {
    state.deposits().find(|deposit| deposit.opening == Some((opening, record)))
}
