//! Who signs in to the Postgres, and how: five roles of the product and one administrator that only prepares.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use sqlx::postgres::{PgConnectOptions, PgSslMode};

use super::PostgresError;

/// The superuser of a private server; no code signs in as it but the preparation of the cluster.
pub(super) const ADMIN: &str = "postgres";
/// The database of the log.
pub const LOG_DATABASE: &str = "mingzhang";
/// The database of the key store.
pub const KEYS_DATABASE: &str = "mingzhang_keys";

/// What a connection may do; none of these may change or delete an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Owns the tables and migrates them.
    Owner,
    /// Appends to the log; keeps identity's tables and the vault.
    Writer,
    /// Reads the log and writes read models.
    Projector,
    /// Reads read models.
    Reader,
    /// Reads the log and read models.
    Auditor,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 5] = [Self::Owner, Self::Writer, Self::Projector, Self::Reader, Self::Auditor];

    /// Its name on the server.
    pub fn name(self) -> &'static str {
        match self {
            Self::Owner => "mingzhang_owner",
            Self::Writer => "mingzhang_writer",
            Self::Projector => "mingzhang_projector",
            Self::Reader => "mingzhang_reader",
            Self::Auditor => "mingzhang_auditor",
        }
    }
}

/// Every name that may sign in to a private server.
pub(super) fn all_names() -> impl Iterator<Item = &'static str> {
    std::iter::once(ADMIN).chain(Role::ALL.into_iter().map(Role::name))
}

/// How to sign in to a server, private or given.
#[derive(Clone)]
pub struct Access {
    admin: PgConnectOptions,
    /// What the roles' passwords derive from; a private server asks the operating system instead.
    secret: Option<Vec<u8>>,
    log: String,
    keys: String,
}

impl fmt::Debug for Access {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Access").field("log", &self.log).field("keys", &self.keys).finish_non_exhaustive()
    }
}

impl Access {
    /// Over the socket of a private server.
    pub(super) fn private(socket: &Path) -> Self {
        let admin =
            PgConnectOptions::new_without_pgpass().socket(socket).port(5432).username(ADMIN).database("postgres");
        Self::new(admin.ssl_mode(PgSslMode::Disable), None)
    }

    /// To the server of a `DATABASE_URL`, whose user may create roles and databases.
    ///
    /// The roles' passwords derive from `secret`, at least 16 random bytes that every process of the installation shares.
    pub fn given(url: &str, secret: &[u8]) -> Result<Self, PostgresError> {
        let admin = PgConnectOptions::from_str(url).map_err(|error| PostgresError::Url(error.to_string()))?;
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(PostgresError::Url("it must begin with postgres:// or postgresql://".to_owned()));
        }
        if secret.len() < 16 {
            return Err(PostgresError::Url("the secret for the roles' passwords has less than 16 bytes".to_owned()));
        }
        Ok(Self::new(admin, Some(secret.to_vec())))
    }

    fn new(admin: PgConnectOptions, secret: Option<Vec<u8>>) -> Self {
        Self { admin, secret, log: LOG_DATABASE.to_owned(), keys: KEYS_DATABASE.to_owned() }
    }

    /// The same server with other databases.
    pub fn with_databases(mut self, log: &str, keys: &str) -> Self {
        self.log = log.to_owned();
        self.keys = keys.to_owned();
        self
    }

    /// The same server by another socket: a test's own link to it.
    #[cfg(feature = "testing")]
    pub fn through(mut self, socket: &Path) -> Self {
        self.admin = self.admin.socket(socket);
        self
    }

    /// As the administrator: only for preparing the cluster.
    pub fn admin(&self) -> &PgConnectOptions {
        &self.admin
    }

    /// To the log's database in a role.
    pub fn log(&self, role: Role) -> PgConnectOptions {
        self.sign_in(role, &self.log)
    }

    /// To the key store in a role.
    pub fn keys(&self, role: Role) -> PgConnectOptions {
        self.sign_in(role, &self.keys)
    }

    fn sign_in(&self, role: Role, database: &str) -> PgConnectOptions {
        let options = self.admin.clone().username(role.name()).database(database).application_name("mingzhang");
        match self.password(role.name()) {
            Some(password) => options.password(&password),
            None => options,
        }
    }

    /// The password of a role by its name: HMAC-SHA-256 of the name under the secret, in hexadecimal digits.
    pub fn password(&self, role: &str) -> Option<String> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.as_deref()?).ok()?;
        mac.update(b"mingzhang/role-password/1");
        mac.update(role.as_bytes());
        Some(mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_of_a_given_server_sign_in_with_passwords_of_their_own() {
        let access = Access::given("postgres://admin:pw@db.example:5433/postgres", &[7; 32]).unwrap();
        let passwords: Vec<_> = Role::ALL.iter().filter_map(|role| access.password(role.name())).collect();
        assert_eq!(passwords.len(), 5);
        assert!(
            passwords.iter().all(
                |password| password.len() == 64 && passwords.iter().filter(|other| *other == password).count() == 1
            )
        );
        let writer = access.log(Role::Writer);
        assert_eq!(
            (writer.get_username(), writer.get_database(), writer.get_port()),
            ("mingzhang_writer", Some("mingzhang"), 5433)
        );
    }

    #[test]
    fn a_short_secret_or_a_wrong_address_is_refused() {
        assert!(Access::given("postgres://db", b"short").is_err());
        assert!(Access::given("mysql://db", &[7; 32]).is_err());
    }

    #[test]
    fn nothing_secret_is_shown() {
        let access = Access::given("postgres://admin:hidden@db/postgres", &[7; 32]).unwrap();
        assert!(!format!("{access:?}").contains("hidden"));
    }
}
