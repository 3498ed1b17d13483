//! What the demo shows of itself: figures from the read models, and commands worth trying.
//!
//! May never happen here: a total from a page of rows, a figure that is not in the read models.

use super::run::{PASSWORD, logins};
use super::{Loaded, LoadedCommunity};
use mingzhang_domain::book::{Book, Fund};
use mingzhang_domain::calendar::Month;
use mingzhang_projections::column::Amount;
use mingzhang_projections::reader::{ReadError, Reader};
use mingzhang_projections::trial_balance::TrialBalance;
use rust_decimal::{Decimal, RoundingStrategy};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;

/// Prints figures, address, logins and commands.
pub(super) async fn print(reader: &Reader, loaded: &Loaded, address: SocketAddr, data: &Path) -> Result<(), ReadError> {
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
    println!("\nAPI            http://{address}/api/v1\ndocumentation  http://{address}/api/docs");
    println!("logins         password {PASSWORD}, unless changed");
    for (name, role) in logins() {
        println!("               {name:10} {role}");
    }
    commands(loaded, address, data);
    println!("\nready; Ctrl-C stops, and the next run goes on");
    Ok(())
}

async fn balances(reader: &Reader, loaded: &Loaded, community: &LoadedCommunity) -> Result<(), ReadError> {
    let books = reader.trial_balance(community.ledger, loaded.last().next()).await?;
    let of = |wanted: &[Book]| sum(books.value.iter().filter(|row| wanted.contains(&row.book.0)));
    let receivable = of(&[Book::Receivable, Book::PassThroughReceivable]);
    let money = of(&[Book::Cash, Book::Bank, Book::Channel]);
    println!("\n{} {} · {} units · position {}", community.code, community.name, community.units, books.position);
    println!("  money 货币资金      {:>16}", yuan(money));
    println!("  receivable 应收     {:>16}", yuan(receivable));
    println!("  credit 预存         {:>16}", yuan(of(&[Book::Credit]).negated()));
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
    println!("  $ {tool} export --data {data} --ledger {ledger} --until 20");
}

/// The auditor's tool beside this program, as short as it can be named from here.
fn tool() -> String {
    let beside = std::env::current_exe().map(|exe| exe.with_file_name("mingzhang-replay")).unwrap_or_default();
    let here = std::env::current_dir().unwrap_or_default();
    beside.strip_prefix(here).unwrap_or(&beside).display().to_string()
}
