//! The chart of accounts 科目表: its preset, the customer's codes, and how every book is called in a month.

use super::book_reads::present;
use super::payment::channel;
use crate::app::App;
use crate::body::{Field, rules};
use crate::command::commands;
use crate::endpoint::Parameter;
use crate::problem::Problem;
use crate::query::{Ask, Query, Reply};
use crate::reads::whole_schema;
use mingzhang_domain::book::{Book, Fund, Purse};
use mingzhang_domain::books;
use mingzhang_domain::books::chart::{ChartPreset, Coded, Place};
use mingzhang_domain::calendar::Month;
use mingzhang_domain::id::{ChannelAccountId, FeeItemId};
use mingzhang_domain::value::{AccountCode, Label};
use mingzhang_projections::chart::BookCode;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

commands! {
    /// Sets the preset that books without a code of their own take it from, from an open month on.
    pub SetChartPreset(SetChartPresetBody) = "set_chart_preset" |call, body| {
        /// First month; not a closed one.
        from: Month,
        /// Which.
        preset: ChartPreset,
    } => books::SetChartPreset { from: body.from, preset: body.preset };

    /// Sets the customer's code of a book, or of what of it is of one fund, fee item or channel account, from an open month on.
    pub SetBookCode(SetBookCodeBody) = "set_book_code" |call, body| {
        /// First month; not a closed one.
        from: Month,
        /// Whose money; the company's when absent.
        purse: Option<Purse>,
        /// The book.
        book: Book,
        /// Only of this fund.
        fund: Option<Fund>,
        /// Only of this fee item.
        fee_item: Option<FeeItemId>,
        /// Only on this channel account.
        channel_account: Option<ChannelAccountId>,
        /// The code, with its name; absent: none of its own any more.
        code: Option<AccountCode>,
        /// The name of the code.
        name: Option<Label>,
    } => {
        let coded = match (body.code, body.name) {
            (Some(code), Some(name)) => Some(Coded { code, name }),
            (None, None) => None,
            (Some(_), None) => return Err(Problem::invalid_body().at("/name", rules::REQUIRED)),
            (None, Some(_)) => return Err(Problem::invalid_body().at("/code", rules::REQUIRED)),
        };
        let known = body.channel_account.map(|id| channel(call, id)).transpose()?;
        books::SetBookCode {
            from: body.from,
            purse: body.purse.unwrap_or(Purse::Company),
            book: body.book,
            fund: body.fund,
            fee_item: body.fee_item,
            channel_account: body.channel_account,
            coded,
            seen: known.map(|channel| channel.seen).unwrap_or_default(),
        }
    };
}

/// Lists how every book is called in a month.
#[derive(Debug)]
pub struct ListChart;

impl Query for ListChart {
    const OPERATION: &'static str = "list_chart";
    const SUMMARY: &'static str = "Lists the code and name of every book in a month, and of every fund, fee item and channel account that has a code of its own then.";
    fn parameters() -> Vec<Parameter> {
        let description = "The month; the present one when absent.";
        vec![Parameter { name: "period", description, schema: Month::schema() }]
    }
    fn answer() -> Value {
        let id = json!({"type": "string", "format": "uuid"});
        whole_schema(json!({"type": "object", "required": ["purse", "book", "code", "name", "own"], "properties": {
            "purse": Purse::schema(), "book": Book::schema(), "fund": Fund::schema(), "fee_item": id, "channel_account": id,
            "code": AccountCode::schema(), "name": Label::schema(),
            "own": {"type": "boolean", "description": "False: the preset's."},
        }}))
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        let period = ask.parameters.take::<Month>("period", rules::MONTH_FORM)?;
        let period = period.map_or_else(|| present(&app), Ok)?;
        ask.parameters.finish()?;
        let read = app.read_models.codes(ask.ledger).await?;
        let chart = &read.value.chart;
        let mut items = Vec::new();
        for purse in Purse::ALL.iter().copied() {
            for book in Book::ALL.iter().copied() {
                let place = Place { purse, book, fund: None, fee_item: None, channel_account: None };
                let coded = chart.code(place, period);
                let own = coded != books::chart::preset_code(chart.preset(period), purse, book);
                items.push(shown(place, &coded, own));
            }
        }
        let narrow: BTreeMap<Place, &BookCode> = read.value.set.iter().map(|code| (place_of(code), code)).collect();
        for (place, _) in narrow.into_iter().filter(|(place, _)| is_narrow(*place)) {
            let (coded, wide) =
                (chart.code(place, period), Place { fund: None, fee_item: None, channel_account: None, ..place });
            if coded != chart.code(wide, period) {
                items.push(shown(place, &coded, true));
            }
        }
        Ok(Reply { body: json!({"items": items}), position: read.position })
    }
}

fn place_of(code: &BookCode) -> Place {
    Place {
        purse: code.purse.0,
        book: code.book.0,
        fund: code.fund.map(|fund| fund.0),
        fee_item: code.fee_item_id.map(FeeItemId),
        channel_account: code.channel_account_id.map(ChannelAccountId),
    }
}

fn is_narrow(place: Place) -> bool {
    place.fund.is_some() || place.fee_item.is_some() || place.channel_account.is_some()
}

fn shown(place: Place, coded: &Coded, own: bool) -> Value {
    let mut item = Map::new();
    let mut put = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            item.insert(name.to_owned(), json!(value));
        }
    };
    put("purse", Some(place.purse.to_string()));
    put("book", Some(place.book.to_string()));
    put("fund", place.fund.map(|fund| fund.to_string()));
    put("fee_item", place.fee_item.map(|id| id.to_string()));
    put("channel_account", place.channel_account.map(|id| id.to_string()));
    put("code", Some(coded.code.to_string()));
    put("name", Some(coded.name.to_string()));
    item.insert("own".to_owned(), json!(own));
    Value::Object(item)
}
