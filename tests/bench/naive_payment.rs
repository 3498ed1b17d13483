//! The same work as a recorded payment leaves behind, as it is usually done: one transaction per request that locks the
//! rows it changes, writes each fact, and keeps each read model itself, one statement after another.

use super::database;
use super::http::{self, Load};
use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use hyper::body::Bytes;
use mingzhang_store::postgres::Role;
use serde_json::{Value, json};
use sqlx::{PgConnection, PgPool, Row};
use uuid::Uuid;

/// Accounts, each with an open charge.
const ACCOUNTS: i64 = 1_280;

const TABLES: &str = "
    CREATE TABLE n_head (ledger int PRIMARY KEY, size bigint NOT NULL);
    INSERT INTO n_head VALUES (1, 0);
    CREATE TABLE n_event (position bigint PRIMARY KEY, stream uuid NOT NULL, body jsonb NOT NULL);
    CREATE INDEX ON n_event (stream);
    CREATE TABLE n_command (key text PRIMARY KEY, first_position bigint NOT NULL);
    CREATE TABLE n_reference (reference text PRIMARY KEY, payment uuid NOT NULL);
    CREATE TABLE n_payment (id uuid PRIMARY KEY, account bigint NOT NULL, amount numeric NOT NULL, value_on date NOT NULL);
    CREATE TABLE n_series (series text PRIMARY KEY, number bigint NOT NULL);
    INSERT INTO n_series VALUES ('F', 0);
    CREATE TABLE n_receipt (number bigint PRIMARY KEY, payment uuid NOT NULL, amount numeric NOT NULL);
    CREATE TABLE n_receipt_line (number bigint, line int, charge bigint, amount numeric NOT NULL, PRIMARY KEY (number, line));
    CREATE TABLE n_lot (id uuid PRIMARY KEY, account bigint NOT NULL, payment uuid NOT NULL, rest numeric NOT NULL);
    CREATE TABLE n_allocation (id uuid PRIMARY KEY, lot uuid NOT NULL, charge bigint NOT NULL, amount numeric NOT NULL);
    CREATE TABLE n_charge (id bigint PRIMARY KEY, amount numeric NOT NULL, paid numeric NOT NULL);
    INSERT INTO n_charge SELECT n, 100000, 0 FROM generate_series(0, 1279) n;
    CREATE TABLE n_balance (account bigint PRIMARY KEY, owed numeric NOT NULL, credit numeric NOT NULL);
    INSERT INTO n_balance SELECT n, 100000, 0 FROM generate_series(0, 1279) n;
    CREATE TABLE n_statement (position bigint PRIMARY KEY, account bigint NOT NULL, owed numeric, credit numeric);
    CREATE INDEX ON n_statement (account, position);
    CREATE TABLE n_journal (position bigint, line int, book text NOT NULL, amount numeric NOT NULL, PRIMARY KEY (position, line));
    CREATE TABLE n_trial_balance (book text PRIMARY KEY, amount numeric NOT NULL);
    INSERT INTO n_trial_balance VALUES ('bank', 0), ('suspense', 0), ('credit', 0), ('receivable', 0);
    CREATE TABLE n_collection (period text PRIMARY KEY, allocated numeric NOT NULL);
    INSERT INTO n_collection VALUES ('2026-01', 0);
    GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO mingzhang_writer;";

pub(crate) async fn run() -> Load {
    let database = database().await;
    let owner = database.pool(Role::Owner).await.unwrap();
    sqlx::raw_sql(TABLES).execute(&owner).await.unwrap();
    let pool = database.pool(Role::Writer).await.unwrap();
    let router = Router::new().route("/naive", post(handle)).with_state(pool);
    let body = |_: &str, key: u64| {
        let account = i64::try_from(key).unwrap() % ACCOUNTS;
        Bytes::from(json!({"account": account, "reference": format!("T{key:012}"), "amount": "2.38"}).to_string())
    };
    http::serve_and_load(router, body).await
}

async fn handle(State(pool): State<PgPool>, Json(body): Json<Value>) -> Json<Value> {
    let mut transaction = pool.begin().await.unwrap();
    let number = pay(&mut transaction, &body).await.unwrap();
    transaction.commit().await.unwrap();
    Json(json!({"receipt": number}))
}

async fn pay(conn: &mut PgConnection, body: &Value) -> Result<i64, sqlx::Error> {
    let account = body["account"].as_i64().unwrap();
    let (reference, amount) = (body["reference"].as_str().unwrap(), body["amount"].as_str().unwrap());
    let charge = sqlx::query("SELECT amount - paid FROM n_charge WHERE id = $1 FOR UPDATE");
    charge.bind(account).fetch_one(&mut *conn).await?;
    let head = sqlx::query("UPDATE n_head SET size = size + 7 WHERE ledger = 1 RETURNING size - 7");
    let first: i64 = head.fetch_one(&mut *conn).await?.get(0);
    let number = u128::try_from(first).unwrap();
    let (payment, lot) = (Uuid::from_u128(number), Uuid::from_u128((1 << 64) | number));
    // A body as long as ours, about.
    let text = json!({"payment": payment, "account": account, "amount": amount, "filler": "x".repeat(900)}).to_string();
    sqlx::query("INSERT INTO n_event SELECT $1 + n, $2, $3::jsonb FROM generate_series(1, 7) n")
        .bind(first)
        .bind(payment)
        .bind(&text)
        .execute(&mut *conn)
        .await?;
    let series = sqlx::query("UPDATE n_series SET number = number + 1 WHERE series = 'F' RETURNING number");
    let number: i64 = series.fetch_one(&mut *conn).await?.get(0);
    for sql in STATEMENTS {
        sqlx::query(sql)
            .bind(account)
            .bind(reference)
            .bind(amount)
            .bind(payment)
            .bind(lot)
            .bind(first)
            .bind(number)
            .execute(&mut *conn)
            .await?;
    }
    Ok(number)
}

/// Each takes account, reference, amount, payment, lot, first position and receipt number.
const STATEMENTS: [&str; 14] = [
    "INSERT INTO n_command VALUES ($2::text, $6)",
    "INSERT INTO n_reference VALUES ($2::text, $4)",
    "INSERT INTO n_payment VALUES ($4, $1, $3::text::numeric, current_date)",
    "INSERT INTO n_receipt VALUES ($7, $4, $3::text::numeric)",
    "INSERT INTO n_receipt_line VALUES ($7, 1, $1, $3::text::numeric)",
    "INSERT INTO n_lot VALUES ($5, $1, $4, 0)",
    "INSERT INTO n_allocation VALUES (gen_random_uuid(), $5, $1, $3::text::numeric)",
    "UPDATE n_charge SET paid = paid + $3::text::numeric WHERE id = $1",
    "UPDATE n_balance SET owed = owed - $3::text::numeric WHERE account = $1",
    "INSERT INTO n_statement SELECT $6 + n, $1, 0, $3::text::numeric FROM generate_series(1, 2) n",
    "INSERT INTO n_journal SELECT $6 + n / 2, n, 'credit', $3::text::numeric FROM generate_series(1, 6) n",
    "UPDATE n_trial_balance SET amount = amount + $3::text::numeric WHERE book IN ('bank', 'receivable')",
    "UPDATE n_trial_balance SET amount = amount + $3::text::numeric WHERE book IN ('suspense', 'credit')",
    "UPDATE n_collection SET allocated = allocated + $3::text::numeric WHERE period = '2026-01'",
];
