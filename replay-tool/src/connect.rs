//! How the tool reaches the log: the given server or the private one of a data folder, as a role that cannot write the log.

use crate::ToolError;
use mingzhang_store::postgres::{Access, PrivatePostgres, Role, Tuning};
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::path::PathBuf;
use std::str::FromStr;

/// Holds what the roles' passwords derive from, when the server is a given one.
const SECRET: &str = "database-roles.key";

/// Where the database is.
#[derive(Debug, clap::Args)]
pub(crate) struct Connection {
    /// A Postgres: the server's own DATABASE_URL (then the roles' secret lies in the data folder), or the log's database with
    /// the auditor's name and password (to rebuild: the projector's). Without it the private Postgres of the data folder
    /// is used.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, global = true)]
    database_url: Option<String>,
    /// The server's data folder.
    #[arg(long, env = "MINGZHANG_DATA", default_value = "data", global = true)]
    data: PathBuf,
}

/// An open connection.
#[derive(Debug)]
pub(crate) struct Opened {
    /// The log's database, as the role.
    pub(crate) log: PgPool,
    private: Option<PrivatePostgres>,
}

impl Connection {
    /// Signs in as a role.
    ///
    /// # Errors
    /// [`ToolError::Environment`] when there is no such server or it does not let the role in.
    pub(crate) async fn open(&self, role: Role, connections: u32) -> Result<Opened, ToolError> {
        let (private, options) = match &self.database_url {
            Some(url) => (None, self.given(url, role)?),
            None => {
                let private = self.private().await?;
                let options = private.access().log(role);
                (Some(private), options)
            }
        };
        let pool = PgPoolOptions::new().max_connections(connections).connect_with(options).await?;
        Ok(Opened { log: pool, private })
    }

    fn given(&self, url: &str, role: Role) -> Result<PgConnectOptions, ToolError> {
        let options = PgConnectOptions::from_str(url).map_err(ToolError::environment)?;
        if options.get_username() == role.name() {
            return Ok(options);
        }
        let path = self.data.join(SECRET);
        let secret = std::fs::read(&path).map_err(|error| {
            ToolError::Environment(format!("{} signs in with {}: {error}", role.name(), path.display()))
        })?;
        Ok(Access::given(url, &secret).map_err(ToolError::environment)?.log(role))
    }

    async fn private(&self) -> Result<PrivatePostgres, ToolError> {
        // The tool looks at what is there; it never begins a database of its own.
        if !self.data.join("postgres").exists() {
            let folder = self.data.display();
            let message = format!("{folder} holds no private Postgres: name the data folder, or set DATABASE_URL");
            return Err(ToolError::Environment(message));
        }
        PrivatePostgres::start(&self.data, Tuning::Product).await.map_err(ToolError::environment)
    }
}

impl Opened {
    /// Leaves the server; a private one that nobody else uses is stopped.
    ///
    /// # Errors
    /// [`ToolError::Environment`].
    pub(crate) async fn close(self) -> Result<(), ToolError> {
        self.log.close().await;
        match self.private {
            Some(private) => private.stop().await.map_err(ToolError::environment),
            None => Ok(()),
        }
    }
}
