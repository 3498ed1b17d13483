//! What the whole server shares: lanes, pools, the directory, identity, keys, clock, metrics.

use crate::directory::Directory;
use crate::gateway::merchants::Merchants;
use crate::identity::{Guesses, Passwords, Sessions};
use crate::importer::Importer;
use crate::metrics::Metrics;
use crate::printing::Printing;
use crate::visits::Visits;
use crate::workers::bill_run_progress::Progress;
use crate::workers::closing::Closings;
use mingzhang_domain::calendar::Instant;
use mingzhang_projections::reader::Reader;
use mingzhang_store::clock::Clock;
use mingzhang_store::lane::Lanes;
use mingzhang_store::vault::{IndexKey, Vault};
use sqlx::PgPool;
use std::sync::Arc;
use tokio::sync::{Notify, Semaphore, watch};

/// The state behind every handler.
#[derive(Debug)]
pub struct App {
    /// The write path.
    pub lanes: Lanes,
    /// The log, the vault and identity.
    pub writer: PgPool,
    /// Read models' pool, for readiness.
    pub reader: PgPool,
    /// Read models.
    pub read_models: Reader,
    /// Ledgers, staff, channel accounts.
    pub directory: Directory,
    /// Bearer tokens.
    pub sessions: Sessions,
    /// Password hashes.
    pub passwords: Passwords,
    /// Failed sign-ins.
    pub guesses: Guesses,
    /// Personal data.
    pub vault: Vault,
    /// The installation's own key: of request digests.
    pub index_key: IndexKey,
    /// Wakes the worker that posts bill runs.
    pub bill_run_started: Notify,
    /// Months that are prepared for their close.
    pub closings: Closings,
    /// Wakes the worker that seals months.
    pub period_closed: Notify,
    /// Wakes the worker that posts batches of openings.
    pub opening_started: Notify,
    /// Wakes the worker that posts spends of the maintenance fund.
    pub fund_spend_started: Notify,
    /// Wakes the worker that has refunds paid by providers.
    pub refund_sent: Notify,
    /// Wakes the worker that matches lines of bank statements.
    pub line_recorded: Notify,
    /// A day's money came to the bank in one sum.
    pub lump_recorded: Notify,
    /// Wakes the worker that has invoices issued by providers.
    pub invoice_asked: Notify,
    /// Wakes the worker that charges pools.
    pub pool_started: Notify,
    /// How far the runs are that this process posts.
    pub bill_run_progress: Progress,
    /// So many may follow events at a time.
    pub followers: Arc<Semaphore>,
    /// So many answers may be folded out of the log at a time.
    pub figures: Semaphore,
    /// Changes once, when the server stops: what is followed for long ends then.
    pub stopping: watch::Sender<bool>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Who takes money for us from outside.
    pub merchants: Merchants,
    /// Files on their way in.
    pub importer: Importer,
    /// Documents on their way to paper.
    pub printing: Printing,
    /// Who looks at public pages of late.
    pub visits: Visits,
    /// What Prometheus is told.
    pub metrics: Metrics,
}

impl App {
    /// Now.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }
}
