//! Failures of the store: the database is away, or holds what this build cannot read. Refusals are not failures.

/// Why the store could not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database could not be reached or did not answer; nothing is known to be wrong with the data.
    #[error("the database is not available: {0}")]
    Unavailable(#[source] sqlx::Error),
    /// The database refused the statement.
    #[error("the database refused: {0}")]
    Database(#[source] sqlx::Error),
    /// The log holds what this build cannot read, or what cannot be: the ledger must stop.
    #[error("the log cannot be continued: {0}")]
    Halted(String),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if matches!(&error, sqlx::Error::Database(answer) if !is_shutdown(answer.as_ref()) && !is_away(answer.as_ref()))
        {
            Self::Database(error)
        } else {
            Self::Unavailable(error)
        }
    }
}

/// Answers that tell of a connection that ends, not of a statement that is wrong.
pub(crate) fn is_shutdown(answer: &dyn sqlx::error::DatabaseError) -> bool {
    answer.code().is_some_and(|code| code.starts_with("57P") || code.starts_with("08"))
}

/// Answers of a database that cannot write now, whatever the statement: no room, no memory, no connection, a disk that
/// fails or only reads. The statement was ended, so nothing of it is in the log.
pub(crate) fn is_away(answer: &dyn sqlx::error::DatabaseError) -> bool {
    // A file system that only reads is told as a lack of privilege; our roles have those that our statements need.
    let whole = |code: &str| ["25006", "42501"].contains(&code);
    answer.code().is_some_and(|code| code.starts_with("53") || code.starts_with("58") || whole(&code))
}

/// A count from the database that can only be positive.
pub(crate) fn unsigned(value: i64) -> Result<u64, StoreError> {
    u64::try_from(value).map_err(|_| StoreError::Halted("a position is negative".into()))
}

/// A position as the database takes it.
pub(crate) fn signed(value: u64) -> Result<i64, StoreError> {
    i64::try_from(value).map_err(|_| StoreError::Halted("a position is beyond the database's numbers".into()))
}
