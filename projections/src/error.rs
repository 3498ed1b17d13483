//! Failures of the read side. Refusals do not exist here: nothing is decided.

/// Why read models could not be folded or written.
#[derive(Debug, thiserror::Error)]
pub enum ProjectionError {
    /// The database could not be reached, or refused.
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
    /// An event of a ledger cannot be folded; nothing of the ledger was written beyond the events before it.
    #[error("ledger {ledger_id} stopped before position {position}: {rule}")]
    Poison {
        /// The ledger.
        ledger_id: uuid::Uuid,
        /// The event.
        position: u64,
        /// What is wrong, without values.
        rule: String,
    },
    /// A rebuild was interrupted; what is loaded stays, and it can go on.
    #[error("interrupted")]
    Interrupted,
}

impl ProjectionError {
    /// An event that cannot be folded.
    pub(crate) fn poison(ledger_id: uuid::Uuid, position: i64, rule: String) -> Self {
        Self::Poison { ledger_id, position: u64::try_from(position).unwrap_or_default(), rule }
    }

    /// True when the database refused a value or a row: the fault of an event or of the code, not of the moment.
    pub(crate) fn is_refused_row(&self) -> bool {
        let Self::Database(sqlx::Error::Database(answer)) = self else { return false };
        answer.code().is_some_and(|code| code.starts_with("22") || code.starts_with("23"))
    }
}
