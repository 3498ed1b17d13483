//! Compares the live rows of a ledger with a fold of its log from the beginning, and says where they differ.
//!
//! Reads only, so an auditor can run it: the fold stays in memory.

use crate::digest::{self, TableDigest};
use crate::error::ProjectionError;
use crate::history;
use crate::projection::{Models, TABLES, VisitRows};
use crate::sink::Place;
use crate::table::{Row, TableSpec};
use mingzhang_domain::id::LedgerId;
use sqlx::postgres::PgConnection;
use sqlx::{Connection, PgPool};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Rows shown per table at most.
const SHOWN: usize = 10;

/// What a comparison found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diff {
    /// The ledger.
    pub ledger_id: LedgerId,
    /// The position that both sides reflect.
    pub position: u64,
    /// Every table as it is live.
    pub live: Vec<TableDigest>,
    /// The tables that differ.
    pub differing: Vec<TableDiff>,
}

/// A table that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableDiff {
    /// The table.
    pub table: &'static str,
    /// Rows that are live.
    pub live_rows: u64,
    /// Rows that the fold gives.
    pub folded_rows: u64,
    /// Keys of the first rows that differ, with what is wrong.
    pub rows: Vec<(String, Difference)>,
}

/// How a row differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// Only the live table has it.
    OnlyLive,
    /// Only the fold has it.
    OnlyFolded,
    /// Both have it, with other values.
    Values,
}

/// Compares one ledger at the position its live rows reflect; nothing when no projection has met it.
///
/// # Errors
/// [`ProjectionError`].
pub async fn diff(pool: &PgPool, ledger: LedgerId) -> Result<Option<Diff>, ProjectionError> {
    let mut conn = pool.acquire().await?;
    let mut snapshot = conn.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    let row = sqlx::query_file!("sql/checkpoint.sql", ledger.uuid()).fetch_optional(&mut *snapshot).await?;
    let Some(row) = row else { return Ok(None) };
    let place = Place { ledger_id: ledger.uuid(), generation: row.generation };
    let live = digest::stored(&mut snapshot, place).await?;
    let models = history::fold(&mut snapshot, ledger.uuid(), row.position).await?;
    let folded = digest::folded(&models);
    let mut differing = Vec::new();
    for ((live, folded), table) in live.iter().zip(&folded).zip(TABLES) {
        if live != folded {
            let rows = differing_rows(&mut snapshot, table, place, &models).await?;
            differing.push(TableDiff { table: table.name, live_rows: live.rows, folded_rows: folded.rows, rows });
        }
    }
    snapshot.rollback().await?;
    let position = u64::try_from(row.position).unwrap_or_default();
    Ok(Some(Diff { ledger_id: ledger, position, live, differing }))
}

/// Looks at the rows of one table only.
async fn differing_rows(
    conn: &mut PgConnection,
    table: &'static TableSpec,
    place: Place,
    models: &Models,
) -> Result<Vec<(String, Difference)>, ProjectionError> {
    let mut wanted = OneTable { table, rows: BTreeMap::new() };
    models.visit(&mut wanted);
    let mut folded = wanted.rows;
    let mut found = Vec::new();
    digest::each_row(conn, table, place, |row| {
        let difference = match folded.remove(key_bytes(table, row)) {
            Some(same) if same == row => return,
            Some(_) => Difference::Values,
            None => Difference::OnlyLive,
        };
        if found.len() < SHOWN {
            found.push((shown_key(table, row), difference));
        }
    })
    .await?;
    let left = SHOWN.saturating_sub(found.len());
    found.extend(folded.values().take(left).map(|row| (shown_key(table, row), Difference::OnlyFolded)));
    Ok(found)
}

struct OneTable {
    table: &'static TableSpec,
    rows: BTreeMap<Vec<u8>, Vec<u8>>,
}

impl VisitRows for OneTable {
    fn rows<'r, R: Row>(&mut self, rows: impl Iterator<Item = &'r R>) {
        if R::TABLE.name == self.table.name {
            let rows = digest::sorted(rows).into_iter();
            self.rows = rows.map(|row| (key_bytes(self.table, &row).to_vec(), row)).collect();
        }
    }
}

/// The fields of the key, as they stand in a row after the count of its fields.
fn key_bytes<'r>(table: &TableSpec, row: &'r [u8]) -> &'r [u8] {
    let mut end = 2;
    for _ in 0..table.key_columns {
        end += row.get(end..).and_then(digest::field_length).unwrap_or_default();
    }
    row.get(2..end).unwrap_or_default()
}

/// `column=value` of each column of the key.
fn shown_key(table: &TableSpec, row: &[u8]) -> String {
    let mut bytes = key_bytes(table, row);
    let mut parts = Vec::with_capacity(table.key_columns);
    for column in table.columns.iter().take(table.key_columns) {
        let length = digest::field_length(bytes).unwrap_or_default().min(bytes.len());
        let (field, rest) = bytes.split_at(length);
        parts.push(format!("{}={}", column.name, shown(column.sql_type, field.get(4..).unwrap_or_default())));
        bytes = rest;
    }
    parts.join(" ")
}

fn shown(sql_type: &str, field: &[u8]) -> String {
    let number = || field.iter().fold(0_i64, |sum, byte| (sum << 8) | i64::from(*byte)).to_string();
    match sql_type {
        "uuid" => Uuid::from_slice(field).map(|id| id.to_string()).unwrap_or_default(),
        "text" => String::from_utf8_lossy(field).into_owned(),
        _ => number(),
    }
}
