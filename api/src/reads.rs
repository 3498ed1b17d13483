//! Declares queries over the read models: what they take, which rows they answer, page by page or whole.
//!
//! The wait for a position was done before ([`crate::query`]); rows and the position they reflect come from one snapshot.

use crate::extract::{Page, cursor};
use crate::problem::Problem;
use crate::query::Reply;
use crate::rows::Row;
use chrono::{DateTime, NaiveDate, Utc};
use mingzhang_domain::calendar::CivilDate;
use mingzhang_projections::reader::{self, Ask, Read, ReadError};
use serde_json::{Value, json};
use uuid::Uuid;

/// The key of the last row of a page, as a cursor carries it.
pub trait Key: Sized {
    /// As text.
    fn write(&self) -> String;
    /// From text.
    fn read(text: &str) -> Option<Self>;
}

macro_rules! plain_keys {
    ($($type:ty),+) => { $(impl Key for $type {
        fn write(&self) -> String { self.to_string() }
        fn read(text: &str) -> Option<Self> { text.parse().ok() }
    })+ };
}
plain_keys!(i64, Uuid, String);

impl Key for (Uuid, String, Uuid) {
    fn write(&self) -> String {
        format!("{}|{}|{}", self.0, self.1, self.2)
    }
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '|');
        Some((parts.next()?.parse().ok()?, parts.next()?.to_owned(), parts.next()?.parse().ok()?))
    }
}

impl Key for (i64, i32) {
    fn write(&self) -> String {
        format!("{}|{}", self.0, self.1)
    }
    fn read(text: &str) -> Option<Self> {
        let (position, line) = text.split_once('|')?;
        Some((position.parse().ok()?, line.parse().ok()?))
    }
}

impl Key for (String, String) {
    fn write(&self) -> String {
        format!("{}|{}", self.0, self.1)
    }
    fn read(text: &str) -> Option<Self> {
        text.split_once('|').map(|(one, other)| (one.to_owned(), other.to_owned()))
    }
}

impl Key for (NaiveDate, i64) {
    fn write(&self) -> String {
        format!("{}|{}", self.0, self.1)
    }
    fn read(text: &str) -> Option<Self> {
        let (day, position) = text.split_once('|')?;
        let day: CivilDate = day.parse().ok()?;
        Some((day.naive(), position.parse().ok()?))
    }
}

impl Key for (NaiveDate, Uuid) {
    fn write(&self) -> String {
        format!("{}|{}", self.0, self.1)
    }
    fn read(text: &str) -> Option<Self> {
        let (day, id) = text.split_once('|')?;
        let day: CivilDate = day.parse().ok()?;
        Some((day.naive(), id.parse().ok()?))
    }
}

impl Key for (i64, Uuid) {
    fn write(&self) -> String {
        format!("{}|{}", self.0, self.1)
    }
    fn read(text: &str) -> Option<Self> {
        let (position, id) = text.split_once('|')?;
        Some((position.parse().ok()?, id.parse().ok()?))
    }
}

impl Key for (DateTime<Utc>, Uuid) {
    fn write(&self) -> String {
        format!("{}|{}", self.0.to_rfc3339(), self.1)
    }
    fn read(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('|')?;
        Some((DateTime::parse_from_rfc3339(at).ok()?.to_utc(), id.parse().ok()?))
    }
}

/// Which rows a page asks for.
///
/// # Errors
/// 400 when the cursor is of another list.
pub fn ask<K: Key>(page: &Page) -> Result<Ask<K>, Problem> {
    let refused = || Problem::bad_parameter().at("cursor", crate::body::rules::CURSOR);
    let after = page.after.as_deref().map(|text| K::read(text).ok_or_else(refused)).transpose()?;
    Ok(Ask { after, limit: u16::try_from(page.limit).unwrap_or(reader::MAX_PAGE) })
}

/// A page as it is answered.
pub fn page<R: Row, K: Key>(read: Read<reader::Page<R>>, key: impl Fn(&R) -> K) -> Reply {
    shown(read, key, Row::show)
}

/// A page of what is shown in its own way.
pub fn shown<R, K: Key>(read: Read<reader::Page<R>>, key: impl Fn(&R) -> K, show: impl Fn(&R) -> Value) -> Reply {
    let reader::Page { items, more } = read.value;
    let next = if more { items.last().map(|last| cursor(&key(last).write())) } else { None };
    let items: Vec<_> = items.iter().map(show).collect();
    let body = match next {
        Some(next) => json!({"items": items, "next_cursor": next}),
        None => json!({"items": items}),
    };
    Reply { body, position: read.position }
}

/// Rows that are answered whole.
pub fn whole<R: Row>(read: Read<Vec<R>>) -> Reply {
    let items: Vec<_> = read.value.iter().map(Row::show).collect();
    Reply { body: json!({"items": items}), position: read.position }
}

/// One row.
///
/// # Errors
/// 404 when there is none.
pub fn one<R: Row>(read: Read<Option<R>>) -> Result<Reply, Problem> {
    let row = read.value.ok_or_else(Problem::not_found)?;
    Ok(Reply { body: row.show(), position: read.position })
}

/// The schema of rows that are answered whole.
pub fn whole_schema(item: Value) -> Value {
    json!({"type": "object", "required": ["items"], "properties": {"items": {"type": "array", "items": item}}})
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        match error {
            // Who asks was told before whether there is such a ledger: its rows are only not begun yet.
            ReadError::LedgerUnknown => Self::position_not_reached().retry_after(1),
            ReadError::Behind { position, wanted } => Self::position_not_reached()
                .with("position", position)
                .with("lag", wanted.saturating_sub(position))
                .retry_after(1),
            ReadError::Incomplete => Self::read_model_incomplete().retry_after(10),
            ReadError::BeyondHead { head, .. } => Self::position_beyond_head().with("head", head),
            ReadError::Database(error) => error.into(),
        }
    }
}

/// Declares queries. Kinds: `page of Row by Key |row| key`, `all of Row`, `one of Row`; the last block reads.
macro_rules! reads {
    (@parameters $( $parameter:ident: $type:ty = $rule:ident, $description:literal; )*) => {
        vec![$($crate::endpoint::Parameter {
            name: stringify!($parameter),
            description: $description,
            schema: <$type as $crate::body::Field>::schema(),
        }),*]
    };
    ($(
        #[doc = $summary:literal]
        pub $name:ident = $operation:literal, $kind:ident of $row:ty $(, by $key_type:ty |$item:ident| $key:expr)?,
        takes { $( $parameter:ident: $type:ty = $rule:ident, $description:literal; )* }
        |$app:ident, $ledger:ident, $ids:ident $(, $ask:ident)?| $read:expr;
    )+) => { $(
        #[doc = $summary]
        #[derive(Debug)]
        pub struct $name;

        impl $crate::query::Query for $name {
            const OPERATION: &'static str = $operation;
            const SUMMARY: &'static str = $summary.trim_ascii_start();
            fn parameters() -> Vec<$crate::endpoint::Parameter> {
                let own: Vec<$crate::endpoint::Parameter> = $crate::reads::reads!(@parameters $($parameter: $type = $rule, $description;)*);
                $crate::reads::reads!(@with_page $kind own)
            }
            fn answer() -> serde_json::Value {
                $crate::reads::reads!(@schema $kind $row)
            }
            async fn read(
                $app: std::sync::Arc<$crate::app::App>,
                mut asked: $crate::query::Ask,
            ) -> Result<$crate::query::Reply, $crate::problem::Problem> {
                let ($ledger, $ids) = (asked.ledger, asked.ids.clone());
                let _ = (&$ledger, &$ids);
                $(let $parameter: Option<$type> =
                    asked.parameters.take(stringify!($parameter), $crate::body::rules::$rule)?;)*
                $(let $ask = $crate::reads::ask::<$key_type>(&asked.parameters.take_page()?)?;)?
                asked.parameters.finish()?;
                let read = $read.await?;
                $crate::reads::reads!(@answer $kind read $(, |$item: &$row| $key)?)
            }
        }
    )+ };
    (@with_page page $own:ident) => {{
        let mut all = $own;
        all.extend($crate::query::page_parameters());
        all
    }};
    (@with_page $kind:ident $own:ident) => { $own };
    (@schema page $row:ty) => { $crate::query::page_schema(<$row as $crate::rows::Row>::schema()) };
    (@schema all $row:ty) => { $crate::reads::whole_schema(<$row as $crate::rows::Row>::schema()) };
    (@schema one $row:ty) => { <$row as $crate::rows::Row>::schema() };
    (@answer page $read:ident, $key:expr) => { Ok($crate::reads::page($read, $key)) };
    (@answer all $read:ident) => { Ok($crate::reads::whole($read)) };
    (@answer one $read:ident) => { $crate::reads::one($read) };
}
pub(crate) use reads;
