//! A statement 对账单 as a table: what was open before its first day, every fact, and what is open after its last.
//!
//! Facts stand in the order of their accounting dates and so does the balance, whenever they were recorded.

use super::{Cell, MAX_ROWS, Sheet, words};
use crate::column::{Amount, EventType, Text};
use crate::payment_history::PaymentHistory;
use crate::reader::{Read, ReadError, Reader};
use chrono::NaiveDate;
use mingzhang_domain::calendar::{CivilDate, Month};
use mingzhang_domain::id::{AccountId, LedgerId, PartyId};
use mingzhang_domain::value::{Code, Label};
use uuid::Uuid;

/// The statement of an account from a day to a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The first day and the last.
    pub days: (CivilDate, CivilDate),
    /// The code of the account's unit.
    pub code: Option<Text<Code>>,
    /// Open charges less unspent credit before the first day.
    pub opening: Amount,
    /// In the order of the days; one more than [`MAX_ROWS`] says that there are more.
    pub facts: Vec<Fact>,
    /// 历史: payments that an old system recorded in these days, in no balance; bounded likewise.
    pub history: Vec<PaymentHistory>,
}

/// A fact of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Where it stands in the log.
    pub position: i64,
    /// What happened.
    pub event_type: Text<EventType>,
    /// The accounting date.
    pub effective_on: NaiveDate,
    /// The day the money was really the company's, or left it.
    pub value_on: Option<NaiveDate>,
    /// The fee item's name.
    pub fee_item: Option<Text<Label>>,
    /// The charge's accounting month.
    pub period: Option<Text<Month>>,
    /// How much it is about.
    pub amount: Amount,
    /// By how much it changes the balance.
    pub effect: Amount,
}

struct Opening {
    code: Option<Text<Code>>,
    balance: Amount,
}

impl Statement {
    /// As a table.
    pub fn sheet(&self) -> Sheet {
        let headings = [
            "日期 Date",
            "事项 Fact",
            "收费项目 Fee item",
            "账期 Period",
            "到账日 Value date",
            "金额 Amount",
            "增减 Change",
            "余额 Balance",
            "记录号 Position",
        ];
        let mut balance = self.opening;
        let mut rows = vec![bound(self.days.0, "期初余额", balance)];
        for fact in &self.facts {
            balance.add(fact.effect);
            rows.push(vec![
                date(fact.effective_on),
                Cell::text(words::fact(fact.event_type.0)),
                fact.fee_item.as_ref().map_or(Cell::Empty, Cell::text),
                fact.period.as_ref().map_or(Cell::Empty, Cell::text),
                fact.value_on.map_or(Cell::Empty, date),
                Cell::Amount(fact.amount.decimal()),
                Cell::Amount(fact.effect.decimal()),
                Cell::Amount(balance.decimal()),
                u64::try_from(fact.position).map_or(Cell::Empty, Cell::Number),
            ]);
        }
        rows.push(bound(self.days.1, "期末余额", balance));
        rows.extend(self.history.iter().map(remembered));
        Sheet { name: "对账单", headings: headings.to_vec(), rows }
    }
}

/// A payment of an old system: it changes nothing.
fn remembered(payment: &PaymentHistory) -> Vec<Cell> {
    vec![
        date(payment.paid_on),
        Cell::text("历史"),
        Cell::text(&payment.item),
        Cell::Empty,
        Cell::Empty,
        Cell::Amount(payment.paid.decimal()),
        Cell::Empty,
        Cell::Empty,
        u64::try_from(payment.position).map_or(Cell::Empty, Cell::Number),
    ]
}

/// The balance at one end, in the column of balances.
fn bound(day: CivilDate, what: &str, balance: Amount) -> Vec<Cell> {
    let between = std::iter::repeat_n(Cell::Empty, 5);
    let ends = [Cell::Amount(balance.decimal()), Cell::Empty];
    [Cell::Date(day), Cell::text(what)].into_iter().chain(between).chain(ends).collect()
}

fn date(day: NaiveDate) -> Cell {
    CivilDate::from_naive(day).map_or(Cell::Empty, Cell::Date)
}

impl Reader {
    /// The statement of an account, or of one party of it, from a day to a day; nothing when there is no such account.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn statement_between(
        &self,
        ledger: LedgerId,
        (account, party): (AccountId, Option<PartyId>),
        days: (CivilDate, CivilDate),
    ) -> Result<Read<Option<Statement>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let (ledger, generation, account) = (s.ledger, s.generation, account.uuid());
                let party = party.map(|party| party.uuid());
                let (first, last) = (days.0.naive(), days.1.naive());
                let opening = sqlx::query_file_as!(
                    Opening,
                    "sql/statement_opening.sql",
                    ledger,
                    generation,
                    account,
                    first,
                    party
                );
                let Some(opening) = opening.fetch_optional(s.conn()).await? else { return Ok(None) };
                let limit = i64::from(MAX_ROWS) + 1;
                let facts = sqlx::query_file_as!(
                    Fact,
                    "sql/statement_between.sql",
                    ledger,
                    generation,
                    account,
                    first,
                    last,
                    limit,
                    party
                );
                let facts = facts.fetch_all(s.conn()).await?;
                let statement =
                    |history| Statement { days, code: opening.code, opening: opening.balance, facts, history };
                if party.is_some() {
                    // What the old system recorded names a unit, and nobody's own.
                    return Ok(Some(statement(Vec::new())));
                }
                let history = sqlx::query_file_as!(
                    PaymentHistory,
                    "sql/payment_history_of_account.sql",
                    ledger,
                    generation,
                    account,
                    None::<&str>,
                    first,
                    last,
                    Uuid::max(),
                    limit
                );
                let mut history = history.fetch_all(s.conn()).await?;
                history.reverse();
                Ok(Some(statement(history)))
            })
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(day: &str, effect: i64, item: &str) -> Fact {
        Fact {
            position: 7,
            event_type: Text("charge_posted".parse().unwrap()),
            effective_on: day.parse::<CivilDate>().unwrap().naive(),
            value_on: None,
            fee_item: Some(Text(item.parse().unwrap())),
            period: None,
            amount: Amount::from_fen(effect.abs()),
            effect: Amount::from_fen(effect),
        }
    }

    fn old(day: &str, paid: i64) -> PaymentHistory {
        PaymentHistory {
            import_id: Uuid::nil(),
            history_id: Uuid::nil(),
            position: 3,
            account_id: Uuid::nil(),
            item: Text("物业服务费".parse().unwrap()),
            fee_item_id: None,
            service_from: None,
            service_until: None,
            paid_on: day.parse::<CivilDate>().unwrap().naive(),
            due: None,
            paid: Amount::from_fen(paid),
            reference: None,
            note_item_id: None,
        }
    }

    #[test]
    fn the_balance_runs_from_what_was_open_to_what_is_open() {
        let statement = Statement {
            days: ("2026-01-01".parse().unwrap(), "2026-01-31".parse().unwrap()),
            code: None,
            opening: Amount::from_fen(-1000),
            facts: vec![fact("2026-01-05", 2500, "=1+1"), fact("2026-01-05", -300, "水费")],
            history: vec![old("2026-01-02", 8800)],
        };
        let csv = statement.sheet().file(super::super::Format::Csv).unwrap();
        let text = String::from_utf8(csv).unwrap();
        let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(
            lines,
            [
                "日期 Date,事项 Fact,收费项目 Fee item,账期 Period,到账日 Value date,金额 Amount,增减 Change,余额 Balance,记录号 Position",
                "2026-01-01,期初余额,,,,,,-10.00,",
                "2026-01-05,应收,'=1+1,,,25.00,25.00,15.00,7",
                "2026-01-05,应收,水费,,,3.00,-3.00,12.00,7",
                "2026-01-31,期末余额,,,,,,12.00,",
                "2026-01-02,历史,物业服务费,,,88.00,,,3",
            ]
        );
    }
}
