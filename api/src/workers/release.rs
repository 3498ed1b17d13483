//! Releases a month before it is closed: some accounts by a command, until none is left. Cut off anywhere it leaves facts
//! that are right by themselves, and the next close goes on where it was, since an account is released once.

use crate::after::SERVICE;
use crate::app::App;
use crate::problem::Problem;
use crate::workers::bill_run::{catch_up, units};
use mingzhang_domain::books::ReleasePeriod;
use mingzhang_domain::calendar::{Instant, Month};
use mingzhang_domain::id::{AccountId, CommandId, LedgerId};
use mingzhang_domain::refusal::{CommonRefusal, Refusal};
use mingzhang_store::lane::{Submission, SubmitError, Urgency};
use std::sync::Arc;
use std::time::Duration;

/// Accounts of one command.
const ACCOUNTS: usize = 50;
/// How long a close waits for accounts that were opened just before.
const CATCH_UP: Duration = Duration::from_secs(5);

/// Releases a month of a community for all its accounts.
///
/// A month that cannot be closed is not released, and it is left to the close itself to say why: it may have been done
/// already, under the same key.
///
/// # Errors
/// 503 when the database is away; what was released so far stands.
pub async fn release(app: &App, ledger: LedgerId, period: Month, given_at: Option<Instant>) -> Result<(), Problem> {
    catch_up(app, ledger, CATCH_UP).await?;
    let units = units(app, ledger).await?;
    for chunk in units.chunks(ACCOUNTS) {
        let accounts: Vec<AccountId> = chunk.iter().copied().map(AccountId::of_unit).collect();
        // A command of its own each time: what it decides follows from what is not released yet.
        let attempt: CommandId = crate::ids::mint();
        let submission = Submission {
            ledger_id: ledger,
            command_id: attempt,
            correlation_id: None,
            causation_id: None,
            actor: SERVICE,
            request_digest: [0; 32],
            command: Arc::new(ReleasePeriod { period, accounts }),
            vault: Vec::new(),
            given_at,
            urgency: Urgency::Bulk,
        };
        match app.lanes.submit(submission).await {
            Ok(_) => {}
            Err(SubmitError::Refused { refusal, .. }) if changes_nothing(&refusal) => {}
            Err(SubmitError::Refused { .. }) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

fn changes_nothing(refusal: &Refusal) -> bool {
    refusal.code == Refusal::from(CommonRefusal::CommandMustChangeSomething).code
}
