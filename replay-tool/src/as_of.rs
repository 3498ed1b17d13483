//! `as-of`: what an account owed and had on an effective date, the whole trial balance, or the figures of a period, as
//! known at a moment.
//!
//! Folded from the log alone: a later fact changes no earlier answer, whatever the read models say.

use crate::books::{AccountKey, Balance, Books, Turnover};
use crate::figures::{self, Question};
use crate::sheet_file::SheetFile;
use crate::table::Table;
use crate::{Outcome, ToolError};
use mingzhang_domain::book::{Book, Fund, Purse};
use mingzhang_domain::calendar::{CivilDate, Month};
use mingzhang_domain::envelope::instant_text;
use mingzhang_domain::figures::By;
use mingzhang_domain::id::{AccountId, LedgerId};
use mingzhang_domain::known::Known;
use mingzhang_domain::rule::figures::Query;
use mingzhang_projections::sheet::{Cell, Sheet, words};
use mingzhang_store::log;
use serde_json::{Value, json};
use sqlx::PgPool;
use std::fmt::{self, Display};
use uuid::Uuid;

/// The question.
#[derive(Debug, clap::Args)]
pub(crate) struct AsOf {
    /// The ledger.
    #[arg(long)]
    ledger: Uuid,
    /// The account: its id, or the code of its unit. Without it the trial balance of the whole ledger.
    #[arg(long)]
    account: Option<String>,
    /// Only facts effective by this date count (YYYY-MM-DD); without it those of every date.
    #[arg(long, value_name = "DATE")]
    on: Option<CivilDate>,
    /// Only what was known then: a position, a date (the end of that day in Shanghai) or an instant; without it everything.
    #[arg(long, value_name = "POSITION|DATE|INSTANT")]
    known_at: Option<Known>,
    /// The figures of this month (YYYY-MM) in place of balances; `--on` is then by default its last day. Of a company's
    /// ledger: of its communities, and of all of them together.
    #[arg(long, value_name = "MONTH", conflicts_with = "account")]
    figures: Option<Month>,
    /// The last month of the figures' period; the first when absent.
    #[arg(long, value_name = "MONTH", requires = "figures")]
    to: Option<Month>,
    /// What the rows of the figures are: community, building, fee_item or fund.
    #[arg(long, requires = "figures", default_value = "community")]
    by: By,
    /// The fund whose principal the figures are about, for communities and buildings.
    #[arg(long, requires = "figures", default_value = "operating")]
    fund: Fund,
    /// With the open late fees of each row of the figures.
    #[arg(long, requires = "figures")]
    late_fees: bool,
    /// Print a JSON document in place of words.
    #[arg(long)]
    json: bool,
    /// Write the rows to a file in place of words, as its ending says: .csv or .xlsx.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["json", "figures"])]
    out: Option<SheetFile>,
}

impl AsOf {
    /// Folds the log and answers; books that do not balance are a finding.
    ///
    /// # Errors
    /// [`ToolError::Usage`] for a ledger, an account or a position that was not known.
    pub(crate) async fn run(&self, pool: &PgPool) -> Result<Outcome, ToolError> {
        let ledger = LedgerId(self.ledger);
        let mut conn = pool.acquire().await?;
        let head = log::head(&mut conn, ledger).await?;
        let size = head.ok_or_else(|| ToolError::Usage(format!("there is no ledger {ledger}")))?.size();
        if let Some(Known::At(position)) = self.known_at
            && position > size
        {
            return Err(ToolError::Usage(format!("the ledger has {size} events")));
        }
        if let Some(first) = self.figures {
            let (last, AsOf { on, known_at, by, fund, late_fees, .. }) = (self.to.unwrap_or(first), self);
            let effective_on = on.unwrap_or(last.last_day());
            let query = Query { first, last, effective_on };
            let question =
                Question { ledger, size, query, known: *known_at, by: *by, fund: *fund, late_fees: *late_fees };
            drop(conn);
            return figures::answer(pool, question, self.json).await;
        }
        let books = Books::fold(&mut conn, ledger, size, self.known_at, self.on).await?;
        let account = self.account.as_deref().map(|name| {
            let unknown =
                || ToolError::Usage(format!("no account or unit {name:?} was known at position {}", books.position));
            books.account(name).ok_or_else(unknown)
        });
        let answer = Answer { ledger, on: self.on, account: account.transpose()?, books };
        if let Some(file) = &self.out {
            file.write(&answer.sheet())?;
        } else if self.json {
            println!("{:#}", answer.json());
        } else {
            print!("{answer}");
        }
        Ok(if answer.is_balanced() { Outcome::Well } else { Outcome::Findings })
    }
}

/// The answer.
#[derive(Debug)]
struct Answer {
    ledger: LedgerId,
    on: Option<CivilDate>,
    account: Option<AccountId>,
    books: Books,
}

impl Answer {
    /// False when a purse does not sum to zero: then the log is not whole.
    fn is_balanced(&self) -> bool {
        Purse::ALL.iter().all(|purse| self.books.sum(*purse).is_zero())
    }

    /// As JSON; amounts are texts with two decimals.
    fn json(&self) -> Value {
        let mut answer = json!({
            "ledger_id": self.ledger.to_string(),
            "known_at": { "position": self.books.position, "recorded_at": self.books.recorded_at.map(instant_text) },
            "effective_on": self.on.map(|day| day.to_string()),
        });
        let part = match self.account {
            Some(account) => self.account_json(account),
            None => self.trial_balance_json(),
        };
        if let (Value::Object(answer), Value::Object(part)) = (&mut answer, part) {
            answer.extend(part);
        }
        answer
    }

    fn account_json(&self, account: AccountId) -> Value {
        let row = |(key, balance): (&AccountKey, &Balance)| {
            let mut row = amounts_json(balance);
            row["fund"] = json!(key.fund.as_str());
            row["party_id"] = json!(key.party.to_string());
            row["fee_item_id"] = json!(key.fee_item.map(|id| id.to_string()));
            row["fee_item"] = json!(self.fee_item(key));
            row
        };
        let rows: Vec<Value> = self.books.balances_of(account).map(row).collect();
        json!({ "account_id": account.to_string(), "total": amounts_json(&self.total(account)), "rows": rows })
    }

    fn trial_balance_json(&self) -> Value {
        let row = |((purse, book), turnover): (&(Purse, Book), &Turnover)| {
            json!({
                "purse": purse.as_str(), "book": book.as_str(), "debit": turnover.debit.to_string(),
                "credit": turnover.credit.to_string(), "balance": turnover.balance().to_string(),
            })
        };
        let rows: Vec<Value> = self.books.trial_balance.iter().map(row).collect();
        let sums: Vec<Value> = self
            .purses()
            .map(|purse| json!({ "purse": purse.as_str(), "sum": self.books.sum(purse).to_string() }))
            .collect();
        json!({ "trial_balance": rows, "purses": sums })
    }

    fn sheet(&self) -> Sheet {
        match self.account {
            Some(account) => self.account_sheet(account),
            None => self.trial_balance_sheet(),
        }
    }

    fn account_sheet(&self, account: AccountId) -> Sheet {
        let headings = [
            "款项性质 Fund",
            "责任方 Party",
            "收费项目 Fee item",
            "应收 Receivable",
            "预存 Credit",
            "押金 Deposit held",
            "应付退款 Refunds payable",
        ];
        let line = |words: [Cell; 3], balance: &Balance| {
            let Balance { receivable, credit, deposit_held, refunds_payable } = balance;
            let amounts = [receivable, credit, deposit_held, refunds_payable].map(|sum| Cell::Amount(sum.decimal()));
            words.into_iter().chain(amounts).collect()
        };
        let row = |(key, balance): (&AccountKey, &Balance)| {
            let item = self.fee_item(key).map_or(Cell::Empty, Cell::text);
            line([Cell::text(words::fund(key.fund)), Cell::text(key.party), item], balance)
        };
        let total = line([Cell::text("合计 Sum"), Cell::Empty, Cell::Empty], &self.total(account));
        let rows = self.books.balances_of(account).map(row).chain([total]).collect();
        Sheet { name: "户账余额", headings: headings.to_vec(), rows }
    }

    fn trial_balance_sheet(&self) -> Sheet {
        let headings =
            ["资金主体 Purse", "科目 Book", "科目代码 Code", "借方发生额 Debit", "贷方发生额 Credit", "余额 Balance"];
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        for purse in self.purses() {
            let of_purse = self.books.trial_balance.iter().filter(|((of, _), _)| *of == purse);
            rows.extend(of_purse.map(|((_, book), turnover)| {
                let sums = [turnover.debit, turnover.credit, turnover.balance()].map(|sum| Cell::Amount(sum.decimal()));
                let words = [words::purse(purse), words::book(*book), book.as_str()].map(Cell::text);
                words.into_iter().chain(sums).collect()
            }));
            let sum = [Cell::Empty, Cell::Empty, Cell::Empty, Cell::Amount(self.books.sum(purse).decimal())];
            rows.push([Cell::text(words::purse(purse)), Cell::text("合计 Sum")].into_iter().chain(sum).collect());
        }
        Sheet { name: "科目余额表", headings: headings.to_vec(), rows }
    }

    fn fee_item(&self, key: &AccountKey) -> Option<&str> {
        key.fee_item.and_then(|id| self.books.fee_items.get(&id)).map(String::as_str)
    }

    fn total(&self, account: AccountId) -> Balance {
        self.books.balances_of(account).fold(Balance::default(), |sum, (_, balance)| sum.plus(*balance))
    }

    /// The purses that anything was posted to.
    fn purses(&self) -> impl Iterator<Item = Purse> {
        let posted = |purse: &Purse| self.books.trial_balance.keys().any(|(of, _)| of == purse);
        Purse::ALL.iter().copied().filter(posted)
    }

    fn show_account(&self, account: AccountId, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "account {account}")?;
        let mut table =
            Table::new(&["fund", "party", "fee item", "receivable", "credit", "deposit held", "refunds payable"], 3);
        for (key, balance) in self.books.balances_of(account) {
            let item = self.fee_item(key).unwrap_or("-").to_owned();
            table.row([vec![key.fund.to_string(), key.party.to_string(), item], amounts(balance)].concat());
        }
        let words = ["total", "", ""].map(str::to_owned).to_vec();
        table.row([words, amounts(&self.total(account))].concat());
        table.fmt(f)
    }

    fn show_trial_balance(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new(&["purse", "book", "debit", "credit", "balance"], 2);
        for ((purse, book), turnover) in &self.books.trial_balance {
            let sums = [turnover.debit, turnover.credit, turnover.balance()].map(|sum| sum.to_string());
            table.row([vec![purse.to_string(), book.to_string()], sums.to_vec()].concat());
        }
        for purse in self.purses() {
            let sum = self.books.sum(purse).to_string();
            table.row(vec![purse.to_string(), "sum".to_owned(), String::new(), String::new(), sum]);
        }
        table.fmt(f)
    }
}

impl Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ledger {} as known at position {}", self.ledger, self.books.position)?;
        if let Some(at) = self.books.recorded_at {
            write!(f, " (recorded {})", instant_text(at))?;
        }
        match self.on {
            Some(day) => writeln!(f, ", facts effective by {day}")?,
            None => writeln!(f, ", facts of every date")?,
        }
        match self.account {
            Some(account) => self.show_account(account, f),
            None => self.show_trial_balance(f),
        }
    }
}

fn amounts(balance: &Balance) -> Vec<String> {
    let Balance { receivable, credit, deposit_held, refunds_payable } = balance;
    [receivable, credit, deposit_held, refunds_payable].map(|amount| amount.to_string()).to_vec()
}

fn amounts_json(balance: &Balance) -> Value {
    json!({
        "receivable": balance.receivable.to_string(), "credit": balance.credit.to_string(),
        "deposit_held": balance.deposit_held.to_string(), "refunds_payable": balance.refunds_payable.to_string(),
    })
}
