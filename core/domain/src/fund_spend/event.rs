//! Facts of a spend 支用: what is spent and by whose vote, the share of each unit, how far it is borne, paid or taken back.

use crate::approval::Approved;
use crate::calendar::CivilDate;
use crate::channel_account::ChannelKind;
use crate::event::{events, facts};
use crate::id::{ChannelAccountId, SupplierId, SupplierPaymentId, UnitId};
use crate::ledger::Seen;
use crate::money::Money;
use crate::pool::PoolScope;
use crate::unit::UnitKind;
use crate::value::{Code, Count, Digest, Exact, Label};

/// The owners' vote 业主表决, by heads and by area. Two thirds of both take part, and more than half of those agree.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnersVote {
    /// Owners who may vote.
    pub owners: Count,
    /// Of them, those who took part.
    pub voted: Count,
    /// Of those, who agreed.
    pub agreed: Count,
    /// Square metres of all.
    pub area: Exact,
    /// Square metres of those who took part.
    pub voted_area: Exact,
    /// Square metres of those who agreed.
    pub agreed_area: Exact,
}

facts! {
    /// The share of a unit.
    pub struct FundShare {
        /// The unit.
        pub unit: UnitId,
        /// Its code on the day, by which ties of the last fen are decided.
        pub code: Code,
        /// Its building area on the day.
        pub area: Exact,
        /// Its share.
        pub amount: Money,
    }
    /// What of its share a unit did not have 不足: it is owed to the spend.
    pub struct FundShortfall {
        /// The unit.
        pub unit: UnitId,
        /// How much.
        pub amount: Money,
    }
}

facts! {
    /// So much is to be spent; its shares are fixed with it, and nothing of it is borne yet.
    pub struct FundSpendOpened {
        /// What for.
        pub purpose: Label,
        /// Who is paid, by his name.
        pub supplier: SupplierId,
        /// Name of the supplier; never a person's.
        pub name: Label,
        /// Commitment to the plan, the contract and the record of the vote.
        pub document: Digest,
        /// What the owners decided.
        pub vote: OwnersVote,
        /// Which units bear it.
        pub scope: PoolScope,
        /// The kinds of units that bear it; none: every kind.
        #[serde(default)]
        pub kinds: Vec<UnitKind>,
        /// The day whose areas count.
        pub on: CivilDate,
        /// How much.
        pub amount: Money,
        /// How many units bear it.
        pub units: Count,
        /// Sum of their areas.
        pub total_area: Exact,
    }
    /// Shares of a spend, in the order of unit codes.
    pub struct FundSpendSharesFixed {
        /// Counted from 1.
        pub chunk: Count,
        /// The shares.
        pub shares: Vec<FundShare>,
    }
    /// The spend was opened wrongly: nothing of it is ever borne.
    pub struct FundSpendDiscarded {
        /// Why.
        pub reason: Label,
    }
    /// The spend is being posted.
    pub struct FundSpendPostingStarted {
        /// Who approved it.
        pub approved: Approved,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// The units of a chunk bear their shares, as far as they have so much.
    pub struct FundSpendChunkPosted {
        /// The chunk.
        pub chunk: Count,
        /// What units did not have.
        #[serde(default)]
        pub short: Vec<FundShortfall>,
    }
    /// Every share is borne or listed as a shortfall; both together are the spend.
    pub struct FundSpendPosted {
        /// What was borne.
        pub borne: Money,
        /// What was not there.
        pub short: Money,
    }
    /// A unit bore what it had not had before, or a part of it.
    pub struct FundShortfallBorne {
        /// The unit.
        pub unit: UnitId,
        /// How much.
        pub amount: Money,
    }
    /// So much of it was paid to the supplier, out of the fund's own account.
    pub struct FundSpendPaid {
        /// The supplier.
        pub supplier: SupplierId,
        /// The payment.
        pub payment: SupplierPaymentId,
        /// How much.
        pub amount: Money,
        /// Out of which channel account.
        pub channel_account: ChannelAccountId,
        /// Its kind.
        pub channel: ChannelKind,
        /// The company facts that the channel account rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
        /// The bank's own number.
        pub reference: Option<Code>,
        /// The day it left.
        pub value_on: CivilDate,
    }
    /// The payment was recorded by mistake.
    pub struct FundSpendPaymentReversed {
        /// The supplier.
        pub supplier: SupplierId,
        /// The payment.
        pub payment: SupplierPaymentId,
        /// How much.
        pub amount: Money,
        /// Where it was said to come from.
        pub channel_account: ChannelAccountId,
        /// Its kind.
        pub channel: ChannelKind,
        /// Why.
        pub reason: Label,
        /// Who approved it.
        pub approved: Approved,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// The spend was wrong: what units bore is being given back.
    pub struct FundSpendReversalStarted {
        /// Why.
        pub reason: Label,
        /// Who approved it.
        pub approved: Approved,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// What the units of a chunk bore is theirs again.
    pub struct FundSpendChunkReversed {
        /// The chunk.
        pub chunk: Count,
    }
    /// Nothing of the spend is borne any more.
    pub struct FundSpendReversed {
    }
}

events! {
    /// Facts of a `fund_spend` stream.
    pub enum FundSpendEvent of "fund_spend" {
        FundSpendOpened = "fund_spend_opened", 1;
        FundSpendSharesFixed = "fund_spend_shares_fixed", 1;
        FundSpendDiscarded = "fund_spend_discarded", 1;
        FundSpendPostingStarted = "fund_spend_posting_started", 1;
        FundSpendChunkPosted = "fund_spend_chunk_posted", 1;
        FundSpendPosted = "fund_spend_posted", 1;
        FundShortfallBorne = "fund_shortfall_borne", 1;
        FundSpendPaid = "fund_spend_paid", 1;
        FundSpendPaymentReversed = "fund_spend_payment_reversed", 1;
        FundSpendReversalStarted = "fund_spend_reversal_started", 1;
        FundSpendChunkReversed = "fund_spend_chunk_reversed", 1;
        FundSpendReversed = "fund_spend_reversed", 1;
    }
}
