//! Reminders 提醒 of accounts: what was sent and what was skipped, as staff look it up. Rows are only added. Whom it reached is
//! another question, that of [`crate::inbox`].

use crate::column::{Amount, Text, count, day, position};
use crate::projection::Models;
use crate::reader::{Ask, Page, Read, ReadError, Reader, newest_first};
use crate::table::table;
use chrono::{DateTime, NaiveDate, Utc};
use mingzhang_domain::dunning::{DunningEvent, ReminderChannel, SkipReason};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{AccountId, LedgerId, PartyId};
use mingzhang_domain::value::Count;
use uuid::Uuid;

table! {
    /// One reminder, or why there was none.
    pub struct Reminder of "reminder" {
        key {
            /// Position of its event.
            position: i64,
        }
        /// The account.
        account_id: Uuid,
        /// Stage of dunning.
        stage: i32,
        /// Who was told, or would have been; absent when nobody owed anything.
        party_id: Option<Uuid>,
        /// Open on that day; absent when skipped.
        open: Option<Amount>,
        /// Due date of the oldest open charge; absent when skipped.
        oldest_due_on: Option<NaiveDate>,
        /// How it went; absent when skipped.
        channel: Option<Text<ReminderChannel>>,
        /// Why none went out.
        skipped_because: Option<Text<SkipReason>>,
        /// The accounting date.
        effective_on: NaiveDate,
        /// When it was recorded.
        recorded_at: DateTime<Utc>,
    }
}

/// Folds a fact of reminding.
pub(crate) fn fold(fact: &DunningEvent, event: &Recorded, models: &mut Models) {
    let row = match fact {
        DunningEvent::ReminderSent(sent) => Reminder {
            party_id: Some(sent.party.uuid()),
            open: Some(sent.open.into()),
            oldest_due_on: Some(day(sent.oldest_due_on)),
            channel: Some(Text(sent.channel)),
            ..new(sent.account, sent.stage, event)
        },
        DunningEvent::ReminderSkipped(skipped) => Reminder {
            party_id: skipped.party.map(|party| party.uuid()),
            skipped_because: Some(Text(skipped.reason)),
            ..new(skipped.account, skipped.stage, event)
        },
        // Whoever is pressed otherwise stands in the formal demands and on the charges.
        DunningEvent::FormalDemandSent(_)
        | DunningEvent::FormalDemandDelivered(_)
        | DunningEvent::PaymentPromised(_)
        | DunningEvent::DisputeRaised(_)
        | DunningEvent::DisputeSettled(_)
        | DunningEvent::DunningStopped(_)
        | DunningEvent::DunningResumed(_) => return,
    };
    models.reminder.push(row);
}

fn new(account: AccountId, stage: Count, event: &Recorded) -> Reminder {
    Reminder {
        position: position(event.position),
        account_id: account.uuid(),
        stage: count(stage),
        party_id: None,
        open: None,
        oldest_due_on: None,
        channel: None,
        skipped_because: None,
        effective_on: day(event.effective_on),
        recorded_at: event.recorded_at,
    }
}

impl Reader {
    /// The reminders of an account or of all, the newest first; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn reminders(
        &self,
        ledger: LedgerId,
        account: Option<AccountId>,
        party: Option<PartyId>,
        ask: Ask<i64>,
    ) -> Result<Read<Page<Reminder>>, ReadError> {
        let (account, party) = (account.map(|id| id.uuid()), party.map(|id| id.uuid()));
        newest_first!(self, ledger, ask, Reminder, "sql/reminders.sql", account, party)
    }
}
