//! Canonical JSON (RFC 8785) for the log: the only writer of the bytes that are hashed.
//!
//! May never happen here: a number outside the envelope, a null, a control character, text that is not NFC. Absent
//! values (`null`, empty arrays and objects) are left out, so an event's struct may simply hold `None` or an empty list.
//! The hot path of every append: what is serialised goes straight into the bytes; nothing is built in between.

use serde::ser::{Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeTuple, Serializer};
use std::fmt::{Display, Write as _};
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
    /// The value could not be turned into JSON at all, or is of a shape that no fact has.
    #[error("not representable as JSON")]
    NotJson,
    /// A body is longer than 16 KiB.
    #[error("the body is longer than 16 KiB")]
    TooLong,
}

impl serde::ser::Error for NotCanonical {
    fn custom<T: Display>(_: T) -> Self {
        Self::NotJson
    }
}

/// The canonical bytes of an event's `data` (an object of strings, booleans, objects and arrays).
///
/// # Errors
/// [`NotCanonical`] names what the log does not admit.
pub fn data_bytes<T: Serialize + ?Sized>(data: &T) -> Result<Vec<u8>, NotCanonical> {
    let mut writer = Writer { out: Vec::with_capacity(1024), fields: Vec::with_capacity(32), sorted: Vec::new() };
    match data.serialize(&mut writer)? {
        Written::Nothing => Err(NotCanonical::NotJson),
        Written::Empty | Written::Value => Ok(writer.out),
    }
}

/// The canonical bytes of an array of strings, the input of every derived id.
pub fn string_array(parts: &[&str]) -> Vec<u8> {
    let mut out = Vec::with_capacity(160);
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

/// What a value has put into the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    /// No byte: it is absent.
    Nothing,
    /// `[]` or `{}`: absent as a field, kept as an item of an array.
    Empty,
    /// Something.
    Value,
}

/// Where the bytes grow.
struct Writer {
    out: Vec<u8>,
    /// Fields of the objects that are open, innermost last: where each stands in `out`.
    fields: Vec<(usize, usize)>,
    /// The fields of one object in order, before they are put back.
    sorted: Vec<u8>,
}

impl Writer {
    fn object(&mut self) -> Object<'_> {
        Object { open: self.out.len(), first: self.fields.len(), begun: self.out.len(), writer: self }
    }

    fn text(&mut self, text: &str) -> Result<Written, NotCanonical> {
        write_text(&mut self.out, text)?;
        Ok(Written::Value)
    }
}

/// An object in the making. Each field is written with a comma before it; when all are there they are put in the order
/// of their keys, and the first comma becomes the brace.
struct Object<'w> {
    writer: &'w mut Writer,
    /// Where it begins in the output.
    open: usize,
    /// Where its fields begin in the list of fields.
    first: usize,
    /// Where the newest field begins in the output.
    begun: usize,
}

impl Object<'_> {
    fn key(&mut self, key: &str) -> Result<(), NotCanonical> {
        if !is_key(key) {
            return Err(NotCanonical::Key(key.to_owned()));
        }
        let out = &mut self.writer.out;
        self.begun = out.len();
        out.extend_from_slice(b",\"");
        out.extend_from_slice(key.as_bytes());
        out.extend_from_slice(b"\":");
        Ok(())
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotCanonical> {
        match value.serialize(&mut *self.writer)? {
            Written::Nothing | Written::Empty => self.writer.out.truncate(self.begun),
            Written::Value => self.writer.fields.push((self.begun, self.writer.out.len())),
        }
        Ok(())
    }

    fn close(self) -> Written {
        let Writer { out, fields, sorted } = self.writer;
        let mine = fields.get_mut(self.first..).unwrap_or_default();
        if mine.is_empty() {
            out.extend_from_slice(b"{}");
            return Written::Empty;
        }
        // Keys are ASCII, so byte order is the UTF-16 order that RFC 8785 asks for; the quote that ends a key sorts before
        // every character of a longer one.
        let bytes = |field: &(usize, usize)| out.get(field.0..field.1).unwrap_or_default();
        if !mine.is_sorted_by_key(bytes) {
            mine.sort_unstable_by(|a, b| bytes(a).cmp(bytes(b)));
            sorted.clear();
            mine.iter().for_each(|field| sorted.extend_from_slice(bytes(field)));
            out.truncate(self.open);
            out.extend_from_slice(sorted);
        }
        if let Some(comma) = out.get_mut(self.open) {
            *comma = b'{';
        }
        out.push(b'}');
        fields.truncate(self.first);
        Written::Value
    }
}

impl SerializeStruct for Object<'_> {
    type Ok = Written;
    type Error = NotCanonical;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), NotCanonical> {
        self.key(key)?;
        self.value(value)
    }

    fn end(self) -> Result<Written, NotCanonical> {
        Ok(self.close())
    }
}

impl SerializeMap for Object<'_> {
    type Ok = Written;
    type Error = NotCanonical;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), NotCanonical> {
        // Maps come from flattened structs and from tests; their keys are texts.
        let text = serde_json::to_value(key).map_err(|_| NotCanonical::NotJson)?;
        self.key(text.as_str().ok_or(NotCanonical::NotJson)?)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotCanonical> {
        self.value(value)
    }

    fn end(self) -> Result<Written, NotCanonical> {
        Ok(self.close())
    }
}

/// An array in the making.
struct Array<'w> {
    writer: &'w mut Writer,
    items: usize,
}

impl<'w> Array<'w> {
    fn open(writer: &'w mut Writer) -> Self {
        writer.out.push(b'[');
        Self { writer, items: 0 }
    }

    fn item<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), NotCanonical> {
        if self.items > 0 {
            self.writer.out.push(b',');
        }
        self.items += 1;
        match item.serialize(&mut *self.writer)? {
            Written::Nothing => Err(NotCanonical::NotJson),
            Written::Empty | Written::Value => Ok(()),
        }
    }

    fn close(self) -> Written {
        self.writer.out.push(b']');
        if self.items == 0 { Written::Empty } else { Written::Value }
    }
}

impl SerializeSeq for Array<'_> {
    type Ok = Written;
    type Error = NotCanonical;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), NotCanonical> {
        self.item(item)
    }

    fn end(self) -> Result<Written, NotCanonical> {
        Ok(self.close())
    }
}

impl SerializeTuple for Array<'_> {
    type Ok = Written;
    type Error = NotCanonical;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), NotCanonical> {
        self.item(item)
    }

    fn end(self) -> Result<Written, NotCanonical> {
        Ok(self.close())
    }
}

/// Numbers, which `data` never holds.
macro_rules! no_numbers {
    ($($method:ident($type:ty)),+) => {
        $(fn $method(self, _: $type) -> Result<Written, NotCanonical> { Err(NotCanonical::Number) })+
    };
}

#[expect(clippy::disallowed_types, reason = "the interface names floats, which are refused here")]
impl<'w> Serializer for &'w mut Writer {
    type Ok = Written;
    type Error = NotCanonical;
    type SerializeSeq = Array<'w>;
    type SerializeTuple = Array<'w>;
    type SerializeTupleStruct = Impossible<Written, NotCanonical>;
    type SerializeTupleVariant = Impossible<Written, NotCanonical>;
    type SerializeMap = Object<'w>;
    type SerializeStruct = Object<'w>;
    type SerializeStructVariant = Impossible<Written, NotCanonical>;

    no_numbers! {
        serialize_i8(i8), serialize_i16(i16), serialize_i32(i32), serialize_i64(i64), serialize_u8(u8),
        serialize_u16(u16), serialize_u32(u32), serialize_u64(u64), serialize_f32(f32), serialize_f64(f64)
    }

    fn serialize_bool(self, value: bool) -> Result<Written, NotCanonical> {
        self.out.extend_from_slice(if value { b"true" } else { b"false" });
        Ok(Written::Value)
    }

    fn serialize_char(self, c: char) -> Result<Written, NotCanonical> {
        self.text(c.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Result<Written, NotCanonical> {
        self.text(text)
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<Written, NotCanonical> {
        Err(NotCanonical::NotJson)
    }

    fn serialize_none(self) -> Result<Written, NotCanonical> {
        Ok(Written::Nothing)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Written, NotCanonical> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Written, NotCanonical> {
        Ok(Written::Nothing)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Written, NotCanonical> {
        Ok(Written::Nothing)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Written, NotCanonical> {
        self.text(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Written, NotCanonical> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Written, NotCanonical> {
        let mut object = self.object();
        object.serialize_field(variant, value)?;
        Ok(object.close())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Array<'w>, NotCanonical> {
        Ok(Array::open(self))
    }

    fn serialize_tuple(self, _: usize) -> Result<Array<'w>, NotCanonical> {
        Ok(Array::open(self))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, NotCanonical> {
        Err(NotCanonical::NotJson)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, NotCanonical> {
        Err(NotCanonical::NotJson)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Object<'w>, NotCanonical> {
        Ok(self.object())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Object<'w>, NotCanonical> {
        Ok(self.object())
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, NotCanonical> {
        Err(NotCanonical::NotJson)
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<Written, NotCanonical> {
        let mut text = Buffer::default();
        match write!(text, "{value}") {
            Ok(()) => self.text(text.as_str()),
            Err(_) => self.text(&value.to_string()),
        }
    }
}

/// Room for a short text, such as an id, a date or an amount.
struct Buffer {
    bytes: [u8; 64],
    len: usize,
}

impl Default for Buffer {
    fn default() -> Self {
        Self { bytes: [0; 64], len: 0 }
    }
}

impl Buffer {
    fn as_str(&self) -> &str {
        self.bytes.get(..self.len).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

impl std::fmt::Write for Buffer {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let until = self.len + text.len();
        self.bytes.get_mut(self.len..until).ok_or(std::fmt::Error)?.copy_from_slice(text.as_bytes());
        self.len = until;
        Ok(())
    }
}

fn is_key(key: &str) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() | b.is_ascii_digit() | (b == b'_');
    key.starts_with(|c: char| c.is_ascii_lowercase()) && key.bytes().fold(true, |all, b| all & fits(b))
}

fn write_text(out: &mut Vec<u8>, text: &str) -> Result<(), NotCanonical> {
    // Without a way out of the loop, so that it becomes a few wide instructions: nearly every text is an id.
    let plain = |b: u8| matches!(b, b' '..=b'~') & (b != b'"') & (b != b'\\');
    if text.bytes().fold(true, |all, b| all & plain(b)) {
        out.reserve(text.len() + 2);
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
        return Ok(());
    }
    if !text.is_ascii() || text.bytes().any(|b| b.is_ascii_control()) {
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
    }
    write_escaped(out, text);
    Ok(())
}

/// Writes a JSON string as RFC 8785 does: only `"`, `\` and control characters are escaped.
pub(crate) fn write_escaped(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|b| b < b' ' || b == b'"' || b == b'\\') {
        let (plain, special) = rest.split_at(at);
        out.extend_from_slice(plain.as_bytes());
        let (special, after) = special.split_at(1);
        match special {
            "\"" => out.extend_from_slice(b"\\\""),
            "\\" => out.extend_from_slice(b"\\\\"),
            "\u{8}" => out.extend_from_slice(b"\\b"),
            "\t" => out.extend_from_slice(b"\\t"),
            "\n" => out.extend_from_slice(b"\\n"),
            "\u{c}" => out.extend_from_slice(b"\\f"),
            "\r" => out.extend_from_slice(b"\\r"),
            other => other.bytes().for_each(|b| out.extend_from_slice(format!("\\u{b:04x}").as_bytes())),
        }
        rest = after;
    }
    out.extend_from_slice(rest.as_bytes());
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

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
