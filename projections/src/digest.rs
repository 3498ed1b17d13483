//! The digest of a ledger's read models: SHA-256 of each table's rows in the order of their keys.
//!
//! Taken from the database or from a fold in memory; both give the same bytes, so equality of digests is equality of
//! rows. The bytes are those of binary `COPY` of the declared columns.

use crate::error::ProjectionError;
use crate::projection::{Models, TABLES, VisitRows};
use crate::sink::{HEADER_LENGTH, Place, digest_sql, put_row};
use crate::table::{Row, TableSpec};
use sha2::{Digest, Sha256};
use sqlx::postgres::PgConnection;
use std::fmt;
use std::future::poll_fn;

/// The digest of one table of one ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableDigest {
    /// The table.
    pub table: &'static str,
    /// How many rows.
    pub rows: u64,
    /// SHA-256 of them.
    pub sha256: [u8; 32],
}

impl fmt::Display for TableDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ", self.table, self.rows)?;
        self.sha256.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The digests of what the database has, table by table in the order of [`TABLES`]. Run it in a snapshot.
///
/// # Errors
/// [`ProjectionError::Database`].
pub async fn stored(conn: &mut PgConnection, place: Place) -> Result<Vec<TableDigest>, ProjectionError> {
    let mut all = Vec::with_capacity(TABLES.len());
    for table in TABLES {
        let mut counted = Counted::default();
        each_row(conn, table, place, |row| counted.add(row)).await?;
        all.push(counted.finish(table.name));
    }
    Ok(all)
}

/// The digests of a fold in memory, in the same order.
pub fn folded(models: &Models) -> Vec<TableDigest> {
    let mut digests = Digests(Vec::with_capacity(TABLES.len()));
    models.visit(&mut digests);
    digests.0
}

/// Shows the bytes of each stored row of a table, ordered by key.
pub(crate) async fn each_row(
    conn: &mut PgConnection,
    table: &TableSpec,
    place: Place,
    mut see: impl FnMut(&[u8]),
) -> Result<(), ProjectionError> {
    let mut chunks = conn.copy_out_raw(&digest_sql(table, place)).await?;
    let mut rest: Vec<u8> = Vec::new();
    let mut skip = HEADER_LENGTH;
    while let Some(chunk) = poll_fn(|context| chunks.as_mut().poll_next(context)).await {
        let chunk = chunk?;
        rest.extend_from_slice(&chunk);
        let skipped = skip.min(rest.len());
        skip -= skipped;
        let mut start = skipped;
        while let Some(length) = row_length(rest.get(start..).unwrap_or_default()) {
            see(rest.get(start..start + length).unwrap_or_default());
            start += length;
        }
        rest.drain(..start);
    }
    Ok(())
}

/// How long the first row is, when all of it is there.
fn row_length(bytes: &[u8]) -> Option<usize> {
    let fields = i16::from_be_bytes(bytes.get(..2)?.try_into().ok()?);
    // The mark after the last row counts −1 fields.
    let fields = usize::try_from(fields).ok()?;
    let mut length = 2;
    for _ in 0..fields {
        length += field_length(bytes.get(length..)?)?;
    }
    (length <= bytes.len()).then_some(length)
}

/// How long the first field is, with its own length.
pub(crate) fn field_length(bytes: &[u8]) -> Option<usize> {
    let length = i32::from_be_bytes(bytes.get(..4)?.try_into().ok()?);
    // An absent value has the length −1 and no bytes.
    Some(4 + usize::try_from(length).unwrap_or_default())
}

#[derive(Default)]
struct Counted {
    rows: u64,
    hash: Sha256,
}

impl Counted {
    fn add(&mut self, row: &[u8]) {
        self.rows += 1;
        self.hash.update(row);
    }

    fn finish(self, table: &'static str) -> TableDigest {
        TableDigest { table, rows: self.rows, sha256: self.hash.finalize().into() }
    }
}

struct Digests(Vec<TableDigest>);

impl VisitRows for Digests {
    fn rows<'r, R: Row>(&mut self, rows: impl Iterator<Item = &'r R>) {
        let mut counted = Counted::default();
        sorted(rows).iter().for_each(|row| counted.add(row));
        self.0.push(counted.finish(R::TABLE.name));
    }
}

/// The bytes of rows in memory, ordered by key.
pub(crate) fn sorted<'r, R: Row>(rows: impl Iterator<Item = &'r R>) -> Vec<Vec<u8>> {
    let mut keyed: Vec<(Vec<u8>, Vec<u8>)> = rows
        .map(|row| {
            let (mut key, mut bytes) = (Vec::with_capacity(32), Vec::with_capacity(256));
            row.put_key(&mut key);
            put_row(row, &mut bytes);
            (key, bytes)
        })
        .collect();
    keyed.sort_unstable();
    keyed.into_iter().map(|(_, bytes)| bytes).collect()
}
