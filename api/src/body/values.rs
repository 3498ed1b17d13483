//! What the values of bodies are: the domain's types, and the few that only the outside needs.

use super::{Errors, Field, rules};
use mingzhang_domain::calendar::{CalendarError, CivilDate, DateRange, Moment, Month};
use mingzhang_domain::money::{Money, MoneyError, RoundTo};
use mingzhang_domain::rule::late_fee::GraceMode;
use mingzhang_domain::rule::{resident_id, social_credit_code};
use mingzhang_domain::value::{AccountCode, Code, Count, Digest, Exact, FormulaText, Label, Variable};
use mingzhang_domain::{
    account, book, channel_account, community, dunning, fee_item, id, invoice, ledger, meter, opening, party, payment,
    payment_order, staff, supplier_bill, unit, work_order,
};
use serde_json::{Value, json};
use std::fmt;
use uuid::Uuid;

/// How many items an array may have.
pub const MAX_ITEMS: usize = 500;

/// The text of a value, or the blame.
fn text<'v>(value: &'v Value, pointer: &str, errors: &mut Errors) -> Option<&'v str> {
    let text = value.as_str();
    if text.is_none() {
        errors.push(pointer, rules::TEXT);
    }
    text
}

macro_rules! ids {
    ($($name:ident),+ $(,)?) => { $(
        impl Field for id::$name {
            fn read(value: &Value, pointer: &str, errors: &mut Errors) -> Option<Self> {
                Uuid::read(value, pointer, errors).map(Self)
            }
            fn schema() -> Value { Uuid::schema() }
        }
    )+ };
}
ids! {
    LedgerId, AdministratorId, StaffId, PersonId, ChannelAccountId, UnitId, PartyId, FeeItemId, TariffId, DiscountId, OfferId, VacancyId, AccountId,
    ChargeId, BillLineId, BillRunId, LotId, AllocationId, RefundId, InvoiceId, PaymentId, PaymentOrderId, TakingId, ReceiptId, ShiftId, ApprovalId,
    WorkOrderId, MeterId, ReadingId, ImportId, HistoryId, OpeningId, PoolId, FundSpendId, SupplierBillId, SupplierPaymentId,
    VaultItemId, CommandId, EventId,
}

macro_rules! words {
    ($($type:ty),+ $(,)?) => { $(
        impl Field for $type {
            fn read(value: &Value, pointer: &str, errors: &mut Errors) -> Option<Self> {
                let word = text(value, pointer, errors)?.parse().ok();
                if word.is_none() { errors.push(pointer, rules::WORD); }
                word
            }
            fn schema() -> Value {
                let words: Vec<_> = Self::ALL.iter().map(|word| word.as_str()).collect();
                json!({"type": "string", "enum": words})
            }
        }
    )+ };
}
words! {
    book::Book, mingzhang_domain::books::chart::ChartPreset, book::Fund, book::Purse, book::VatCategory, channel_account::ChannelKind, channel_account::Provider, payment::PaymentMethod, payment::KnownAs, mingzhang_domain::books::BankItemSide, payment_order::OrderMethod, community::AllocationPolicy,
    ledger::LedgerClock, party::PartyKind, staff::Role, unit::CreditFate, unit::PaidAhead, unit::UnitKind, unit::UnitStatus, fee_item::MonthBasis,
    fee_item::Timing, fee_item::AmountPer, fee_item::AreaKind, fee_item::ParkingDay, fee_item::PricedBy, fee_item::TaxPoint, account::Part, account::DiscountKind, account::ForfeitureGround, account::FundDemand,
    invoice::InvoiceKind, invoice::BuyerKind, unit::ChargedDays, unit::VacancyFinding, unit::VacancyStage, payment::Series,
    work_order::WorkOrderKind, work_order::Priority, dunning::StopReason, opening::OpeningKind, supplier_bill::Utility, GraceMode,
    meter::ReadingKind,
}

macro_rules! parsed {
    ($($type:ty, $rule:expr, $schema:expr;)+) => { $(
        impl Field for $type {
            fn read(value: &Value, pointer: &str, errors: &mut Errors) -> Option<Self> {
                let parsed = text(value, pointer, errors)?.parse().ok();
                if parsed.is_none() { errors.push(pointer, $rule); }
                parsed
            }
            fn schema() -> Value { $schema }
        }
    )+ };
}
parsed! {
    Label, rules::LABEL, json!({"type": "string", "minLength": 1, "maxLength": 100});
    Code, rules::CODE, json!({"type": "string", "minLength": 1, "maxLength": 32, "pattern": "^[A-Za-z0-9._-]+$"});
    AccountCode, rules::ACCOUNT_CODE, json!({"type": "string", "maxLength": 15, "pattern": r"^[0-9]+(\.[0-9]+)*$", "examples": ["1122.01"]});
    fee_item::TaxCode, rules::TAX_CODE, json!({"type": "string", "pattern": "^[0-9]{19}$", "examples": ["3040801010000000000"]});
    Variable, rules::VARIABLE, json!({"type": "string", "pattern": "^[a-z][a-z0-9_]{0,31}$"});
    FormulaText, rules::FORMULA, json!({"type": "string", "minLength": 1, "maxLength": 500, "examples": ["area * unit_price"]});
    Exact, rules::DECIMAL, json!({"type": "string", "format": "decimal", "examples": ["2.8"]});
    Digest, rules::DIGEST, json!({"type": "string", "pattern": "^[0-9a-f]{64}$"});
    Uuid, rules::UUID, json!({"type": "string", "format": "uuid"});
}

impl Field for Money {
    fn read(value: &Value, pointer: &str, errors: &mut Errors) -> Option<Self> {
        let Some(text) = value.as_str() else {
            errors.push(pointer, rules::AMOUNT_TEXT);
            return None;
        };
        match text.parse() {
            Ok(amount) => Some(amount),
            Err(MoneyError::Malformed) => {
                errors.push(pointer, rules::AMOUNT_FORM);
                None
            }
            Err(MoneyError::OutOfRange) => {
                errors.push(pointer, rules::AMOUNT_RANGE);
                None
            }
        }
    }
    fn schema() -> Value {
        json!({"type": "string", "format": "amount", "pattern": r"^-?(0|[1-9]\d*)\.\d\d$", "examples": ["128.50"]})
    }
}

/// An amount above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Positive(pub Money);

/// An amount of zero or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NonNegative(pub Money);

impl Field for Positive {
    fn read(value: &Value, pointer: &str, errors: &mut Errors) -> Option<Self> {
        let amount = Money::read(value, pointer, errors)?;
        if amount > Money::ZERO {
            return Some(Self(amount));
        }
        errors.push(pointer, rules::AMOUNT_POSITIVE);
        None
    }
    fn schema() -> Value {
        json!({"type": "string", "format": "amount", "pattern": r"^(0|[1-9]\d*)\.\d\d$", "examples": ["128.50"]})
    }
}

impl Field for NonNegative {
    fn read(value: &Value, pointer: &str, errors: &mut Errors) -> Option<Self> {
        let amount = Money::read(value, pointer, errors)?;
        if amount >= Money::ZERO {
            return Some(Self(amount));
        }
        errors.push(pointer, rules::AMOUNT_NOT_NEGATIVE);
        None
    }
    fn schema() -> Value {
        Positive::schema()
    }
}

fn calendar_rule(error: CalendarError, malformed: crate::problem::Rule) -> crate::problem::Rule {
    match error {
        CalendarError::Malformed => malformed,
        CalendarError::OutOfRange => rules::DATE_RANGE,
        CalendarError::EmptyRange => rules::RANGE_ORDER,
    }
}

macro_rules! calendar {
    ($($type:ty, $rule:expr, $schema:expr;)+) => { $(
        impl Field for $type {
            fn read(value: &Value, pointer: &str, errors: &mut Errors) -> Option<Self> {
                text(value, pointer, errors)?
                    .parse()
                    .map_err(|error| errors.push(pointer, calendar_rule(error, $rule)))
                    .ok()
            }
            fn schema() -> Value { $schema }
        }
    )+ };
}
calendar! {
    CivilDate, rules::DATE_FORM, json!({"type": "string", "format": "date", "examples": ["2026-10-01"]});
    Month, rules::MONTH_FORM, json!({"type": "string", "pattern": r"^\d{4}-\d{2}$", "examples": ["2026-10"]});
}

impl Field for Moment {
    fn read(value: &Value, pointer: &str, errors: &mut Errors) -> Option<Self> {
        let at = chrono::DateTime::parse_from_rfc3339(text(value, pointer, errors)?).map(|at| Self::from(at.to_utc()));
        at.map_err(|_| errors.push(pointer, rules::INSTANT)).ok()
    }
    fn schema() -> Value {
        json!({"type": "string", "format": "date-time", "examples": ["2026-10-01T01:30:00Z"]})
    }
}

impl Field for DateRange {
    fn read(value: &Value, pointer: &str, errors: &mut Errors) -> Option<Self> {
        let fields = super::object(value, &["from", "until"], pointer, errors)?;
        let from = super::member(fields, "from", pointer, errors);
        let until = super::member(fields, "until", pointer, errors);
        Self::new(from?, until?).map_err(|_| errors.push(&format!("{pointer}/until"), rules::RANGE_ORDER)).ok()
    }
    fn schema() -> Value {
        super::object_schema(vec![
            ("from", true, "First day.", CivilDate::schema()),
            ("until", true, "The day after the last.", CivilDate::schema()),
        ])
    }
}

impl Field for RoundTo {
    fn read(value: &Value, pointer: &str, errors: &mut Errors) -> Option<Self> {
        match text(value, pointer, errors)? {
            "fen" => Some(Self::Fen),
            "jiao" => Some(Self::Jiao),
            "yuan" => Some(Self::Yuan),
            _ => {
                errors.push(pointer, rules::WORD);
                None
            }
        }
    }
    fn schema() -> Value {
        json!({"type": "string", "enum": ["fen", "jiao", "yuan"]})
    }
}

/// A whole number from 0 to 999,999,999, written as a JSON number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count32(pub u32);

impl Field for Count32 {
    fn read(value: &Value, pointer: &str, errors: &mut Errors) -> Option<Self> {
        let number =
            value.as_u64().and_then(|number| u32::try_from(number).ok()).filter(|number| *number < 1_000_000_000);
        if number.is_none() {
            errors.push(pointer, rules::WHOLE);
        }
        number.map(Self)
    }
    fn schema() -> Value {
        json!({"type": "integer", "minimum": 0, "maximum": 999_999_999})
    }
}

impl Field for Count {
    fn read(value: &Value, pointer: &str, errors: &mut Errors) -> Option<Self> {
        Count32::read(value, pointer, errors).map(|number| Self(number.0))
    }
    fn schema() -> Value {
        Count32::schema()
    }
}

impl Field for bool {
    fn read(value: &Value, pointer: &str, errors: &mut Errors) -> Option<Self> {
        let answer = value.as_bool();
        if answer.is_none() {
            errors.push(pointer, rules::BOOLEAN);
        }
        answer
    }
    fn schema() -> Value {
        json!({"type": "boolean"})
    }
}

impl<T: Field> Field for Option<T> {
    const REQUIRED: bool = false;
    fn read(value: &Value, pointer: &str, errors: &mut Errors) -> Option<Self> {
        T::read(value, pointer, errors).map(Some)
    }
    fn absent(_: &str, _: &mut Errors) -> Option<Self> {
        Some(None)
    }
    fn schema() -> Value {
        T::schema()
    }
}

impl<T: Field> Field for Vec<T> {
    fn read(value: &Value, pointer: &str, errors: &mut Errors) -> Option<Self> {
        let Some(items) = value.as_array() else {
            errors.push(pointer, rules::ARRAY);
            return None;
        };
        if items.len() > MAX_ITEMS {
            errors.push(pointer, rules::ITEMS);
            return None;
        }
        let read: Vec<_> = items
            .iter()
            .enumerate()
            .map(|(index, item)| T::read(item, &format!("{pointer}/{index}"), errors))
            .collect();
        read.into_iter().collect()
    }
    fn schema() -> Value {
        json!({"type": "array", "maxItems": MAX_ITEMS, "items": T::schema()})
    }
}

/// Any JSON, kept as it came: the payload of a batch item.
impl Field for Value {
    fn read(value: &Value, _: &str, _: &mut Errors) -> Option<Self> {
        Some(value.clone())
    }
    fn schema() -> Value {
        json!({})
    }
}

/// Texts that only the outside needs; personal ones never show themselves in a debug log.
macro_rules! texts {
    ($($(#[$meta:meta])* $name:ident, $rule:expr, $schema:expr, $check:expr;)+) => { $(
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str { &self.0 }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
        impl Field for $name {
            fn read(value: &Value, pointer: &str, errors: &mut Errors) -> Option<Self> {
                let check: fn(&str) -> Option<String> = $check;
                let checked = check(text(value, pointer, errors)?);
                if checked.is_none() { errors.push(pointer, $rule); }
                checked.map(Self)
            }
            fn schema() -> Value { $schema }
        }
    )+ };
}
texts! {
    /// A name of a person; goes to the vault and nowhere else.
    Personal, rules::LABEL, json!({"type": "string", "minLength": 1, "maxLength": 100}),
        |text| text.parse::<Label>().ok().map(|label| label.as_str().to_owned());
    /// What somebody wrote freely, up to 2,000 characters; goes to the vault and nowhere else.
    Text, rules::TEXT_LENGTH, json!({"type": "string", "minLength": 1, "maxLength": 2000}),
        |text| { let text = text.trim(); (1..=2000).contains(&text.chars().count()).then(|| text.to_owned()) };
    /// A mobile number of the mainland.
    Mobile, rules::MOBILE, json!({"type": "string", "pattern": "^1[3-9][0-9]{9}$"}),
        |text| {
            let digits = text.len() == 11 && text.bytes().all(|byte| byte.is_ascii_digit());
            (digits && text.starts_with('1') && matches!(text.as_bytes().get(1), Some(b'3'..=b'9'))).then(|| text.to_owned())
        };
    /// A resident identity number: 18 characters with their check.
    ResidentId, rules::RESIDENT_ID, json!({"type": "string", "minLength": 18, "maxLength": 18}),
        resident_id::normalise;
    /// The tax number of a company: its unified social credit code; goes to the vault, because a sole trader is a person.
    TaxNumber, rules::SOCIAL_CREDIT_CODE, json!({"type": "string", "minLength": 18, "maxLength": 18}),
        social_credit_code::normalise;
    /// A password as it is chosen.
    Password, rules::PASSWORD, json!({"type": "string", "minLength": 12, "maxLength": 128, "format": "password"}),
        |text| (12..=128).contains(&text.chars().count()).then(|| text.to_owned());
    /// A sign-in name: no personal data is asked for, lower case.
    SignInName, rules::SIGN_IN_NAME, json!({"type": "string", "pattern": "^[a-z0-9._@-]{3,64}$"}),
        |text| {
            let good = (3..=64).contains(&text.len())
                && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._@-".contains(&b));
            good.then(|| text.to_owned())
        };
}
