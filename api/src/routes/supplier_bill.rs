//! Supplier bills 供应商账单: recorded, paid, undone; and per utility and period beside what units were charged.

use super::payment::{authority, channel};
use crate::app::App;
use crate::body::{Field, NonNegative, Positive, rules};
use crate::command::commands;
use crate::endpoint::Parameter;
use crate::problem::Problem;
use crate::query::{Ask, Query, Reply};
use crate::reads;
use crate::reads::reads;
use crate::rows::Row;
use mingzhang_domain::calendar::{CivilDate, Month};
use mingzhang_domain::fee_item;
use mingzhang_domain::id::{ApprovalId, ChannelAccountId, SupplierBillId, SupplierId, SupplierPaymentId};
use mingzhang_domain::money::Money;
use mingzhang_domain::stream::{StreamRef, StreamState};
use mingzhang_domain::supplier_bill::{self, SupplierBillPaid, Utility};
use mingzhang_domain::value::{Code, Label};
use mingzhang_projections::supplier_bill::{SupplierBill, UtilityPeriod};
use mingzhang_store::fold;
use serde_json::{Value, json};
use std::sync::Arc;

commands! {
    /// Records a bill of a supplier; a number of a supplier stands once.
    pub RecordSupplierBill(RecordSupplierBillBody) = "record_supplier_bill" |call, body| {
        /// Name of the supplier; never a person's.
        supplier: Label,
        /// The bill's number.
        number: Code,
        /// What he supplies.
        utility: Utility,
        /// The month that it is for.
        period: Month,
        /// How much, tax included.
        amount: Positive,
        /// The day it came.
        received_on: CivilDate,
    } => {
        let supplier = SupplierId::of_name(call.ledger, body.supplier.as_str());
        supplier_bill::RecordSupplierBill {
            bill: SupplierBillId::of_number(supplier, body.number.as_str()),
            supplier,
            name: body.supplier,
            number: body.number,
            utility: body.utility,
            period: body.period,
            amount: body.amount.0,
            received_on: body.received_on,
        }
    };

    /// Records that a supplier was paid for a bill, or for a part of it.
    pub PaySupplierBill(PaySupplierBillBody) = "pay_supplier_bill" |call, body| {
        /// How much.
        amount: Positive,
        /// Out of which bank account.
        channel_account: ChannelAccountId,
        /// The bank's own number.
        reference: Option<Code>,
        /// The day it left.
        value_on: CivilDate,
    } => supplier_bill::PaySupplierBill {
        bill: call.id("supplier_bill")?,
        amount: body.amount.0,
        channel: channel(call, body.channel_account)?,
        reference: body.reference,
        value_on: body.value_on,
    };

    /// Reverses a payment of a supplier's bill that was recorded by mistake.
    pub ReverseSupplierPayment(ReverseSupplierPaymentBody) = "reverse_supplier_payment" |call, body| {
        /// Why.
        reason: Label,
        /// The approval; needed above the limit of the caller's role.
        approval: Option<ApprovalId>,
    } asks supplier_bill::ReverseSupplierPayment => supplier_bill::ReverseSupplierPayment {
        bill: call.id("supplier_bill")?,
        payment: call.id("supplier_payment")?,
        reason: body.reason,
        authority: authority(call, body.approval)?,
    };

    /// Reverses a supplier's bill that was recorded by mistake; its number may be recorded again.
    pub ReverseSupplierBill(ReverseSupplierBillBody) = "reverse_supplier_bill" |call, body| {
        /// Why.
        reason: Label,
        /// The approval; needed above the limit of the caller's role.
        approval: Option<ApprovalId>,
    } asks supplier_bill::ReverseSupplierBill => supplier_bill::ReverseSupplierBill {
        bill: call.id("supplier_bill")?,
        reason: body.reason,
        authority: authority(call, body.approval)?,
    };

    /// Says how much of a bill the company used itself, in all; it bears that.
    pub SetOwnUse(SetOwnUseBody) = "set_own_use" |call, body| {
        /// How much in all.
        amount: NonNegative,
        /// Why.
        reason: Label,
        /// The approval; needed above the limit of the caller's role.
        approval: Option<ApprovalId>,
    } asks supplier_bill::SetOwnUse => supplier_bill::SetOwnUse {
        bill: call.id("supplier_bill")?,
        amount: body.amount.0,
        reason: body.reason,
        authority: authority(call, body.approval)?,
    };

    /// Carries the difference between suppliers' bills and what was charged for them into a later period.
    pub CarryDifference(CarryDifferenceBody) = "carry_difference" |call, body| {
        /// The period that it goes to.
        to: Month,
        /// How much; positive when more was paid than charged.
        amount: Money,
        /// Why.
        reason: Label,
        /// The approval; needed above the limit of the caller's role.
        approval: Option<ApprovalId>,
    } asks supplier_bill::CarryDifference => supplier_bill::CarryDifference {
        bill: call.id("supplier_bill")?,
        to: body.to,
        amount: body.amount,
        reason: body.reason,
        authority: authority(call, body.approval)?,
    };

    /// Says which utility a pass-through item collects for, so that it stands beside the suppliers' bills.
    pub SetUtility(SetUtilityBody) = "set_utility" |call, body| {
        /// The utility.
        utility: Utility,
    } => fee_item::SetUtility { fee_item: call.id("fee_item")?, utility: body.utility };
}

reads! {
    /// Lists bills of suppliers, the newest first.
    pub ListSupplierBills = "list_supplier_bills", page of SupplierBill, by i64 |bill| bill.position,
    takes {}
    |app, ledger, ids, ask| app.read_models.supplier_bills(ledger, ask);
}

/// Answers a supplier's bill with its payments.
#[derive(Debug)]
pub struct GetSupplierBill;

impl Query for GetSupplierBill {
    const OPERATION: &'static str = "get_supplier_bill";
    const SUMMARY: &'static str = "Answers a supplier's bill with the payments of it that stand.";

    fn answer() -> Value {
        let payment = json!({
            "type": "object",
            "required": ["supplier_payment", "amount", "channel_account", "value_on"],
            "properties": {
                "supplier_payment": SupplierPaymentId::schema(), "amount": Money::schema(),
                "channel_account": ChannelAccountId::schema(), "reference": Code::schema(),
                "value_on": CivilDate::schema(),
            },
        });
        let mut schema = SupplierBill::schema();
        schema["properties"]["payments"] = json!({"type": "array", "items": payment});
        schema
    }

    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        ask.parameters.finish()?;
        let bill: SupplierBillId = ask.ids.get("supplier_bill")?;
        let found = app.read_models.supplier_bill(ask.ledger, bill).await?;
        let mut body = found.value.ok_or_else(Problem::not_found)?.show();
        let stream: StreamRef = bill.into();
        let mut conn = app.writer.acquire().await?;
        let states = fold::streams(&mut conn, ask.ledger, &[stream], found.position, None).await?;
        drop(conn);
        if let Some(StreamState::SupplierBill(state)) = states.get(&stream) {
            body["payments"] = state.payments().map(shown_payment).collect();
        }
        Ok(Reply { body, position: found.position })
    }
}

fn shown_payment(paid: &SupplierBillPaid) -> Value {
    let mut shown = json!({
        "supplier_payment": paid.payment.to_string(),
        "amount": paid.amount.to_string(),
        "channel_account": paid.channel_account.to_string(),
        "value_on": paid.value_on.to_string(),
    });
    if let Some(reference) = &paid.reference {
        shown["reference"] = json!(reference.as_str());
    }
    shown
}

/// Lists utilities by period: what suppliers want, what units were charged, and the difference.
#[derive(Debug)]
pub struct ListUtilities;

impl Query for ListUtilities {
    const OPERATION: &'static str = "list_utilities";
    const SUMMARY: &'static str = "Lists per utility and period what suppliers want, what of it units were charged by themselves and as shares of pools, what the company used itself, what was carried, and the difference that is left; it is carried on or shared out by a pool, and never revenue.";

    fn parameters() -> Vec<Parameter> {
        vec![
            Parameter { name: "from", description: "First period.", schema: Month::schema() },
            Parameter { name: "to", description: "Last period; absent: the first.", schema: Month::schema() },
        ]
    }

    fn answer() -> Value {
        reads::whole_schema(UtilityPeriod::schema())
    }

    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        let from: Option<Month> = ask.parameters.take("from", rules::MONTH_FORM)?;
        let from = from.ok_or_else(|| Problem::bad_parameter().at("from", rules::REQUIRED))?;
        let to = ask.parameters.take("to", rules::MONTH_FORM)?.unwrap_or(from);
        ask.parameters.finish()?;
        Ok(reads::whole(app.read_models.utilities(ask.ledger, (from, to)).await?))
    }
}
