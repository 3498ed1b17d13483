//! Settlements 渠道结算: days of a channel account whose money came to the bank.

use crate::column::{Amount, day, position};
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader, newest_first};
use crate::table::table;
use chrono::NaiveDate;
use mingzhang_domain::channel_settlement::{ChannelSettled, ChannelSettlementEvent};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::LedgerId;
use uuid::Uuid;

table! {
    /// One settlement.
    pub struct ChannelSettlement of "channel_settlement" {
        key {
            /// The settlement.
            channel_settlement_id: Uuid,
        }
        /// Where it was recorded last.
        position: i64,
        /// The channel account.
        channel_account_id: Uuid,
        /// The bank account.
        bank_account_id: Uuid,
        /// The day of the trades.
        day: NaiveDate,
        /// Payments less refunds.
        gross: Amount,
        /// What the provider kept.
        fee: Amount,
        /// What the bank got.
        net: Amount,
        /// The bank's day.
        value_on: NaiveDate,
        /// True when the record was a mistake.
        reversed: bool,
    }
}

/// Folds a fact of a settlement.
pub(crate) fn fold(fact: &ChannelSettlementEvent, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    match fact {
        ChannelSettlementEvent::ChannelSettled(settled) => models.channel_settlement.insert(new(settled, event)),
        ChannelSettlementEvent::ChannelSettlementReversed(_) => {
            let row = models.channel_settlement.get_mut(&(event.stream.id,));
            row.ok_or(FoldError("a settlement that was never recorded is reversed"))?.reversed = true;
        }
    }
    Ok(())
}

fn new(settled: &ChannelSettled, event: &Recorded) -> ChannelSettlement {
    ChannelSettlement {
        channel_settlement_id: event.stream.id,
        position: position(event.position),
        channel_account_id: settled.channel_account.uuid(),
        bank_account_id: settled.bank_account.uuid(),
        day: day(settled.day),
        gross: settled.gross.into(),
        fee: settled.fee.into(),
        net: settled.net.into(),
        value_on: day(settled.value_on),
        reversed: false,
    }
}

impl Reader {
    /// Settlements of a community, the newest first; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn channel_settlements(
        &self,
        ledger: LedgerId,
        ask: Ask<i64>,
    ) -> Result<Read<Page<ChannelSettlement>>, ReadError> {
        newest_first!(self, ledger, ask, ChannelSettlement, "sql/channel_settlements.sql")
    }
}
