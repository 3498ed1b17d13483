//! What rows may name in a community that stands: its units with their parties, and its fee items by name.
//!
//! It is handed over, never looked up here: a file is still a function of its bytes and of what the community is.

use super::columns::{Column, Layout, plain, table};
use super::field;
use super::fields::{Fields, Value};
use super::finding::Rule;
use super::workbook::Workbook;
use mingzhang_domain::book::Fund;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::id::{AccountId, FeeItemId, MeterId, PartyId, UnitId};
use mingzhang_domain::supplier_bill::Utility;
use mingzhang_domain::value::{Code, Exact};
use std::collections::{BTreeSet, HashMap};
use unicode_normalization::UnicodeNormalization;

/// The column that names a unit by its code.
pub(super) static UNIT: Column =
    Column { heading: "房屋", aliases: &["房号", "房屋编号", "房屋编码", "单元房号"], required: true };
/// The column that names what is owed or was paid.
pub(super) static ITEM: Column =
    Column { heading: "收费项目", aliases: &["费用项目", "费用名称"], required: true };

/// A unit of the community.
#[derive(Debug, Clone, Copy)]
pub struct KnownUnit {
    /// The unit.
    pub unit: UnitId,
    /// Its account.
    pub account: AccountId,
    /// 业主
    pub owner: Option<PartyId>,
    /// 租户
    pub tenant: Option<PartyId>,
    /// 开发商
    pub developer: Option<PartyId>,
}

/// A meter of the community.
#[derive(Debug, Clone, Copy)]
pub struct KnownMeter {
    /// The meter.
    pub meter: MeterId,
    /// The unit whose use it counts.
    pub unit: Option<UnitId>,
    /// What it counts.
    pub utility: Utility,
    /// It counts down.
    pub reversed: bool,
    /// The day of its newest reading.
    pub read_on: Option<CivilDate>,
    /// What it showed then.
    pub value: Option<Exact>,
    /// Used in the opening reading's calendar year before it, as it was said.
    pub used_this_year: Option<Exact>,
}

/// What rows may name.
#[derive(Debug, Default)]
pub struct Estate {
    units: HashMap<Code, KnownUnit>,
    meters: HashMap<Code, KnownMeter>,
    /// By name; nothing where two have the same.
    fee_items: HashMap<String, Option<KnownItem>>,
    /// First day of the community here, once it is said.
    pub go_live_on: Option<CivilDate>,
}

/// A fee item of the community.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownItem {
    /// The fee item.
    pub id: FeeItemId,
    /// What its money is for.
    pub fund: Fund,
}

impl Estate {
    /// Adds a unit under its code.
    pub fn add_unit(&mut self, code: Code, unit: KnownUnit) {
        self.units.insert(code, unit);
    }

    /// Adds a meter under its number.
    pub fn add_meter(&mut self, code: Code, meter: KnownMeter) {
        self.meters.insert(code, meter);
    }

    /// Adds a fee item under the name that rows call it by.
    pub fn add_fee_item(&mut self, name: &str, id: FeeItemId, fund: Fund) {
        let known = KnownItem { id, fund };
        self.fee_items.entry(plain(name)).and_modify(|item| *item = None).or_insert(Some(known));
    }

    /// The meter of a number.
    pub(super) fn meter(&self, code: &Code) -> Option<KnownMeter> {
        self.meters.get(code).copied()
    }

    /// The unit of a code.
    pub(super) fn unit(&self, code: &Code) -> Option<KnownUnit> {
        self.units.get(code).copied()
    }

    /// The fee item of a name.
    pub(super) fn fee_item(&self, name: &str) -> Result<KnownItem, Rule> {
        match self.fee_items.get(&plain(name)) {
            None => Err(Rule::FeeItemNotInCommunity),
            Some(None) => Err(Rule::FeeItemAmbiguous),
            Some(Some(item)) => Ok(*item),
        }
    }
}

/// A unit's code as people type it: width folded, upper case, without blanks.
pub(super) fn unit_code(value: &Value<'_>) -> Result<Code, Rule> {
    let folded: String = field::text::<40>(value)?.nfkc().filter(|c| !c.is_whitespace()).collect();
    folded.to_uppercase().parse().map_err(|_| Rule::CodeInvalid)
}

/// The units that the rows of a sheet name, so that just these are looked up.
pub(super) fn named_units(book: &Workbook, layout: &Layout) -> BTreeSet<Code> {
    let (mut nothing, mut codes) = (Vec::new(), BTreeSet::new());
    let Some(table) = table(book, layout, &mut nothing) else { return codes };
    for row in table.rows() {
        let mut fields = Fields::of(&table, row, &mut nothing);
        codes.extend(fields.optional(&UNIT, unit_code).ok().flatten());
    }
    codes
}
