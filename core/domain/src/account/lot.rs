//! Lots of credit: money that is not yet spent, with its holder.

use crate::book::Fund;
use crate::calendar::CivilDate;
use crate::id::{ChannelAccountId, FeeItemId, LotId, OpeningId, PartyId, PaymentId};
use crate::money::Money;

/// Where the money of a lot came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LotOrigin {
    /// A payment.
    Payment {
        /// The payment.
        payment: PaymentId,
        /// Where it lies.
        channel_account: ChannelAccountId,
    },
    /// The old books.
    Opening {
        /// The batch.
        opening: OpeningId,
        /// Which record of it.
        record: u32,
    },
}

/// A lot of credit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lot {
    /// Its id.
    pub lot: LotId,
    /// Where the money came from.
    pub origin: LotOrigin,
    /// Whose money it is.
    pub holder: PartyId,
    /// What it may be spent on.
    pub fund: Fund,
    /// Only for this fee item.
    pub earmark: Option<FeeItemId>,
    /// Kept back until released.
    pub held_back: bool,
    /// The day the money was really the company's.
    pub value_on: CivilDate,
    /// Accounting date.
    pub effective_on: CivilDate,
    /// What became credit, less what was withdrawn.
    pub received: Money,
    /// Not yet spent, refunded or moved.
    pub rest: Money,
    /// Moved to other lots.
    pub moved: Money,
    /// Oldest first among lots of one value date.
    pub order: u32,
}

impl Lot {
    /// The payment it came from; none when the old books had it.
    pub fn payment(&self) -> Option<PaymentId> {
        match self.origin {
            LotOrigin::Payment { payment, .. } => Some(payment),
            LotOrigin::Opening { .. } => None,
        }
    }

    /// The payment it came from, if that lies in a channel account.
    pub fn payment_by(&self, channel: ChannelAccountId) -> Option<PaymentId> {
        match self.origin {
            LotOrigin::Payment { payment, channel_account } if channel_account == channel => Some(payment),
            LotOrigin::Payment { .. } | LotOrigin::Opening { .. } => None,
        }
    }
}
