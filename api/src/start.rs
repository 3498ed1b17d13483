//! Starting: database, keys, the installation's ledger, the first administrator, workers; and stopping in the other order.

use crate::after::{self, SERVICE};
use crate::app::App;
use crate::authorise;
use crate::config::{Kept, Serve};
use crate::directory::Directory;
use crate::gateway::merchants::{Merchants, MerchantsError};
use crate::identity::{Guesses, Passwords, Sessions};
use crate::ids::mint;
use crate::importer::Importer;
use crate::importer::uploads::{SWEEP_EVERY, Uploads};
use crate::metrics::Metrics;
use crate::printing::{Printing, PrintingError};
use crate::problem::Problem;
use crate::visits::Visits;
use crate::workers::bill_run_progress::Progress;
use crate::workers::closing::Closings;
use crate::workers::erasure::Erasure;
use crate::workers::{
    bank_match, bill_run, channel_day, channel_lump, channel_refund, closing, fund_spend, invoice, opening,
    payment_order, pool, read_models, seal,
};
use crate::{router, server};
use mingzhang_domain::administrator::AppointAdministrator;
use mingzhang_domain::draft::Decide;
use mingzhang_domain::id::{AdministratorId, CommandId, LedgerId};
use mingzhang_domain::ledger::{LedgerClock, LedgerKind, OpenLedger};
use mingzhang_domain::value::Code;
use mingzhang_migrations::DatabaseNames;
use mingzhang_projections::inbox::Inbox;
use mingzhang_projections::outbox::Outbox;
use mingzhang_projections::reactor::Reactors;
use mingzhang_projections::reader::Reader;
use mingzhang_projections::runner::{Runner, RunnerOptions};
use mingzhang_store::clock::{Clock, SystemClock};
use mingzhang_store::identity::{self, Principal, PrincipalKind, SignIn};
use mingzhang_store::lane::{LaneOptions, Lanes, Submission, SubmitError, Urgency};
use mingzhang_store::postgres::{Access, PrivatePostgres, Role, Tuning, check_server};
use mingzhang_store::vault::{KeyStore, Vault, VaultError};
use rand::TryRng;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Notify, Semaphore, watch};
use tokio::task::JoinSet;

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database.
    #[error("{0}")]
    Postgres(#[from] mingzhang_store::postgres::PostgresError),
    /// The database's tables.
    #[error("{0}")]
    Migrations(#[from] mingzhang_migrations::MigrationError),
    /// A statement.
    #[error("the database did not answer: {0}")]
    Database(#[from] sqlx::Error),
    /// The store.
    #[error("{0}")]
    Store(#[from] mingzhang_store::error::StoreError),
    /// The vault's keys.
    #[error("{0}")]
    Vault(#[from] VaultError),
    /// The lane.
    #[error("{0}")]
    Lane(#[from] SubmitError),
    /// A file or the socket.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
    /// The merchants.
    #[error("{0}")]
    Merchants(#[from] MerchantsError),
    /// The templates.
    #[error("{0}")]
    Printing(#[from] PrintingError),
    /// What cannot be.
    #[error("{0}")]
    Other(&'static str),
}

impl From<Problem> for StartError {
    fn from(problem: Problem) -> Self {
        Self::Other(problem.rule.en)
    }
}

/// Names and password of the first administrator, when this start made one.
#[derive(Debug)]
pub struct FirstAdministrator {
    /// The sign-in name.
    pub name: &'static str,
    /// The password, when it was drawn here: shown once, stored nowhere.
    pub drawn_password: Option<String>,
}

/// The sign-in name of the first administrator.
pub const FIRST_NAME: &str = "admin";
/// How often the directory looks for what other processes committed.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Followers of events at a time.
const FOLLOWERS: usize = 500;
/// Folds of the log for figures at a time.
const FIGURES: usize = 2;
/// How often the lag of the read models is measured.
const MEASURE_EVERY: Duration = Duration::from_secs(5);

/// A server ready to listen.
#[derive(Debug)]
pub struct Started {
    /// The state behind every handler.
    pub app: Arc<App>,
    /// Present when this start made the first administrator.
    pub first: Option<FirstAdministrator>,
    workers: JoinSet<()>,
    reactors: Reactors,
    runner: Option<Runner>,
    projector: PgPool,
}

/// What a start may be told.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The first administrator's password; drawn when absent.
    pub admin_password: Option<String>,
    /// Whether this process keeps the read models.
    pub projections: bool,
    /// The file of merchants; that of the data folder when absent.
    pub merchants: Option<PathBuf>,
    /// The folder of templates that replace built-in ones.
    pub templates: Option<PathBuf>,
    /// How others reach this server.
    pub public_url: Option<String>,
}

impl Options {
    /// As flags and environment say.
    pub fn of(serve: &Serve) -> Self {
        Self {
            admin_password: serve.admin_password.clone(),
            projections: serve.projections,
            merchants: serve.merchants.clone(),
            templates: serve.templates.clone(),
            public_url: serve.public_url.clone(),
        }
    }
}

/// Starts everything on a database that is migrated already.
///
/// # Errors
/// [`StartError`].
pub async fn start(
    access: &Access,
    data: &Path,
    clock: Arc<dyn Clock>,
    options: Options,
) -> Result<Started, StartError> {
    authorise::check_policies().map_err(StartError::Other)?;
    let writer = pool(access.log(Role::Writer), 16).await?;
    check_server(&writer).await?;
    let reader = pool(access.log(Role::Reader), 8).await?;
    let lanes = Lanes::start(writer.clone(), Arc::clone(&clock), LaneOptions::default());
    let installation = installation(&writer).await?;
    let keys = pool(access.keys(Role::Writer), 4).await?;
    let vault = Vault::new(Arc::new(KeyStore::open(keys, data).await?));
    let projector = pool(access.log(Role::Projector), 4).await?;
    let runner =
        options.projections.then(|| Runner::start(projector.clone(), Some(lanes.heads()), RunnerOptions::default()));
    let app = Arc::new(App {
        lanes,
        read_models: Reader::new(reader.clone(), runner.as_ref().map(Runner::folded)),
        reader,
        directory: Directory::new(installation, writer.clone()),
        sessions: Sessions::new(writer.clone()),
        passwords: Passwords::new(2)?,
        guesses: Guesses::default(),
        index_key: vault.index_key(installation).await?,
        merchants: Merchants::read(&options.merchants.unwrap_or_else(|| data.join("merchants.json")))?,
        importer: importer(data, vault.clone(), &*clock)?,
        vault,
        bill_run_started: Notify::new(),
        opening_started: Notify::new(),
        fund_spend_started: Notify::new(),
        refund_sent: Notify::new(),
        line_recorded: Notify::new(),
        lump_recorded: Notify::new(),
        invoice_asked: Notify::new(),
        pool_started: Notify::new(),
        bill_run_progress: Progress::default(),
        closings: Closings::default(),
        period_closed: Notify::new(),
        stopping: watch::Sender::new(false),
        followers: Arc::new(Semaphore::new(FOLLOWERS)),
        figures: Semaphore::new(FIGURES),
        clock,
        printing: Printing::open(options.templates.as_deref(), options.public_url)?,
        visits: Visits::default(),
        metrics: Metrics::default(),
        writer,
    });
    open_installation(&app).await?;
    app.directory.refresh().await?;
    after::open_ledgers(&app).await?;
    let first = first_administrator(&app, options.admin_password).await?;
    let mut workers = JoinSet::new();
    workers.spawn(keep_directory(Arc::clone(&app)));
    workers.spawn(sweep_uploads(Arc::clone(&app)));
    workers.spawn(measure_lag(Arc::clone(&app)));
    workers.spawn(bank_match::work(Arc::clone(&app)));
    workers.spawn(bill_run::work(Arc::clone(&app)));
    workers.spawn(closing::work(Arc::clone(&app)));
    workers.spawn(seal::work(Arc::clone(&app)));
    workers.spawn(opening::work(Arc::clone(&app)));
    workers.spawn(fund_spend::work(Arc::clone(&app)));
    workers.spawn(pool::work(Arc::clone(&app)));
    workers.spawn(payment_order::work(Arc::clone(&app)));
    workers.spawn(channel_refund::work(Arc::clone(&app)));
    workers.spawn(invoice::work(Arc::clone(&app)));
    workers.spawn(channel_day::work(Arc::clone(&app)));
    workers.spawn(channel_lump::work(Arc::clone(&app)));
    if options.projections {
        workers.spawn(read_models::work(projector.clone()));
    }
    let erasure = Erasure { vault: app.vault.clone() };
    let reactors = Reactors::start(app.writer.clone(), vec![Arc::new(Inbox), Arc::new(Outbox), Arc::new(erasure)]);
    Ok(Started { app, first, workers, reactors, runner, projector })
}

impl Started {
    /// Serves until `stop` is done; then finishes requests, then commands, then connections to the database.
    pub async fn serve(mut self, listener: TcpListener, stop: impl Future<Output = ()>) {
        let connections = self.app.metrics.connections.clone();
        let app = Arc::clone(&self.app);
        let stop = async move {
            stop.await;
            app.stopping.send_replace(true);
        };
        server::serve(listener, router::router(Arc::clone(&self.app)), connections, stop).await;
        self.workers.shutdown().await;
        self.reactors.stop().await;
        self.app.importer.stop().await;
        self.app.lanes.stop().await;
        if let Some(runner) = self.runner {
            runner.stop().await;
        }
        self.projector.close().await;
        self.app.reader.close().await;
        self.app.writer.close().await;
    }
}

/// The whole life of `serve`: from flags to a clean end.
///
/// # Errors
/// [`StartError`] when it could not begin.
pub async fn run(serve: Serve) -> Result<(), StartError> {
    let (private, access) = database(&serve.kept).await?;
    let clock = Arc::new(SystemClock);
    let started = start(&access, &serve.kept.data, clock, Options::of(&serve)).await?;
    let listener = server::listen(serve.listen).map_err(listening)?;
    announce(&listener, started.first.as_ref());
    started.serve(listener, stop_signal()).await;
    if let Some(private) = private {
        private.stop().await?;
    }
    Ok(())
}

/// The database of the server, given or private, with what is missing of it.
///
/// # Errors
/// [`StartError`].
pub async fn database(kept: &Kept) -> Result<(Option<PrivatePostgres>, Access), StartError> {
    std::fs::create_dir_all(&kept.data)
        .map_err(|source| StartError::Io { what: "creating the data folder", source })?;
    let (private, access) = access(kept).await?;
    let names = DatabaseNames::default();
    mingzhang_migrations::prepare_cluster(access.admin(), &names, |role| access.password(role)).await?;
    Ok((private, access))
}

/// The database as it is, given or private.
///
/// # Errors
/// [`StartError`].
pub(crate) async fn access(kept: &Kept) -> Result<(Option<PrivatePostgres>, Access), StartError> {
    if let Some(url) = &kept.database_url {
        return Ok((None, Access::given(url, &secret(&kept.data, "database-roles.key")?)?));
    }
    let private = PrivatePostgres::start(&kept.data, Tuning::Product).await?;
    let access = private.access().clone();
    Ok((Some(private), access))
}

/// The address is taken, or not ours.
pub(crate) fn listening(source: std::io::Error) -> StartError {
    StartError::Io { what: "listening", source }
}

/// Tells the terminal, not the log: the drawn password is shown once and stored nowhere.
fn announce(listener: &TcpListener, first: Option<&FirstAdministrator>) {
    if let Ok(address) = listener.local_addr() {
        println!("Mingzhang 明账: http://{address}/api/docs");
    }
    if let Some(FirstAdministrator { name, drawn_password: Some(password) }) = first {
        println!("first administrator: {name} / {password}  (shown once; change it)");
    }
}

/// Done when the process is asked to stop, by Ctrl-C or SIGTERM.
pub(crate) async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
    tracing::info!("stopping");
}

pub(crate) async fn pool(options: PgConnectOptions, connections: u32) -> Result<PgPool, sqlx::Error> {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(5))
        .connect_with(options)
        .await
}

/// The installation's ledger: drawn at the first start, found at every other.
pub(crate) async fn installation(writer: &PgPool) -> Result<LedgerId, StartError> {
    let mut conn = writer.acquire().await?;
    Ok(identity::installation(&mut conn, mint()).await?)
}

async fn open_installation(app: &App) -> Result<(), StartError> {
    let ledger = app.directory.installation();
    app.lanes.create_log(ledger).await?;
    let open = OpenLedger {
        kind: LedgerKind::Installation,
        parent: None,
        code: "MZ".parse::<Code>().map_err(|_| StartError::Other("the installation's code"))?,
        clock: LedgerClock::System,
        created_by: None,
    };
    match command(app, "open_ledger", Arc::new(open)).await {
        Ok(()) | Err(SubmitError::Refused { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Submits a command of the server's own to the installation's ledger, once for ever.
async fn command(app: &App, operation: &str, command: Arc<dyn Decide>) -> Result<(), SubmitError> {
    let ledger_id = app.directory.installation();
    let submission = Submission {
        ledger_id,
        command_id: CommandId::from_natural(ledger_id, operation, &[]),
        correlation_id: None,
        causation_id: None,
        actor: SERVICE,
        request_digest: [0; 32],
        command,
        vault: Vec::new(),
        given_at: None,
        urgency: Urgency::Interactive,
    };
    app.lanes.submit(submission).await.map(|_| ())
}

/// Who the first administrator of an installation is.
pub(crate) fn first_administrator_id(installation: LedgerId) -> AdministratorId {
    AdministratorId(CommandId::from_natural(installation, "first_administrator", &[]).uuid())
}

/// Appoints the first administrator unless somebody can sign in as one.
async fn first_administrator(
    app: &App,
    given_password: Option<String>,
) -> Result<Option<FirstAdministrator>, StartError> {
    let mut conn = app.writer.acquire().await?;
    if identity::has_any(&mut conn, PrincipalKind::Administrator).await? {
        return Ok(None);
    }
    // The id follows from the installation, so that a start that died in between is finished by the next.
    let ledger_id = app.directory.installation();
    let id = first_administrator_id(ledger_id).uuid();
    let appoint = AppointAdministrator { administrator: AdministratorId(id), name: None };
    match command(app, "appoint_first_administrator", Arc::new(appoint)).await {
        Ok(()) | Err(SubmitError::Refused { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    app.directory.refresh().await?;
    let (password, drawn_password) = match given_password {
        Some(password) => (password, None),
        None => {
            let password = random_password()?;
            (password.clone(), Some(password))
        }
    };
    let principal = Principal { kind: PrincipalKind::Administrator, id, ledger_id };
    let password_hash = app.passwords.hash(password).await?;
    let sign_in = SignIn { name: FIRST_NAME.to_owned(), principal, password_hash };
    identity::put_sign_in(&mut conn, &sign_in, app.now()).await?;
    Ok(Some(FirstAdministrator { name: FIRST_NAME, drawn_password }))
}

fn random_password() -> Result<String, StartError> {
    let mut bytes = [0_u8; 12];
    rand::rngs::SysRng.try_fill_bytes(&mut bytes).map_err(|_| StartError::Other("no random numbers"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A secret of the data folder, drawn at the first start.
fn secret(data: &Path, name: &str) -> Result<Vec<u8>, StartError> {
    let failed = |source| StartError::Io { what: "keeping a secret in the data folder", source };
    let path = data.join(name);
    match std::fs::read(&path) {
        Ok(bytes) => return Ok(bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed(error)),
    }
    let mut bytes = [0; 32];
    rand::rngs::SysRng.try_fill_bytes(&mut bytes).map_err(|_| StartError::Other("no random numbers"))?;
    let mut file = {
        use std::os::unix::fs::OpenOptionsExt;
        std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).map_err(failed)?
    };
    std::io::Write::write_all(&mut file, &bytes).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    Ok(bytes.to_vec())
}

/// The importer over the folder of uploads, from which what is too old is removed at once.
fn importer(data: &Path, vault: Vault, clock: &dyn Clock) -> Result<Importer, StartError> {
    let failed = |source| StartError::Io { what: "keeping the folder of uploads", source };
    let uploads = Uploads::open(data, vault).map_err(failed)?;
    uploads.sweep(clock.now()).map_err(failed)?;
    Ok(Importer::new(uploads))
}

/// Removes uploads that have been kept long enough.
async fn sweep_uploads(app: Arc<App>) {
    let mut tick = tokio::time::interval(SWEEP_EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        let swept = Arc::clone(&app);
        let swept = tokio::task::spawn_blocking(move || swept.importer.uploads().sweep(swept.now())).await;
        if !matches!(swept, Ok(Ok(_))) {
            tracing::error!("old uploads could not be removed");
        }
    }
}

/// Reads on what other processes committed, and opens what they left unopened.
async fn keep_directory(app: Arc<App>) {
    let mut tick = tokio::time::interval(LOOK_EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        if app.directory.refresh().await.is_ok() {
            // What could not be opened now is tried again at the next tick.
            let _ = after::open_ledgers(&app).await;
        }
    }
}

/// Tells Prometheus how far the read models lag.
async fn measure_lag(app: Arc<App>) {
    let mut tick = tokio::time::interval(MEASURE_EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        if let Ok(lags) = app.read_models.lags().await {
            let behind: u64 = lags.iter().map(|lag| lag.head.saturating_sub(lag.position)).sum();
            app.metrics.lag.set(i64::try_from(behind).unwrap_or(i64::MAX));
            let stopped = lags.iter().filter(|lag| lag.stopped.is_some()).count();
            app.metrics.stopped.set(i64::try_from(stopped).unwrap_or(i64::MAX));
        }
        if let Ok(incomplete) = app.read_models.incomplete().await {
            app.metrics.incomplete.set(i64::try_from(incomplete).unwrap_or(i64::MAX));
        }
    }
}
