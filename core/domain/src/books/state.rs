//! The fold of a `books` stream: which months are closed, how often each was, whose charges of a month are
//! earned, and what was provided for.

use super::allowance::AgeingRates;
use super::chart::{Chart, Subject};
use super::event::{BookCodeSet, BooksEvent};
use super::tax_point::TaxReached;
use crate::book::{Book, Purse};
use crate::calendar::{CivilDate, Month};
use crate::draft::Fact;
use crate::fee_item::Vat;
use crate::id::{AccountId, BankItemId, ChargeId, FeeItemId};
use crate::money::Money;
use std::collections::{BTreeMap, BTreeSet};

/// The fold of a `books` stream.
#[derive(Debug, Clone, Default)]
pub struct BooksState {
    provided: Money,
    /// The last day on which that was set.
    provided_on: Option<CivilDate>,
    closed: BTreeSet<Month>,
    versions: BTreeMap<Month, u32>,
    /// The newest version that was sealed.
    sealed: BTreeMap<Month, u32>,
    /// Released before their month was closed; with the close, every account is.
    released: BTreeMap<Month, BTreeSet<AccountId>>,
    /// Where the treatment at the tax point was another than was posted.
    rates: BTreeMap<(Month, FeeItemId), Vat>,
    /// Tax that was moved before the month of its charge was closed, or that no month moves.
    moved: BTreeMap<ChargeId, Moved>,
    chart: Chart,
    /// What stands at the bank or in the books and not yet in the other, by its day.
    bank_items: BTreeMap<BankItemId, CivilDate>,
    allowance_rates: BTreeMap<Month, AgeingRates>,
}

/// Tax of a charge that was moved.
#[derive(Debug, Clone)]
struct Moved {
    /// The month that moves the rest of it; none: what is received or invoiced does.
    rest_in: Option<Month>,
    tax: TaxReached,
}

impl BookCodeSet {
    /// What it gives a code to.
    pub fn of(&self) -> (Purse, Book, Subject) {
        let narrow = self.channel_account.map(Subject::ChannelAccount);
        let narrow = narrow.or(self.fee_item.map(Subject::FeeItem)).or(self.fund.map(Subject::Fund));
        (self.purse, self.book, narrow.unwrap_or(Subject::Book))
    }
}

impl BooksState {
    /// What was ever provided for losses, before what was written off against it.
    pub fn provided(&self) -> Money {
        self.provided
    }

    /// True when what was provided for was set in the month or after it.
    pub fn is_provided_for(&self, month: Month) -> bool {
        self.provided_on.is_some_and(|day| day >= month.first_day())
    }

    /// The month that was closed last: it and every one before it are closed. Nothing until the first close.
    pub fn closed_through(&self) -> Option<Month> {
        self.closed.last().copied()
    }

    /// True when nothing that posts may be dated in the month.
    pub fn is_closed(&self, month: Month) -> bool {
        self.closed_through().is_some_and(|last| month <= last)
    }

    /// The first month after the closed ones; nothing until the first close.
    pub fn first_open_month(&self) -> Option<Month> {
        self.closed_through().map(Month::next)
    }

    /// The first day after the closed months; nothing until the first close.
    pub fn first_open_day(&self) -> Option<CivilDate> {
        self.first_open_month().map(Month::first_day)
    }

    /// How often the month was closed: the newest version of its figures.
    pub fn version(&self, month: Month) -> u32 {
        self.versions.get(&month).copied().unwrap_or_default()
    }

    /// True when this version of the month's figures was sealed.
    pub fn is_sealed(&self, month: Month, version: u32) -> bool {
        self.sealed.get(&month).is_some_and(|sealed| version <= *sealed)
    }

    /// True when nothing of the account's charges of the month is unearned any more, and their tax is due.
    pub fn is_released(&self, month: Month, account: AccountId) -> bool {
        self.versions.contains_key(&month)
            || self.released.get(&month).is_some_and(|accounts| accounts.contains(&account))
    }

    /// How charges of a fee item and month that waited for their tax point are taxed, where it is not as they were posted.
    pub fn vat_at_tax_point(&self, month: Month, fee_item: FeeItemId) -> Option<&Vat> {
        self.rates.get(&(month, fee_item))
    }

    /// Tax of a charge that was moved before its month was, or that no month moves.
    pub fn moved(&self, charge: ChargeId) -> TaxReached {
        self.moved.get(&charge).map(|moved| moved.tax.clone()).unwrap_or_default()
    }

    /// The shares that hold in a month.
    pub fn allowance_rates(&self, month: Month) -> Option<&AgeingRates> {
        self.allowance_rates.range(..=month).next_back().map(|(_, rates)| rates)
    }

    /// The customer's codes.
    pub fn chart(&self) -> &Chart {
        &self.chart
    }

    /// The day of an item that bank or books do not have yet.
    pub fn bank_item(&self, item: BankItemId) -> Option<CivilDate> {
        self.bank_items.get(&item).copied()
    }

    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &BooksEvent, fact: &Fact<'_>) {
        match event {
            BooksEvent::AllowanceSet(e) => {
                self.provided = e.provided;
                self.provided_on = self.provided_on.max(Some(fact.effective_on));
            }
            BooksEvent::AllowanceRatesSet(e) => {
                self.allowance_rates.insert(e.from, e.rates.clone());
            }
            BooksEvent::ChartPresetSet(e) => self.chart.set_preset(e.from, e.preset),
            BooksEvent::BookCodeSet(e) => self.chart.set_code(e.of(), e.from, e.coded.clone()),
            BooksEvent::BankItemStated(e) => {
                self.bank_items.insert(e.item, e.booked_on);
            }
            BooksEvent::BankItemCleared(e) => {
                self.bank_items.remove(&e.item);
            }
            BooksEvent::BankBalanceStated(_) => {}
            // What was seen decides nothing later.
            BooksEvent::PeriodReviewed(_) => {}
            BooksEvent::PeriodClosed(e) => {
                self.closed.insert(e.period);
                self.versions.insert(e.period, e.version.0);
                self.released.remove(&e.period);
                self.moved.retain(|_, moved| moved.rest_in.is_none_or(|month| month > e.period));
            }
            BooksEvent::PeriodReopened(e) => {
                self.closed.remove(&e.period);
            }
            BooksEvent::PeriodSealed(e) => {
                self.sealed.insert(e.period, e.version.0);
            }
            BooksEvent::RevenueReleased(e) => self.released.entry(e.period).or_default().extend(&e.accounts),
            BooksEvent::TaxPointReached(e) => {
                self.released.entry(e.period).or_default().extend(&e.accounts);
                self.rates.extend(e.differences.iter().map(|of| ((e.period, of.fee_item), of.vat.clone())));
            }
            BooksEvent::TaxPointsMoved(e) => {
                for of in &e.charges {
                    let rest_in = of.tax_point.is_service().then_some(of.period);
                    let moved = self.moved.entry(of.charge).or_insert(Moved { rest_in, tax: TaxReached::default() });
                    moved.tax.add(of.amount, &of.differences);
                }
            }
        }
    }
}
