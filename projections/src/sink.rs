//! Where folded rows go: a live batch loads the rows it wants and writes what changed, one round trip per table for all
//! ledgers of the batch; a rebuild loads whole tables in binary `COPY`.
//!
//! The statements are made from the declarations of `table`; a test holds these against the database's catalogue.

use crate::column::Column;
use crate::table::{Keyed, Row, TableSpec};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Row as _};
use std::collections::HashMap;
use std::fmt::Write;
use uuid::Uuid;

/// Which ledger in which generation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The ledger.
    pub ledger_id: Uuid,
    /// The generation of its rows.
    pub generation: i16,
}

/// Loads every row that the tables want; rows that do not exist are noted as such.
pub(crate) async fn load<R: Row>(
    conn: &mut PgConnection,
    tables: Vec<(Place, &mut Keyed<R>)>,
) -> Result<(), sqlx::Error> {
    let (mut ledgers, mut generations, mut keys) = (Vec::new(), Vec::new(), Vec::new());
    let mut by_ledger = HashMap::with_capacity(tables.len());
    for (place, table) in tables {
        let wanted = table.take_wanted();
        ledgers.extend(wanted.iter().map(|_| place.ledger_id));
        generations.extend(wanted.iter().map(|_| place.generation));
        for key in &wanted {
            table.load(key.clone(), None);
        }
        keys.extend(wanted);
        by_ledger.insert(place.ledger_id, table);
    }
    if keys.is_empty() {
        return Ok(());
    }
    let statement = sqlx::query(AssertSqlSafe(load_sql(&R::TABLE))).bind(ledgers).bind(generations);
    for answer in R::bind_keys(&keys, statement).fetch_all(conn).await? {
        let row = R::read(&answer, 1)?;
        if let Some(table) = by_ledger.get_mut(&answer.try_get::<Uuid, _>(0)?) {
            table.load(row.key(), Some(row));
        }
    }
    Ok(())
}

/// Writes rows of several ledgers; `replace` when rows of their keys may be there.
pub(crate) async fn write<R: Row>(
    conn: &mut PgConnection,
    rows: Vec<(Place, &R)>,
    replace: bool,
) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let ledgers: Vec<Uuid> = rows.iter().map(|(place, _)| place.ledger_id).collect();
    let generations: Vec<i16> = rows.iter().map(|(place, _)| place.generation).collect();
    let rows: Vec<&R> = rows.into_iter().map(|(_, row)| row).collect();
    let statement = sqlx::query(AssertSqlSafe(write_sql(&R::TABLE, replace))).bind(ledgers).bind(generations);
    R::bind(&rows, statement).execute(conn).await?;
    Ok(())
}

/// The header that binary `COPY` begins with, and the mark that it ends with.
const COPY_HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
const COPY_END: &[u8] = &[0xff, 0xff];
/// Bytes sent at a time.
const COPY_CHUNK: usize = 256 * 1024;

/// Loads rows into the part of a generation that is not read yet; answers how many.
pub(crate) async fn copy<'r, R: Row>(
    conn: &mut PgConnection,
    place: Place,
    rows: impl Iterator<Item = &'r R>,
) -> Result<u64, sqlx::Error> {
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        return Ok(0);
    }
    let mut copy = conn.copy_in_raw(&copy_sql(&R::TABLE, place.generation)).await?;
    let mut buffer = Vec::with_capacity(COPY_CHUNK + 4096);
    buffer.extend_from_slice(COPY_HEADER);
    let columns = i16::try_from(R::TABLE.columns.len() + 2).unwrap_or(i16::MAX);
    let mut before = Vec::with_capacity(64);
    before.extend_from_slice(&columns.to_be_bytes());
    place.ledger_id.put(&mut before);
    before.extend_from_slice(&2_i32.to_be_bytes());
    before.extend_from_slice(&place.generation.to_be_bytes());
    for row in rows {
        buffer.extend_from_slice(&before);
        row.put(&mut buffer);
        if buffer.len() >= COPY_CHUNK {
            copy.send(buffer.as_slice()).await?;
            buffer.clear();
        }
    }
    buffer.extend_from_slice(COPY_END);
    copy.send(buffer.as_slice()).await?;
    copy.finish().await
}

/// The row as `COPY … TO` of its declared columns prints it: what a digest is taken over.
pub(crate) fn put_row<R: Row>(row: &R, out: &mut Vec<u8>) {
    out.extend_from_slice(&i16::try_from(R::TABLE.columns.len()).unwrap_or(i16::MAX).to_be_bytes());
    row.put(out);
}

/// The statement that prints a ledger's rows of one table in the order of their keys.
pub(crate) fn digest_sql(table: &TableSpec, place: Place) -> String {
    let (columns, keys) = (names(table, ""), key_names(table, ""));
    format!(
        "COPY (SELECT {columns} FROM read_model.{} WHERE ledger_id = '{}' AND generation = {} ORDER BY {keys}) TO STDOUT (FORMAT binary)",
        table.name, place.ledger_id, place.generation
    )
}

/// The header that binary `COPY` prints before the first row.
pub(crate) const HEADER_LENGTH: usize = COPY_HEADER.len();

/// The name of the table that holds one generation of a read model.
pub(crate) fn part_name(table: &TableSpec, generation: i16) -> String {
    format!("read_model.{}_g{generation}", table.name)
}

fn copy_sql(table: &TableSpec, generation: i16) -> String {
    let part = part_name(table, generation);
    format!("COPY {part} (ledger_id, generation, {}) FROM STDIN (FORMAT binary)", names(table, ""))
}

fn load_sql(table: &TableSpec) -> String {
    let keys: Vec<_> = table.columns.iter().take(table.key_columns).collect();
    let mut sql = format!("SELECT t.ledger_id, {} FROM unnest($1::uuid[], $2::int2[]", names(table, "t."));
    for (i, key) in keys.iter().enumerate() {
        // Writing into a String does not fail, here and below.
        let _never = write!(sql, ", ${}::{}[]", i + 3, key.sql_type);
    }
    let _never = write!(sql, ") AS w (ledger_id, generation, {})", key_names(table, ""));
    // OFFSET 0 keeps this a look-up by key for each wanted row, whatever the planner believes of the table's size.
    let _never = write!(
        sql,
        " CROSS JOIN LATERAL (SELECT * FROM read_model.{} r WHERE r.ledger_id = w.ledger_id AND r.generation = w.generation",
        table.name
    );
    for key in keys {
        let _never = write!(sql, " AND r.{0} = w.{0}", key.name);
    }
    sql.push_str(" OFFSET 0) t");
    sql
}

fn write_sql(table: &TableSpec, replace: bool) -> String {
    let mut sql = format!(
        "INSERT INTO read_model.{} (ledger_id, generation, {}) SELECT * FROM unnest($1::uuid[], $2::int2[]",
        table.name,
        names(table, "")
    );
    for (i, column) in table.columns.iter().enumerate() {
        let _never = write!(sql, ", ${}::{}[]", i + 3, column.sql_type);
    }
    sql.push(')');
    if replace {
        let _never = write!(sql, " ON CONFLICT (ledger_id, generation, {}) DO UPDATE SET ", key_names(table, ""));
        for (i, column) in table.columns.iter().skip(table.key_columns).enumerate() {
            let _never = write!(sql, "{}{1} = EXCLUDED.{1}", if i > 0 { ", " } else { "" }, column.name);
        }
    }
    sql
}

fn names(table: &TableSpec, prefix: &str) -> String {
    joined(table, table.columns.len(), prefix)
}

fn key_names(table: &TableSpec, prefix: &str) -> String {
    joined(table, table.key_columns, prefix)
}

fn joined(table: &TableSpec, count: usize, prefix: &str) -> String {
    table.columns.iter().take(count).map(|column| format!("{prefix}{}", column.name)).collect::<Vec<_>>().join(", ")
}
