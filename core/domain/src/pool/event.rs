//! Facts of a pool 公摊: what is shared, the share of each unit, and how far it is charged or taken back.

use crate::approval::Approved;
use crate::calendar::{CivilDate, DateRange};
use crate::event::{events, facts};
use crate::id::{FeeItemId, PoolId, UnitId};
use crate::ledger::Seen;
use crate::money::Money;
use crate::supplier_bill::Utility;
use crate::unit::UnitKind;
use crate::value::{Code, Count, Exact, FormulaText, Label};
use crate::wire::words;

words! {
    /// Why a share is charged to nobody.
    pub enum Uncharged {
        /// The unit has no status on the first day: who owes is not known.
        HandOverDateMissing = "hand_over_date_missing",
        /// The unit's status names a party that is not there.
        ObligorMissing = "obligor_missing",
        /// The charge that the share lowers is reversed.
        ChargeReversed = "charge_reversed",
        /// The charge that the share lowers owes less than the share by now.
        ChargeLowered = "charge_lowered",
    }
}

/// Which units bear a pool.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum PoolScope {
    /// Every unit of the community.
    Community,
    /// Every unit of a building.
    Building {
        /// The building.
        building: Label,
    },
    /// Every unit of an entrance.
    Entrance {
        /// The building.
        building: Label,
        /// The entrance in it.
        entrance: Label,
    },
    /// Units named one by one.
    Units {
        /// The units.
        units: Vec<UnitId>,
    },
}

/// By what a pool is shared.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum PoolWeight {
    /// By building area.
    BuildingArea,
    /// By inner area.
    InnerArea,
    /// By households; a unit is one unless its attribute says otherwise.
    Household,
    /// By floor.
    Floor,
    /// By the unit's coefficient.
    Coefficient,
    /// By what the unit's meters of a kind counted in the service days; readings spread their usage evenly over their days.
    Usage {
        /// The kind of meters.
        utility: Utility,
    },
    /// By a formula over the unit's values.
    Formula {
        /// Its text; the weight is rounded to 8 decimals, half away from zero.
        formula: FormulaText,
    },
}

facts! {
    /// A unit of the scope that bears nothing.
    pub struct ExcludedUnit {
        /// The unit.
        pub unit: UnitId,
        /// Its code on the pool's day.
        pub code: Code,
        /// Why.
        pub reason: Label,
    }
    /// The share of a unit.
    pub struct PoolShare {
        /// The unit.
        pub unit: UnitId,
        /// Its code on the pool's day, by which ties of the last fen are decided.
        pub code: Code,
        /// Its weight on the first service day; usage is of the service days.
        pub weight: Exact,
        /// Its share; negative exactly when the pool is.
        pub amount: Money,
        /// It got one fen more than its whole fen, out of those that were left over.
        pub remainder_fen: bool,
        /// Why it is charged to nobody, as known when the pool was opened.
        pub uncharged: Option<Uncharged>,
    }
    /// A share that is charged to nobody.
    pub struct UnchargedShare {
        /// The unit.
        pub unit: UnitId,
        /// Its share.
        pub amount: Money,
        /// Why.
        pub reason: Uncharged,
    }
}

facts! {
    /// A shared cost is to be spread; its shares are fixed with it, and nothing of it is charged yet.
    pub struct PoolOpened {
        /// What is charged.
        pub fee_item: FeeItemId,
        /// What it is, such as the bill it comes from.
        pub label: Label,
        /// What time it is for; who owes its first day owes the share.
        pub service: DateRange,
        /// Which units bear it.
        pub scope: PoolScope,
        /// The kinds of units that bear it; none: every kind.
        #[serde(default)]
        pub kinds: Vec<UnitKind>,
        /// By what it is shared.
        pub weight: PoolWeight,
        /// Units of the scope that bear nothing.
        #[serde(default)]
        pub excluded: Vec<ExcludedUnit>,
        /// What is shared; negative when it lowers what another pool charged.
        pub amount: Money,
        /// The pool whose charges it lowers; present exactly when the amount is negative.
        pub lowers: Option<PoolId>,
        /// How many units bear it.
        pub units: Count,
        /// Sum of their weights.
        pub total_weight: Exact,
        /// Sum of the shares that are charged to nobody, as known when it was opened.
        pub uncharged: Money,
    }
    /// Shares of a pool, in the order of unit codes.
    pub struct PoolSharesFixed {
        /// Counted from 1.
        pub chunk: Count,
        /// The shares.
        pub shares: Vec<PoolShare>,
    }
    /// The pool was opened wrongly: nothing of it is ever charged.
    pub struct PoolDiscarded {
        /// Why.
        pub reason: Label,
    }
    /// The pool is being charged.
    pub struct PoolPostingStarted {
        /// What was seen to be charged: the pool less what is charged to nobody.
        pub amount: Money,
        /// When its charges are due.
        pub due_on: CivilDate,
        /// On whose word.
        pub approved: Approved,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// The shares of a chunk are charged.
    pub struct PoolChunkPosted {
        /// The chunk.
        pub chunk: Count,
        /// Those of them that are charged to nobody.
        #[serde(default)]
        pub uncharged: Vec<UnchargedShare>,
    }
    /// Every share is charged or listed as charged to nobody; both together are the pool.
    pub struct PoolPosted {
        /// What was charged.
        pub charged: Money,
        /// What was charged to nobody.
        pub uncharged: Money,
    }
    /// The pool was wrong: its charges are being reversed.
    pub struct PoolReversalStarted {
        /// Why.
        pub reason: Label,
        /// On whose word.
        pub approved: Approved,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// The charges of a chunk are reversed.
    pub struct PoolChunkReversed {
        /// The chunk.
        pub chunk: Count,
    }
    /// Nothing of the pool is charged any more.
    pub struct PoolReversed {
    }
}

events! {
    /// Facts of a `pool` stream.
    pub enum PoolEvent of "pool" {
        PoolOpened = "pool_opened", 1;
        PoolSharesFixed = "pool_shares_fixed", 1;
        PoolDiscarded = "pool_discarded", 1;
        PoolPostingStarted = "pool_posting_started", 1;
        PoolChunkPosted = "pool_chunk_posted", 1;
        PoolPosted = "pool_posted", 1;
        PoolReversalStarted = "pool_reversal_started", 1;
        PoolChunkReversed = "pool_chunk_reversed", 1;
        PoolReversed = "pool_reversed", 1;
    }
}
