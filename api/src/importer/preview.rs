//! What a file would do, without anything that a row says about a person.

use crate::import::commit::{self, Place};
use crate::import::community::{CommunityImport, FeeItemQuestions, FeeItemRow};
use crate::import::finding::Finding;
use crate::import::found::{Found, ImportKind};
use crate::import::history::HistoryImport;
use crate::import::openings::OpeningsImport;
use crate::import::readings::ReadingsImport;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::id::FeeItemId;
use mingzhang_domain::money::Money;
use mingzhang_domain::opening::OpeningKind;
use mingzhang_domain::value::Digest;
use serde::Serialize;
use std::collections::BTreeMap;

/// What a file would do.
#[derive(Debug, Serialize)]
pub struct Preview {
    /// What the file is about.
    pub kind: ImportKind,
    /// SHA-256 of the file.
    pub file_digest: Digest,
    /// How many imports of the file came before and are gone.
    #[serde(skip)]
    pub gone: u32,
    /// What is wrong.
    #[serde(skip)]
    pub findings: Vec<Finding>,
    /// What a file of this kind says.
    #[serde(flatten)]
    pub says: Says,
}

/// What a file says, by its kind.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Says {
    /// A new community's.
    Community {
        /// Good rows by sheet.
        counts: Counts,
        /// The fee items as the file has them.
        fee_items: Vec<FeeItemRow>,
        /// What must be answered before the rows can be posted.
        questions: Vec<FeeItemQuestions>,
        /// Whether the developer's name must be given.
        asks_developer: bool,
        /// The first day that the file names anywhere: what `from` is when it is not given.
        first_day: Option<CivilDate>,
    },
    /// Openings.
    Openings {
        /// Good rows.
        counts: Rows,
        /// What they sum to, beside the control totals of the file.
        totals: Vec<Total>,
        /// Whether control totals must be given, as the file has none.
        asks_control_totals: bool,
    },
    /// Readings of meters.
    Readings {
        /// Good rows.
        counts: Rows,
        /// Meters that are registered.
        new_meters: usize,
        /// Whether the day of their readings before must be given.
        asks_from: bool,
    },
    /// Payments of an old system.
    History {
        /// Good rows.
        counts: Rows,
        /// The day of the first one.
        first_day: Option<CivilDate>,
        /// The day of the last one.
        last_day: Option<CivilDate>,
    },
}

/// Good rows by sheet.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Counts {
    /// 楼栋单元
    pub entrances: usize,
    /// 业主信息
    pub owners: usize,
    /// 费用设置
    pub fee_items: usize,
    /// 房屋信息
    pub units: usize,
    /// 车位信息
    pub parking_spaces: usize,
    /// Rows that are posted: all but the entrances, which units name.
    pub rows: usize,
}

/// Good rows of the one sheet.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Rows {
    /// Rows that are posted.
    pub rows: usize,
}

/// What the rows of one kind and fee item sum to.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Total {
    /// Of what.
    pub kind: OpeningKind,
    /// Of which fee item; absent for credit that is for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fee_item: Option<FeeItemId>,
    /// As the file has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub control_total: Option<Money>,
    /// The sum.
    pub amount: Money,
}

impl Preview {
    /// Of what was found in a file.
    pub fn of(place: Place, found: Found) -> Self {
        let (findings, says) = match found {
            Found::Community(import) => community(import),
            Found::Openings(import) => openings(import),
            Found::History(import) => history(import),
            Found::Readings(import) => readings(import),
        };
        Self { kind: place.kind, file_digest: place.file, gone: place.gone, findings, says }
    }

    /// How many rows are posted.
    pub fn rows(&self) -> usize {
        match &self.says {
            Says::Community { counts, .. } => counts.rows,
            Says::Openings { counts, .. } | Says::History { counts, .. } | Says::Readings { counts, .. } => counts.rows,
        }
    }
}

fn community(import: CommunityImport) -> (Vec<Finding>, Says) {
    let CommunityImport { file, findings, questions } = import;
    let counts = Counts {
        entrances: file.entrances.len(),
        owners: file.owners.len(),
        fee_items: file.fee_items.len(),
        units: file.units.len(),
        parking_spaces: file.parking_spaces.len(),
        rows: commit::rows(&file),
    };
    let (asks_developer, first_day) = (commit::needs_developer(&file), commit::first_day(&file));
    (findings, Says::Community { counts, fee_items: file.fee_items, questions, asks_developer, first_day })
}

fn openings(import: OpeningsImport) -> (Vec<Finding>, Says) {
    let sums = import.sums();
    let mut totals: BTreeMap<_, (Option<Money>, Money)> =
        sums.into_iter().map(|(key, amount)| (key, (None, amount))).collect();
    for control in &import.totals {
        totals.entry((control.kind, control.fee_item)).or_default().0 = Some(control.amount);
    }
    let total = |((kind, fee_item), (control_total, amount))| Total { kind, fee_item, control_total, amount };
    let says = Says::Openings {
        counts: Rows { rows: import.records.len() },
        totals: totals.into_iter().map(total).collect(),
        asks_control_totals: import.totals.is_empty(),
    };
    (import.findings, says)
}

fn readings(import: ReadingsImport) -> (Vec<Finding>, Says) {
    let (new_meters, counts) = (import.new_meters(), Rows { rows: import.lines.len() });
    (import.findings, Says::Readings { counts, new_meters, asks_from: new_meters > 0 })
}

fn history(import: HistoryImport) -> (Vec<Finding>, Says) {
    let days = || import.lines.iter().map(|line| line.paid_on);
    let (first_day, last_day) = (days().min(), days().max());
    (import.findings, Says::History { counts: Rows { rows: import.lines.len() }, first_day, last_day })
}
