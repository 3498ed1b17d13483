//! The books as of an effective date, as known at a moment: a fold of the postings sealed in the log, and of nothing else.
//!
//! Shares no code with the read models, so that one can be held against the other.

use crate::history::walk;
use mingzhang_domain::book::{Book, Fund, Purse};
use mingzhang_domain::calendar::{CivilDate, Instant};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::fee_item::FeeItemEvent;
use mingzhang_domain::id::{AccountId, FeeItemId, LedgerId, PartyId};
use mingzhang_domain::known::Known;
use mingzhang_domain::money::Money;
use mingzhang_domain::posting::Posting;
use mingzhang_domain::stream::Event;
use mingzhang_domain::unit::UnitEvent;
use mingzhang_domain::value::Code;
use mingzhang_store::error::StoreError;
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::ControlFlow;
use uuid::Uuid;

/// Debits and credits of one book, both positive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Turnover {
    pub(crate) debit: Money,
    pub(crate) credit: Money,
}

impl Turnover {
    /// Debits less credits.
    pub(crate) fn balance(self) -> Money {
        self.debit.fold(self.credit.negated())
    }
}

/// What a party owes and has on an account, by fund and fee item (credit names no item).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct AccountKey {
    pub(crate) account: AccountId,
    pub(crate) fund: Fund,
    pub(crate) party: PartyId,
    pub(crate) fee_item: Option<FeeItemId>,
}

/// The amounts of one key: what is owed to us, and what we owe.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Balance {
    pub(crate) receivable: Money,
    pub(crate) credit: Money,
    pub(crate) deposit_held: Money,
    pub(crate) refunds_payable: Money,
}

impl Balance {
    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            receivable: self.receivable.fold(other.receivable),
            credit: self.credit.fold(other.credit),
            deposit_held: self.deposit_held.fold(other.deposit_held),
            refunds_payable: self.refunds_payable.fold(other.refunds_payable),
        }
    }
}

/// What the fold has seen.
#[derive(Debug, Default)]
pub(crate) struct Books {
    /// The last position of the prefix.
    pub(crate) position: u64,
    /// When it was recorded.
    pub(crate) recorded_at: Option<Instant>,
    /// Every book with a posting.
    pub(crate) trial_balance: BTreeMap<(Purse, Book), Turnover>,
    /// Every account with a posting.
    pub(crate) accounts: BTreeMap<AccountKey, Balance>,
    opened: BTreeSet<AccountId>,
    unit_codes: HashMap<Code, AccountId>,
    accounts_of_units: HashMap<Uuid, AccountId>,
    /// Names of fee items.
    pub(crate) fee_items: HashMap<FeeItemId, String>,
}

impl Books {
    /// Folds the prefix that was known; only facts effective by the date count.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) async fn fold(
        conn: &mut PgConnection,
        ledger: LedgerId,
        head: u64,
        known: Option<Known>,
        effective: Option<CivilDate>,
    ) -> Result<Self, StoreError> {
        let mut books = Self::default();
        walk(conn, ledger, head, |event| {
            if known.is_some_and(|known| !known.covers(event)) {
                return ControlFlow::Break(());
            }
            books.see(event, effective);
            ControlFlow::Continue(())
        })
        .await?;
        Ok(books)
    }

    fn see(&mut self, event: &Recorded, effective: Option<CivilDate>) {
        self.position = event.position;
        self.recorded_at = Some(event.recorded_at);
        self.name(event);
        if effective.is_none_or(|day| event.effective_on <= day) {
            event.postings.iter().flatten().for_each(|line| self.post(line));
        }
    }

    /// Names are not dated by `effective_on`: an account is found by the code its unit had when it was asked.
    fn name(&mut self, event: &Recorded) {
        match &event.event {
            Event::Unit(UnitEvent::UnitRegistered(unit)) => {
                self.opened.insert(unit.account);
                self.accounts_of_units.insert(event.stream.id, unit.account);
                self.unit_codes.insert(unit.code.clone(), unit.account);
            }
            Event::Unit(UnitEvent::UnitCodeChanged(changed)) => {
                self.unit_codes.remove(&changed.old_code);
                if let Some(account) = self.accounts_of_units.get(&event.stream.id) {
                    self.unit_codes.insert(changed.code.clone(), *account);
                }
            }
            Event::FeeItem(FeeItemEvent::FeeItemCreated(item)) => {
                self.fee_items.insert(FeeItemId(event.stream.id), item.name.to_string());
            }
            _ => {}
        }
    }

    fn post(&mut self, line: &Posting) {
        let turnover = self.trial_balance.entry((line.purse, line.book)).or_default();
        if line.amount.is_negative() {
            turnover.credit = turnover.credit.fold(line.amount.negated());
        } else {
            turnover.debit = turnover.debit.fold(line.amount);
        }
        let (Some(account), Some(fund), Some(party)) = (line.account, line.fund, line.party) else { return };
        let change = match line.book {
            Book::Receivable | Book::PassThroughReceivable => Balance { receivable: line.amount, ..Balance::default() },
            Book::Credit => Balance { credit: line.amount.negated(), ..Balance::default() },
            Book::DepositHeld => Balance { deposit_held: line.amount.negated(), ..Balance::default() },
            Book::RefundsPayable => Balance { refunds_payable: line.amount.negated(), ..Balance::default() },
            // The other books are nobody's account.
            _ => return,
        };
        self.opened.insert(account);
        let balance = self.accounts.entry(AccountKey { account, fund, party, fee_item: line.fee_item }).or_default();
        *balance = balance.plus(change);
    }

    /// The account of an id or of a unit's code, if the prefix knows it.
    pub(crate) fn account(&self, name: &str) -> Option<AccountId> {
        let code = name.parse::<Code>().ok();
        let by_code = code.and_then(|code| self.unit_codes.get(&code).copied());
        by_code.or_else(|| Uuid::parse_str(name).ok().map(AccountId).filter(|id| self.opened.contains(id)))
    }

    /// The balances of one account that are not zero.
    pub(crate) fn balances_of(&self, account: AccountId) -> impl Iterator<Item = (&AccountKey, &Balance)> {
        let rows = self.accounts.iter().filter(move |(key, _)| key.account == account);
        rows.filter(|(_, balance)| **balance != Balance::default())
    }

    /// The sum of every balance of a purse: zero, or the log is not whole.
    pub(crate) fn sum(&self, purse: Purse) -> Money {
        self.trial_balance.iter().filter(|((of, _), _)| *of == purse).map(|(_, turnover)| turnover.balance()).sum()
    }
}
