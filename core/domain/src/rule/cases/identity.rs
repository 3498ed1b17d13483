//! Cases of single texts: amount_in_words, resident_id, social_credit_code.

use super::read::Refused;
use crate::money::{Money, MoneyError};
use crate::rule::{amount_in_words, resident_id, social_credit_code};
use serde_json::{Value, json};

pub(super) fn amount_in_words(input: &Value) -> Result<Value, Refused> {
    let text = text(input)?;
    if text.parse::<Money>() == Err(MoneyError::Malformed) {
        return Err(MoneyError::Malformed.into());
    }
    // Totals have words beyond the range of a single amount.
    let words = text.replace('.', "").parse().ok().and_then(amount_in_words::of_fen);
    Ok(json!(words.ok_or(MoneyError::OutOfRange)?))
}

pub(super) fn resident_id(input: &Value) -> Result<Value, Refused> {
    Ok(json!(resident_id::is_valid(text(input)?)))
}

pub(super) fn social_credit_code(input: &Value) -> Result<Value, Refused> {
    Ok(json!(social_credit_code::is_valid(text(input)?)))
}

fn text(input: &Value) -> Result<&str, Refused> {
    input.as_str().ok_or(Refused::new("input_malformed"))
}
