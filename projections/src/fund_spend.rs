//! Spends 支用 of the maintenance fund: what is spent and how far it is borne and paid. The shares themselves are read out of
//! the spend's own stream.

use crate::column::{Amount, Quantity, Text, count, position};
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader, newest_first};
use crate::table::table;
use chrono::{DateTime, Utc};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::fund_spend::{FundSpendEvent, FundSpendStage};
use mingzhang_domain::id::{FundSpendId, LedgerId};
use mingzhang_domain::value::Label;
use uuid::Uuid;

table! {
    /// One spend. Once it is posted, `amount` = `borne` + `short`.
    pub struct FundSpend of "fund_spend" {
        key {
            /// The spend.
            fund_spend_id: Uuid,
        }
        /// Where it began.
        position: i64,
        /// What for.
        purpose: Text<Label>,
        /// Who is paid.
        supplier_id: Uuid,
        /// His name.
        supplier_name: Text<Label>,
        /// How much.
        amount: Amount,
        /// How many units bear it.
        units: i32,
        /// Sum of their areas.
        total_area: Quantity,
        /// What units bore; nothing once it is being taken back.
        borne: Amount,
        /// What units did not have, and have not borne since.
        short: Amount,
        /// What the supplier was paid.
        paid: Amount,
        /// The parts it is posted in.
        chunks: i32,
        /// Of them, those that are borne.
        standing: i32,
        /// When it was opened.
        opened_at: DateTime<Utc>,
        /// When every share was borne or listed.
        posted_at: Option<DateTime<Utc>>,
        /// When nothing of it was borne any more.
        reversed_at: Option<DateTime<Utc>>,
        /// Where it stands.
        status: Text<FundSpendStage>,
    }
}

/// Folds a fact of a spend.
pub(crate) fn fold(fact: &FundSpendEvent, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    let spend = event.stream.id;
    match fact {
        FundSpendEvent::FundSpendOpened(opened) => models.fund_spend.insert(FundSpend {
            fund_spend_id: spend,
            position: position(event.position),
            purpose: Text(opened.purpose.clone()),
            supplier_id: opened.supplier.uuid(),
            supplier_name: Text(opened.name.clone()),
            amount: opened.amount.into(),
            units: count(opened.units),
            total_area: Quantity(opened.total_area),
            borne: Amount::ZERO,
            short: Amount::ZERO,
            paid: Amount::ZERO,
            chunks: 0,
            standing: 0,
            opened_at: event.recorded_at,
            posted_at: None,
            reversed_at: None,
            status: Text(FundSpendStage::Open),
        }),
        FundSpendEvent::FundSpendSharesFixed(_) => {
            let row = row(spend, models)?;
            row.chunks = row.chunks.saturating_add(1);
        }
        FundSpendEvent::FundSpendDiscarded(_) => row(spend, models)?.status = Text(FundSpendStage::Discarded),
        FundSpendEvent::FundSpendPostingStarted(_) => row(spend, models)?.status = Text(FundSpendStage::Posting),
        FundSpendEvent::FundSpendChunkPosted(_) => {
            let row = row(spend, models)?;
            row.standing = row.standing.saturating_add(1);
        }
        FundSpendEvent::FundSpendPosted(posted) => {
            let row = row(spend, models)?;
            (row.borne, row.short) = (posted.borne.into(), posted.short.into());
            row.posted_at = Some(event.recorded_at);
            row.status = Text(FundSpendStage::Posted);
        }
        FundSpendEvent::FundShortfallBorne(borne) => {
            let row = row(spend, models)?;
            row.borne.add(borne.amount);
            row.short.take(borne.amount);
        }
        FundSpendEvent::FundSpendPaid(paid) => row(spend, models)?.paid.add(paid.amount),
        FundSpendEvent::FundSpendPaymentReversed(back) => row(spend, models)?.paid.take(back.amount),
        FundSpendEvent::FundSpendReversalStarted(_) => {
            let row = row(spend, models)?;
            (row.borne, row.short) = (Amount::ZERO, Amount::ZERO);
            row.status = Text(FundSpendStage::Reversing);
        }
        FundSpendEvent::FundSpendChunkReversed(_) => {
            let row = row(spend, models)?;
            row.standing = row.standing.saturating_sub(1);
        }
        FundSpendEvent::FundSpendReversed(_) => {
            let row = row(spend, models)?;
            row.reversed_at = Some(event.recorded_at);
            row.status = Text(FundSpendStage::Reversed);
        }
    }
    Ok(())
}

fn row(spend: Uuid, models: &mut Models) -> Result<&mut FundSpend, FoldError> {
    models.fund_spend.get_mut(&(spend,)).ok_or(FoldError("a fact about a spend that was never opened"))
}

impl Reader {
    /// One spend.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn fund_spend(&self, ledger: LedgerId, spend: FundSpendId) -> Result<Read<Option<FundSpend>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let row = sqlx::query_file_as!(FundSpend, "sql/fund_spend.sql", s.ledger, s.generation, spend.uuid());
                Ok(row.fetch_optional(s.conn()).await?)
            })
        })
        .await
    }

    /// Spends, the newest first; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn fund_spends(&self, ledger: LedgerId, ask: Ask<i64>) -> Result<Read<Page<FundSpend>>, ReadError> {
        newest_first!(self, ledger, ask, FundSpend, "sql/fund_spends.sql")
    }
}
