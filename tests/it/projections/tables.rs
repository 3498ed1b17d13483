//! The declarations of the read models' tables against the database's catalogue.

use super::stage;
use mingzhang_projections::projection::TABLES;

#[tokio::test]
async fn every_table_has_the_columns_and_the_key_of_its_declaration() {
    let stage = stage().await;
    let found: Vec<(String, String, String, bool, Option<i16>)> = sqlx::query_as(
        "SELECT c.relname::text, a.attname::text, t.typname::text, NOT a.attnotnull,
             array_position(i.indkey::int2[], a.attnum)::int2
         FROM pg_class c
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
         JOIN pg_type t ON t.oid = a.atttypid
         JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
         WHERE c.relnamespace = 'read_model'::regnamespace AND c.relkind = 'p'
         ORDER BY c.relname, a.attnum",
    )
    .fetch_all(&stage.projector)
    .await
    .unwrap();
    let mut declared: Vec<(String, String, String, bool, bool)> = Vec::new();
    let mut tables: Vec<_> = TABLES.iter().collect();
    tables.sort_by_key(|table| table.name);
    for table in tables {
        let own = [("ledger_id", "uuid"), ("generation", "int2")].map(|(name, ty)| (name, ty, false, true));
        let columns = table.columns.iter().enumerate();
        let columns = columns.map(|(i, column)| (column.name, column.sql_type, column.nullable, i < table.key_columns));
        let all = own.into_iter().chain(columns);
        declared.extend(all.map(|(name, ty, null, key)| (table.name.into(), name.into(), ty.into(), null, key)));
    }
    let found: Vec<_> = found.into_iter().map(|(t, c, ty, null, key)| (t, c, ty, null, key.is_some())).collect();
    assert_eq!(found, declared);
}

/// What a later migration that makes a table relies on.
#[tokio::test]
async fn a_table_made_later_gets_its_part_in_the_generation_that_is_read() {
    let stage = stage().await;
    let mut owner = stage.owner().await;
    for sql in [
        "CREATE TABLE read_model.later (ledger_id uuid, generation smallint, name text,
             PRIMARY KEY (ledger_id, generation)) PARTITION BY LIST (generation)",
        "CREATE INDEX later_by_name ON read_model.later (ledger_id, generation, name)",
        "SELECT read_model.add_missing_parts()",
        "INSERT INTO read_model.later VALUES (gen_random_uuid(), 1, 'x')",
    ] {
        sqlx::query(sql).execute(&mut owner).await.unwrap();
    }
    let indexes: i64 = sqlx::query_scalar("SELECT count(*) FROM pg_indexes WHERE tablename = 'later_g1'")
        .fetch_one(&mut owner)
        .await
        .unwrap();
    assert_eq!(indexes, 2);
}
