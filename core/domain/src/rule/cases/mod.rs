//! Worked cases: what a rule computes for an `input`, as JSON, so that anybody can check it against cases of their own.
//!
//! A refused input is answered with `{"error": "<code>"}`, whatever its shape. May never happen here: a rule, or a
//! default that changes an amount. The shapes are those of the files in `tests/golden`.

mod account;
mod charge;
mod figures;
mod identity;
mod read;

use read::Refused;
use serde_json::{Value, json};

/// A kind of case that the domain does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown kind of case")]
pub struct UnknownKind;

type Case = fn(&Value) -> Result<Value, Refused>;

const CASES: [(&str, Case); 11] = [
    ("allocation", account::allocation),
    ("amount_in_words", identity::amount_in_words),
    ("apportionment", charge::apportionment),
    ("charges", charge::charges),
    ("figures", figures::figures),
    ("late_fees", account::late_fees),
    ("month_parts", charge::month_parts),
    ("resident_id", identity::resident_id),
    ("social_credit_code", identity::social_credit_code),
    ("tiered_usage", charge::tiered_usage),
    ("vat", charge::vat),
];

/// Every kind of case, in alphabetical order.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    CASES.into_iter().map(|(kind, _)| kind)
}

/// What the domain computes for one input.
///
/// # Errors
/// [`UnknownKind`]; a refused input is an answer, not an error.
pub fn compute(kind: &str, input: &Value) -> Result<Value, UnknownKind> {
    let (_, case) = CASES.into_iter().find(|(known, _)| *known == kind).ok_or(UnknownKind)?;
    Ok(case(input).unwrap_or_else(|refused| json!({ "error": refused.code() })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_refuses_every_wrong_shape() {
        let shapes = [json!(null), json!(1), json!([]), json!({}), json!({ "x": 1 }), json!(true), json!([[[]]])];
        for kind in kinds() {
            for shape in &shapes {
                let answer = compute(kind, shape).unwrap();
                assert!(answer.get("error").is_some_and(Value::is_string), "{kind} {shape} {answer}");
            }
        }
        assert_eq!(compute("charge", &json!({})), Err(UnknownKind));
    }
}
