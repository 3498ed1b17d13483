//! What the server is told by flags and environment.

use std::net::SocketAddr;
use std::path::PathBuf;

/// The program's arguments.
#[derive(Debug, clap::Parser)]
#[command(name = "mingzhang-api", version, about = "Mingzhang 明账: the property-fee ledger's server")]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the program can do.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Serve the API until told to stop.
    Serve(Box<Serve>),
    /// Load the demonstration or what is missing of it, print its figures, and serve it until told to stop.
    Demo(Box<Demo>),
    /// Ask who may do what, beside a server or without one. Changes nothing.
    #[command(subcommand)]
    Admin(Admin),
}

/// What an administrator may ask.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum Admin {
    /// Why somebody may do something, or may not: the policies that decide.
    ExplainAccess(ExplainAccess),
}

/// Whose access to explain.
#[derive(Debug, Clone, clap::Args)]
pub struct ExplainAccess {
    /// The sign-in name of a member of staff or an administrator.
    pub name: String,
    /// The operation, as in docs/PERMISSIONS.md, such as `record_payment`.
    pub operation: String,
    /// The community's short code; without it the company itself is meant.
    #[arg(long)]
    pub community: Option<String>,
    /// Answer in JSON.
    #[arg(long)]
    pub json: bool,
    /// Where the data are.
    #[command(flatten)]
    pub kept: Kept,
}

/// Where everything is kept.
#[derive(Debug, Clone, clap::Args)]
pub struct Kept {
    /// An administrator's URL of a Postgres; without it there is a private one under the data folder.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// Where everything is that is not in the database: keys, uploads, the private Postgres.
    #[arg(long, env = "MINGZHANG_DATA", default_value = "data")]
    pub data: PathBuf,
}

/// How to show the demonstration.
#[derive(Debug, Clone, clap::Args)]
pub struct Demo {
    /// About 60 units in place of about 1,300.
    #[arg(long)]
    pub small: bool,
    /// A local gateway whose merchants are in the file of merchants: some households pay through it.
    #[arg(long)]
    pub local_gateway: Option<reqwest::Url>,
    /// How to serve it.
    #[command(flatten)]
    pub serve: Serve,
}

/// How to serve.
#[derive(Debug, Clone, clap::Args)]
pub struct Serve {
    /// Where to listen.
    #[arg(long, env = "MINGZHANG_LISTEN", default_value = "127.0.0.1:7878")]
    pub listen: SocketAddr,
    /// Where everything is kept.
    #[command(flatten)]
    pub kept: Kept,
    /// The first administrator's password at the first start; drawn and printed once when absent.
    #[arg(long, env = "MINGZHANG_ADMIN_PASSWORD", hide_env_values = true)]
    pub admin_password: Option<String>,
    /// Whether this process keeps the read models; with `false` another process on the same database must.
    #[arg(long, env = "MINGZHANG_PROJECTIONS", default_value_t = true, action = clap::ArgAction::Set)]
    pub projections: bool,
    /// The file of the merchants that payment orders are paid to; `merchants.json` of the data folder when absent.
    #[arg(long, env = "MINGZHANG_MERCHANTS")]
    pub merchants: Option<PathBuf>,
    /// A folder of templates that take the place of the built-in ones of the same name; each is tried before anything is served.
    #[arg(long, env = "MINGZHANG_TEMPLATES")]
    pub templates: Option<PathBuf>,
    /// How others reach this server, such as `https://wy.example.com`: where the codes on receipts lead to. Without it receipts
    /// carry none.
    #[arg(long, env = "MINGZHANG_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// What is logged, such as `info` or `mingzhang_api=debug`.
    #[arg(long, env = "MINGZHANG_LOG", default_value = "info")]
    pub log: String,
}
