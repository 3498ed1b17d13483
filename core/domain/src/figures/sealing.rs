//! What a seal says about a month, computed from the log alone: its trial balance and the digest of its figures, as of the
//! last day of the month and known at one position.
//!
//! Form 1 of the digest: SHA-256 over the canonical bytes of the figures of the month as rows of the whole community, of
//! each building, fee item and fund, with every number as text. Form 2, of a community that has a late-fee policy by then:
//! the same with the open late fees of each row. May never happen here: a form that is changed; what the figures say more
//! one day is form 3.

use super::{By, Cut, Register};
use crate::book::{Book, Fund, Purse};
use crate::books::{BookTotal, PeriodSealed};
use crate::calendar::{CivilDate, Month};
use crate::canonical::data_bytes;
use crate::community::CommunityEvent;
use crate::envelope::Recorded;
use crate::ledger::Position;
use crate::money::Money;
use crate::rule::figures::{FiguresError, Query};
use crate::stream::Event;
use crate::value::{Count, Digest};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// The form of the digest while no late fees are agreed.
pub const FIRST_FORM: Count = Count(1);
/// The form of the digest since there is a late-fee policy.
pub const LATE_FEES_FORM: Count = Count(2);

/// Why a month could not be sealed, or its seal not checked: the log is none that the rules have written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealingError {
    /// The figures.
    #[error(transparent)]
    Figures(#[from] FiguresError),
    /// The figures are in a form that is not known, or not that of the log.
    #[error("its figures are in a form that is not known, or not that of its log")]
    Form,
    /// A value without a canonical form.
    #[error("the figures have no canonical form")]
    NotCanonical,
}

/// Debits and credits of every book that anything was posted to.
#[derive(Debug, Clone, Default)]
pub(super) struct Totals(BTreeMap<(Purse, Book), (Money, Money)>);

impl Totals {
    pub(super) fn take(&mut self, event: &Recorded) {
        for line in event.postings.iter().flatten() {
            let none = Money::ZERO;
            let (debit, credit) =
                if line.amount.is_negative() { (none, line.amount.negated()) } else { (line.amount, none) };
            self.add((line.purse, line.book), (debit, credit));
        }
    }

    pub(super) fn add_all(&mut self, other: &Self) {
        other.0.iter().for_each(|(book, amounts)| self.add(*book, *amounts));
    }

    fn add(&mut self, book: (Purse, Book), amounts: (Money, Money)) {
        let (debit, credit) = self.0.entry(book).or_default();
        (*debit, *credit) = (debit.fold(amounts.0), credit.fold(amounts.1));
    }
}

/// The form that a log needs once it holds an event.
pub(super) fn form_after(before: Count, event: &Recorded) -> Count {
    match &event.event {
        Event::Community(CommunityEvent::LateFeePolicySet(_)) => LATE_FEES_FORM,
        _ => before,
    }
}

/// Sees a log from its first event to the position of the seal.
#[derive(Debug)]
pub struct Sealing {
    period: Month,
    until: CivilDate,
    pub(super) totals: Totals,
    form: Count,
    /// The form that the log needs so far.
    pub(super) needs: Count,
    pub(super) register: Register,
}

impl Sealing {
    /// Nothing seen yet, in a form of the digest: [`LATE_FEES_FORM`] exactly when the log has a late-fee policy by then.
    ///
    /// # Errors
    /// [`SealingError`].
    pub fn new(period: Month, form: Count) -> Result<Self, SealingError> {
        let cuts = By::ALL.iter().map(|by| Cut { by: *by, fund: Fund::Operating }).collect();
        let register = Register::new(Query::of_month(period), cuts)?;
        let register = match form {
            FIRST_FORM => register,
            LATE_FEES_FORM => register.with_late_fees(),
            Count(_) => return Err(SealingError::Form),
        };
        Ok(Self { period, until: period.last_day(), totals: Totals::default(), form, needs: FIRST_FORM, register })
    }

    /// Takes in the next event.
    ///
    /// # Errors
    /// [`SealingError`] for a log that no rule could have written.
    pub fn see(&mut self, event: &Recorded) -> Result<(), SealingError> {
        self.register.see(event)?;
        self.needs = form_after(self.needs, event);
        if event.effective_on <= self.until {
            self.totals.take(event);
        }
        Ok(())
    }

    /// The last position seen: the size of the log that is sealed.
    pub fn position(&self) -> u64 {
        self.register.position()
    }

    /// What the seal says, with the version of the close and the root over the bodies seen.
    ///
    /// # Errors
    /// [`SealingError`].
    pub fn seal(&self, version: Count, root: Digest) -> Result<PeriodSealed, SealingError> {
        if self.form != self.needs {
            return Err(SealingError::Form);
        }
        Ok(PeriodSealed {
            period: self.period,
            version,
            size: Position(self.position()),
            root,
            trial_balance: self.trial_balance(),
            figures_form: self.form,
            figures: Digest(Sha256::digest(self.document()?).into()),
        })
    }

    /// Debits and credits of every book that anything was posted to by the last day, by purse and book.
    pub fn trial_balance(&self) -> Vec<BookTotal> {
        let total = |((purse, book), (debit, credit)): (&(Purse, Book), &(Money, Money))| BookTotal {
            purse: *purse,
            book: *book,
            debit: *debit,
            credit: *credit,
        };
        self.totals.0.iter().map(total).collect()
    }

    /// The bytes that are digested.
    ///
    /// # Errors
    /// [`SealingError::NotCanonical`].
    pub fn document(&self) -> Result<Vec<u8>, SealingError> {
        let mut document = Map::new();
        document.insert("period".to_owned(), Value::String(self.period.to_string()));
        document.insert("effective_on".to_owned(), Value::String(self.until.to_string()));
        for (by, rows) in By::ALL.iter().zip(self.register.answer()?) {
            let rows = serde_json::to_value(rows).map_err(|_| SealingError::NotCanonical)?;
            document.insert(by.as_str().to_owned(), in_texts(rows));
        }
        data_bytes(&Value::Object(document)).map_err(|_| SealingError::NotCanonical)
    }
}

/// Every number as text: the log's own form.
fn in_texts(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::String(number.to_string()),
        Value::Array(items) => Value::Array(items.into_iter().map(in_texts).collect()),
        Value::Object(fields) => {
            Value::Object(fields.into_iter().map(|(name, value)| (name, in_texts(value))).collect())
        }
        Value::Null | Value::Bool(_) | Value::String(_) => value,
    }
}
