//! Who may sign in and which tokens are out: mutable tables outside every ledger, never events.
//!
//! Only hashes come here: a password or a token in clear never reaches this module.

use crate::error::StoreError;
use mingzhang_domain::calendar::Instant;
use mingzhang_domain::id::LedgerId;
use sqlx::PgConnection;
use std::str::FromStr;
use uuid::Uuid;

/// Kinds of principals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PrincipalKind {
    /// A system administrator of the installation.
    Administrator,
    /// A member of a company's staff.
    Staff,
    /// An owner or tenant.
    Person,
}

impl PrincipalKind {
    /// The word in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Staff => "staff",
            Self::Person => "person",
        }
    }
}

impl FromStr for PrincipalKind {
    type Err = StoreError;
    fn from_str(word: &str) -> Result<Self, StoreError> {
        match word {
            "administrator" => Ok(Self::Administrator),
            "staff" => Ok(Self::Staff),
            "person" => Ok(Self::Person),
            _ => Err(StoreError::Halted("a principal of an unknown kind".into())),
        }
    }
}

/// Who somebody is, once signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Principal {
    /// What kind.
    pub kind: PrincipalKind,
    /// Pseudonymous id: its stream in its ledger.
    pub id: Uuid,
    /// The installation's ledger, or the company's.
    pub ledger_id: LedgerId,
}

/// A sign-in name with what it takes to sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// The name.
    pub name: String,
    /// Whose it is.
    pub principal: Principal,
    /// PHC text.
    pub password_hash: String,
}

/// A token that is out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Under which name.
    pub name: String,
    /// Whose it is.
    pub principal: Principal,
    /// When it ends.
    pub expires_at: Instant,
}

fn principal(kind: &str, id: Uuid, ledger: Uuid) -> Result<Principal, StoreError> {
    Ok(Principal { kind: kind.parse()?, id, ledger_id: LedgerId(ledger) })
}

/// Who signs in under a name.
///
/// # Errors
/// [`StoreError`].
pub async fn find_sign_in(conn: &mut PgConnection, name: &str) -> Result<Option<SignIn>, StoreError> {
    let row = sqlx::query_file!("sql/sign_in_find.sql", name).fetch_optional(conn).await?;
    row.map(|row| {
        Ok(SignIn {
            name: row.name,
            principal: principal(&row.principal_kind, row.principal_id, row.ledger_id)?,
            password_hash: row.password_hash,
        })
    })
    .transpose()
}

/// Gives a principal a name and password, or changes its password and ends its sessions.
///
/// False when the name is somebody else's, or the principal has another name.
///
/// # Errors
/// [`StoreError`].
pub async fn put_sign_in(conn: &mut PgConnection, sign_in: &SignIn, now: Instant) -> Result<bool, StoreError> {
    let put = sqlx::query_file!(
        "sql/sign_in_put.sql",
        sign_in.name,
        sign_in.principal.kind.as_str(),
        sign_in.principal.id,
        sign_in.principal.ledger_id.uuid(),
        sign_in.password_hash,
        now
    )
    .execute(&mut *conn)
    .await;
    let put = match put {
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => return Ok(false),
        put => put?,
    };
    if put.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query_file!("sql/token_drop_of_name.sql", sign_in.name).execute(conn).await?;
    Ok(true)
}

/// Whether anybody of a kind can sign in.
///
/// # Errors
/// [`StoreError`].
pub async fn has_any(conn: &mut PgConnection, kind: PrincipalKind) -> Result<bool, StoreError> {
    Ok(sqlx::query_file!("sql/sign_in_any.sql", kind.as_str()).fetch_one(conn).await?.any)
}

/// Remembers a token by its hash.
///
/// # Errors
/// [`StoreError`].
pub async fn put_token(
    conn: &mut PgConnection,
    token_hash: &[u8; 32],
    name: &str,
    issued_at: Instant,
    expires_at: Instant,
) -> Result<(), StoreError> {
    sqlx::query_file!("sql/token_put.sql", token_hash, name, issued_at, expires_at).execute(conn).await?;
    Ok(())
}

/// Whose token it is, unless it has expired.
///
/// # Errors
/// [`StoreError`].
pub async fn find_token(
    conn: &mut PgConnection,
    token_hash: &[u8; 32],
    now: Instant,
) -> Result<Option<Session>, StoreError> {
    let row = sqlx::query_file!("sql/token_find.sql", token_hash, now).fetch_optional(conn).await?;
    row.map(|row| {
        Ok(Session {
            name: row.name,
            principal: principal(&row.principal_kind, row.principal_id, row.ledger_id)?,
            expires_at: row.expires_at,
        })
    })
    .transpose()
}

/// Ends a token.
///
/// # Errors
/// [`StoreError`].
pub async fn drop_token(conn: &mut PgConnection, token_hash: &[u8; 32]) -> Result<(), StoreError> {
    sqlx::query_file!("sql/token_drop.sql", token_hash).execute(conn).await?;
    Ok(())
}

/// Forgets tokens that have expired.
///
/// # Errors
/// [`StoreError`].
pub async fn purge_tokens(conn: &mut PgConnection, now: Instant) -> Result<u64, StoreError> {
    Ok(sqlx::query_file!("sql/token_purge.sql", now).execute(conn).await?.rows_affected())
}

/// The installation's ledger: `fresh` at the first start, what was drawn then at every other.
///
/// # Errors
/// [`StoreError`].
pub async fn installation(conn: &mut PgConnection, fresh: LedgerId) -> Result<LedgerId, StoreError> {
    sqlx::query_file!("sql/installation_put.sql", fresh.uuid()).execute(&mut *conn).await?;
    Ok(LedgerId(sqlx::query_file!("sql/installation_find.sql").fetch_one(conn).await?.ledger_id))
}
