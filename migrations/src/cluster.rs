//! Makes a Postgres server ready for the product: roles, the two databases, every migration.
//!
//! Needs an administrator (a superuser, or one that may create roles and databases); nothing else in the product does.
//! May run at every start and in several processes at once. Data are never touched here.

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::runner::{MigrationError, migrate};
use crate::{KEYS, LOG};

/// The statements that make the roles.
pub(crate) const ROLES: &str = include_str!("../cluster/roles.sql");

/// The roles of `cluster/roles.sql`.
const ROLE_NAMES: [&str; 5] =
    ["mingzhang_owner", "mingzhang_writer", "mingzhang_projector", "mingzhang_reader", "mingzhang_auditor"];

/// The advisory lock of [`prepare_cluster`], in the administrator's database.
const LOCK: i64 = 0x006d_696e_677a_6862;

/// What the product's two databases are called on their server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseNames {
    /// The database of the log, the vault's ciphertext, read models and identity.
    pub log: String,
    /// The key store; left out of the log's dumps.
    pub keys: String,
}

impl Default for DatabaseNames {
    fn default() -> Self {
        Self { log: "mingzhang".to_owned(), keys: "mingzhang_keys".to_owned() }
    }
}

/// Creates what is missing of roles and databases, then migrates both databases as their owner.
///
/// `password` answers what a role signs in with, `None` where the server knows its callers otherwise (a private server
/// asks the operating system). A password is letters and digits.
pub async fn prepare_cluster(
    admin: &PgConnectOptions,
    names: &DatabaseNames,
    password: impl Fn(&str) -> Option<String>,
) -> Result<(), MigrationError> {
    let mut connection = PgConnection::connect_with(admin).await?;
    sqlx::query("SELECT pg_advisory_lock($1)").bind(LOCK).execute(&mut connection).await?;
    // The lock goes with the connection, so also when something below fails.
    sqlx::raw_sql(ROLES).execute(&mut connection).await?;
    for role in ROLE_NAMES {
        if let Some(password) = password(role) {
            set_password(&mut connection, role, &password).await?;
        }
    }
    become_member_of_owner(&mut connection).await?;
    create_database(&mut connection, &names.log, &ROLE_NAMES).await?;
    create_database(&mut connection, &names.keys, &["mingzhang_owner", "mingzhang_writer"]).await?;
    for (name, set) in [(&names.log, LOG), (&names.keys, KEYS)] {
        let mut database = PgConnection::connect_with(&admin.clone().database(name)).await?;
        sqlx::raw_sql("SET ROLE mingzhang_owner").execute(&mut database).await?;
        migrate(&mut database, set).await?;
        database.close().await?;
    }
    connection.close().await?;
    Ok(())
}

/// [`prepare_cluster`] on a server without passwords, with owned arguments: for tests' template databases.
pub async fn prepare(admin: PgConnectOptions, log: String, keys: String) -> Result<(), MigrationError> {
    prepare_cluster(&admin, &DatabaseNames { log, keys }, |_| None).await
}

/// An administrator that is no superuser must be a member of the role whose objects it creates.
async fn become_member_of_owner(connection: &mut PgConnection) -> Result<(), MigrationError> {
    let member: bool = sqlx::query_scalar("SELECT pg_has_role(current_user, 'mingzhang_owner', 'MEMBER')")
        .fetch_one(&mut *connection)
        .await?;
    if !member {
        sqlx::raw_sql("GRANT mingzhang_owner TO CURRENT_USER").execute(connection).await?;
    }
    Ok(())
}

/// Creates a database unless it is there, and lets only `roles` connect to it.
async fn create_database(connection: &mut PgConnection, name: &str, roles: &[&str]) -> Result<(), MigrationError> {
    let name = checked(name)?;
    let exists: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_catalog.pg_database WHERE datname = $1)")
        .bind(name)
        .fetch_one(&mut *connection)
        .await?;
    if !exists {
        let sql = format!("CREATE DATABASE {name} OWNER mingzhang_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'");
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *connection).await?;
    }
    let roles = roles.join(", ");
    let sql = format!("REVOKE ALL ON DATABASE {name} FROM PUBLIC; GRANT CONNECT ON DATABASE {name} TO {roles}");
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await?;
    Ok(())
}

async fn set_password(connection: &mut PgConnection, role: &str, password: &str) -> Result<(), MigrationError> {
    if password.is_empty() || !password.chars().all(|character| character.is_ascii_alphanumeric()) {
        return Err(MigrationError::Name(format!("the password of {role}")));
    }
    let sql = format!("ALTER ROLE {role} PASSWORD '{password}'");
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await?;
    Ok(())
}

/// A name that needs no quoting and cannot end its statement.
fn checked(name: &str) -> Result<&str, MigrationError> {
    let plain = |character: char| character.is_ascii_lowercase() || character.is_ascii_digit() || character == '_';
    if name.is_empty() || name.len() > 63 || !name.chars().all(plain) || name.starts_with(|c: char| c.is_ascii_digit())
    {
        return Err(MigrationError::Name(name.to_owned()));
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_carry_sql() {
        for hostile in ["", "a b", "a;drop", "A", "1a", "a\"", &"a".repeat(64)] {
            assert!(checked(hostile).is_err(), "{hostile}");
        }
        assert_eq!(checked("mingzhang_keys").unwrap(), "mingzhang_keys");
    }

    #[test]
    fn every_named_role_is_created() {
        for role in ROLE_NAMES {
            assert!(ROLES.contains(&format!("'{role}'")));
        }
    }
}
