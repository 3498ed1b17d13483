//! The old books of a community that goes live in the middle of a month, made up out of its roster, as the workbooks that an office
//! would send: 期初余额 with control totals, 房屋缴费历史.

use super::DemoError;
use super::plan::dice;
use crate::import::community::{CommunityFile, Holder, UnitRow};
use mingzhang_domain::calendar::{CivilDate, DateRange, Month};
use mingzhang_domain::fee_item::Price;
use mingzhang_domain::money::Money;
use rust_decimal::Decimal;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};
use std::collections::BTreeMap;

/// The fee item of deposits.
pub(super) const DEPOSIT_ITEM: &str = "装修押金";
const FEES: &str = "物业服务费";
const ENERGY: &str = "公共能耗费";

/// The two workbooks.
#[derive(Debug)]
pub(super) struct OldBooks {
    /// 期初余额
    pub(super) openings: Vec<u8>,
    /// 房屋缴费历史
    pub(super) history: Vec<u8>,
}

/// One row of openings; what is empty is left out.
struct Row {
    unit: String,
    item: &'static str,
    kind: &'static str,
    service: Option<DateRange>,
    due_on: Option<CivilDate>,
    amount: Option<Money>,
    old_receipt: String,
}

impl OldBooks {
    /// Of the owned units of a roster, for a day of going live.
    pub(super) fn made_up(file: &CommunityFile, live: CivilDate) -> Result<Self, DemoError> {
        let owned: Vec<&UnitRow> = file.units.iter().filter(|unit| unit.holder != Holder::Developer).collect();
        let price = file.fee_items.iter().find_map(|item| match &item.price {
            Price::PerArea { unit_price, .. } => Some(unit_price.decimal()),
            _ => None,
        });
        let price = price.ok_or(DemoError::Story("the roster has no price per area"))?;
        let mut rows = Vec::new();
        for (index, unit) in owned.iter().enumerate() {
            rows.extend(of_unit(index, unit, price, live)?);
        }
        let openings = openings(&rows).map_err(written)?;
        let history = history(&owned, price, live)?;
        Ok(Self { openings, history })
    }
}

fn written(_: XlsxError) -> DemoError {
    DemoError::Story("the old books could not be written")
}

/// A month's fee of a unit, in fen.
fn fee(unit: &UnitRow, price: Decimal) -> Result<Money, DemoError> {
    let whole = unit.building_area_sqm.decimal() * price;
    Ok(Money::from_decimal(whole.round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointAwayFromZero))?)
}

/// What the old books say of the n-th owned unit: one of eight has each kind of thing.
fn of_unit(index: usize, unit: &UnitRow, price: Decimal, live: CivilDate) -> Result<Vec<Row>, DemoError> {
    let (fee, month) = (fee(unit, price)?, live.month());
    let code = || unit.code.as_str().to_owned();
    let plain = |item, kind| Row {
        unit: code(),
        item,
        kind,
        service: None,
        due_on: None,
        amount: None,
        old_receipt: String::new(),
    };
    let owed = |kind, month: Month, amount| Row {
        service: Some(DateRange::of_month(month)),
        due_on: Some(month.first_day().plus_days(19)),
        amount: Some(amount),
        ..plain(FEES, kind)
    };
    let amount = |fen| Some(Money::from_fen(fen));
    // The month of going live is broken: most were billed up to the day before, some for the whole of it.
    let paid_ahead = index % 8 == 5;
    let until = if paid_ahead { month.next().first_day() } else { live };
    let billed = |item, until| {
        let mut row = plain(item, "已计费至");
        row.due_on = Some(until);
        row
    };
    let mut rows = vec![billed(FEES, until), billed(ENERGY, live)];
    rows.extend(match index % 8 {
        0 => vec![owed("欠费", month.previous().previous(), fee), owed("欠费", month.previous(), fee)],
        1 => vec![
            owed("欠费", month.previous(), fee),
            owed("违约金", month.previous(), Money::from_fen(fee.fen() / 50 + 1)),
        ],
        2 => vec![Row { amount: amount(50_000), ..plain(FEES, "预存") }],
        3 => vec![Row { amount: amount(12_088), ..plain("", "预存") }],
        4 => vec![Row {
            amount: amount(200_000),
            old_receipt: format!("S{:05}", 1 + dice(99_999, &["receipt", unit.code.as_str()])),
            ..plain(DEPOSIT_ITEM, "押金")
        }],
        6 => vec![Row {
            service: DateRange::new(month.first_day(), live).ok(),
            due_on: Some(live.day_before()),
            amount: Some(Money::from_fen(fee.fen() / 2)),
            ..plain(FEES, "欠费")
        }],
        _ => Vec::new(),
    });
    Ok(rows)
}

fn openings(rows: &[Row]) -> Result<Vec<u8>, XlsxError> {
    let head = "房屋 收费项目 类型(欠费/预存/押金/违约金) 服务开始 服务结束 到期日 金额 责任人 原收据号 备注";
    let mut totals: BTreeMap<(&str, &str), Money> = BTreeMap::new();
    let mut cells = Vec::new();
    for row in rows {
        if let Some(amount) = row.amount {
            let total = totals.entry((row.item, row.kind)).or_default();
            *total = total.fold(amount);
        }
        cells.push(row.cells());
    }
    cells.push(Vec::new());
    for ((item, kind), total) in totals {
        let texts = ["控制总额", item, kind, "", "", "", &total.to_string()];
        cells.push(texts.map(str::to_owned).to_vec());
    }
    book("期初余额", head, &cells)
}

impl Row {
    fn cells(&self) -> Vec<String> {
        let day = |day: Option<CivilDate>| day.map(|day| day.to_string()).unwrap_or_default();
        let billed = self.kind == "已计费至";
        let until = if billed { self.due_on } else { self.service.map(|service| service.until()) };
        vec![
            self.unit.clone(),
            self.item.to_owned(),
            self.kind.to_owned(),
            day(self.service.map(|service| service.from())),
            day(until),
            day(self.due_on.filter(|_| !billed)),
            self.amount.map(|amount| amount.to_string()).unwrap_or_default(),
            "业主".to_owned(),
            self.old_receipt.clone(),
        ]
    }
}

/// A payment of each unit in the year before.
fn history(owned: &[&UnitRow], price: Decimal, live: CivilDate) -> Result<Vec<u8>, DemoError> {
    let head = "房屋 收费项目 缴费周期 开始时间 结束时间 缴费时间 应缴金额 实缴金额 收银员 备注";
    let from = (0..12).fold(live.month(), |month, _| month.previous()).first_day();
    let mut cells = Vec::new();
    for unit in owned {
        let due = Money::from_fen(fee(unit, price)?.fen().saturating_mul(6));
        let paid_on = from.plus_days(u32::try_from(dice(150, &["paid", unit.code.as_str()])).unwrap_or(0));
        cells.push(vec![
            unit.code.as_str().to_owned(),
            FEES.to_owned(),
            "6".to_owned(),
            from.to_string(),
            from.plus_months(6).to_string(),
            paid_on.to_string(),
            due.to_string(),
            due.to_string(),
            "前台".to_owned(),
            "旧系统导出".to_owned(),
        ]);
    }
    book("房屋缴费历史", head, &cells).map_err(written)
}

fn book(sheet: &str, head: &str, rows: &[Vec<String>]) -> Result<Vec<u8>, XlsxError> {
    let mut out = Workbook::new();
    // Without a fixed time the writer would ask the clock, and the bytes would differ.
    out.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?));
    let tab = out.add_worksheet().set_name(sheet)?;
    for (column, heading) in (0..).zip(head.split(' ')) {
        tab.write_string(0, column, heading)?;
    }
    for (row, cells) in (1..).zip(rows) {
        for (column, text) in (0..).zip(cells).filter(|(_, text)| !text.is_empty()) {
            tab.write_string(row, column, text)?;
        }
    }
    out.save_to_buffer()
}
