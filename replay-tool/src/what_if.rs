//! `what-if`: what real history would have come to under another price, a percentage of it, or another late-fee policy.
//!
//! The same rules answer `GET …/what-if`. Nothing is written: the auditor's role cannot.

use crate::source::{Source, last_taken};
use crate::table::Table;
use crate::{Outcome, ToolError};
use mingzhang_domain::account::Days;
use mingzhang_domain::book::VatCategory;
use mingzhang_domain::calendar::{CivilDate, Month};
use mingzhang_domain::community::LateFeePolicySet;
use mingzhang_domain::fee_item::{FeeItemEvent, Vat};
use mingzhang_domain::id::{FeeItemId, LedgerId, UnitCodeId, UnitId};
use mingzhang_domain::money::RoundTo;
use mingzhang_domain::refusal::Refusal;
use mingzhang_domain::rule::late_fee::GraceMode;
use mingzhang_domain::stream::Event;
use mingzhang_domain::value::{Count, Exact};
use mingzhang_domain::what_if::{ASSUMPTION, Answer, Change, Collected, History, NewPrice, Sides, WhatIf};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use sqlx::PgPool;
use std::ops::ControlFlow;
use std::str::FromStr;
use uuid::Uuid;

/// What to think of.
#[derive(Debug, clap::Args)]
pub(crate) struct WhatIfArguments {
    /// The community's ledger.
    #[arg(long)]
    ledger: Uuid,
    /// The fee item: its id or its name. Needed for a price; of a policy the item that it is for.
    #[arg(long, value_name = "ID|NAME")]
    item: Option<String>,
    /// The code of a unit: the price of this unit alone.
    #[arg(long, value_name = "CODE", conflicts_with = "daily_rate")]
    unit: Option<String>,
    /// In place of the one number of the item's price, such as yuan per square metre and month.
    #[arg(long, group = "change", requires = "item", allow_negative_numbers = true, value_parser = exact)]
    price: Option<Exact>,
    /// So many percent of the price, whatever its kind: 95 is a discount of five percent.
    #[arg(long, group = "change", requires = "item", allow_negative_numbers = true, value_parser = exact)]
    percent: Option<Exact>,
    /// A late-fee policy: of the open principal per day.
    #[arg(long, group = "change", required_unless_present_any = ["price", "percent"], allow_negative_numbers = true,
        value_parser = exact)]
    daily_rate: Option<Exact>,
    /// Of that policy: days without a fee.
    #[arg(long, requires = "daily_rate", default_value_t = 0)]
    grace_days: u32,
    /// Of that policy: what those days do once they are over, `skip` or `retroactive`.
    #[arg(long, requires = "daily_rate", default_value = "skip")]
    grace_mode: GraceMode,
    /// Of that policy: the most, of the principal open at the end of the due date.
    #[arg(long, requires = "daily_rate", value_parser = exact)]
    cap_ratio: Option<Exact>,
    /// First service day with the other price, or first due date of the policy; the first day of the periods without it.
    #[arg(long, value_name = "DATE")]
    from: Option<CivilDate>,
    /// Day after the last with the other price; for ever without it.
    #[arg(long, value_name = "DATE", conflicts_with = "daily_rate")]
    until: Option<CivilDate>,
    /// The accounting months whose charges are looked at: one, or the first and the last as 2026-01..2026-03.
    #[arg(long, value_name = "MONTH[..MONTH]")]
    periods: Months,
    /// Payments and arrears as of the end of this day; without it the last day of the periods.
    #[arg(long, value_name = "DATE")]
    on: Option<CivilDate>,
    /// Units that are printed in words, those with the largest difference; `--json` prints all.
    #[arg(long, default_value_t = 20)]
    units: usize,
    /// Print a JSON document in place of words.
    #[arg(long)]
    json: bool,
}

/// The first month and the last.
#[derive(Debug, Clone, Copy)]
struct Months(Month, Month);

impl FromStr for Months {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let (first, last) = text.split_once("..").unwrap_or((text, text));
        let month = |text: &str| text.parse().map_err(|_| format!("{text:?} is no month YYYY-MM"));
        Ok(Self(month(first)?, month(last)?))
    }
}

/// A decimal as people write it: `2.30` is `2.3`.
fn exact(text: &str) -> Result<Exact, String> {
    let wrong = || format!("{text:?} is no decimal of at most 12 digits before and 8 after the point");
    Decimal::from_str_exact(text).ok().and_then(|decimal| Exact::new(decimal).ok()).ok_or_else(wrong)
}

impl WhatIfArguments {
    /// Folds the log and answers.
    ///
    /// # Errors
    /// [`ToolError::Usage`] for what names nobody or is out of range.
    pub(crate) async fn run(&self, pool: &PgPool) -> Result<Outcome, ToolError> {
        let ledger = LedgerId(self.ledger);
        let source = Source::log(pool, ledger).await?;
        let on = self.on.unwrap_or(self.periods.1.last_day());
        let unit = self.unit(source, ledger).await?;
        let seen = source.each(None, Seen::default(), move |seen, _, event| {
            seen.history.see(event, on);
            if let Event::FeeItem(FeeItemEvent::FeeItemCreated(created)) = &event.event {
                seen.fee_items.push((FeeItemId(event.stream.id), created.name.to_string()));
            }
            ControlFlow::Continue(())
        });
        let Seen { history, fee_items } = seen.await?;
        let asked = WhatIf { change: self.change(&fee_items, unit)?, first: self.periods.0, last: self.periods.1, on };
        let answer = history.answer(&asked).map_err(|refusal| usage(&refusal))?;
        if self.json {
            println!("{:#}", self.as_json(&answer, ledger, history.position())?);
        } else {
            self.print(&answer, ledger, history.position());
        }
        Ok(Outcome::Well)
    }

    async fn unit(&self, source: Source<'_>, ledger: LedgerId) -> Result<Option<UnitId>, ToolError> {
        let Some(code) = &self.unit else { return Ok(None) };
        let claims = source.events(&[UnitCodeId::of_code(ledger, code).into()]).await?;
        let unit = last_taken(&claims);
        unit.map(Some).ok_or_else(|| ToolError::Usage("no unit ever had this code".into()))
    }

    fn change(&self, fee_items: &[(FeeItemId, String)], unit: Option<UnitId>) -> Result<Change, ToolError> {
        let from = self.from.unwrap_or(self.periods.0.first_day());
        let fee_item = self.item.as_deref().map(|named| {
            let id = named.parse::<Uuid>().ok().map(FeeItemId);
            let mut found = fee_items.iter().filter(|(have, name)| id == Some(*have) || name == named);
            match (found.next(), found.next()) {
                (Some((fee_item, _)), None) => Ok(*fee_item),
                (None, _) => Err(ToolError::Usage(format!("there is no fee item {named}"))),
                (Some(_), Some(_)) => {
                    Err(ToolError::Usage(format!("several fee items are called {named}: name the id")))
                }
            }
        });
        let fee_item = fee_item.transpose()?;
        let price = self.price.map(NewPrice::Yuan).or(self.percent.map(NewPrice::Percent));
        match (price.zip(fee_item), self.daily_rate) {
            (Some((price, fee_item)), _) => {
                Ok(Change::Price { fee_item, unit, days: Days { from, until: self.until }, price })
            }
            (None, Some(daily_rate)) => Ok(Change::LateFee(LateFeePolicySet {
                fee_item,
                from,
                daily_rate,
                grace_days: Count(self.grace_days),
                grace_mode: self.grace_mode,
                cap_ratio: self.cap_ratio,
                round_to: RoundTo::Fen,
                vat: Vat::of(VatCategory::NotTaxable, None),
                approved: None,
                seen: Vec::new(),
            })),
            (None, None) => Err(ToolError::Usage("name --price, --percent or --daily-rate".to_owned())),
        }
    }

    fn as_json(&self, answer: &Answer, ledger: LedgerId, position: u64) -> Result<Value, ToolError> {
        let mut document = serde_json::to_value(answer).map_err(ToolError::environment)?;
        document["ledger_id"] = json!(ledger.to_string());
        document["position"] = json!(position);
        document["period"] = json!({"from": self.periods.0.to_string(), "to": self.periods.1.to_string()});
        document["assumption"] = json!(ASSUMPTION);
        document["items"] = serde_json::to_value(&answer.units).map_err(ToolError::environment)?;
        Ok(document)
    }

    fn print(&self, answer: &Answer, ledger: LedgerId, position: u64) {
        let Months(first, last) = self.periods;
        println!("ledger {ledger} at position {position}, {first} to {last}; nothing is written");
        println!("{}", ASSUMPTION.zh);
        let mut items =
            Table::new(&["项目 fee item", "账期 period", "笔数", "现 before", "改后 after", "差 difference"], 2);
        for item in &answer.fee_items {
            let names = vec![item.fee_item_name.clone(), item.period.to_string(), item.effect.charges.to_string()];
            items.row([names, sides(item.effect.amount)].concat());
        }
        let total = vec!["合计 total".to_owned(), String::new(), answer.total.charges.to_string()];
        items.row([total, sides(answer.total.amount)].concat());
        print!("\n{items}");
        let mut rates = Table::new(
            &["收缴率 collection", "应收 net", "已收 collected", "率 rate", "改后 net", "collected", "rate"],
            1,
        );
        for month in answer.collection.iter().chain([&answer.collection_total]) {
            let period = month.period.map_or_else(|| "合计 total".to_owned(), |period| period.to_string());
            rates.row([vec![period], collected(month.before), collected(month.after)].concat());
        }
        print!("\n{rates}");
        let mut effects = Table::new(&["", "现 before", "改后 after", "差 difference"], 1);
        effects.row([vec!["欠费 arrears".to_owned()], sides(answer.arrears)].concat());
        if let Some(late_fees) = answer.late_fees {
            effects.row([vec!["未收违约金 open late fees".to_owned()], sides(late_fees)].concat());
        }
        print!("\n{effects}");
        println!("多收转预存 paid over: {}", answer.paid_over);
        let left = answer.left_out;
        println!(
            "不变 left as they are: 专属单价 own price {}, 非标准计费 not by tariff {}, 无法计算 not computed {}",
            left.own_price, left.not_by_tariff, left.not_computed
        );
        let mut units = Table::new(&["房屋 unit", "笔数", "现 before", "改后 after", "差 difference"], 1);
        for unit in answer.units.iter().take(self.units) {
            let names = vec![unit.code.clone(), unit.effect.charges.to_string()];
            units.row([names, sides(unit.effect.amount)].concat());
        }
        print!("\n{units}");
        println!("{} units differ", answer.units.len());
    }
}

/// What is gathered from the log.
#[derive(Debug, Default)]
struct Seen {
    history: History,
    fee_items: Vec<(FeeItemId, String)>,
}

fn sides(sides: Sides) -> Vec<String> {
    [sides.before, sides.after, sides.difference].map(|amount| amount.to_string()).to_vec()
}

fn collected(collected: Collected) -> Vec<String> {
    let rate = collected.rate.map_or_else(|| "-".to_owned(), |rate| rate.to_string());
    vec![collected.net_charges.to_string(), collected.collected.to_string(), rate]
}

fn usage(refusal: &Refusal) -> ToolError {
    ToolError::Usage(format!("{} {} ({})", refusal.code, refusal.en, refusal.zh))
}
