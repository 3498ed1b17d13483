//! The layout by which offices hand over a new community: five sheets, read into typed rows.
//!
//! 楼栋单元 entrances · 业主信息 owners · 费用设置 fee items · 房屋信息 units · 车位信息 parking spaces. Each finding
//! refuses its row; the other rows stay usable. A heading or a required sheet that is missing refuses the file: then
//! there are findings and no rows. What the file cannot say (fund, tax, priority, due rule) comes back as questions.

mod entrances;
mod fee_items;
mod owners;
mod parking_spaces;
mod price;
mod references;
#[cfg(test)]
mod rules_test;
mod term;
mod units;

use super::columns::{Layout, table};
use super::finding::Finding;
use super::workbook::Workbook;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::fee_item::{Price, Timing};
use mingzhang_domain::unit::UnitKind;
use mingzhang_domain::value::{Code, Count, Exact, Label};
use serde::Serialize;

pub use super::fields::Personal;

/// What an import would do, and what stands in its way.
#[derive(Debug, Default)]
pub struct CommunityImport {
    /// The rows that are good.
    pub file: CommunityFile,
    /// What is wrong, in the order of sheets and rows.
    pub findings: Vec<Finding>,
    /// What must be answered before the rows can be posted, fee item by fee item.
    pub questions: Vec<FeeItemQuestions>,
}

/// The good rows of the file, in its order; what a row refers to is a good row too.
#[derive(Debug, Default)]
pub struct CommunityFile {
    /// 楼栋单元
    pub entrances: Vec<EntranceRow>,
    /// 业主信息
    pub owners: Vec<OwnerRow>,
    /// 费用设置
    pub fee_items: Vec<FeeItemRow>,
    /// 房屋信息
    pub units: Vec<UnitRow>,
    /// 车位信息
    pub parking_spaces: Vec<ParkingSpaceRow>,
}

/// One entrance of a building.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntranceRow {
    /// 1-based row in its sheet.
    pub row: u32,
    /// 楼栋
    pub building: Code,
    /// 单元
    pub entrance: Code,
    /// Storeys, if said.
    pub storeys: Option<Count>,
    /// Lift or none, if said.
    pub has_lift: Option<bool>,
}

/// One owner: a person, or an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerRow {
    /// 1-based row in its sheet.
    pub row: u32,
    /// The number by which units and parking spaces name the owner; a key of this file only.
    pub number: Code,
    /// Person or organisation.
    pub kind: OwnerKind,
    /// Name.
    pub name: Personal,
    /// Mobile, checked, 11 digits.
    pub mobile: Option<Personal>,
    /// Resident ID of a person or unified social credit code of an organisation, checked, upper case.
    pub identity: Option<Personal>,
}

/// Kinds of owners.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnerKind {
    /// 个人
    Person,
    /// 单位
    Organisation,
}

/// One fee item with the price that it begins with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FeeItemRow {
    /// 1-based row in its sheet.
    pub row: u32,
    /// The number by which units name the fee item; a key of this file only.
    pub number: Code,
    /// Name on bills.
    pub name: Label,
    /// 费用类型, as written.
    pub category: Option<Label>,
    /// Does it belong to parking spaces (停车费)? Their sheet names no fee items.
    pub for_parking: bool,
    /// 周期性费用, or charged once.
    pub recurring: bool,
    /// 预付费 or 后付费.
    pub timing: Timing,
    /// Months billed together.
    pub cycle_months: Count,
    /// 出账类型, as written: a hint for the due rule.
    pub posting_hint: Option<Label>,
    /// How the whole of a cycle is computed.
    pub price: Price,
    /// First service day.
    pub from: CivilDate,
    /// Day after the last, whichever way the file wrote it; absent: open.
    pub until: Option<CivilDate>,
}

/// One residence or shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitRow {
    /// 1-based row in its sheet.
    pub row: u32,
    /// `building-entrance-room`, such as `3-1-1202`.
    pub code: Code,
    /// Residence or shop.
    pub kind: UnitKind,
    /// 楼栋
    pub building: Code,
    /// 单元
    pub entrance: Code,
    /// 房屋编号
    pub room: Code,
    /// Storey, if said.
    pub floor: Option<i32>,
    /// 房屋户型, as written.
    pub floor_plan: Option<Label>,
    /// Building area in m².
    pub building_area_sqm: Exact,
    /// Inner area in m², if known.
    pub inner_area_sqm: Option<Exact>,
    /// Who holds it.
    pub holder: Holder,
    /// What it is charged, and from when.
    pub fee_items: Vec<UnitFeeItem>,
}

/// One fee item of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitFeeItem {
    /// The number of the fee item in this file.
    pub fee_item: Code,
    /// First day.
    pub from: CivilDate,
}

/// Who holds a unit or parking space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// The row names no owner.
    Developer,
    /// The number of the owner in this file.
    Owner(Code),
}

/// One parking space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParkingSpaceRow {
    /// 1-based row in its sheet.
    pub row: u32,
    /// `car park-space`, such as `1-C0001`.
    pub code: Code,
    /// 停车场
    pub car_park: Code,
    /// 车位编码
    pub space: Code,
    /// 停车场类型, as written.
    pub category: Option<Label>,
    /// Area in m², if known.
    pub area_sqm: Option<Exact>,
    /// Who owns it (sold) or rents it (leased).
    pub holder: Holder,
    /// Number plate.
    pub plate: Option<Personal>,
    /// Sold or leased.
    pub tenure: Tenure,
    /// First day.
    pub from: Option<CivilDate>,
    /// Day after the last, whichever way the file wrote it; absent: open.
    pub until: Option<CivilDate>,
}

/// How a parking space is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tenure {
    /// 出售 (S)
    Sold,
    /// 出租 (H)
    Leased,
}

/// What the file cannot say about a fee item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FeeItemQuestions {
    /// Its number in the file.
    pub fee_item: Code,
    /// Its name.
    pub name: Label,
    /// What to ask.
    pub asks: &'static [Question],
}

/// A question about a fee item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// 款项性质: fixed for ever.
    Fund,
    /// Tax category and rate.
    TaxCategory,
    /// Which is paid first.
    Priority,
    /// When it is due.
    DueRule,
}

/// The five sheets.
pub(super) fn layouts() -> [&'static Layout; 5] {
    [&entrances::LAYOUT, &owners::LAYOUT, &fee_items::LAYOUT, &units::LAYOUT, &parking_spaces::LAYOUT]
}

/// Reads the five sheets.
pub fn read_community(book: &Workbook) -> CommunityImport {
    let mut findings = Vec::new();
    let entrances = table(book, &entrances::LAYOUT, &mut findings);
    let owners = table(book, &owners::LAYOUT, &mut findings);
    let fee_items = table(book, &fee_items::LAYOUT, &mut findings);
    let units = table(book, &units::LAYOUT, &mut findings);
    let spaces = table(book, &parking_spaces::LAYOUT, &mut findings);
    let (Some(entrances), Some(owners), Some(fee_items), Some(units)) = (entrances, owners, fee_items, units) else {
        return CommunityImport { findings, ..CommunityImport::default() };
    };
    // Rows without their columns would each break a rule that the one missing heading already says.
    if !findings.is_empty() {
        return CommunityImport { findings, ..CommunityImport::default() };
    }
    let (entrance_rows, entrances, buildings) = entrances::read(&entrances, &mut findings);
    let (owner_rows, owners) = owners::read(&owners, &mut findings);
    let (fee_item_rows, fee_items) = fee_items::read(&fee_items, &mut findings);
    let known = references::Known { entrances, buildings, owners, fee_items };
    let (units, codes) = units::read(&units, &known, &mut findings);
    let file = CommunityFile {
        units,
        parking_spaces: match spaces {
            Some(spaces) => parking_spaces::read(&spaces, &known, codes, &mut findings),
            None => Vec::new(),
        },
        entrances: entrance_rows,
        owners: owner_rows,
        fee_items: fee_item_rows,
    };
    let questions = file.fee_items.iter().map(FeeItemQuestions::of).collect();
    CommunityImport { file, findings, questions }
}

impl FeeItemQuestions {
    fn of(item: &FeeItemRow) -> Self {
        let asks = &[Question::Fund, Question::TaxCategory, Question::Priority, Question::DueRule];
        Self { fee_item: item.number.clone(), name: item.name.clone(), asks }
    }
}
