//! 期初余额: what the old books say, row by row, with their control totals in rows of their own.
//!
//! What a row names is looked up in the community as it stands; nothing here creates a unit, a fee item or a party. One
//! finding refuses the file: openings agree with their totals as a whole or not at all.

use super::columns::{Column, Layout, Table, plain, table};
use super::estate::{Estate, ITEM, KnownItem, UNIT, unit_code};
use super::field;
use super::fields::{Fields, Refused, Value};
use super::finding::{Finding, Origin, Rule};
use super::workbook::Workbook;
use mingzhang_domain::book::Fund;
use mingzhang_domain::calendar::{CivilDate, DateRange};
use mingzhang_domain::id::{AccountId, FeeItemId};
use mingzhang_domain::money::Money;
use mingzhang_domain::opening::{ControlTotal, OpeningKind, OpeningRecord};
use mingzhang_domain::value::Code;
use std::collections::{BTreeMap, HashMap, HashSet};
use unicode_normalization::UnicodeNormalization as _;

static KIND: Column = Column {
    heading: "类型(欠费/预存/押金/违约金)",
    aliases: &["类型", "期初类型", "类型(欠费/预存/押金/违约金/已计费至)"],
    required: true,
};
static FROM: Column =
    Column { heading: "服务开始", aliases: &["服务开始日", "开始时间", "开始日期"], required: true };
static UNTIL: Column =
    Column { heading: "服务结束", aliases: &["服务结束日", "结束时间", "结束日期"], required: true };
static DUE: Column = Column { heading: "到期日", aliases: &["应缴日期", "到期日期"], required: true };
static AMOUNT: Column = Column { heading: "金额", aliases: &["金额(元)"], required: true };
static WHO: Column = Column { heading: "责任人", aliases: &["责任方", "归属人"], required: false };
static RECEIPT: Column =
    Column { heading: "原收据号", aliases: &["收据号", "原收据编号"], required: false };
// Known only so that a formula in it is refused.
static REMARK: Column = Column { heading: "备注", aliases: &["说明"], required: false };

/// The sheet.
pub(super) static LAYOUT: Layout = Layout {
    name: "期初余额",
    aliases: &["期初", "期初数据"],
    required: true,
    columns: &[&UNIT, &ITEM, &KIND, &FROM, &UNTIL, &DUE, &AMOUNT, &WHO, &RECEIPT, &REMARK],
};

/// What stands in the first column of a control total.
const CONTROL: &str = "控制总额";

/// What an import would draft, and what stands in its way.
#[derive(Debug, Default)]
pub struct OpeningsImport {
    /// The records that are good, with their rows.
    pub records: Vec<(u32, OpeningRecord)>,
    /// The control totals of the file; none when they are to be typed.
    pub totals: Vec<ControlTotal>,
    /// What is wrong, in the order of rows.
    pub findings: Vec<Finding>,
}

impl OpeningsImport {
    /// What the records sum to, by kind and fee item. A sum beyond the range of money stays where it was: it agrees with
    /// no control total.
    pub fn sums(&self) -> BTreeMap<(OpeningKind, Option<FeeItemId>), Money> {
        let mut sums: BTreeMap<(OpeningKind, Option<FeeItemId>), Money> = BTreeMap::new();
        for (kind, fee_item, amount) in self.records.iter().filter_map(|(_, record)| record.counts()) {
            let sum = sums.entry((kind, fee_item)).or_default();
            *sum = sum.plus(amount).unwrap_or(*sum);
        }
        sums
    }
}

/// Kinds of rows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Of(OpeningKind),
    BilledUntil,
}

/// Who a row says owes it, or whose it is.
#[derive(Clone, Copy)]
enum Who {
    Owner,
    Tenant,
    Developer,
}

/// What stands in the first column.
enum Named {
    Control,
    Unit(Code),
}

/// Reads the sheet.
pub fn read_openings(book: &Workbook, estate: &Estate) -> OpeningsImport {
    let mut import = OpeningsImport::default();
    let Some(table) = table(book, &LAYOUT, &mut import.findings) else { return import };
    let mut control: Vec<(u32, ControlTotal)> = Vec::new();
    let mut said = Said::default();
    for row in table.rows() {
        let mut fields = Fields::of(&table, row, &mut import.findings);
        match fields.required(&UNIT, named) {
            Ok(Named::Control) => {
                let total = control_total(&mut fields, estate).ok().filter(|_| fields.sound());
                control.extend(total.map(|total| (row.number, total)));
            }
            Ok(Named::Unit(code)) => {
                let record = record(&mut fields, estate, &code).ok().filter(|_| fields.sound());
                let Some(record) = record else { continue };
                match said.again(&record) {
                    None => import.records.push((row.number, record)),
                    Some((column, rule)) => {
                        fields.refuse(column, rule);
                    }
                }
            }
            Err(Refused) => {}
        }
    }
    if import.findings.is_empty() {
        compare(&table, &control, &mut import);
    }
    import.totals = control.into_iter().map(|(_, total)| total).collect();
    import
}

fn record(fields: &mut Fields<'_, '_>, estate: &Estate, code: &Code) -> Result<OpeningRecord, Refused> {
    let kind = fields.required(&KIND, kind)?;
    let unit = estate.unit(code).ok_or_else(|| fields.refuse(&UNIT, Rule::UnitUnknown));
    let item = fee_item(fields, estate, kind);
    let amount = if kind == Kind::BilledUntil { Ok(Money::ZERO) } else { fields.required(&AMOUNT, amount) };
    let who = fields.optional(&WHO, who)?.unwrap_or(Who::Owner);
    let (unit, item, amount) = (unit?, item?, amount?);
    let account = unit.account;
    let party = match who {
        Who::Owner => unit.owner,
        Who::Tenant => unit.tenant,
        Who::Developer => unit.developer,
    };
    let party = party.ok_or_else(|| fields.refuse(&WHO, Rule::PartyUnknown));
    Ok(match (kind, item) {
        (Kind::Of(OpeningKind::Credit), fee_item) => {
            OpeningRecord::Credit { account, fee_item, holder: party?, amount }
        }
        (_, None) => return Err(fields.refuse(&ITEM, Rule::Required)),
        (Kind::Of(OpeningKind::Deposit), Some(fee_item)) => {
            let old_receipt = fields.required(&RECEIPT, receipt)?;
            OpeningRecord::Deposit { account, fee_item, payer: party?, old_receipt, amount }
        }
        (Kind::Of(OpeningKind::Charge), Some(fee_item)) => {
            let (service, due_on) = dated(fields)?;
            OpeningRecord::Charge { account, fee_item, obligor: party?, service, due_on, amount }
        }
        (Kind::Of(OpeningKind::LateFee), Some(fee_item)) => {
            let (service, due_on) = dated(fields)?;
            OpeningRecord::LateFee { account, fee_item, obligor: party?, service, due_on, amount }
        }
        (Kind::BilledUntil, Some(fee_item)) => {
            let until = fields.required(&UNTIL, field::date)?;
            OpeningRecord::BilledUntil { account, fee_item, until }
        }
    })
}

fn dated(fields: &mut Fields<'_, '_>) -> Result<(DateRange, CivilDate), Refused> {
    let from = fields.required(&FROM, field::date);
    let until = fields.required(&UNTIL, field::date);
    let due_on = fields.required(&DUE, field::date);
    let service = DateRange::new(from?, until?).map_err(|_| fields.refuse(&UNTIL, Rule::EndBeforeStart));
    Ok((service?, due_on?))
}

/// The fee item of a row, if it names one; its fund must go with the kind.
fn fee_item(fields: &mut Fields<'_, '_>, estate: &Estate, kind: Kind) -> Result<Option<FeeItemId>, Refused> {
    let Some(name) = fields.optional(&ITEM, field::text::<100>)? else { return Ok(None) };
    let KnownItem { id, fund } = estate.fee_item(&name).map_err(|rule| fields.refuse(&ITEM, rule))?;
    let fits = match (kind, fund) {
        (Kind::Of(OpeningKind::Deposit), _) => fund == Fund::Deposit,
        (Kind::Of(OpeningKind::Charge | OpeningKind::LateFee), Fund::Deposit | Fund::MaintenanceFund) => false,
        _ => true,
    };
    if fits { Ok(Some(id)) } else { Err(fields.refuse(&ITEM, Rule::FundUnfit)) }
}

fn control_total(fields: &mut Fields<'_, '_>, estate: &Estate) -> Result<ControlTotal, Refused> {
    let kind = fields.required(&KIND, kind)?;
    let item = fee_item(fields, estate, kind);
    let amount = fields.required(&AMOUNT, total);
    let Kind::Of(of) = kind else { return Err(fields.refuse(&KIND, Rule::UnknownValue)) };
    Ok(ControlTotal { kind: of, fee_item: item?, amount: amount? })
}

/// What the rows above said.
#[derive(Default)]
struct Said {
    services: HashMap<(AccountId, FeeItemId, bool), Vec<DateRange>>,
    billed: HashSet<(AccountId, FeeItemId)>,
}

impl Said {
    /// Where a record says what one above it said, and by which rule it may not.
    fn again(&mut self, record: &OpeningRecord) -> Option<(&'static Column, Rule)> {
        let (key, service) = match record {
            OpeningRecord::Charge { account, fee_item, service, .. } => ((*account, *fee_item, false), *service),
            OpeningRecord::LateFee { account, fee_item, service, .. } => ((*account, *fee_item, true), *service),
            OpeningRecord::BilledUntil { account, fee_item, .. } => {
                let first = self.billed.insert((*account, *fee_item));
                return (!first).then_some((&UNTIL, Rule::BilledUntilDuplicate));
            }
            OpeningRecord::Credit { .. } | OpeningRecord::Deposit { .. } => return None,
        };
        let before = self.services.entry(key).or_default();
        let again = before.iter().any(|have| have.overlaps(service));
        before.push(service);
        again.then_some((&FROM, Rule::ServiceDuplicate))
    }
}

/// Compares the records with the control totals of the file, if it has any.
fn compare(table: &Table<'_>, control: &[(u32, ControlTotal)], import: &mut OpeningsImport) {
    if control.is_empty() {
        return;
    }
    let mut sums = import.sums();
    for (row, total) in control {
        if sums.remove(&(total.kind, total.fee_item)).unwrap_or_default() != total.amount {
            import.findings.push(table.finding(*row, &AMOUNT, Rule::TotalDiffers, Origin::Primary));
        }
    }
    if !sums.is_empty() {
        import.findings.push(table.finding(0, &AMOUNT, Rule::TotalMissing, Origin::Primary));
    }
}

fn named(value: &Value<'_>) -> Result<Named, Rule> {
    let text = field::text::<40>(value)?;
    if plain(&text) == plain(CONTROL) {
        return Ok(Named::Control);
    }
    unit_code(value).map(Named::Unit)
}

fn kind(value: &Value<'_>) -> Result<Kind, Rule> {
    let known = [
        ("欠费", Kind::Of(OpeningKind::Charge)),
        ("违约金", Kind::Of(OpeningKind::LateFee)),
        ("预存", Kind::Of(OpeningKind::Credit)),
        ("押金", Kind::Of(OpeningKind::Deposit)),
        ("已计费至", Kind::BilledUntil),
    ];
    field::one_of(value, &known)
}

fn who(value: &Value<'_>) -> Result<Who, Rule> {
    let known = [("业主", Who::Owner), ("租户", Who::Tenant), ("承租人", Who::Tenant), ("开发商", Who::Developer)];
    field::one_of(value, &known)
}

fn receipt(value: &Value<'_>) -> Result<Code, Rule> {
    let text = field::text::<32>(value)?;
    text.nfkc().collect::<String>().to_uppercase().parse().map_err(|_| Rule::CodeInvalid)
}

fn amount(value: &Value<'_>) -> Result<Money, Rule> {
    let amount = total(value)?;
    if amount.is_positive() { Ok(amount) } else { Err(Rule::MustBePositive) }
}

fn total(value: &Value<'_>) -> Result<Money, Rule> {
    Money::from_decimal(field::amount(value)?.decimal()).map_err(|_| Rule::OutOfRange)
}

#[cfg(test)]
mod tests {
    use super::super::estate::KnownUnit;
    use super::super::workbook::read_csv_set;
    use super::*;
    use uuid::Uuid;

    const HEAD: &str = "房屋,收费项目,类型(欠费/预存/押金/违约金),服务开始,服务结束,到期日,金额,责任人,原收据号,备注\n";

    fn id<T: From<Uuid>>(n: u128) -> T {
        T::from(Uuid::from_u128(n))
    }

    fn estate() -> Estate {
        let mut estate = Estate::default();
        let unit = KnownUnit { unit: id(4), account: id(1), owner: Some(id(2)), tenant: None, developer: Some(id(3)) };
        estate.add_unit("8-3-503".parse().unwrap(), unit);
        estate.add_fee_item("物业服务费", id(10), Fund::Operating);
        estate.add_fee_item("装修押金", id(11), Fund::Deposit);
        estate.add_fee_item("水费", id(12), Fund::PassThrough);
        estate.add_fee_item("水 费", id(13), Fund::PassThrough);
        estate
    }

    fn read(rows: &str) -> OpeningsImport {
        let csv = format!("{HEAD}{rows}");
        let book = read_csv_set(&[("期初余额", csv.as_bytes())]).unwrap();
        read_openings(&book, &estate())
    }

    fn rules(rows: &str) -> Vec<(u32, &'static str)> {
        read(rows).findings.iter().map(|finding| (finding.row, finding.rule.code())).collect()
    }

    #[test]
    fn rows_and_control_totals_are_read_with_blank_rows_between() {
        let found = read(
            "8-3-503,物业服务费,欠费,2026-01-01,2026-02-01,2026-01-28,143.89,业主,,\n\
             8-3-503,物业服务费,违约金,2026-01-01,2026-02-01,2026-01-28,8.80,,,\n\
             8-3-503,物业服务费,预存,,,,200.00,业主,,\n8-3-503,,预存,,,,1.00,业主,,\n\
             8-3-503,装修押金,押金,,,,88.88,业主,S51821,\n8-3-503,物业服务费,已计费至,,2026-02-01,,,,,\n,,,,,,,,,\n\
             控制总额,物业服务费,欠费,,,,143.89,,,\n控制总额,物业服务费,违约金,,,,8.80,,,\n\
             控制总额,物业服务费,预存,,,,200.00,,,\n控制总额,,预存,,,,1.00,,,\n控制总额,装修押金,押金,,,,88.88,,,\n",
        );
        assert_eq!(found.findings, []);
        assert_eq!((found.records.len(), found.totals.len()), (6, 5));
    }

    #[test]
    fn each_fault_is_named_where_it_stands() {
        let debt = "8-3-503,物业服务费,欠费,2026-01-01,2026-02-01,2026-01-28,1.00,业主,,\n";
        assert_eq!(rules("9-9-999,物业服务费,预存,,,,1.00,业主,,\n"), [(2, "unit_unknown")]);
        assert_eq!(rules("8-3-503,车位费,预存,,,,1.00,业主,,\n"), [(2, "fee_item_not_in_community")]);
        assert_eq!(rules("8-3-503,物业服务费,押金,,,,1.00,业主,S1,\n"), [(2, "fund_unfit")]);
        assert_eq!(rules("8-3-503,装修押金,押金,,,,1.00,业主,,\n"), [(2, "required")]);
        assert_eq!(rules("8-3-503,物业服务费,预存,,,,1.00,租户,,\n"), [(2, "party_unknown")]);
        assert_eq!(rules("8-3-503,物业服务费,预存,,,,0,业主,,\n"), [(2, "must_be_positive")]);
        assert_eq!(rules("8-3-503,物业服务费,借款,,,,1.00,业主,,\n"), [(2, "unknown_value")]);
        assert_eq!(rules(&format!("{debt}{debt}")), [(3, "service_duplicate")]);
        assert_eq!(rules("8-3-503,水费,预存,,,,1.00,业主,,\n"), [(2, "fee_item_ambiguous")]);
        let billed = "8-3-503,物业服务费,已计费至,,2026-02-01,,,,,\n";
        assert_eq!(rules(&format!("{billed}{billed}")), [(3, "billed_until_duplicate")]);
        let reversed = debt.replace("2026-02-01", "2025-12-01");
        assert_eq!(rules(&reversed), [(2, "end_before_start")]);
        let off = format!("{debt}控制总额,物业服务费,欠费,,,,1.01,,,\n");
        assert_eq!(rules(&off), [(3, "total_differs")]);
        let missing = format!("{debt}控制总额,装修押金,押金,,,,0.00,,,\n");
        assert_eq!(rules(&missing), [(0, "total_missing")]);
        assert_eq!(rules("8-3-503,物业服务费,预存,,,,=1+1,业主,,\n"), [(2, "formula_not_allowed")]);
    }
}
