//! Applies numbered SQL files to one database, each in its own transaction, once.
//!
//! A row of `schema_migration` says what was applied and with which text. Two processes may migrate at once: an advisory
//! lock in each transaction puts them in order. Nothing is ever applied twice, skipped or undone here.

use sha2::{Digest, Sha256};
use sqlx::{Connection, PgConnection};

/// One SQL file of a database.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Counts from 1.
    pub version: i32,
    /// What the file is called after its number.
    pub name: &'static str,
    /// The statements, run together in one transaction.
    pub sql: &'static str,
}

/// Why a server or a database could not be made ready.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// The text of an applied file is not what it was when it was applied.
    #[error("migration {version:04}_{name} was changed after it was applied; restore its text and add a new migration")]
    Changed {
        /// The number of the file.
        version: i32,
        /// The name of the file.
        name: String,
    },
    /// The database was migrated by a newer program.
    #[error("the database has migration {version:04}_{name}, which this program does not know; use a newer program")]
    Unknown {
        /// The number of the unknown file.
        version: i32,
        /// The name of the unknown file.
        name: String,
    },
    /// A file's statements failed; nothing of it was applied.
    #[error("migration {version:04}_{name} failed")]
    Failed {
        /// The number of the file.
        version: i32,
        /// The name of the file.
        name: &'static str,
        /// What the database said.
        source: sqlx::Error,
    },
    /// A database or role name, or a password, has characters that this program does not put into SQL.
    #[error("`{0}` is not a name of lower-case letters, digits and underscores, at most 63")]
    Name(String),
    /// The database could not be asked.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// The advisory lock of a migration, one number for all databases of the product.
const LOCK: i64 = 0x006d_696e_677a_6861;

const CREATE_LIST: &str = r#"
    CREATE TABLE IF NOT EXISTS public.schema_migration (
        version    integer            NOT NULL,
        name       text COLLATE "C"   NOT NULL,
        checksum   text COLLATE "C"   NOT NULL,
        applied_at timestamptz        NOT NULL DEFAULT now(),
        CONSTRAINT schema_migration_pkey PRIMARY KEY (version)
    )"#;

/// Applies what `set` has beyond what the database has, and answers how many files that were.
///
/// The connection must be the owner's, or have taken its role: it will own the tables.
pub async fn migrate(connection: &mut PgConnection, set: &[Migration]) -> Result<usize, MigrationError> {
    let mut start = connection.begin().await?;
    sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(LOCK).execute(&mut *start).await?;
    sqlx::raw_sql("SET LOCAL client_min_messages = warning").execute(&mut *start).await?;
    sqlx::raw_sql(CREATE_LIST).execute(&mut *start).await?;
    start.commit().await?;

    let mut applied = 0;
    for migration in set {
        applied += usize::from(apply(connection, set, migration).await?);
    }
    Ok(applied)
}

/// Applies one file unless it is applied already; says whether it did.
async fn apply(
    connection: &mut PgConnection,
    set: &[Migration],
    migration: &Migration,
) -> Result<bool, MigrationError> {
    let Migration { version, name, sql } = *migration;
    let mut transaction = connection.begin().await?;
    sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(LOCK).execute(&mut *transaction).await?;
    let rows: Vec<(i32, String, String)> =
        sqlx::query_as("SELECT version, name, checksum FROM public.schema_migration ORDER BY version")
            .fetch_all(&mut *transaction)
            .await?;
    if compare(set, &rows)?.contains(&version) {
        transaction.commit().await?;
        return Ok(false);
    }
    sqlx::raw_sql(sql).execute(&mut *transaction).await.map_err(|source| MigrationError::Failed {
        version,
        name,
        source,
    })?;
    sqlx::query("INSERT INTO public.schema_migration (version, name, checksum) VALUES ($1, $2, $3)")
        .bind(version)
        .bind(name)
        .bind(checksum(sql))
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    tracing::info!(version, name, "migration applied");
    Ok(true)
}

/// The versions already applied, all of them known here and with the text they have here.
fn compare(set: &[Migration], rows: &[(i32, String, String)]) -> Result<Vec<i32>, MigrationError> {
    for (version, name, applied) in rows {
        let known = set.iter().find(|migration| migration.version == *version && migration.name == name);
        match known {
            None => return Err(MigrationError::Unknown { version: *version, name: name.clone() }),
            Some(migration) if checksum(migration.sql) != *applied => {
                return Err(MigrationError::Changed { version: *version, name: name.clone() });
            }
            Some(_) => {}
        }
    }
    Ok(rows.iter().map(|(version, _, _)| *version).collect())
}

/// SHA-256 of a text in lower-case hexadecimal digits.
pub(crate) fn checksum(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Migration = Migration { version: 1, name: "one", sql: "SELECT 1" };

    fn row(version: i32, name: &str, sql: &str) -> (i32, String, String) {
        (version, name.to_owned(), checksum(sql))
    }

    #[test]
    fn an_applied_file_is_not_applied_again() {
        assert_eq!(compare(&[ONE], &[row(1, "one", "SELECT 1")]).unwrap(), vec![1]);
        assert_eq!(compare(&[ONE], &[]).unwrap(), Vec::<i32>::new());
    }

    #[test]
    fn a_changed_file_is_refused() {
        let refused = compare(&[ONE], &[row(1, "one", "SELECT 2")]);
        assert!(matches!(refused, Err(MigrationError::Changed { version: 1, .. })));
    }

    #[test]
    fn a_database_newer_than_the_program_is_refused() {
        let refused = compare(&[ONE], &[row(1, "one", "SELECT 1"), row(2, "two", "SELECT 2")]);
        assert!(matches!(refused, Err(MigrationError::Unknown { version: 2, .. })));
    }
}
