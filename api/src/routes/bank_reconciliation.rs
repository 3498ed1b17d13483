//! The reconciliation statement 余额调节表 of a bank account and a month.

use super::payment::channel;
use crate::app::App;
use crate::body::{Field, Positive, object_schema, rules};
use crate::command::commands;
use crate::endpoint::Parameter;
use crate::problem::Problem;
use crate::query::{Ask, Query, Reply};
use crate::rows::Row;
use mingzhang_domain::books::{self, BankItemSide};
use mingzhang_domain::calendar::{CivilDate, Month};
use mingzhang_domain::channel_account::ChannelKind;
use mingzhang_domain::id::ChannelAccountId;
use mingzhang_domain::money::Money;
use mingzhang_domain::value::Label;
use mingzhang_projections::bank_statement::{BankBalance, BankItem};
use mingzhang_projections::column::Amount;
use serde_json::{Value, json};
use std::sync::Arc;

commands! {
    /// Says what the bank has on an account at the end of a month; said again, the later holds.
    pub StateBankBalance(StateBankBalanceBody) = "state_bank_balance" |call, body| {
        /// The month, which is over.
        period: Month,
        /// What stood on it; negative when overdrawn.
        balance: Money,
    } => books::StateBankBalance {
        channel: channel(call, call.id("channel_account")?)?,
        period: body.period,
        balance: body.balance,
    };

    /// Says what bank or books have and the other has not yet 未达账项.
    pub StateBankItem(StateBankItemBody) = "state_bank_item" |call, body| {
        /// Which of them has it.
        side: BankItemSide,
        /// How much.
        amount: Positive,
        /// Its day there.
        booked_on: CivilDate,
        /// What it is.
        note: Label,
    } => books::StateBankItem {
        channel: channel(call, call.id("channel_account")?)?,
        side: body.side,
        amount: body.amount.0,
        booked_on: body.booked_on,
        note: body.note,
    };

    /// Says that the other has it too.
    pub ClearBankItem(ClearBankItemBody) = "clear_bank_item" |call, body| {
        /// Since when.
        cleared_on: CivilDate,
    } => books::ClearBankItem { item: call.id("bank_item")?, cleared_on: body.cleared_on };
}

/// Answers the statement.
#[derive(Debug)]
pub struct GetBankStatement;

impl Query for GetBankStatement {
    const OPERATION: &'static str = "get_bank_statement";
    const SUMMARY: &'static str = "Answers the reconciliation statement of a bank account and a month: the bank's balance and the books', what each has and the other has not yet, both balances adjusted by it, and the difference that nobody has explained.";
    fn parameters() -> Vec<Parameter> {
        let description = "The month; must be given.";
        vec![Parameter { name: "period", description, schema: Month::schema() }]
    }
    fn answer() -> Value {
        let amount = || json!({"type": "string", "examples": ["12000.00"]});
        object_schema(vec![
            ("period", true, "", Month::schema()),
            ("stated", false, "What the bank says; absent until somebody states it.", BankBalance::schema()),
            ("book_balance", true, "What the books say at the end of the month.", amount()),
            (
                "received_late",
                true,
                "Money by its bank day that counts in a later month, as that one was closed.",
                amount(),
            ),
            ("bounced_late", true, "Money that bounced by then and counts as gone in a later month.", amount()),
            (
                "items",
                true,
                "What one of them has and the other has not, the oldest first.",
                json!({"type": "array", "items": BankItem::schema()}),
            ),
            ("adjusted_bank", false, "The bank's balance with what only the books have.", amount()),
            ("adjusted_book", true, "The books' balance with what only the bank has.", amount()),
            ("difference", false, "0.00 when the statement foots.", amount()),
        ])
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        let period = ask.parameters.take::<Month>("period", rules::MONTH_FORM)?;
        ask.parameters.finish()?;
        let period = period.ok_or_else(|| Problem::bad_parameter().at("period", rules::MONTH_FORM))?;
        let id: ChannelAccountId = ask.ids.get("channel_account")?;
        let company = app.directory.ledger(ask.ledger).and_then(|ledger| ledger.parent);
        let company = company.ok_or_else(Problem::ledger_unknown)?;
        let account = app.directory.channel_account(company, id).filter(|account| account.kind == ChannelKind::Bank);
        account.ok_or_else(Problem::not_found)?;
        let read = app.read_models.bank_statement(ask.ledger, id, period).await?;
        let statement = &read.value;
        let text = |amount: Amount| json!(amount.to_string());
        let mut body = json!({
            "period": period.to_string(),
            "book_balance": text(statement.books.book),
            "received_late": text(statement.books.received_late),
            "bounced_late": text(statement.books.bounced_late),
            "items": statement.items.iter().map(Row::show).collect::<Vec<_>>(),
            "adjusted_book": text(statement.adjusted_book()),
        });
        if let Some(stated) = &statement.stated {
            body["stated"] = stated.show();
        }
        for (field, amount) in [("adjusted_bank", statement.adjusted_bank()), ("difference", statement.difference())] {
            if let Some(amount) = amount {
                body[field] = text(amount);
            }
        }
        Ok(Reply { body, position: read.position })
    }
}
