//! What the demo shows of itself: figures from the read models, and commands worth trying.
//!
//! May never happen here: a total from a page of rows, a figure that is not in the read models.

use super::run::{PASSWORD, RunError, logins};
use super::{Loaded, LoadedCommunity};
use crate::app::App;
use mingzhang_domain::book::{Book, Fund, Purse};
use mingzhang_domain::calendar::Month;
use mingzhang_domain::figures::{By, Cut, Register};
use mingzhang_domain::id::PaymentId;
use mingzhang_domain::known::Known;
use mingzhang_domain::rule::figures::{FiguresError, Query};
use mingzhang_projections::column::Amount;
use mingzhang_projections::reader::{Ask, MAX_PAGE, ReadError, Reader};
use mingzhang_projections::trial_balance::TrialBalance;
use mingzhang_store::error::StoreError;
use mingzhang_store::log;
use mingzhang_store::walk::walk;
use rust_decimal::{Decimal, RoundingStrategy};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::ops::ControlFlow;
use std::path::Path;

/// Prints figures, address, logins and commands.
pub(super) async fn print(
    app: &App,
    reader: &Reader,
    loaded: &Loaded,
    address: SocketAddr,
    data: &Path,
) -> Result<(), RunError> {
    println!("\nMingzhang 明账 · {}", loaded.name);
    for community in &loaded.communities {
        balances(reader, loaded, community).await?;
    }
    println!("\ncollection rate 当期收缴率 of operating charges, by the end of their month and by now");
    let names: Vec<String> = loaded.communities.iter().map(|community| format!("{:>16}", community.code)).collect();
    println!("  {:8}{}", "month", names.join(""));
    for month in &loaded.months {
        let mut line = format!("  {:8}", month.to_string());
        for community in &loaded.communities {
            let then = rate(reader, community, *month, *month).await?;
            let now = rate(reader, community, *month, loaded.last()).await?;
            line.push_str(&format!("{:>8}{:>8}", percent(then), percent(now)));
        }
        println!("{line}");
    }
    closed(app, reader, loaded).await?;
    online(reader, loaded).await?;
    println!("\nAPI            http://{address}/api/v1\ndocumentation  http://{address}/api/docs");
    println!("logins         password {PASSWORD}, unless changed");
    for (name, role) in logins() {
        println!("               {name:10} {role}");
    }
    commands(loaded, address, data);
    receipt(reader, loaded, address, data).await?;
    println!("\nready; Ctrl-C stops, and the next run goes on");
    Ok(())
}

/// Days on which households paid through a provider.
async fn online(reader: &Reader, loaded: &Loaded) -> Result<(), ReadError> {
    let days = reader.channel_days(loaded.company, None, Ask { after: None, limit: MAX_PAGE }).await?.value;
    for day in days.items {
        let (matched, lines) = (day.matched, day.lines);
        let (paid, fee) = (yuan(day.paid), yuan(day.fee));
        let signed = if day.signed_off_at.is_some() { "signed off 已签核" } else { "open 待签核" };
        println!("\nWeChat Pay 渠道对账 {}: {matched} of {lines} lines match, {paid} in, fee {fee}; {signed}", day.day);
    }
    Ok(())
}

async fn balances(reader: &Reader, loaded: &Loaded, community: &LoadedCommunity) -> Result<(), ReadError> {
    let books = reader.trial_balance(community.ledger, loaded.last().next()).await?;
    let of = |wanted: &[Book]| sum(books.value.iter().filter(|row| wanted.contains(&row.book.0)));
    let receivable = of(&[Book::Receivable, Book::PassThroughReceivable]);
    let of_company = books.value.iter().filter(|row| row.purse.0 == Purse::Company);
    let money = sum(of_company.filter(|row| [Book::Cash, Book::Bank, Book::Channel].contains(&row.book.0)));
    println!("\n{} {} · {} units · position {}", community.code, community.name, community.units, books.position);
    println!("  money 货币资金      {:>16}", yuan(money));
    println!("  receivable 应收     {:>16}", yuan(receivable));
    println!("  credit 预存         {:>16}", yuan(of(&[Book::Credit]).negated()));
    println!("  deposits 押金       {:>16}", yuan(of(&[Book::DepositHeld]).negated()));
    println!("  fund 维修资金       {:>16}", yuan(of(&[Book::FundBalance]).negated()));
    println!("  late fees 违约金    {:>16}", yuan(of(&[Book::LateFeeIncome]).negated()));
    println!("  suspense 待认领     {:>16}", yuan(of(&[Book::Suspense]).negated()));
    let mut purses: BTreeMap<String, Amount> = BTreeMap::new();
    for row in &books.value {
        let purse = purses.entry(row.purse.0.as_str().to_owned()).or_insert(Amount::ZERO);
        purse.add(row.debit);
        purse.take(row.credit);
    }
    for (purse, rest) in purses {
        println!("  trial balance 试算  {:>16}  ({purse})", yuan(rest));
    }
    Ok(())
}

fn sum<'a>(rows: impl Iterator<Item = &'a TrialBalance>) -> Amount {
    let mut sum = Amount::ZERO;
    for row in rows {
        sum.add(row.debit);
        sum.take(row.credit);
    }
    sum
}

fn yuan(amount: Amount) -> String {
    format!("{:.2}", amount.decimal())
}

/// Closed and sealed months, and January's rate as it was known when January ended, beside what is known of it today.
async fn closed(app: &App, reader: &Reader, loaded: &Loaded) -> Result<(), RunError> {
    println!("\nclosed and sealed months 已结账封存");
    for community in &loaded.communities {
        let periods = reader.periods(community.ledger, Ask { after: None, limit: MAX_PAGE }).await?.value.items;
        let sealed = periods.iter().filter(|period| period.sealed_root.is_some()).count();
        let last = periods.first().map_or("–".to_owned(), |period| period.period.to_string());
        println!("  {}  {sealed} of {} closed months are sealed, the last is {last}", community.code, periods.len());
        let january = loaded.months.iter().rev().find(|month| month.first_day().to_string().ends_with("-01-01"));
        if let Some(january) = january {
            let (then, now) = known_then_and_now(app, community, *january, loaded.last()).await?;
            let day = january.last_day();
            println!("        {january} as known on {day} {}, as known today {}", percent(then), percent(now));
        }
    }
    Ok(())
}

/// The rate of a month out of the log: of its last day as known on it, and of the last month's end as known now.
async fn known_then_and_now(
    app: &App,
    community: &LoadedCommunity,
    month: Month,
    last: Month,
) -> Result<(Option<Decimal>, Option<Decimal>), RunError> {
    let halted = |error: FiguresError| StoreError::Halted(error.to_string());
    let cut = vec![Cut { by: By::Community, fund: Fund::Operating }];
    let (window, known) = (Query::of_month(month), Known::On(month.last_day()));
    let then = Register::new(window, cut.clone()).map_err(halted)?;
    let now = Register::new(Query { effective_on: last.last_day(), ..window }, cut).map_err(halted)?;
    let mut conn = app.writer.acquire().await?;
    let size = log::head(&mut conn, community.ledger).await?.map_or(0, |head| head.size());
    drop(conn);
    let (then, now) = walk(&app.writer, community.ledger, size, (then, now), move |(then, now), _, event| {
        if known.covers(event) {
            then.see(event).map_err(halted)?;
        }
        now.see(event).map_err(halted)?;
        Ok(ControlFlow::Continue(()))
    })
    .await?;
    let rate = |register: &Register| {
        let rows = register.answer().into_iter().flatten().flatten();
        rows.into_iter().find_map(|row| row.figures.current_rate)
    };
    Ok((rate(&then), rate(&now)))
}

/// Allocated to the operating charges of a month by the end of another, over what was charged; none without charges.
async fn rate(
    reader: &Reader,
    community: &LoadedCommunity,
    period: Month,
    until: Month,
) -> Result<Option<Decimal>, ReadError> {
    let rows = reader.collection(community.ledger, (period, period), until).await?;
    let (mut net, mut collected) = (Amount::ZERO, Amount::ZERO);
    for row in rows.value.iter().filter(|row| row.fund.0 == Fund::Operating) {
        net.add(row.net);
        collected.add(row.collected);
    }
    let rate = collected.decimal().checked_div(net.decimal());
    Ok(rate.map(|rate| rate.round_dp_with_strategy(4, RoundingStrategy::MidpointAwayFromZero)))
}

fn percent(rate: Option<Decimal>) -> String {
    rate.map_or("–".to_owned(), |rate| format!("{:.2}%", rate * Decimal::ONE_HUNDRED))
}

/// Commands that `make smoke` runs as they are printed here.
fn commands(loaded: &Loaded, address: SocketAddr, data: &Path) {
    let Some(community) = loaded.communities.first() else { return };
    let tool = tool();
    let (data, ledger, unit) = (data.display(), community.ledger, &community.some_unit);
    println!("\nworth trying, in another terminal");
    let sign_in = format!(r#"{{"name":"finance","password":"{PASSWORD}"}}"#);
    println!("  $ curl -sS -H 'Content-Type: application/json' -d '{sign_in}' http://{address}/api/v1/sessions");
    println!("  $ {tool} verify --data {data}");
    println!("  $ {tool} show account --data {data} --ledger {ledger} --unit {unit}");
    println!("  $ {tool} head --data {data}");
    for community in &loaded.communities {
        for (why, unit) in &community.followed {
            println!("  # {why}");
            println!("  $ {tool} explain --data {data} --ledger {} --unit {unit}", community.ledger);
        }
    }
    println!("  $ {tool} export --data {data} --ledger {ledger} --until 20");
}

/// The command that fetches the receipt of a payment that came through the provider.
async fn receipt(reader: &Reader, loaded: &Loaded, address: SocketAddr, data: &Path) -> Result<(), ReadError> {
    let Some(community) = loaded.communities.first() else { return Ok(()) };
    let orders = reader.payment_orders(community.ledger, Ask { after: None, limit: 1 }).await?.value;
    let Some(payment) = orders.items.first().and_then(|order| order.payment_id) else { return Ok(()) };
    let receipts = reader.receipts_of_payment(community.ledger, PaymentId(payment)).await?.value;
    let Some(receipt) = receipts.first() else { return Ok(()) };
    let api = format!("http://{address}/api/v1");
    let sign_in = format!(
        r#"curl -sS -H 'Content-Type: application/json' -d '{{"name":"finance","password":"{PASSWORD}"}}' {api}/sessions"#
    );
    let token = format!(r#"$({sign_in} | sed 's/.*"token":"\([^"]*\)".*/\1/')"#);
    let (ledger, id, file) = (community.ledger, receipt.receipt_id, data.join("receipt.pdf"));
    println!("  # 微信扫码付款的收据 the receipt of a payment by WeChat Pay, as PDF");
    println!(
        "  $ curl -fsS -H \"Authorization: Bearer {token}\" -o {file} -w '%{{size_download}} bytes: {file}\\n' {api}/communities/{ledger}/receipts/{id}/document",
        file = file.display()
    );
    Ok(())
}

/// The auditor's tool beside this program, as short as it can be named from here.
fn tool() -> String {
    let beside = std::env::current_exe().map(|exe| exe.with_file_name("mingzhang-replay")).unwrap_or_default();
    let here = std::env::current_dir().unwrap_or_default();
    beside.strip_prefix(here).unwrap_or(&beside).display().to_string()
}
