//! The history of one account: every fact in one sentence, with what was owed and what was credit after it.

use super::words::{self, Language};
use crate::ToolError;
use crate::sheet_file::SheetFile;
use crate::source::last_taken;
use mingzhang_domain::book::Book;
use mingzhang_domain::envelope::{Recorded, instant_text};
use mingzhang_domain::fee_item::FeeItemEvent;
use mingzhang_domain::id::{AccountId, FeeItemId, LedgerId, UnitCodeId};
use mingzhang_domain::money::Money;
use mingzhang_domain::stream::Event;
use mingzhang_projections::sheet::{Cell, Sheet};
use serde_json::{Value, json};
use sqlx::{PgConnection, PgPool};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Whose history.
#[derive(Debug, clap::Args)]
pub(super) struct Account {
    /// The community's ledger.
    #[arg(long)]
    ledger: Uuid,
    /// The account.
    #[arg(long, required_unless_present = "unit", conflicts_with = "unit")]
    account: Option<Uuid>,
    /// The unit's code, in place of the account.
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
    /// The language of the sentences.
    #[arg(long, value_enum, default_value = "zh")]
    language: Language,
    /// Print a JSON document in place of lines.
    #[arg(long)]
    json: bool,
    /// Write the lines to a file, as its ending says: .csv or .xlsx.
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    out: Option<SheetFile>,
}

/// What is owed and what is credit after an event.
#[derive(Debug, Clone, Copy, Default)]
struct Balance {
    owed: Money,
    credit: Money,
}

impl Account {
    pub(super) async fn run(&self, pool: &PgPool) -> Result<(), ToolError> {
        let mut conn = pool.acquire().await?;
        let ledger = LedgerId(self.ledger);
        let account = self.account(&mut conn, ledger).await?;
        let events = stream(&mut conn, ledger, account.uuid()).await?;
        if events.is_empty() {
            return Err(ToolError::Usage(format!("there is no account {account}")));
        }
        let names = fee_items(&mut conn, ledger, &events).await?;
        let mut balance = Balance::default();
        let mut lines = Vec::new();
        for event in &events {
            balance = balance.after(event);
            if let Event::Account(fact) = &event.event {
                let sentence = words::sentence(fact, self.language, &names);
                lines.push((event, sentence, balance));
            }
        }
        if let Some(file) = &self.out {
            file.write(&as_sheet(&lines))?;
        } else if self.json {
            println!("{:#}", lines.iter().map(as_json).collect::<Value>());
        } else {
            lines.iter().for_each(print);
        }
        Ok(())
    }

    async fn account(&self, conn: &mut PgConnection, ledger: LedgerId) -> Result<AccountId, ToolError> {
        let Some(code) = &self.unit else {
            return self.account.map(AccountId).ok_or_else(|| ToolError::Usage("name an account or a unit".into()));
        };
        let claims = stream(conn, ledger, UnitCodeId::of_code(ledger, code).uuid()).await?;
        last_taken(&claims).map(AccountId::of_unit).ok_or_else(|| ToolError::Usage("no unit ever had this code".into()))
    }
}

impl Balance {
    fn after(mut self, event: &Recorded) -> Self {
        for line in event.postings.iter().flatten() {
            match line.book {
                Book::Receivable | Book::PassThroughReceivable => self.owed = self.owed.fold(line.amount),
                Book::Credit => self.credit = self.credit.fold(line.amount.negated()),
                _ => {}
            }
        }
        self
    }
}

/// All events of a stream, in order.
async fn stream(conn: &mut PgConnection, ledger: LedgerId, stream: Uuid) -> Result<Vec<Recorded>, ToolError> {
    let rows = sqlx::query_file!("sql/show_stream.sql", ledger.uuid(), stream).fetch_all(conn).await?;
    rows.iter().map(|row| Recorded::from_body(&row.body).map_err(ToolError::environment)).collect()
}

/// The names of the fee items that the account's charges are for.
async fn fee_items(
    conn: &mut PgConnection,
    ledger: LedgerId,
    events: &[Recorded],
) -> Result<HashMap<FeeItemId, String>, ToolError> {
    let ids: BTreeSet<FeeItemId> = events
        .iter()
        .filter_map(|event| match &event.event {
            Event::Account(fact) => words::fee_item(fact),
            _ => None,
        })
        .collect();
    let mut names = HashMap::new();
    for id in ids {
        let created = stream(conn, ledger, id.uuid()).await?.into_iter().next();
        if let Some(Event::FeeItem(FeeItemEvent::FeeItemCreated(item))) = created.map(|event| event.event) {
            names.insert(id, item.name.to_string());
        }
    }
    Ok(names)
}

fn print((event, sentence, balance): &(&Recorded, String, Balance)) {
    println!("{:>7}  {}  {sentence}  [{} / {}]", event.position, event.effective_on, balance.owed, balance.credit);
}

fn as_sheet(lines: &[(&Recorded, String, Balance)]) -> Sheet {
    let row = |(event, sentence, balance): &(&Recorded, String, Balance)| {
        vec![
            Cell::Date(event.effective_on),
            Cell::text(sentence),
            Cell::Amount(balance.owed.decimal()),
            Cell::Amount(balance.credit.decimal()),
            Cell::Number(event.position),
        ]
    };
    let headings = vec!["日期 Date", "事项 Fact", "应收 Owed", "预存 Credit", "记录号 Position"];
    Sheet { name: "户账明细", headings, rows: lines.iter().map(row).collect() }
}

fn as_json((event, sentence, balance): &(&Recorded, String, Balance)) -> Value {
    json!({
        "position": event.position,
        "event_type": event.event.event_type(),
        "effective_on": event.effective_on.to_string(),
        "recorded_at": instant_text(event.recorded_at),
        "sentence": sentence,
        "owed": balance.owed.to_string(),
        "credit": balance.credit.to_string(),
    })
}
