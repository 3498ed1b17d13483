//! Prepares a month for its close: what was charged ahead of it is released, account by account, and free credit is drawn
//! down, in commands of their own.
//!
//! The request that closes the month asks for it and waits a while; what takes longer goes on behind it, its progress
//! stands in the checklist, and the same close may be sent again. Cut off anywhere it leaves facts that are right by
//! themselves, and the next close goes on where it was, since an account is released once.

use crate::after::SERVICE;
use crate::app::App;
use crate::problem::Problem;
use crate::workers::chain::changes_nothing;
use crate::workers::rounds::catch_up;
use mingzhang_domain::account::DrawDownCredit;
use mingzhang_domain::books::ReleasePeriod;
use mingzhang_domain::calendar::{Instant, Month};
use mingzhang_domain::draft::Decide;
use mingzhang_domain::id::{AccountId, CommandId, LedgerId};
use mingzhang_store::lane::{Submission, SubmitError, Urgency};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use uuid::Uuid;

/// Accounts of one command that releases.
const ACCOUNTS: usize = 50;
/// How long the read models are waited for.
const CATCH_UP: Duration = Duration::from_secs(60);
/// How long a request waits for the preparation.
const PATIENCE: Duration = Duration::from_secs(15);
/// Months that are remembered at most; the oldest answer is forgotten first.
const REMEMBERED: usize = 100;

/// How far a preparation is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Progress {
    /// Accounts to visit; known once it has begun.
    pub total: u32,
    /// Accounts visited.
    pub done: u32,
    /// How it ended.
    pub ended: Option<Result<(), Problem>>,
}

/// A month of a community.
type Which = (LedgerId, Month);

/// The preparations that this process was asked for.
#[derive(Debug, Default)]
pub struct Closings {
    months: Mutex<BTreeMap<Which, watch::Sender<Progress>>>,
    asked: Mutex<Vec<(Which, Option<Instant>)>>,
    wake: Notify,
}

impl Closings {
    /// How far the preparation of a month is, when this process was asked for it.
    pub fn progress(&self, ledger: LedgerId, period: Month) -> Option<Progress> {
        let months = self.months.lock().unwrap_or_else(PoisonError::into_inner);
        months.get(&(ledger, period)).map(|month| month.borrow().clone())
    }

    /// Prepares a month, or joins whoever asked before; waits for the end of it for some seconds.
    ///
    /// # Errors
    /// 503 `closing_under_way` when it takes longer, and as the preparation itself.
    pub async fn prepare(&self, ledger: LedgerId, period: Month, given_at: Option<Instant>) -> Result<(), Problem> {
        let mut progress = self.ask((ledger, period), given_at);
        let ended = async {
            let ended = progress.wait_for(|progress| progress.ended.is_some()).await;
            ended.ok().and_then(|progress| progress.ended.clone())
        };
        match tokio::time::timeout(PATIENCE, ended).await {
            Ok(ended) => ended.unwrap_or_else(|| Err(Problem::busy().retry_after(1))),
            Err(_) => {
                let now = progress.borrow().clone();
                let problem = Problem::closing_under_way().with("done", now.done).with("total", now.total);
                Err(problem.retry_after(2))
            }
        }
    }

    fn ask(&self, which: Which, given_at: Option<Instant>) -> watch::Receiver<Progress> {
        let mut months = self.months.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(under_way) = months.get(&which).filter(|month| month.borrow().ended.is_none()) {
            return under_way.subscribe();
        }
        let ended = months.iter().find(|(_, month)| month.borrow().ended.is_some()).map(|(which, _)| *which);
        if let Some(ended) = ended.filter(|_| months.len() >= REMEMBERED) {
            months.remove(&ended);
        }
        let (sender, receiver) = watch::channel(Progress::default());
        months.insert(which, sender);
        drop(months);
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push((which, given_at));
        self.wake.notify_one();
        receiver
    }

    fn tell(&self, which: Which, change: impl FnOnce(&mut Progress)) {
        let months = self.months.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(month) = months.get(&which) {
            month.send_modify(change);
        }
    }

    fn take(&self) -> Vec<(Which, Option<Instant>)> {
        std::mem::take(&mut self.asked.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Prepares months for ever, those of several communities at a time.
pub async fn work(app: Arc<App>) {
    let mut under_way = JoinSet::new();
    loop {
        app.closings.wake.notified().await;
        for (which, given_at) in app.closings.take() {
            let app = Arc::clone(&app);
            under_way.spawn(async move {
                let ended = prepare(&app, which, given_at).await;
                app.closings.tell(which, |progress| progress.ended = Some(ended));
            });
        }
        while under_way.try_join_next().is_some() {}
    }
}

/// Releases, then draws down. A month that cannot be closed is left as it is: the close itself says why, or answers what it
/// was answered before.
async fn prepare(app: &App, which: Which, given_at: Option<Instant>) -> Result<(), Problem> {
    let (ledger, period) = which;
    catch_up(app, ledger, CATCH_UP).await?;
    let ahead = app.read_models.accounts_charged_ahead(ledger, period).await?.value;
    let credit = app.read_models.accounts_to_draw(ledger).await?.value;
    let total = u32::try_from(ahead.len() + credit.len()).unwrap_or(u32::MAX);
    app.closings.tell(which, |progress| progress.total = total);
    for chunk in ahead.chunks(ACCOUNTS) {
        let accounts = chunk.iter().copied().map(AccountId::from).collect();
        if !submit(app, ledger, Arc::new(ReleasePeriod { period, accounts }), given_at).await? {
            return Ok(());
        }
        visited(app, which, chunk);
    }
    for account in credit {
        // What pays nothing now is credit as it was.
        submit(app, ledger, Arc::new(DrawDownCredit { account: account.into() }), given_at).await?;
        visited(app, which, &[account]);
    }
    Ok(())
}

fn visited(app: &App, which: Which, accounts: &[Uuid]) {
    let done = u32::try_from(accounts.len()).unwrap_or(u32::MAX);
    app.closings.tell(which, |progress| progress.done = progress.done.saturating_add(done));
}

/// Submits a command of its own each time: what it decides follows from what is not done yet. False when it is refused.
async fn submit(
    app: &App,
    ledger: LedgerId,
    command: Arc<dyn Decide>,
    given_at: Option<Instant>,
) -> Result<bool, Problem> {
    let attempt: CommandId = crate::ids::mint();
    let submission = Submission {
        ledger_id: ledger,
        command_id: attempt,
        correlation_id: None,
        causation_id: None,
        actor: SERVICE,
        request_digest: [0; 32],
        command,
        vault: Vec::new(),
        given_at,
        urgency: Urgency::Bulk,
    };
    match app.lanes.submit(submission).await {
        Ok(_) => Ok(true),
        Err(SubmitError::Refused { refusal, .. }) => Ok(changes_nothing(&refusal)),
        Err(error) => Err(error.into()),
    }
}
