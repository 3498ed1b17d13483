//! Strict JSON: no duplicate keys, bounded depth and size, whole numbers only, no control characters.
//!
//! What passes here may still be the wrong shape; that is for [`super::Field`] to say, with a pointer per field.

use super::rules;
use crate::problem::{FieldError, Problem, Rule};
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

/// How deep objects and arrays may nest.
const MAX_DEPTH: usize = 12;
/// How long one text may be, in bytes.
const MAX_TEXT: usize = 64 * 1024;

const DUPLICATE: &str = "duplicate key";
const TOO_DEEP: &str = "too deep";

/// Reads a body.
///
/// # Errors
/// 400 when it is not strict JSON; 422 naming every text with a control character or beyond its bound.
pub fn parse(bytes: &[u8]) -> Result<Value, Problem> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let parsed = Strict { depth: 0 }.deserialize(&mut deserializer).and_then(|value| {
        deserializer.end()?;
        Ok(value)
    });
    let value = parsed.map_err(|error| malformed(&error))?;
    let mut errors = Vec::new();
    check_texts(&value, String::new(), &mut errors);
    if errors.is_empty() { Ok(value) } else { Err(Problem::invalid_body().with_errors(errors)) }
}

/// Says where and why, never what stood there.
fn malformed(error: &serde_json::Error) -> Problem {
    let text = error.to_string();
    let rule: Rule = if text.starts_with(DUPLICATE) {
        rules::KEY_UNIQUE
    } else if text.starts_with(TOO_DEEP) || text.starts_with("recursion") {
        rules::DEPTH
    } else {
        rules::JSON
    };
    let place = format!("line {} column {}", error.line(), error.column());
    Problem::malformed().with("place", place).at("", rule)
}

fn check_texts(value: &Value, pointer: String, errors: &mut Vec<FieldError>) {
    match value {
        Value::String(text) => {
            if text.chars().any(char::is_control) {
                errors.push(FieldError { pointer, rule: rules::NO_CONTROL });
            } else if text.len() > MAX_TEXT {
                errors.push(FieldError { pointer, rule: rules::TEXT_LENGTH });
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                check_texts(item, format!("{pointer}/{index}"), errors);
            }
        }
        Value::Object(fields) => {
            for (key, item) in fields {
                check_texts(item, format!("{pointer}/{}", super::token(key)), errors);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A value at a depth.
#[derive(Clone, Copy)]
struct Strict {
    depth: usize,
}

impl Strict {
    fn inner<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth >= MAX_DEPTH { Err(E::custom(TOO_DEEP)) } else { Ok(Self { depth: self.depth + 1 }) }
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }
    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }
    #[expect(clippy::disallowed_types, reason = "the visitor's signature; the value is thrown away")]
    fn visit_f64<E: serde::de::Error>(self, _value: f64) -> Result<Value, E> {
        // Kept as a marker that no field accepts: the field's own rule then says what it wants, with its pointer.
        Ok(Value::Array(vec![Value::Null]))
    }
    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(inner)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut fields = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            if fields.contains_key(&key) {
                return Err(A::Error::custom(DUPLICATE));
            }
            let value = map.next_value_seed(inner)?;
            fields.insert(key, value);
        }
        Ok(Value::Object(fields))
    }
}

/// The canonical form (RFC 8785) of a body, for its digest: keys sorted, no space, whole numbers only.
pub fn canonical(value: &Value) -> String {
    let mut out = String::with_capacity(256);
    write(&mut out, value);
    out
}

/// The canonical form of an object whose fields are given in the order of their keys.
pub fn canonical_object(fields: &[(&str, &Value)]) -> String {
    let mut out = String::with_capacity(512);
    for (index, (key, item)) in fields.iter().enumerate() {
        out.push(if index == 0 { '{' } else { ',' });
        quote(&mut out, key);
        out.push(':');
        write(&mut out, item);
    }
    out.push('}');
    out
}

/// serde_json escapes exactly what RFC 8785 does.
fn quote(out: &mut String, text: &str) {
    let plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\' && byte != 0x7f;
    if text.bytes().all(plain) {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        out.push_str(&Value::from(text).to_string());
    }
}

fn write(out: &mut String, value: &Value) {
    match value {
        Value::Object(fields) => {
            let mut sorted: Vec<_> = fields.iter().collect();
            sorted.sort_unstable_by(|a, b| a.0.encode_utf16().cmp(b.0.encode_utf16()));
            out.push('{');
            for (index, (key, item)) in sorted.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                quote(out, key);
                out.push(':');
                write(out, item);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(out, item);
            }
            out.push(']');
        }
        Value::String(text) => quote(out, text),
        // Bodies hold whole numbers only.
        Value::Null | Value::Bool(_) | Value::Number(_) => out.push_str(&value.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(body: &str) -> &'static str {
        parse(body.as_bytes()).unwrap_err().errors[0].rule.code
    }

    #[test]
    fn what_is_not_strict_json_is_refused() {
        assert_eq!(code("{"), "json_malformed");
        assert_eq!(code("{} x"), "json_malformed");
        assert_eq!(code(r#"{"a":"1","a":"2"}"#), "key_must_be_unique");
        assert_eq!(code(&"[".repeat(100)), "depth_must_be_bounded");
        assert_eq!(code("\u{1}"), "json_malformed");
    }

    #[test]
    fn control_characters_are_named_by_pointer() {
        let problem = parse(br#"{"a":{"b/c":["x","y\u0007"]}}"#).unwrap_err();
        assert_eq!(problem.errors[0].pointer, "/a/b~1c/1");
        assert_eq!(problem.errors[0].rule.code, "text_must_not_hold_control_characters");
    }

    #[test]
    fn the_canonical_form_does_not_depend_on_order() {
        let a = parse(br#"{"b":1,"a":["x",{"z":true,"y":null}]}"#).unwrap();
        assert_eq!(canonical(&a), r#"{"a":["x",{"y":null,"z":true}],"b":1}"#);
    }
}
