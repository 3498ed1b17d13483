//! Of whose money an invoice may be: what a payment paid of own taxed income, less what stands on live invoices.

use super::refusal::InvoiceRefusal;
use crate::account::{Charge, Part};
use crate::book::{Fund, VatCategory};
use crate::draft::Draft;
use crate::id::{AccountId, ChargeId, InvoiceClaimId, PartyId, PaymentId};
use crate::money::Money;
use crate::refusal::Refusal;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A part of a charge on an account.
pub(super) type PartOf = (AccountId, ChargeId, Part);

/// What of a payment is left to invoice of one part of a charge.
#[derive(Debug, Clone)]
pub(super) struct Left {
    pub(super) charge: Arc<Charge>,
    pub(super) part: Part,
    pub(super) amount: Money,
}

/// True for what the company sells itself, and is taxed on or exempt.
pub(super) fn is_own_income(charge: &Charge) -> bool {
    charge.booking.fund == Fund::Operating && charge.vat_category != VatCategory::NotTaxable
}

/// What a payment paid of a party's charges and no live invoice is of; charges that are no own income are left out.
pub(super) fn left(draft: &Draft<'_>, payment: PaymentId, obligor: PartyId) -> Result<Vec<Left>, Refusal> {
    let invoiced = invoiced(draft, payment)?;
    let mut all = Vec::new();
    for ((account, id, part), paid) in paid(draft, payment)? {
        let taken = invoiced.get(&(account, id, part)).copied().unwrap_or_default();
        let state = draft.account(account);
        let Some(charge) = state.charge(id) else { continue };
        let amount = paid.minus(taken)?;
        if charge.booking.obligor == obligor && is_own_income(charge) && amount.is_positive() {
            all.push(Left { charge: Arc::clone(charge), part, amount });
        }
    }
    Ok(all)
}

/// What a payment pays now, part by part, whichever lot did it and when.
pub(super) fn paid(draft: &Draft<'_>, payment: PaymentId) -> Result<BTreeMap<PartOf, Money>, Refusal> {
    let mut sums: BTreeMap<PartOf, Money> = BTreeMap::new();
    let accounts: std::collections::BTreeSet<AccountId> =
        draft.payment(payment).lots().iter().map(|(account, _)| *account).collect();
    for account in accounts {
        let state = draft.account(account);
        // Moved credit is a lot of its own, of the same payment.
        let ours = |lot| state.lot(lot).and_then(|lot| lot.payment()) == Some(payment);
        // A late fee that bears no tax is no sale.
        let sold = |part: Part, taxed: bool| part == Part::Principal || taxed;
        for a in state.allocations().filter(|a| ours(a.lot) && sold(a.part, a.vat.is_some())) {
            let sum = sums.entry((account, a.charge, a.part)).or_default();
            *sum = sum.plus(a.amount)?;
        }
    }
    Ok(sums)
}

/// What of a payment stands on live invoices.
fn invoiced(draft: &Draft<'_>, payment: PaymentId) -> Result<BTreeMap<PartOf, Money>, Refusal> {
    let mut sums: BTreeMap<PartOf, Money> = BTreeMap::new();
    for invoice in draft.invoice_claim(InvoiceClaimId::of_payment(payment)).live() {
        let state = draft.invoice(invoice);
        for line in state.requested().iter().flat_map(|requested| &requested.lines) {
            for part in &line.parts {
                let sum = sums.entry((line.account, part.charge, part.part)).or_default();
                *sum = sum.plus(part.amount)?;
            }
        }
    }
    Ok(sums)
}

/// Refuses to undo a payment while money of it stands on a live invoice.
///
/// # Errors
/// [`InvoiceRefusal::PaymentMustNotBeInvoiced`].
pub(crate) fn must_not_be_invoiced(draft: &Draft<'_>, payment: PaymentId) -> Result<(), Refusal> {
    match draft.invoice_claim(InvoiceClaimId::of_payment(payment)).live().next() {
        Some(invoice) => Err(InvoiceRefusal::PaymentMustNotBeInvoiced.with("invoice", invoice)),
        None => Ok(()),
    }
}

/// Refuses what leaves a live invoice with more than its payment pays.
///
/// # Errors
/// [`InvoiceRefusal::PaymentMustNotBeInvoiced`].
pub(crate) fn must_stay_paid(draft: &Draft<'_>, payment: PaymentId) -> Result<(), Refusal> {
    let invoiced = invoiced(draft, payment)?;
    if invoiced.is_empty() {
        return Ok(());
    }
    let paid = paid(draft, payment)?;
    let is_more = |(of, amount): (&PartOf, &Money)| *amount > paid.get(of).copied().unwrap_or_default();
    if invoiced.iter().any(is_more) { must_not_be_invoiced(draft, payment) } else { Ok(()) }
}
