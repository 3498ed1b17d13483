//! What happened, as the figures need it: one amount, one day, one kind.

use crate::account::Mode;
use crate::book::Fund;
use crate::calendar::{CivilDate, Month};
use crate::money::Money;

/// A fact that counts on its effective date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact<Charge, Account, Holder> {
    /// The day it counts.
    pub effective_on: CivilDate,
    /// Zero or more; the kind says which way it counts.
    pub amount: Money,
    /// What happened.
    pub kind: FactKind<Charge, Account, Holder>,
}

/// Which way an amount counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    /// More of it.
    Adds,
    /// Less of it.
    Takes,
}

impl Way {
    /// The amount with its sign.
    pub fn signed(self, amount: Money) -> Money {
        match self {
            Self::Adds => amount,
            Self::Takes => amount.negated(),
        }
    }
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FactKind<Charge, Account, Holder> {
    /// A charge was posted.
    Charged {
        /// Its id.
        charge: Charge,
        /// The account that owes it.
        account: Account,
        /// Its accounting month.
        period: Month,
        /// When it is due.
        due_on: CivilDate,
        /// It stands in the receivables; a deposit or fund demand does not.
        receivable: bool,
    },
    /// Something happened to the principal of a charge.
    Changed {
        /// The charge.
        charge: Charge,
        /// What.
        change: Change,
        /// The day the money was really the company's; the effective date for what is not money.
        value_on: CivilDate,
    },
    /// Limitation of a charge begins anew on that day: a demand was delivered, or payment promised.
    Interrupted {
        /// The charge.
        charge: Charge,
        /// The day from which three years run.
        on: CivilDate,
    },
    /// Money whose owner is not known came, or went: back to its sender, or to its owner's account.
    Suspense(Way),
    /// Money became an account's, or no longer is.
    Identified(Way),
    /// Money left: a refund was settled.
    RefundSettled,
    /// Money of the period paid something else than principal asked about.
    Spent(Purpose, Way),
    /// Credit of a holder that may be spent.
    Credit(Holder, Way),
    /// The credit book of a holder moved.
    CreditBooked(Holder, Way),
    /// The receivable book of a charge moved.
    Booked {
        /// The charge.
        charge: Charge,
        /// Debit adds.
        way: Way,
    },
}

/// What else money is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Late fees, of whatever fund.
    LateFee,
    /// Principal of a fund that is not asked about.
    OtherFund(Fund),
}

/// What happened to the principal of a charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Change {
    /// Credit was spent on it.
    Allocated(Mode),
    /// Such an allocation was undone.
    AllocationUndone(Mode),
    /// Such an allocation was undone because its money is refunded.
    AllocationRefunded(Mode),
    /// Forgiven.
    Waived,
    /// A waiver was undone.
    WaiverUndone,
    /// Charged too much.
    Reduced,
    /// Posted by mistake.
    Reversed,
    /// Given up, still owed off book.
    WrittenOff,
    /// Written off, then paid after all.
    Recovered,
}
