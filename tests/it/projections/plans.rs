//! The plans of the hot statements over a full ledger: every one reaches its rows through an index, none scans or sorts a
//! table. The statements are the files that the product is compiled from; generic plans and those for given values both.

use super::stage;
use mingzhang_projections::projection::TABLES;
use serde_json::Value;
use sqlx::{AssertSqlSafe, PgConnection, Row};
use std::fs;
use std::path::Path;

/// Events of the ledger, and twice its commands: as many as can be filled in a test. What a plan is chosen by are ratios, which
/// speak for the index ever more with more rows.
const EVENTS: u32 = 300_000;
/// Ledgers there are.
const LEDGERS: u32 = 5_000;
/// Rows of each read model that grows with the years, in the one ledger; of the others, over two thousand ledgers.
const ROWS: u32 = 30_000;
/// A step that sorts, hashes or gathers more rows than this has lost its index.
const FEW: u64 = 5_000;

/// The statements of the write path.
const WRITING: &[&str] = &["append", "heads", "load_streams", "load_latest", "commands", "read_after", "read_between"];

/// What grows with the years; the other read models have some rows per fee item, member of staff or month.
const GROWING: &[&str] = &[
    "account",
    "account_code",
    "account_balance",
    "account_turnover",
    "allocation",
    "approval",
    "bill_run_skip",
    "bill_run_unit",
    "charge",
    "charge_lateness",
    "credit_lot",
    "deposit",
    "deposit_line",
    "fund_charge",
    "fund_line",
    "invoice",
    "invoiced_line",
    "journal",
    "lot_taken_back",
    "meter",
    "meter_reading",
    "party",
    "party_member",
    "payment",
    "payment_history",
    "person",
    "receipt",
    "receipt_line",
    "refund",
    "reminder",
    "shift",
    "statement_line",
    "unit",
    "voucher",
    "work_order",
];

const LEDGER: &str = "'00000000-0000-0000-0000-000000000001'";

/// An id made of a number.
fn id(number: &str) -> String {
    format!("lpad(to_hex({number}), 32, '0')::uuid")
}

async fn run(conn: &mut PgConnection, sql: String) {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(conn).await.unwrap();
}

/// Log, heads and commands: streams of ten events, a command for each two.
async fn fill_log(conn: &mut PgConnection) {
    let (ledger, stream, command) = (id("n"), id("n / 10"), id("n::bigint * 7919"));
    let sql = format!(
        "INSERT INTO event SELECT {LEDGER}, n, {stream}, 1 + n % 10, decode(repeat('7b7d', 60), 'hex'), sha256('x')
             FROM generate_series(1, {EVENTS}) n;
         INSERT INTO log_head SELECT {ledger}, 1, sha256('x'), sha256('x'), now() FROM generate_series(1, {LEDGERS}) n;
         INSERT INTO command SELECT {LEDGER}, {command}, sha256('x'), n, n FROM generate_series(1, {EVENTS}, 2) n;
         INSERT INTO reactor.inbox SELECT {LEDGER}, {stream}, n, {stream}, {stream}, 1, 1, '2026-01-01', '2026-01-01', now(),
             NULL, 'reminder' FROM generate_series(1, {ROWS}) n;
         INSERT INTO reactor.outbox SELECT {LEDGER}, n, 'receipt_ready', {stream}, {stream}, {stream}, 1, now()
             FROM generate_series(1, {ROWS}) n;
         INSERT INTO reactor.checkpoint SELECT {ledger}, name, 1 FROM generate_series(1, {LEDGERS}) n,
             unnest(ARRAY['inbox', 'erasure', 'outbox']) name;
         INSERT INTO read_model.checkpoint SELECT {ledger}, 1, 1, true FROM generate_series(1, {LEDGERS}) n",
    );
    run(conn, sql).await;
}

/// A read model's rows, a value of its type in every column: its key from the row's number, ten rows to any other id.
async fn fill(conn: &mut PgConnection, table: &str) {
    let columns = sqlx::query_as::<_, (String, String, bool)>(
        "SELECT a.attname::text, format_type(a.atttypid, NULL), a.attnum = ANY (i.indkey)
         FROM pg_attribute a JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
         WHERE a.attrelid = ('read_model.' || $1)::regclass AND a.attnum > 2 ORDER BY a.attnum",
    );
    let columns = columns.bind(table).fetch_all(&mut *conn).await.unwrap();
    let keys = columns.iter().filter(|(_, _, key)| *key).count();
    let ledger = if GROWING.contains(&table) { LEDGER.to_owned() } else { id("1 + n % 2000") };
    let mut values = vec![ledger, "1".to_owned()];
    for (index, (name, kind, key)) in columns.iter().enumerate() {
        let unique = name == "position" || *key && (keys == 1 || index + 1 == keys);
        let number = if unique { "n" } else { "n / 10" };
        values.push(match kind.as_str() {
            "uuid" => id(number),
            "text" => format!("'T' || {number}"),
            "bigint" => number.to_owned(),
            "smallint" | "integer" => if unique { "n" } else { "n % 7" }.to_owned(),
            "numeric" => "n % 100".to_owned(),
            "boolean" => "n % 20 = 0".to_owned(),
            "date" => "date '2020-01-01' + n % 2000".to_owned(),
            _ => "timestamptz '2020-01-01' + n * interval '1 minute'".to_owned(),
        });
    }
    let values = values.join(", ");
    run(conn, format!("INSERT INTO read_model.{table} SELECT {values} FROM generate_series(1, {ROWS}) n")).await;
}

/// A value for a parameter: of the ledger, of a row that is there, or a page's limit.
fn value(sql: &str, number: usize, kind: &str) -> String {
    let limit = sql.contains(&format!("LIMIT ${number}")) || kind == "smallint";
    let one = match kind.trim_end_matches("[]") {
        "uuid" if number == 1 => LEDGER.to_owned(),
        "uuid" => id("777"),
        "text" => "'T777'".to_owned(),
        "bytea" => "sha256('x')".to_owned(),
        "boolean" => "false".to_owned(),
        "date" => "'2023-01-01'".to_owned(),
        "timestamp with time zone" => "'2023-01-01'".to_owned(),
        _ if limit => "1".to_owned(),
        _ => "7770".to_owned(),
    };
    if kind.ends_with("[]") { format!("ARRAY[{one}]::{kind}") } else { format!("{one}::{kind}") }
}

/// The plan of a statement, as it is for any values or for these.
async fn plan(conn: &mut PgConnection, sql: &str, mode: &str) -> Value {
    run(conn, format!("SET plan_cache_mode = {mode}; DEALLOCATE ALL; PREPARE hot AS {sql}")).await;
    let kinds = "SELECT unnest(parameter_types)::text FROM pg_prepared_statements WHERE name = 'hot'";
    let kinds: Vec<String> = sqlx::query_scalar(kinds).persistent(false).fetch_all(&mut *conn).await.unwrap();
    let values: Vec<String> = kinds.iter().zip(1..).map(|(kind, number)| value(sql, number, kind)).collect();
    let explain = format!("EXPLAIN (FORMAT JSON) EXECUTE hot({})", values.join(", "));
    let row = sqlx::raw_sql(AssertSqlSafe(explain)).fetch_one(conn).await.unwrap();
    row.get(0)
}

/// What is wrong with a node of a plan and those below it. Rows are counted for given values only: for any values the
/// planner guesses that a page is a tenth of all.
fn faults(node: &Value, given: bool, found: &mut Vec<String>) {
    let kind = node["Node Type"].as_str().unwrap_or_default();
    let rows = node["Plan Rows"].as_u64().unwrap_or_default();
    let table = node["Relation Name"].as_str().unwrap_or_default();
    // One row per set of tables.
    if kind == "Seq Scan" && table != "generation" {
        found.push(format!("scans {table}"));
    }
    if given && ["Sort", "Hash", "Materialize"].contains(&kind) && rows > FEW {
        found.push(format!("{kind} of {rows} rows"));
    }
    node["Plans"].as_array().into_iter().flatten().for_each(|below| faults(below, given, found));
}

/// Statements of a folder, by name; those whose head says that they read all of a ledger, or a row of every ledger, are
/// what they say.
fn statements(folder: &str, wanted: impl Fn(&str) -> bool) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder);
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let read = |path: std::path::PathBuf| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        (name, fs::read_to_string(path).unwrap())
    };
    let mut all: Vec<_> = paths.map(read).filter(|(name, _)| wanted(name)).collect();
    all.retain(|(_, sql)| {
        ["-- index: a scan", "-- index: none", "a row per ledger"].iter().all(|said| !sql.contains(said))
    });
    all.sort();
    all
}

#[tokio::test]
async fn hot_statements_reach_their_rows_through_an_index() {
    let stage = stage().await;
    let mut conn = stage.owner().await;
    fill_log(&mut conn).await;
    for table in TABLES {
        fill(&mut conn, table.name).await;
    }
    run(&mut conn, "ANALYZE".to_owned()).await;

    let mut hot = statements("core/store/sql", |name| WRITING.contains(&name));
    assert_eq!(hot.len(), WRITING.len());
    hot.extend(statements("projections/sql", |name| !name.starts_with("rebuild_")));
    assert!(hot.len() > 60, "the statements were not read");
    let mut found = Vec::new();
    for (name, sql) in &hot {
        for mode in ["force_generic_plan", "force_custom_plan"] {
            let plan = plan(&mut conn, sql, mode).await;
            let mut faulty = Vec::new();
            faults(&plan[0]["Plan"], mode == "force_custom_plan", &mut faulty);
            assert!(plan[0]["Plan"].is_object(), "{name} has no plan");
            found.extend(faulty.into_iter().map(|fault| format!("{name} ({mode}): {fault}")));
        }
    }
    assert!(found.is_empty(), "{found:#?}");

    // What has no index is seen.
    for sql in [
        "SELECT body FROM event WHERE leaf_hash = $1::bytea",
        "SELECT body FROM event WHERE ledger_id = $1 ORDER BY body",
    ] {
        let plan = plan(&mut conn, sql, "force_custom_plan").await;
        let mut faulty = Vec::new();
        faults(&plan[0]["Plan"], true, &mut faulty);
        assert!(!faulty.is_empty(), "{sql}: {plan}");
    }
}
