//! Bodies: each field parses itself into a type, says which rule it breaks, and describes itself in JSON Schema.
//!
//! One declaration (`bodies!`) gives a struct its strict reader and its schema, so the document cannot drift from what
//! is accepted. All broken fields of a body are named at once.

pub mod json;
pub mod rules;
mod values;

use crate::problem::{FieldError, Problem, Rule};
use serde_json::{Map, Value, json};

pub use values::{
    Count32, MAX_ITEMS, Mobile, NonNegative, Password, Personal, Positive, ResidentId, SignInName, TaxNumber, Text,
};

/// Broken rules found so far.
#[derive(Debug, Default)]
pub struct Errors(Vec<FieldError>);

impl Errors {
    /// Blames a place.
    pub fn push(&mut self, pointer: &str, rule: Rule) {
        self.0.push(FieldError { pointer: pointer.to_owned(), rule });
    }
}

/// A value of a body.
pub trait Field: Sized {
    /// False when the field may be absent.
    const REQUIRED: bool = true;

    /// Reads the value; `None` exactly when an error was pushed.
    fn read(value: &Value, pointer: &str, errors: &mut Errors) -> Option<Self>;

    /// What an absent field is.
    fn absent(pointer: &str, errors: &mut Errors) -> Option<Self> {
        errors.push(pointer, rules::REQUIRED);
        None
    }

    /// JSON Schema.
    fn schema() -> Value;
}

/// Reads a whole body.
///
/// # Errors
/// 422 naming every broken field.
pub fn read<T: Field>(value: &Value) -> Result<T, Problem> {
    read_at(value, "")
}

/// Reads a body that stands inside another.
///
/// # Errors
/// As [`read`], with pointers into the whole.
pub fn read_at<T: Field>(value: &Value, pointer: &str) -> Result<T, Problem> {
    let mut errors = Errors::default();
    match T::read(value, pointer, &mut errors) {
        Some(body) if errors.0.is_empty() => Ok(body),
        _ => Err(Problem::invalid_body().with_errors(errors.0)),
    }
}

/// A key as a token of a JSON pointer (RFC 6901).
pub fn token(key: &str) -> String {
    let short: String = key.chars().take(64).collect();
    short.replace('~', "~0").replace('/', "~1")
}

/// Reads one member of an object.
pub fn member<T: Field>(fields: &Map<String, Value>, key: &str, pointer: &str, errors: &mut Errors) -> Option<T> {
    let pointer = format!("{pointer}/{key}");
    match fields.get(key) {
        None => T::absent(&pointer, errors),
        Some(Value::Null) if !T::REQUIRED => T::absent(&pointer, errors),
        Some(value) => T::read(value, &pointer, errors),
    }
}

/// The object that a body is, with every unknown key blamed.
pub fn object<'v>(
    value: &'v Value,
    known: &[&str],
    pointer: &str,
    errors: &mut Errors,
) -> Option<&'v Map<String, Value>> {
    let Value::Object(fields) = value else {
        errors.push(pointer, rules::OBJECT);
        return None;
    };
    for key in fields.keys().filter(|key| !known.contains(&key.as_str())) {
        errors.push(&format!("{pointer}/{}", token(key)), rules::UNKNOWN);
    }
    Some(fields)
}

/// The schema of an object from `(name, required, description, schema)`.
pub fn object_schema(fields: Vec<(&'static str, bool, &'static str, Value)>) -> Value {
    let required: Vec<_> = fields.iter().filter(|field| field.1).map(|field| field.0).collect();
    let mut properties = Map::new();
    for (name, _, description, mut schema) in fields {
        if let (Value::Object(schema), false) = (&mut schema, description.is_empty()) {
            schema.insert("description".into(), json!(description.trim()));
        }
        properties.insert(name.to_owned(), schema);
    }
    let mut schema = Map::new();
    schema.insert("type".into(), json!("object"));
    schema.insert("additionalProperties".into(), json!(false));
    schema.insert("properties".into(), Value::Object(properties));
    if !required.is_empty() {
        schema.insert("required".into(), json!(required));
    }
    Value::Object(schema)
}

/// Declares bodies: plain structs whose fields are [`Field`]s, read strictly and described in JSON Schema.
macro_rules! bodies {
    ($($(#[doc = $doc:literal])* pub struct $name:ident { $($(#[doc = $fdoc:literal])* pub $field:ident: $type:ty),* $(,)? })+) => { $(
        $(#[doc = $doc])*
        #[derive(Debug, Clone)]
        pub struct $name { $($(#[doc = $fdoc])* pub $field: $type),* }

        impl $crate::body::Field for $name {
            fn read(value: &serde_json::Value, pointer: &str, errors: &mut $crate::body::Errors) -> Option<Self> {
                let known: &[&str] = &[$(stringify!($field)),*];
                let _fields = $crate::body::object(value, known, pointer, errors)?;
                // Every field is read before any is unwrapped, so that all broken ones are named at once.
                $(let $field = $crate::body::member(_fields, stringify!($field), pointer, errors);)*
                Some(Self { $($field: $field?),* })
            }
            fn schema() -> serde_json::Value {
                $crate::body::object_schema(vec![$((
                    stringify!($field),
                    <$type as $crate::body::Field>::REQUIRED,
                    concat!("" $(, $fdoc)*),
                    <$type as $crate::body::Field>::schema(),
                )),*])
            }
        }
    )+ };
}
pub(crate) use bodies;

#[cfg(test)]
mod tests {
    use super::*;
    use sample::Sample;

    #[expect(unreachable_pub, reason = "bodies are declared public, and this one is only for the tests")]
    mod sample {
        use super::super::*;
        use mingzhang_domain::calendar::CivilDate;
        use mingzhang_domain::id::UnitId;

        bodies! {
            /// For the tests.
            pub struct Sample {
                /// How much.
                pub amount: Positive,
                /// When.
                pub on: CivilDate,
                /// What for.
                pub units: Vec<UnitId>,
                /// Perhaps.
                pub note: Option<Personal>,
            }
        }
    }

    fn codes(body: &str) -> Vec<(String, &'static str)> {
        let problem = json::parse(body.as_bytes()).and_then(|value| read::<Sample>(&value)).unwrap_err();
        problem.errors.into_iter().map(|error| (error.pointer, error.rule.code)).collect()
    }

    #[test]
    fn all_broken_fields_are_named_at_once() {
        let found = codes(r#"{"amount": 12.3, "on": "1989-12-31", "units": ["x"], "extra": 1}"#);
        let expected = [
            ("/extra", "field_unknown"),
            ("/amount", "amount_must_be_text"),
            ("/on", "date_must_be_in_range"),
            ("/units/0", "id_malformed"),
        ];
        assert_eq!(found, expected.map(|(pointer, code)| (pointer.to_owned(), code)));
    }

    #[test]
    fn amounts_have_two_decimals_and_are_above_zero() {
        for (amount, code) in [
            ("\"-1.00\"", "amount_must_be_positive"),
            ("\"0.00\"", "amount_must_be_positive"),
            ("\"1.234\"", "amount_must_have_two_decimals"),
            ("\"99999999999.00\"", "amount_must_be_in_range"),
            ("5", "amount_must_be_text"),
        ] {
            let found = codes(&format!(r#"{{"amount": {amount}, "on": "2026-01-01", "units": []}}"#));
            assert_eq!(found, [("/amount".to_owned(), code)]);
        }
    }

    #[test]
    fn a_good_body_becomes_its_values() {
        let text = r#"{"amount": "12.30", "on": "2026-01-01", "units": [], "note": " 甲 "}"#;
        let sample: Sample = read(&json::parse(text.as_bytes()).unwrap()).unwrap();
        assert_eq!((sample.amount.0.to_string(), sample.on.to_string()), ("12.30".into(), "2026-01-01".into()));
        assert_eq!((sample.units.len(), sample.note.unwrap().as_str()), (0, "甲"));
    }

    #[test]
    fn the_schema_names_what_is_required() {
        let schema = Sample::schema();
        assert_eq!(schema["required"], json!(["amount", "on", "units"]));
        assert_eq!(schema["properties"]["amount"]["description"], json!("How much."));
    }
}
