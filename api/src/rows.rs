//! How rows of read models are shown: the fields by name, ids under the name of what they name (`account_id` is shown as
//! `account`, as in commands and events), and the same as JSON Schema.

use crate::body::{Errors, Field, rules};
use chrono::{DateTime, NaiveDate, Utc};
use mingzhang_domain::envelope::instant_text;
use mingzhang_projections::account::Account;
use mingzhang_projections::account_balance::AccountBalance;
use mingzhang_projections::allocation::Allocation;
use mingzhang_projections::approval::{Approval, ApprovalStatus};
use mingzhang_projections::bank_statement::{BankBalance, BankItem};
use mingzhang_projections::bill_run::{BillRun, DraftedUnit, Import, SkippedItem};
use mingzhang_projections::campaign::Campaign;
use mingzhang_projections::channel_day::{ChannelDay, ChannelDaySplit, ChannelDifference};
use mingzhang_projections::channel_settlement::ChannelSettlement;
use mingzhang_projections::charge::{Arrears, Charge};
use mingzhang_projections::collection::Collected;
use mingzhang_projections::column::{Amount, Quantity, Text};
use mingzhang_projections::credit_lot::CreditLot;
use mingzhang_projections::deposit::{Deposit, DepositLine};
use mingzhang_projections::directory::{AttributeDefinition, CommunityRules};
use mingzhang_projections::discount::Discount;
use mingzhang_projections::fee_item::{FeeItem, Tariff};
use mingzhang_projections::formal_demand::FormalDemand;
use mingzhang_projections::fund::{FundLine, FundTotal, TopUpRule, UnitFund};
use mingzhang_projections::fund_spend::FundSpend;
use mingzhang_projections::inbox::InboxItem;
use mingzhang_projections::invoice::{Invoice, InvoiceStatus, InvoicedLine};
use mingzhang_projections::journal::JournalLine;
use mingzhang_projections::meter::{Meter, MeterStatus, ReadingUsage};
use mingzhang_projections::money_day::MoneyDay;
use mingzhang_projections::opening::{Opening, OpeningTotal};
use mingzhang_projections::outbox::OutboxItem;
use mingzhang_projections::party::{Party, PartyMember};
use mingzhang_projections::payment::Payment;
use mingzhang_projections::payment_history::PaymentHistory;
use mingzhang_projections::payment_order::{OrderedPart, PaymentOrder};
use mingzhang_projections::period::SealedPeriod;
use mingzhang_projections::pool::Pool;
use mingzhang_projections::prepayment_offer::PrepaymentOffer;
use mingzhang_projections::receipt::{Receipt, ReceiptLine};
use mingzhang_projections::refund::Refund;
use mingzhang_projections::reminder::Reminder;
use mingzhang_projections::shift::{CashBanking, Shift};
use mingzhang_projections::statement::StatementLine;
use mingzhang_projections::supplier_bill::{SupplierBill, UtilityPeriod};
use mingzhang_projections::taking::Taking;
use mingzhang_projections::trial_balance::TrialBalance;
use mingzhang_projections::unit::{Unit, UnitAttribute, UnitFeeItem, UnitPrice};
use mingzhang_projections::vacancy::{Vacancy, VacancyPolicy};
use mingzhang_projections::voucher::{FiledVoucher, VoucherSeries};
use mingzhang_projections::work_order::{WorkOrder, WorkOrderStatus};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// A row that can be shown.
pub trait Row {
    /// As JSON; what is absent is left out.
    fn show(&self) -> Value;
    /// JSON Schema.
    fn schema() -> Value;
}

/// A column that can be shown.
trait Cell {
    const REQUIRED: bool = true;
    fn show(&self) -> Value;
    fn schema() -> Value;
}

macro_rules! cells {
    ($($type:ty, |$value:ident| $show:expr, $schema:expr;)+) => { $(
        impl Cell for $type {
            fn show(&self) -> Value {
                let $value = self;
                $show
            }
            fn schema() -> Value { $schema }
        }
    )+ };
}
cells! {
    Uuid, |id| json!(id.to_string()), json!({"type": "string", "format": "uuid"});
    String, |text| json!(text), json!({"type": "string"});
    NaiveDate, |date| json!(date.to_string()), json!({"type": "string", "format": "date"});
    DateTime<Utc>, |at| json!(instant_text(*at)), json!({"type": "string", "format": "date-time"});
    Amount, |amount| json!(amount.to_string()), json!({"type": "string", "format": "amount"});
    Quantity, |quantity| json!(quantity.0.to_string()), json!({"type": "string", "format": "decimal"});
    i32, |number| json!(number), json!({"type": "integer"});
    i64, |number| json!(number), json!({"type": "integer"});
    bool, |answer| json!(answer), json!({"type": "boolean"});
}

impl<T: std::fmt::Display> Cell for Text<T> {
    fn show(&self) -> Value {
        json!(self.0.to_string())
    }
    fn schema() -> Value {
        json!({"type": "string"})
    }
}

impl<C: Cell> Cell for Option<C> {
    const REQUIRED: bool = false;
    fn show(&self) -> Value {
        self.as_ref().map_or(Value::Null, C::show)
    }
    fn schema() -> Value {
        C::schema()
    }
}

/// States of rows that lists are asked for by.
macro_rules! states {
    ($($state:ty),+) => { $(
        impl Field for $state {
            fn read(value: &Value, pointer: &str, errors: &mut Errors) -> Option<Self> {
                let state = value.as_str().and_then(|word| word.parse().ok());
                if state.is_none() {
                    errors.push(pointer, rules::WORD);
                }
                state
            }
            fn schema() -> Value {
                json!({"type": "string"})
            }
        }
    )+ };
}
states!(ApprovalStatus, InvoiceStatus, MeterStatus, WorkOrderStatus);

/// The schema of the column that a function picks.
fn schema_of<R, C: Cell>(_: fn(&R) -> &C) -> (bool, Value) {
    (C::REQUIRED, C::schema())
}

/// The name that a column is shown under.
fn shown(column: &'static str) -> &'static str {
    column.strip_suffix("_id").unwrap_or(column)
}

macro_rules! rows {
    ($($row:ident { $($column:ident),+ })+) => { $(
        impl Row for $row {
            fn show(&self) -> Value {
                let mut fields = Map::new();
                $(match Cell::show(&self.$column) {
                    Value::Null => {}
                    value => {
                        fields.insert(shown(stringify!($column)).to_owned(), value);
                    }
                })+
                Value::Object(fields)
            }
            fn schema() -> Value {
                let mut properties = Map::new();
                let mut required = Vec::new();
                $({
                    let name = shown(stringify!($column));
                    let (always, schema) = schema_of(|row: &$row| &row.$column);
                    properties.insert(name.to_owned(), schema);
                    if always {
                        required.push(name);
                    }
                })+
                json!({"type": "object", "required": required, "properties": properties})
            }
        }
    )+ };
}

rows! {
    Account { account_id, unit_id, unit_kind, building, balance }
    AccountBalance { account_id, fund, party_id, receivable, credit, deposit_held, refunds_payable }
    Allocation { allocation_id, position, account_id, charge_id, lot_id, part, mode, amount, value_on,
        effective_on, undone }
    Approval { approval_id, position, operation, digest, payload, reason, requested_by, requested_at, decided_by,
        decided_at, status, amount }
    BillRun { run_id, position, month, status, units, charges, amount, skipped, started_at, completed_at, published_on, drafted_units,
        drafted_charges, drafted_amount, digest, reversed_charges, reversed_amount, not_reversed, reversed_at }
    BankBalance { channel_account_id, period, position, balance, stated_by_staff_id }
    BankItem { bank_item_id, position, channel_account_id, side, amount, booked_on, note, cleared_on }
    DraftedUnit { position, unit_id, unit_code, charges, amount }
    Import { import_id, position, kind, file, rows, posted, refused, started_at, completed_at, withdrawn_at }
    Charge { charge_id, position, account_id, unit_id, unit_kind, building, fee_item_id, fund, obligor_party_id,
        agreed_payer_party_id, bill_line_id, run_id, tariff_id, period, service_from, service_until, due_on,
        effective_on, priority, gross, amount, tax, reduced, waived, reversed, written_off, paid,
        late_fee_paid, open, status, interrupted_on, disputed, is_late_fee, opening_id, invoiced, red_lettered }
    Arrears { account_id, unit_id, unit_code, building, open, oldest_due_on, charges, limitation_on, time_barred }
    SkippedItem { position, unit_id, unit_code, fee_item_id, service_from, service_until, reason, missing }
    Collected { period, building, fee_item_id, fund, net, collected }
    ChannelDay { channel_day_id, position, channel_account_id, day, bill, lines, matched, open_differences,
        explained_differences, paid, refunded, fee, reconciled_at, signed_off_at, signed_off_by_staff_id,
        lump, lump_value_on, rest, rest_note }
    ChannelDaySplit { community_id, paid, refunded, fee }
    ChannelDifference { channel_difference_id, position, channel_day_id, kind, reference, community_id, theirs, ours,
        status, note }
    ChannelSettlement { channel_settlement_id, position, channel_account_id, bank_account_id, day, gross, fee, net,
        value_on, reversed }
    CreditLot { lot_id, position, account_id, payment_id, holder_party_id, fund, earmark_fee_item_id, held_back,
        amount, unspent, value_on, opening_id }
    CommunityRules { allocation_policy, notice_days, go_live_on, bill_runs_need_approval, cash_rounding_limit }
    Deposit { deposit_id, payer_party_id, position, account_id, fee_item_id, opening_id, old_receipt, taken_on, taken,
        returned, forfeited, held }
    DepositLine { deposit_id, position, payer_party_id, event_type, effective_on, effect, held, refund_id,
        forfeiture_id }
    FeeItem { fee_item_id, name, fund, priority, vat_category, vat_rate, vat_from, tax_code, tax_code_name,
        tax_code_from, tax_point }
    FormalDemand { demand_id, position, account_id, party_id, amount, pay_by, sent_on, delivered_on, evidence }
    UnitFund { account_id, position, unit_id, first_deposit, demanded, contributed, spent, balance }
    FundLine { account_id, position, event_type, effective_on, effect, balance, charge_id, fund_spend_id }
    FundTotal { units, first_deposit, demanded, contributed, spent, balance }
    FundSpend { fund_spend_id, position, purpose, supplier_id, supplier_name, amount, units, total_area, borne, short, paid,
        chunks, standing, opened_at, posted_at, reversed_at, status }
    TopUpRule { fee_item_id, valid_from, position, below, top_up_to }
    InboxItem { position, kind, person_id, party_id, account_id, subject_id, amount, stage, oldest_due_on, effective_on,
        recorded_at, read_at }
    OutboxItem { position, kind, party_id, account_id, subject_id, amount, recorded_at }
    Invoice { invoice_id, position, payment_id, obligor_party_id, kind, buyer, amount, net, tax, requested_at, serial, status, number,
        issued_on, failed_because, red_serial, red_reason, red_confirmation, red_number, red_on }
    InvoicedLine { line, account_id, fee_item_id, tax_code, short_name, name, service_from, service_until, vat_category, vat_rate,
        amount, net, tax }
    JournalLine { position, line, event_type, effective_on, purse, book, amount, fund, account_id, party_id,
        charge_id, lot_id, deposit_id, fee_item_id, period, channel_account_id, vat_category, counter_ledger_id,
        supplier_id }
    Meter { meter_id, position, code, utility, unit_id, building, digits, multiplier, reversed, opened_on, used_this_year,
        read_on, value, total, held_reading_id, removed_on, status }
    ReadingUsage { reading_id, position, meter_id, kind, read_on, value, starts_at, rolled_over, total, usage, photo,
        corrected, reason, status }
    Opening { opening_id, position, import_id, records, amount, chunks, standing, started_at, completed_at, reversed_at,
        status, refused_chunk, refused_record, refused_account_id, refused_by, resumed }
    OpeningTotal { kind, fee_item_id, control_total, amount, records }
    Pool { pool_id, position, fee_item_id, label, service_from, service_until, amount, lowers_pool_id, units, total_weight,
        uncharged, chunks, standing, due_on, opened_at, posted_at, reversed_at, status }
    Party { party_id, kind, contact_person_id, name }
    PartyMember { party_id, person_id, share }
    Payment { payment_id, position, channel_account_id, channel, purse, reference, amount, identified, returned,
        suspense, value_on, effective_on, recorded_at, shift_id, payer_item_id, status, payer_account_item_id,
        remark_item_id, method, match_status, bounced_on, bounce_effective_on, tendered, change, rounding,
        named_order_id }
    PaymentHistory { history_id, import_id, position, account_id, item, fee_item_id, service_from, service_until, paid_on,
        due, paid, reference, note_item_id }
    SealedPeriod { period, position, version, closed_at, closed_by_staff_id, reopened_at, status, sealed_at,
        sealed_size, sealed_root, sealed_figures }
    Receipt { receipt_id, position, payment_id, series, number, obligor_party_id, issued_on, amount, prints,
        replaces_receipt_id, status, invoice_id }
    ReceiptLine { receipt_id, line, account_id, fee_item_id, fund, service_from, service_until, part, amount }
    Refund { refund_id, position, account_id, lot_id, payment_id, holder_party_id, fund, amount, reason, status,
        channel_account_id, value_on, deposit_id, sent_at, sent_by_channel_account_id, channel_number, channel_reference,
        channel_status }
    Reminder { position, account_id, stage, party_id, open, oldest_due_on, channel, skipped_because, effective_on,
        recorded_at }
    PaymentOrder { payment_order_id, position, method, channel_account_id, purse, amount, created_at, expires_at, status,
        closed_for, payment_id, received, spent }
    OrderedPart { ordinal, account_id, charge_id, amount }
    Shift { shift_id, channel_account_id, purse, cashier_staff_id, opening_cash, taken, given_back, banked, slips,
        counted, difference, opened_at, closed_at, status }
    CashBanking { shift_id, number, position, channel_account_id, bank_account_id, amount, value_on, slip, reversed }
    MoneyDay { channel_account_id, day, received, paid, closed_at, closed_by_staff_id, closed_received, closed_paid,
        closed_balance }
    StatementLine { account_id, position, event_type, effective_on, value_on, party_id, charge_id, lot_id,
        payment_id, refund_id, fee_item_id, period, amount, effect, balance }
    SupplierBill { supplier_bill_id, position, supplier_id, name, number, utility, period, amount, paid, own_use, received_on,
        reversed }
    UtilityPeriod { utility, period, billed, paid, charged, pooled, own_use, carried, difference }
    Taking { charge_id, position, taking_id, payment_id, fee_item_id, fund, period, number, entered_at, left_at, amount, tax,
        channel_account_id, channel, reference, shift_id, value_on, effective_on, recorded_at, plate_item_id, status,
        service_from, service_until }
    TrialBalance { month, purse, book, debit, credit }
    Unit { unit_id, account_id, code, kind, building, entrance, floor, status, status_from, owner_party_id,
        owner_from, developer_party_id, tenant_party_id, tenant_from, tenant_until, building_area_sqm,
        inner_area_sqm, area_from }
    AttributeDefinition { name, label }
    UnitAttribute { unit_id, name, value, valid_from }
    UnitFeeItem { unit_id, fee_item_id, attached_from, attached_until }
    Discount { discount_id, position, unit_id, fee_item_id, kind, off, per_month, free_months, of_months, offer_id,
        days_from, days_until, ended, reason,
        end_reason, approval_id, requested_by, approved_by }
    Campaign { campaign_id, position, fee_item_id, name, scope, off, per_month, days_from, days_until, end_reason, approval_id }
    PrepaymentOffer { offer_id, position, fee_item_id, months, free_months, valid_from, valid_until, end_reason, approval_id }
    Vacancy { vacancy_id, position, unit_id, fee_item_id, days_from, days_until, reason, applied_by, applied_at, inspected_on,
        inspected_by, found, photos, discount_id, decline_reason, stage }
    VacancyPolicy { fee_item_id, valid_from, position, off }
    UnitPrice { unit_id, fee_item_id, priced_from, position, price, reason }
    FiledVoucher { voucher_id, purse, period, number, effective_on, summary, event_type, facts, lines, amount, attachments,
        first_position, last_position, recorded_at, actor_kind, actor_id, command_id, requested_by, approved_by, approval_id }
    VoucherSeries { period, purse, last }
    WorkOrder { work_order_id, position, kind, category, priority, unit_id, reporter_person_id,
        description_item_id, assignee_staff_id, due_at, quoted, quotation_accepted, charge_id, stars, submitted_at,
        changed_at, status }
}

/// A tariff version: price and due rule are shown as the objects that the command took.
impl Row for Tariff {
    fn show(&self) -> Value {
        json!({
            "tariff": self.tariff_id.to_string(),
            "position": self.position,
            "fee_item": self.fee_item_id.to_string(),
            "from": self.priced_from.to_string(),
            "price": serde_json::from_str::<Value>(&self.price).unwrap_or_default(),
            "cycle_months": self.cycle_months,
            "basis": self.basis.0.to_string(),
            "timing": self.timing.0.to_string(),
            "due": serde_json::from_str::<Value>(&self.due).unwrap_or_default(),
            "round_to": self.round_to,
        })
    }
    fn schema() -> Value {
        json!({
            "type": "object",
            "required": ["tariff", "position", "fee_item", "from", "price", "cycle_months", "basis", "timing", "due", "round_to"],
            "properties": {
                "tariff": <Uuid as Cell>::schema(),
                "position": i64::schema(),
                "fee_item": <Uuid as Cell>::schema(),
                "from": NaiveDate::schema(),
                "price": {"type": "object"},
                "cycle_months": i32::schema(),
                "basis": String::schema(),
                "timing": String::schema(),
                "due": {"type": "object"},
                "round_to": String::schema(),
            },
        })
    }
}
