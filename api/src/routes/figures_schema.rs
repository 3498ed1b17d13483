//! What figures are asked with and how they are shown, for the document.

use crate::body::Field;
use crate::endpoint::Parameter;
use mingzhang_domain::book::Fund;
use mingzhang_domain::calendar::{CivilDate, Month};
use mingzhang_domain::figures::By;
use mingzhang_domain::rule::figures::Figures;
use serde_json::{Map, Value, json};

pub(super) fn question_parameters() -> Vec<Parameter> {
    let text = |name, description, schema| Parameter { name, description, schema };
    vec![
        text("period", "First accounting month; the present one when absent.", Month::schema()),
        text("to", "Last accounting month; `period` when absent.", Month::schema()),
        text(
            "as_of",
            "Effective date: only facts effective by this day count; the last day of the period when absent.",
            CivilDate::schema(),
        ),
        text(
            "known_at",
            "Only what was known then counts: a position, a day (its end in Shanghai) or an instant; everything when absent.",
            json!({"type": "string", "maxLength": 40}),
        ),
        text(
            "late_fees",
            "`true` adds the open late fees 违约金 of each row as of that day, out of the log itself; `false` when absent.",
            json!({"type": "boolean"}),
        ),
        text("by", "What the rows are; `community` when absent.", words(By::ALL.iter().map(|by| by.as_str()))),
        text(
            "fund",
            "The fund whose principal it is about, for communities and buildings; `operating` when absent.",
            words(Fund::ALL.iter().map(|fund| fund.as_str())),
        ),
    ]
}

fn words(words: impl Iterator<Item = &'static str>) -> Value {
    json!({"type": "string", "enum": words.collect::<Vec<_>>()})
}

pub(super) fn question_schema() -> Map<String, Value> {
    let fields = [
        ("period", period_schema()),
        ("as_of", CivilDate::schema()),
        ("fund", words(Fund::ALL.iter().map(|fund| fund.as_str()))),
        ("by", words(By::ALL.iter().map(|by| by.as_str()))),
    ];
    fields.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}

/// P.
pub(super) fn period_schema() -> Value {
    json!({"type": "object", "properties": {"from": Month::schema(), "to": Month::schema()}})
}

/// A moment as [`super::figures::Moment::shown`] writes it.
pub(super) fn moment_schema() -> Value {
    json!({"type": "object", "required": ["position"], "properties": {
        "position": {"type": "integer"},
        "recorded_at": {"type": "string", "format": "date-time"},
    }})
}

pub(super) fn event_schema() -> Value {
    let text = json!({"type": "string"});
    json!({"type": "object", "properties": {
        "position": {"type": "integer"}, "event_type": text, "stream_type": text,
        "stream_id": {"type": "string", "format": "uuid"}, "effective_on": CivilDate::schema(),
        "recorded_at": {"type": "string", "format": "date-time"},
    }})
}

/// The schema of a row, read off an empty one: amounts with two decimals, rates with four or null.
pub(super) fn row_schema() -> Value {
    let mut schema =
        serde_json::to_value(Figures::default()).map_or_else(|_| json!({"type": "object"}), |row| schema_of(&row));
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties
            .insert("building".to_owned(), json!({"type": "string", "description": "Empty for units in no building."}));
        properties.insert("fee_item".to_owned(), json!({"type": "string", "format": "uuid"}));
        properties.insert("fund".to_owned(), words(Fund::ALL.iter().map(|fund| fund.as_str())));
        let late_fees =
            json!({"type": "string", "format": "amount", "description": "Open late fees; only when asked for."});
        properties.insert("late_fees".to_owned(), late_fees);
    }
    schema
}

fn schema_of(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let properties: Map<String, Value> =
                fields.iter().map(|(name, value)| (name.clone(), schema_of(value))).collect();
            json!({"type": "object", "properties": properties})
        }
        Value::Null => {
            json!({"type": ["string", "null"], "description": "Four decimals; null when there is nothing to divide by."})
        }
        Value::Bool(_) => json!({"type": "boolean"}),
        Value::Number(_) => json!({"type": "integer"}),
        Value::String(_) | Value::Array(_) => json!({"type": "string"}),
    }
}
