//! What a provider is asked for, out of the log and the vault: the same whenever it is asked.

use super::InvoiceProvider;
use crate::app::App;
use crate::gateway::stream;
use crate::problem::Problem;
use mingzhang_domain::book::VatCategory;
use mingzhang_domain::id::{AccountId, InvoiceId, LedgerId};
use mingzhang_domain::invoice::{InvoiceKind, InvoiceRequested, InvoicedLine};
use mingzhang_domain::stream::StreamState;
use mingzhang_gateway::invoicing::{Buyer, InvoiceOrder, Item, Seller};
use mingzhang_store::vault::ItemKind;
use std::collections::BTreeSet;

/// The longest remark, characters.
const REMARK: usize = 200;

/// The order for an invoice of a community.
///
/// # Errors
/// 503 when the database or the key store is away.
pub(super) async fn order(
    app: &App,
    ledger: LedgerId,
    (invoice, of): (InvoiceId, &InvoiceRequested),
    provider: &dyn InvoiceProvider,
) -> Result<InvoiceOrder, Problem> {
    let community = app.directory.ledger(ledger).ok_or_else(Problem::ledger_unknown)?;
    let company = community.parent.ok_or_else(Problem::ledger_unknown)?;
    let name = app.directory.ledger(company).map(|company| company.name).ok_or_else(Problem::ledger_unknown)?;
    let tax_no = app.directory.letterhead(company).social_credit_code.ok_or_else(Problem::invoicing_must_be_served)?;
    Ok(InvoiceOrder {
        serial_no: invoice.serial(),
        invoice_type: match of.kind {
            InvoiceKind::Special => "81".to_owned(),
            InvoiceKind::Ordinary => "82".to_owned(),
        },
        seller: Seller { tax_no: tax_no.to_string(), name: name.to_string() },
        buyer: buyer(app, ledger, of).await?,
        items: of.lines.iter().map(item).collect(),
        amount: of.net,
        tax: of.tax,
        amount_with_tax: of.amount,
        drawer: provider.drawer().to_owned(),
        remark: remark(app, ledger, community.name.as_str(), of).await?,
    })
}

async fn buyer(app: &App, ledger: LedgerId, of: &InvoiceRequested) -> Result<Buyer, Problem> {
    let number = of.buyer_tax_number.map(|item| (item, ItemKind::Text));
    let wanted: Vec<_> = std::iter::once((of.buyer_name, ItemKind::Name)).chain(number).collect();
    let mut conn = app.writer.acquire().await?;
    let opened = app.vault.open(&mut conn, ledger, &wanted).await?;
    let text = |item| opened.get(&item).map(|opened| opened.text.expose().to_owned());
    let name = text(of.buyer_name).ok_or_else(Problem::internal)?;
    Ok(Buyer { kind: of.buyer.as_str().to_owned(), name, tax_no: of.buyer_tax_number.and_then(text) })
}

fn item(line: &InvoicedLine) -> Item {
    Item {
        goods_code: line.tax_code.to_string(),
        goods_name: format!("*{}*{}", line.short_name, line.name),
        tax_flag: match line.category {
            VatCategory::Rated => "taxed".to_owned(),
            VatCategory::Exempt | VatCategory::NotTaxable => "exempt".to_owned(),
            VatCategory::ZeroRated => "zero_rated".to_owned(),
        },
        tax_rate: line.rate.map_or_else(|| "0".to_owned(), |rate| rate.to_string()),
        amount: line.net,
        tax: line.tax,
        amount_with_tax: line.amount,
    }
}

/// Where and for which months: `幸福里 3-1-1202 2026-10`. Units are called by the codes that they have now.
async fn remark(app: &App, ledger: LedgerId, community: &str, of: &InvoiceRequested) -> Result<String, Problem> {
    let accounts: BTreeSet<AccountId> = of.lines.iter().map(|line| line.account).collect();
    let mut words = vec![community.to_owned()];
    for account in accounts {
        let (StreamState::Account(state), _) = stream(app, ledger, account.into()).await? else {
            return Err(Problem::internal());
        };
        let Some(unit) = state.unit() else { continue };
        if let (StreamState::Unit(unit), _) = stream(app, ledger, unit.into()).await? {
            words.extend(unit.code().map(ToString::to_string));
        }
    }
    let periods = of.lines.iter().flat_map(|line| &line.parts).map(|part| part.period.to_string());
    let periods: BTreeSet<String> = periods.collect();
    match (periods.first(), periods.last()) {
        (Some(first), Some(last)) if first == last => words.push(first.clone()),
        (Some(first), Some(last)) => words.push(format!("{first}..{last}")),
        _ => {}
    }
    Ok(words.join(" ").chars().take(REMARK).collect())
}
