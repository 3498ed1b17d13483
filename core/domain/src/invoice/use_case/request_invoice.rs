//! Asks for an invoice of what a payment paid of a party's charges. The fact comes first: whoever asks the provider, and however
//! often, asks for the same under the same serial number.

use crate::book::VatCategory;
use crate::draft::{Decide, Draft};
use crate::id::{ChargeId, InvoiceClaimId, InvoiceId, PartyId, PaymentId, VaultItemId};
use crate::invoice::lines::{lines, sum};
use crate::invoice::money::{Left, is_own_income, left, paid};
use crate::invoice::{BuyerKind, InvoiceKind, InvoiceRefusal, InvoiceRequested};
use crate::invoice_claim::MoneyInvoiced;
use crate::ledger::{LedgerKind, must_be};
use crate::payment::PaymentRefusal;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use std::collections::BTreeSet;

/// Somebody asks for an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestInvoice {
    /// The new invoice.
    pub invoice: InvoiceId,
    /// The payment.
    pub payment: PaymentId,
    /// To whose debts it was paid.
    pub obligor: PartyId,
    /// Which kind.
    pub kind: InvoiceKind,
    /// Who the buyer is.
    pub buyer: BuyerKind,
    /// The buyer's name, in the vault.
    pub buyer_name: VaultItemId,
    /// The buyer's tax number, in the vault; exactly for a company.
    pub buyer_tax_number: Option<VaultItemId>,
    /// Only these charges; empty: all that is left.
    pub charges: Vec<ChargeId>,
}

impl Decide for RequestInvoice {
    fn operation(&self) -> &'static str {
        "request_invoice"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.invoice.into(), self.payment.into(), InvoiceClaimId::of_payment(self.payment).into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Community])?;
        if draft.invoice(self.invoice).requested().is_some() {
            return Err(InvoiceRefusal::InvoiceMustBeNew.into());
        }
        let payment = draft.payment(self.payment);
        payment.received().ok_or_else(|| PaymentRefusal::PaymentMustExist.at("/payment"))?;
        if payment.is_reversed() {
            return Err(PaymentRefusal::PaymentMustNotBeReversed.at("/payment"));
        }
        drop(payment);
        if self.kind == InvoiceKind::Special && self.buyer == BuyerKind::Person {
            return Err(InvoiceRefusal::SpecialMustBeForCompany.at("/kind"));
        }
        if (self.buyer == BuyerKind::Company) != self.buyer_tax_number.is_some() {
            return Err(InvoiceRefusal::TaxNumberMustFitBuyer.at("/buyer/tax_number"));
        }
        let left = self.named(draft)?;
        let lines = lines(draft, &left)?;
        let untaxed = |category| matches!(category, VatCategory::Exempt | VatCategory::ZeroRated);
        if self.kind == InvoiceKind::Special && lines.iter().any(|line| untaxed(line.category)) {
            return Err(InvoiceRefusal::SpecialMustBeTaxed.at("/kind"));
        }
        let requested = InvoiceRequested {
            payment: self.payment,
            obligor: self.obligor,
            kind: self.kind,
            buyer: self.buyer,
            buyer_name: self.buyer_name,
            buyer_tax_number: self.buyer_tax_number,
            amount: sum(lines.iter().map(|line| line.amount))?,
            net: sum(lines.iter().map(|line| line.net))?,
            tax: sum(lines.iter().map(|line| line.tax))?,
            lines,
        };
        draft.push(self.invoice, requested);
        draft.push(InvoiceClaimId::of_payment(self.payment), MoneyInvoiced { invoice: self.invoice });
        Ok(())
    }
}

impl RequestInvoice {
    /// What is left of the charges that are named, or of all.
    fn named(&self, draft: &Draft<'_>) -> Result<Vec<Left>, Refusal> {
        let mut left = left(draft, self.payment, self.obligor)?;
        let named: BTreeSet<ChargeId> = self.charges.iter().copied().collect();
        if named.len() < self.charges.len() {
            return Err(PaymentRefusal::ChargeMustBeNamedOnce.at("/charges"));
        }
        let nothing = |charge: &ChargeId| !left.iter().any(|of| of.charge.charge == *charge);
        if let Some(charge) = named.iter().find(|charge| nothing(charge)) {
            let of = paid(draft, self.payment)?.into_keys().find(|(_, id, _)| id == charge);
            let sold =
                of.is_none_or(|(account, id, _)| draft.account(account).charge(id).is_none_or(|c| is_own_income(c)));
            let rule =
                if sold { InvoiceRefusal::MoneyMustBeLeftToInvoice } else { InvoiceRefusal::ChargeMustBeOwnIncome };
            return Err(rule.with("charge", charge).at("/charges"));
        }
        if !named.is_empty() {
            left.retain(|of| named.contains(&of.charge.charge));
        }
        if left.is_empty() { Err(InvoiceRefusal::MoneyMustBeLeftToInvoice.into()) } else { Ok(left) }
    }
}
