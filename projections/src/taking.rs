//! Walk-in takings: money of nobody's unit, such as temporary stays 临时停车 and cards 月卡.

use crate::column::{Amount, Text, day, position, states};
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader, newest_first};
use crate::table::table;
use chrono::{DateTime, NaiveDate, Utc};
use mingzhang_domain::book::Fund;
use mingzhang_domain::calendar::Month;
use mingzhang_domain::channel_account::ChannelKind;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{ChargeId, LedgerId};
use mingzhang_domain::taking::{TakenFor, TakingEvent, TakingRecorded};
use mingzhang_domain::value::Code;
use uuid::Uuid;

states! {
    /// How a taking stands.
    pub enum TakingStatus {
        /// The money is there.
        Recorded = "recorded",
        /// The record was a mistake 红冲.
        Reversed = "reversed",
    }
}

table! {
    /// One taking, by the charge in it: a stay that is recorded anew after a mistake is another charge.
    pub struct Taking of "taking" {
        key {
            /// The charge.
            charge_id: Uuid,
        }
        /// Where it was recorded.
        position: i64,
        /// The taking.
        taking_id: Uuid,
        /// The payment in it.
        payment_id: Uuid,
        /// The fee item.
        fee_item_id: Uuid,
        /// What the money is for.
        fund: Text<Fund>,
        /// Accounting month.
        period: Text<Month>,
        /// The gate's own number of the stay, or that of the card.
        number: Text<Code>,
        /// When a stay began.
        entered_at: Option<DateTime<Utc>>,
        /// When it ended.
        left_at: Option<DateTime<Utc>>,
        /// How much, tax included.
        amount: Amount,
        /// The tax in it.
        tax: Amount,
        /// Where the money lies.
        channel_account_id: Uuid,
        /// Kind of the channel account.
        channel: Text<ChannelKind>,
        /// The channel's own number.
        reference: Text<Code>,
        /// The cashier's shift.
        shift_id: Option<Uuid>,
        /// The day it was really the company's.
        value_on: NaiveDate,
        /// The accounting date.
        effective_on: NaiveDate,
        /// When we knew.
        recorded_at: DateTime<Utc>,
        /// The plate in the vault.
        plate_item_id: Option<Uuid>,
        /// How it stands.
        status: Text<TakingStatus>,
        /// First day of a card.
        service_from: Option<NaiveDate>,
        /// Day after its last.
        service_until: Option<NaiveDate>,
    }
}

/// Folds a fact of a taking.
pub(crate) fn fold(fact: &TakingEvent, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    match fact {
        TakingEvent::TakingRecorded(recorded) => {
            if models.taking.get(&(recorded.of.charge.uuid(),)).is_some() {
                return Err(FoldError("a charge that was taken before"));
            }
            models.taking.insert(new(recorded, event));
        }
        TakingEvent::TakingReversed(reversed) => {
            let row = models.taking.get_mut(&(reversed.of.charge.uuid(),));
            let row = row.filter(|row| row.status.0 == TakingStatus::Recorded);
            row.ok_or(FoldError("a reversal of a taking that does not stand"))?.status = Text(TakingStatus::Reversed);
        }
    }
    Ok(())
}

fn new(recorded: &TakingRecorded, event: &Recorded) -> Taking {
    let (times, service) = match &recorded.taken_for {
        TakenFor::Stay { entered_at, left_at, .. } => (Some((entered_at.instant(), left_at.instant())), None),
        TakenFor::Card { service, .. } => (None, Some((day(service.from()), day(service.until())))),
    };
    Taking {
        charge_id: recorded.of.charge.uuid(),
        position: position(event.position),
        taking_id: event.stream.id,
        payment_id: recorded.of.payment.uuid(),
        fee_item_id: recorded.of.fee_item.uuid(),
        fund: Text(recorded.of.fund),
        period: Text(recorded.of.period),
        number: Text(recorded.taken_for.number().clone()),
        entered_at: times.map(|(entered_at, _)| entered_at),
        left_at: times.map(|(_, left_at)| left_at),
        amount: recorded.of.amount.into(),
        tax: recorded.of.vat.tax.into(),
        channel_account_id: recorded.of.channel_account.uuid(),
        channel: Text(recorded.of.channel),
        reference: Text(recorded.reference.clone()),
        shift_id: recorded.shift.map(|shift| shift.uuid()),
        value_on: day(recorded.value_on),
        effective_on: day(event.effective_on),
        recorded_at: event.recorded_at,
        plate_item_id: recorded.plate.map(|item| item.uuid()),
        status: Text(TakingStatus::Recorded),
        service_from: service.map(|(from, _)| from),
        service_until: service.map(|(_, until)| until),
    }
}

impl Reader {
    /// One taking, by the charge in it.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn taking(&self, ledger: LedgerId, charge: ChargeId) -> Result<Read<Option<Taking>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let row = sqlx::query_file_as!(Taking, "sql/taking.sql", s.ledger, s.generation, charge.uuid());
                Ok(row.fetch_optional(s.conn()).await?)
            })
        })
        .await
    }

    /// Takings, the newest first; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn takings(&self, ledger: LedgerId, ask: Ask<i64>) -> Result<Read<Page<Taking>>, ReadError> {
        newest_first!(self, ledger, ask, Taking, "sql/takings.sql")
    }
}
