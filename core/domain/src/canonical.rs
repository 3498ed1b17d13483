//! Canonical JSON (RFC 8785) for the log: the only writer of the bytes that are hashed.
//!
//! May never happen here: a number outside the envelope, a null, a control character, text that is not NFC. Absent
//! values (`null`, empty arrays and objects) are left out, so an event's struct may simply hold `None` or an empty list.

use serde_json::Value;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Why a value has no canonical form in the log. It names the place, never the value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotCanonical {
    /// `data` holds a JSON number.
    #[error("a number stands in data")]
    Number,
    /// A key is not `[a-z][a-z0-9_]*`.
    #[error("the key {0:?} is not allowed")]
    Key(String),
    /// A text is not in Unicode normalisation form C.
    #[error("a text is not NFC")]
    NotNormalised,
    /// A text holds a control character.
    #[error("a text holds a control character")]
    ControlCharacter,
    /// The value could not be turned into JSON at all.
    #[error("not representable as JSON")]
    NotJson,
    /// A body is longer than 16 KiB.
    #[error("the body is longer than 16 KiB")]
    TooLong,
}

/// The canonical bytes of an event's `data` (an object of strings, booleans, objects and arrays).
///
/// # Errors
/// [`NotCanonical`] names what the log does not admit.
pub fn data_bytes<T: serde::Serialize>(data: &T) -> Result<Vec<u8>, NotCanonical> {
    let value = serde_json::to_value(data).map_err(|_| NotCanonical::NotJson)?;
    let mut out = Vec::with_capacity(512);
    write_value(&mut out, &value)?;
    Ok(out)
}

/// The canonical bytes of an array of strings, the input of every derived id.
pub fn string_array(parts: &[&str]) -> Vec<u8> {
    let mut out = Vec::with_capacity(96);
    out.push(b'[');
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        write_escaped(&mut out, part);
    }
    out.push(b']');
    out
}

fn absent(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.values().all(absent),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

fn write_value(out: &mut Vec<u8>, value: &Value) -> Result<(), NotCanonical> {
    match value {
        Value::Null | Value::Number(_) => return Err(NotCanonical::Number),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::String(text) => write_text(out, text)?,
        Value::Array(items) => {
            out.push(b'[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                write_value(out, item)?;
            }
            out.push(b']');
        }
        Value::Object(fields) => {
            let mut kept: Vec<_> = fields.iter().filter(|(_, v)| !absent(v)).collect();
            // Keys are ASCII, so byte order is the UTF-16 order that RFC 8785 asks for.
            kept.sort_unstable_by(|a, b| a.0.cmp(b.0));
            out.push(b'{');
            for (i, (key, item)) in kept.into_iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                if !is_key(key) {
                    return Err(NotCanonical::Key(key.clone()));
                }
                out.push(b'"');
                out.extend_from_slice(key.as_bytes());
                out.extend_from_slice(b"\":");
                write_value(out, item)?;
            }
            out.push(b'}');
        }
    }
    Ok(())
}

fn is_key(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_lowercase())
        && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

fn write_text(out: &mut Vec<u8>, text: &str) -> Result<(), NotCanonical> {
    if text.chars().any(char::is_control) {
        return Err(NotCanonical::ControlCharacter);
    }
    let normal = match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => true,
        IsNormalized::No => false,
        IsNormalized::Maybe => text.nfc().eq(text.chars()),
    };
    if !normal {
        return Err(NotCanonical::NotNormalised);
    }
    write_escaped(out, text);
    Ok(())
}

/// Writes a JSON string as RFC 8785 does: only `"`, `\` and control characters are escaped.
pub(crate) fn write_escaped(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    for c in text.chars() {
        match c {
            '"' => out.extend_from_slice(b"\\\""),
            '\\' => out.extend_from_slice(b"\\\\"),
            '\u{8}' => out.extend_from_slice(b"\\b"),
            '\t' => out.extend_from_slice(b"\\t"),
            '\n' => out.extend_from_slice(b"\\n"),
            '\u{c}' => out.extend_from_slice(b"\\f"),
            '\r' => out.extend_from_slice(b"\\r"),
            c if c < ' ' => out.extend_from_slice(format!("\\u{:04x}", u32::from(c)).as_bytes()),
            c => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn text(value: &Value) -> Result<String, NotCanonical> {
        data_bytes(value).map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn keys_are_sorted_and_absent_values_left_out() {
        let value = json!({"b": "2", "a": {"z": true, "y": []}, "n": null, "e": {"f": {}}, "l": ["x", "a"]});
        assert_eq!(text(&value).unwrap(), r#"{"a":{"z":true},"b":"2","l":["x","a"]}"#);
    }

    #[test]
    fn what_the_log_does_not_admit_is_named() {
        assert_eq!(text(&json!({"a": 1})), Err(NotCanonical::Number));
        assert_eq!(text(&json!({"A": "1"})), Err(NotCanonical::Key("A".into())));
        assert_eq!(text(&json!({"a": "x\ny"})), Err(NotCanonical::ControlCharacter));
        assert_eq!(text(&json!({"a": "e\u{301}"})), Err(NotCanonical::NotNormalised));
    }

    #[test]
    fn text_is_escaped_as_little_as_possible() {
        assert_eq!(text(&json!({"a": "明\"\\/é"})).unwrap(), r#"{"a":"明\"\\/é"}"#);
        assert_eq!(string_array(&["a\u{1}\n"]), b"[\"a\\u0001\\n\"]");
    }
}
