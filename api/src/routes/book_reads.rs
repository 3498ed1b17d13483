//! What is read of the books: accounts, charges, credit, payments, receipts, refunds, shifts, approvals, figures.

use crate::app::App;
use crate::body::{Field, rules};
use crate::endpoint::Parameter;
use crate::problem::Problem;
use crate::query::{Ask, Query, Reply};
use crate::reads::{reads, whole_schema};
use crate::rows::Row;
use chrono::{DateTime, Utc};
use mingzhang_domain::calendar::{CivilDate, Month};
use mingzhang_domain::id::{AccountId, ChargeId, LedgerId, PartyId};
use mingzhang_projections::account::Account;
use mingzhang_projections::account_balance::AccountBalance;
use mingzhang_projections::allocation::Allocation;
use mingzhang_projections::approval::{Approval, ApprovalStatus};
use mingzhang_projections::charge::Charge;
use mingzhang_projections::collection::Collected;
use mingzhang_projections::credit_lot::CreditLot;
use mingzhang_projections::journal::JournalLine;
use mingzhang_projections::payment::Payment;
use mingzhang_projections::period::SealedPeriod;
use mingzhang_projections::receipt::{Receipt, ReceiptLine};
use mingzhang_projections::refund::Refund;
use mingzhang_projections::shift::Shift;
use mingzhang_projections::trial_balance::TrialBalance;
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

reads! {
    /// Answers an account.
    pub GetAccount = "get_account", one of Account,
    takes {}
    |app, ledger, ids| app.read_models.account(ledger, ids.get("account")?);

    /// Lists the balances of an account by fund and party.
    pub ListAccountBalances = "list_account_balances",
        page of AccountBalance, by (Uuid, String, Uuid) |row| (row.account_id, row.fund.0.to_string(), row.party_id),
    takes { party: Uuid = UUID, "Only of this party."; }
    |app, ledger, ids, ask|
        app.read_models.account_balances(ledger, Some(ids.get("account")?), party.map(PartyId), ask);

    /// Lists the charges of an account.
    pub ListCharges = "list_charges", page of Charge, by i64 |charge| charge.position,
    takes {
        open_only: bool = BOOLEAN, "Only what is open.";
        party: Uuid = UUID, "Only what this party owes, or pays by contract.";
    }
    |app, ledger, ids, ask| {
        let only = (open_only.unwrap_or(false), party.map(PartyId));
        app.read_models.charges_of_account(ledger, ids.get::<AccountId>("account")?, only, ask)
    };

    /// Answers a charge.
    pub GetCharge = "get_charge", one of Charge,
    takes {}
    |app, ledger, ids| app.read_models.charge(ledger, ids.get("charge")?);

    /// Lists the allocations of an account.
    pub ListAllocations = "list_allocations", page of Allocation, by i64 |allocation| allocation.position,
    takes {
        charge: Uuid = UUID, "Only of this charge.";
        party: Uuid = UUID, "Only out of this party's credit, or on its charges.";
    }
    |app, ledger, ids, ask| {
        let only = (charge.map(ChargeId), party.map(PartyId));
        app.read_models.allocations_of_account(ledger, ids.get::<AccountId>("account")?, only, ask)
    };

    /// Lists the credit of an account, lot by lot.
    pub ListCreditLots = "list_credit_lots", page of CreditLot, by i64 |lot| lot.position,
    takes {
        unspent_only: bool = BOOLEAN, "Only lots with a rest.";
        party: Uuid = UUID, "Only of this holder.";
    }
    |app, ledger, ids, ask| {
        let only = (unspent_only.unwrap_or(false), party.map(PartyId));
        app.read_models.credit_lots_of_account(ledger, ids.get::<AccountId>("account")?, only, ask)
    };

    /// Lists the payments that reached an account.
    pub ListAccountPayments = "list_account_payments", page of Payment, by i64 |payment| payment.position,
    takes { party: Uuid = UUID, "Only what became this party's credit here, with no more of each payment than that."; }
    |app, ledger, ids, ask|
        app.read_models.payments_of_account(ledger, ids.get("account")?, party.map(PartyId), ask);

    /// Lists the receipts of payments that reached an account, by number.
    pub ListAccountReceipts = "list_account_receipts", page of Receipt, by String |receipt| receipt.number.0.to_string(),
    takes { party: Uuid = UUID, "Only of this obligor."; }
    |app, ledger, ids, ask|
        app.read_models.receipts_of_account(ledger, ids.get("account")?, party.map(PartyId), ask);

    /// Lists payments.
    pub ListPayments = "list_payments", page of Payment, by i64 |payment| payment.position,
    takes { suspense_only: bool = BOOLEAN, "Only those with money in suspense."; }
    |app, ledger, ids, ask| app.read_models.payments(ledger, suspense_only.unwrap_or(false), ask);

    /// Lists the periods that were closed at least once, the newest first, with what is sealed of them.
    pub ListPeriods = "list_periods", page of SealedPeriod, by String |period| period.period.0.to_string(),
    takes {}
    |app, ledger, ids, ask| app.read_models.periods(ledger, ask);

    /// Answers a payment.
    pub GetPayment = "get_payment", one of Payment,
    takes {}
    |app, ledger, ids| app.read_models.payment(ledger, ids.get("payment")?);

    /// Lists the receipts of a payment.
    pub ListPaymentReceipts = "list_payment_receipts", all of Receipt,
    takes {}
    |app, ledger, ids| app.read_models.receipts_of_payment(ledger, ids.get("payment")?);

    /// Lists receipts by number.
    pub ListReceipts = "list_receipts", page of Receipt, by String |receipt| receipt.number.0.to_string(),
    takes {}
    |app, ledger, ids, ask| app.read_models.receipts(ledger, ask);

    /// Answers a receipt.
    pub GetReceipt = "get_receipt", one of Receipt,
    takes {}
    |app, ledger, ids| app.read_models.receipt(ledger, ids.get("receipt")?);

    /// Lists the lines of a receipt.
    pub ListReceiptLines = "list_receipt_lines", all of ReceiptLine,
    takes {}
    |app, ledger, ids| app.read_models.receipt_lines(ledger, ids.get("receipt")?);

    /// Lists refunds.
    pub ListRefunds = "list_refunds", page of Refund, by i64 |refund| refund.position,
    takes {
        account: Uuid = UUID, "Only of this account.";
        party: Uuid = UUID, "Only of this holder.";
    }
    |app, ledger, ids, ask| app.read_models.refunds(ledger, account.map(AccountId), party.map(PartyId), ask);

    /// Answers a refund.
    pub GetRefund = "get_refund", one of Refund,
    takes {}
    |app, ledger, ids| app.read_models.refund(ledger, ids.get("refund")?);

    /// Lists shifts, the newest first.
    pub ListShifts = "list_shifts",
        page of Shift, by (DateTime<Utc>, Uuid) |shift| (shift.opened_at, shift.shift_id),
    takes {}
    |app, ledger, ids, ask| app.read_models.shifts(ledger, ask);

    /// Answers a shift.
    pub GetShift = "get_shift", one of Shift,
    takes {}
    |app, ledger, ids| app.read_models.shift(ledger, ids.get("shift")?);

    /// Lists approvals.
    pub ListApprovals = "list_approvals", page of Approval, by i64 |approval| approval.position,
    takes { status: ApprovalStatus = WORD, "Only in this state."; }
    |app, ledger, ids, ask| app.read_models.approvals(ledger, status, ask);

    /// Answers an approval with what it is for.
    pub GetApproval = "get_approval", one of Approval,
    takes {}
    |app, ledger, ids| app.read_models.approval(ledger, ids.get("approval")?);

    /// Lists debits and credits by month, purse and book, up to and with a month.
    pub ListTrialBalance = "list_trial_balance", all of TrialBalance,
    takes { until: Month = MONTH_FORM, "Up to and with this month; the present one when absent."; }
    |app, ledger, ids| async {
        let until = until.map_or_else(|| present(&app), Ok)?;
        Ok::<_, Problem>(app.read_models.trial_balance(ledger, until).await?)
    };

    /// Lists the journal: every posting in the order of the log.
    pub ListJournal = "list_journal", page of JournalLine, by (i64, i32) |line| (line.position, line.line),
    takes {}
    |app, ledger, ids, ask| app.read_models.journal(ledger, ask);
}

/// The present month in Shanghai.
pub(super) fn present(app: &App) -> Result<Month, Problem> {
    CivilDate::of_instant(app.now()).map(CivilDate::month).map_err(|_| Problem::internal())
}

/// Answers charged, collected and 当期收缴率 by month, building and fee item.
#[derive(Debug)]
pub struct ListCollection;

impl Query for ListCollection {
    const OPERATION: &'static str = "list_collection_rates";
    const SUMMARY: &'static str = "Lists charged, collected and the collection rate by month, building and fee item.";
    fn parameters() -> Vec<Parameter> {
        let month = |name, description| Parameter { name, description, schema: Month::schema() };
        vec![
            month("from", "First accounting month; the present one when absent."),
            month("to", "Last accounting month; `from` when absent."),
            month("until", "Collected up to the end of this month; `to` when absent."),
        ]
    }
    fn answer() -> Value {
        let mut item = Collected::schema();
        if let Some(Value::Object(properties)) = item.get_mut("properties") {
            let rate = json!({"type": "string", "description": "Four decimals; absent when nothing was charged."});
            properties.insert("rate".to_owned(), rate);
        }
        whole_schema(item)
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        let from = ask.parameters.take("from", rules::MONTH_FORM)?.map_or_else(|| present(&app), Ok)?;
        let to = ask.parameters.take("to", rules::MONTH_FORM)?.unwrap_or(from);
        let until = ask.parameters.take("until", rules::MONTH_FORM)?.unwrap_or(to);
        ask.parameters.finish()?;
        let ledger: LedgerId = ask.ledger;
        let read = app.read_models.collection(ledger, (from, to), until).await?;
        let items: Vec<Value> = read.value.iter().map(with_rate).collect();
        Ok(Reply { body: json!({"items": items}), position: read.position })
    }
}

fn with_rate(collected: &Collected) -> Value {
    let mut item = collected.show();
    let rate = collected.collected.decimal().checked_div(collected.net.decimal());
    if let (Value::Object(fields), Some(rate)) = (&mut item, rate) {
        fields.insert("rate".to_owned(), json!(four_decimals(rate)));
    }
    item
}

/// HALF_UP to four decimals, which are always written.
fn four_decimals(rate: Decimal) -> String {
    let mut rounded = rate.round_dp_with_strategy(4, RoundingStrategy::MidpointAwayFromZero);
    rounded.rescale(4);
    rounded.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_have_four_decimals_half_up() {
        assert_eq!(four_decimals(Decimal::new(2, 0).checked_div(Decimal::new(3, 0)).unwrap()), "0.6667");
        assert_eq!(four_decimals(Decimal::new(1, 0)), "1.0000");
        assert_eq!(four_decimals(Decimal::new(12_345, 6)), "0.0123");
        assert_eq!(four_decimals(Decimal::new(12_345, 5)), "0.1235");
    }
}
