//! Where the product's Postgres comes from: a private one that this process supervises, or a given one that it checks.
//!
//! [`PrivatePostgres`] runs the binaries installed on the machine in a folder of ours; [`check_server`] refuses a given
//! server that could lose an acknowledged commit; [`Access`] tells how each [`Role`] signs in to either. Nothing here
//! creates a table (that is `mingzhang-migrations`) or knows what is stored.

mod access;
mod check;
mod find;
mod folder;
mod os_user;
mod private;
mod server;
#[cfg(feature = "testing")]
pub mod testing;

use std::io;
use std::path::PathBuf;

pub use access::{Access, KEYS_DATABASE, LOG_DATABASE, Role};
pub use check::check_server;
pub use private::PrivatePostgres;
pub use server::Tuning;

/// The oldest major version that the product runs on.
pub const OLDEST_MAJOR: u32 = 15;

/// Why a Postgres could not be started, reached or accepted.
#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    /// No server binaries of a usable version are installed.
    #[error(
        "no Postgres {wanted} server binaries found (looked in {looked}); install them with `apt-get install postgresql` \
         (Debian 12, Ubuntu 24.04 or newer), or set DATABASE_URL to a server of your own"
    )]
    NoBinaries {
        /// The versions that would do.
        wanted: String,
        /// The folders looked in.
        looked: String,
    },
    /// The process is root and no unprivileged user exists that Postgres could run as.
    #[error("Postgres does not run as root, and no user of {tried} exists to run it; create one, or set DATABASE_URL")]
    NoUser {
        /// The names tried.
        tried: String,
    },
    /// A folder cannot be used.
    #[error("the folder {path} cannot be used: {reason}")]
    Folder {
        /// Which folder.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The server did not come up; the end of its log says why.
    #[error("Postgres did not start: {reason}; its log ends with:\n{log}")]
    NotStarted {
        /// What was seen from outside.
        reason: String,
        /// The last lines that the server or `initdb` wrote.
        log: String,
    },
    /// The server did not go down in time.
    #[error("Postgres (process {pid}) did not stop within {seconds} s")]
    NotStopped {
        /// The server's process.
        pid: i32,
        /// How long it was given.
        seconds: u64,
    },
    /// The thread that looks after the server ended in a way it never should.
    #[error("the thread that looks after Postgres failed: {0}")]
    Guard(String),
    /// A given server is not one that the ledger can be trusted to.
    #[error("this Postgres server is refused: {}", reasons.join("; "))]
    Refused {
        /// Every reason found.
        reasons: Vec<String>,
    },
    /// `DATABASE_URL` is not an address of a Postgres server.
    #[error("DATABASE_URL is not a Postgres address: {0}")]
    Url(String),
    /// A file or process operation failed.
    #[error("{doing}: {source}")]
    Io {
        /// What was tried.
        doing: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// The server could not be asked.
    #[error("the Postgres server could not be asked: {0}")]
    Database(#[from] sqlx::Error),
    /// A test's template database could not be made.
    #[error("the template database could not be made: {0}")]
    Template(String),
}

/// Names what was tried when an operation of the operating system fails.
fn doing<T>(result: io::Result<T>, what: impl FnOnce() -> String) -> Result<T, PostgresError> {
    result.map_err(|source| PostgresError::Io { doing: what(), source })
}
