//! Facts of a walk-in taking: recorded with what it was charged for, and reversed when that was a mistake.

use crate::account::VatSplit;
use crate::approval::Approved;
use crate::book::{Fund, Purse};
use crate::calendar::{CivilDate, DateRange, Moment, Month};
use crate::channel_account::ChannelKind;
use crate::event::{events, facts};
use crate::fee_item::Parking;
use crate::id::{AccountId, ChannelAccountId, ChargeId, FeeItemId, PaymentId, ShiftId, TariffId, VaultItemId};
use crate::ledger::Seen;
use crate::money::{Money, RoundTo};
use crate::value::{Code, Count, Exact, Label};

facts! {
    /// What every fact about a taking says of it, so that postings need nothing else.
    pub struct TakingOf {
        /// The community's account for takings without a unit, `walk_in`.
        pub account: AccountId,
        /// The charge in it.
        pub charge: ChargeId,
        /// The payment in it.
        pub payment: PaymentId,
        /// The fee item.
        pub fee_item: FeeItemId,
        /// What the money is for.
        pub fund: Fund,
        /// Accounting month.
        pub period: Month,
        /// Where the money lies.
        pub channel_account: ChannelAccountId,
        /// Kind of the channel account.
        pub channel: ChannelKind,
        /// How much, tax included.
        pub amount: Money,
        /// The tax in it.
        pub vat: VatSplit,
    }

    /// A tariff version that prices a part of a stay, from its first day on.
    pub struct ParkingVersion {
        /// The version.
        pub tariff: TariffId,
        /// First day it prices.
        pub from: CivilDate,
        /// Its price.
        pub price: Parking,
    }
}

/// What was taken for.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum TakenFor {
    /// A temporary stay 临时停车.
    Stay {
        /// The gate's own number of it; never a plate.
        number: Code,
        /// When it began.
        entered_at: Moment,
        /// When it ended.
        left_at: Moment,
        /// The tariff versions that hold in it, in order.
        versions: Vec<ParkingVersion>,
    },
    /// A month of a card 月卡 without a unit.
    Card {
        /// Of the card or of its space; never a plate.
        number: Code,
        /// From any day to the same day of the next month.
        service: DateRange,
        /// The day from which its months run; that of the first of cards that follow each other.
        anchor_day: Count,
        /// The tariff version of its first day.
        tariff: TariffId,
        /// First day that the version prices.
        from: CivilDate,
        /// Yuan per month.
        price: Exact,
        /// Where that is rounded to.
        round_to: RoundTo,
    },
}

impl TakenFor {
    /// The gate's or the card's own number.
    pub fn number(&self) -> &Code {
        match self {
            Self::Stay { number, .. } | Self::Card { number, .. } => number,
        }
    }

    /// The days of a card, and the day that its months run from.
    pub fn card(&self) -> Option<(DateRange, Count)> {
        match self {
            Self::Card { service, anchor_day, .. } => Some((*service, *anchor_day)),
            Self::Stay { .. } => None,
        }
    }
}

facts! {
    /// So much was owed and paid at once.
    pub struct TakingRecorded {
        /// How it stands on the books.
        pub of: TakingOf,
        /// What for.
        pub taken_for: TakenFor,
        /// Purse of the channel account.
        pub purse: Purse,
        /// The company facts that the channel account rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
        /// The channel's own number; unique per channel account.
        pub reference: Code,
        /// The cashier's shift, for cash.
        pub shift: Option<ShiftId>,
        /// The slip in the shift, for cash.
        pub slip: Option<Count>,
        /// The day the money was really the company's.
        pub value_on: CivilDate,
        /// The plate of the car, in the vault.
        pub plate: Option<VaultItemId>,
    }
    /// The record was a mistake 红冲: an equal and opposite fact.
    pub struct TakingReversed {
        /// How it stood on the books.
        pub of: TakingOf,
        /// Why.
        pub reason: Label,
        /// Who approved it; absent for cash in its open shift.
        pub approved: Option<Approved>,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
}

events! {
    /// Facts of a `taking` stream.
    pub enum TakingEvent of "taking" {
        TakingRecorded = "taking_recorded", 1;
        TakingReversed = "taking_reversed", 1;
    }
}
