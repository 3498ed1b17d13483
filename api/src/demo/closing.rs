//! The books of the month before are closed a few days into the next: what was charged ahead is released, then the month is
//! barred. What the server seals of it is its own work.

use super::DemoError;
use super::months::Story;
use mingzhang_domain::books::{ClosePeriod, ReleasePeriod, Review, StillOpen};
use mingzhang_domain::calendar::{CivilDate, Month};
use mingzhang_domain::id::AccountId;
use mingzhang_domain::ledger::Position;
use std::sync::Arc;

/// The day of the next month on which a month is closed.
pub(super) const CLOSING_DAY: u32 = 5;
/// Accounts released by a command.
const ACCOUNTS: usize = 50;

impl Story<'_> {
    /// Closes a month. Nothing is open then: shifts are closed the same day, transfers claimed and refunds paid before.
    pub(super) async fn close(&mut self, month: Month, day: CivilDate) -> Result<(), DemoError> {
        let accounts: Vec<AccountId> = self.tally.to_release(month).collect();
        let releases = accounts.chunks(ACCOUNTS).zip(1_u32..).map(|(accounts, chunk)| {
            let release = ReleasePeriod { period: month, accounts: accounts.to_vec() };
            self.order(day, 9, format!("{month}-{chunk}"), "finance", Arc::new(release))
        });
        // Refused where nothing waits, and where the month was closed in a run before.
        self.desk.outcomes(releases.collect()).await?;
        let review = Review { allowance_declined: true, ..Review::default() };
        let open = StillOpen { seen_until: Position(self.tally.seen_until()), ..StillOpen::default() };
        let close = ClosePeriod { period: month, review, open };
        self.done(self.order(day, 9, month.to_string(), "finance", Arc::new(close))).await?;
        Ok(())
    }
}
