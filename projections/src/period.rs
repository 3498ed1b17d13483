//! Periods 账期: which months of the books were closed, when and how often, and what is sealed of them.

use crate::column::{Text, count, position, states};
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader};
use crate::table::table;
use chrono::{DateTime, Utc};
use mingzhang_domain::books::BooksEvent;
use mingzhang_domain::calendar::Month;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::LedgerId;
use mingzhang_domain::value::{Count, Digest};
use uuid::Uuid;

states! {
    /// How a period stands that was closed at least once.
    pub enum PeriodStatus {
        /// Nothing that posts is dated in it any more.
        Closed = "closed",
        /// It is open again.
        Reopened = "reopened",
    }
}

table! {
    /// One month that was closed at least once.
    pub struct Period of "period" {
        key {
            /// The month.
            period: Text<Month>,
        }
        /// Where it was closed last.
        position: i64,
        /// Version of its figures: how often it was closed.
        version: i32,
        /// When it was closed last.
        closed_at: DateTime<Utc>,
        /// Who closed it last.
        closed_by_staff_id: Uuid,
        /// When it was reopened last.
        reopened_at: Option<DateTime<Utc>>,
        /// How it stands.
        status: Text<PeriodStatus>,
    }
}

table! {
    /// What is sealed of one version of a month.
    pub struct PeriodSeal of "period_seal" {
        key {
            /// The month.
            period: Text<Month>,
            /// The version of its figures.
            version: i32,
        }
        /// Where the seal stands.
        position: i64,
        /// Events that are sealed.
        size: i64,
        /// Root over their leaves.
        root: Text<Digest>,
        /// How the digest of the figures is made.
        figures_form: i32,
        /// Digest of the figures.
        figures: Text<Digest>,
        /// When it was sealed.
        sealed_at: DateTime<Utc>,
    }
}

/// A month with the seal of its newest version, once there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedPeriod {
    /// The month.
    pub period: Text<Month>,
    /// Where it was closed last.
    pub position: i64,
    /// Version of its figures: how often it was closed.
    pub version: i32,
    /// When it was closed last.
    pub closed_at: DateTime<Utc>,
    /// Who closed it last.
    pub closed_by_staff_id: Uuid,
    /// When it was reopened last.
    pub reopened_at: Option<DateTime<Utc>>,
    /// How it stands.
    pub status: Text<PeriodStatus>,
    /// When its newest version was sealed.
    pub sealed_at: Option<DateTime<Utc>>,
    /// Events that are sealed.
    pub sealed_size: Option<i64>,
    /// Root over their leaves.
    pub sealed_root: Option<Text<Digest>>,
    /// Digest of the figures.
    pub sealed_figures: Option<Text<Digest>>,
}

/// Folds a fact of the periods.
pub(crate) fn fold(fact: &BooksEvent, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    match fact {
        BooksEvent::PeriodClosed(closed) => {
            let new = Period {
                period: Text(closed.period),
                position: position(event.position),
                version: count(closed.version),
                closed_at: event.recorded_at,
                closed_by_staff_id: event.actor.id,
                reopened_at: None,
                status: Text(PeriodStatus::Closed),
            };
            let row = models.period.get_or(&(new.period,), || new.clone());
            *row = Period { reopened_at: row.reopened_at, ..new };
        }
        BooksEvent::PeriodReopened(reopened) => {
            let row = models.period.get_mut(&(Text(reopened.period),));
            let row = row.ok_or(FoldError("a period is reopened that was never closed"))?;
            row.reopened_at = Some(event.recorded_at);
            row.status = Text(PeriodStatus::Reopened);
        }
        BooksEvent::PeriodSealed(sealed) => models.period_seal.insert(PeriodSeal {
            period: Text(sealed.period),
            version: count(sealed.version),
            position: position(event.position),
            size: position(sealed.size.0),
            root: Text(sealed.root),
            figures_form: count(sealed.figures_form),
            figures: Text(sealed.figures),
            sealed_at: event.recorded_at,
        }),
        // They change no period's standing.
        BooksEvent::AllowanceSet(_)
        | BooksEvent::BankBalanceStated(_)
        | BooksEvent::BankItemStated(_)
        | BooksEvent::BankItemCleared(_)
        | BooksEvent::AllowanceRatesSet(_)
        | BooksEvent::BookCodeSet(_)
        | BooksEvent::ChartPresetSet(_)
        | BooksEvent::PeriodReviewed(_)
        | BooksEvent::RevenueReleased(_)
        | BooksEvent::TaxPointsMoved(_)
        | BooksEvent::TaxPointReached(_) => {}
    }
    Ok(())
}

impl Reader {
    /// Periods that were closed at least once, the newest first; `after` is the month.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn periods(&self, ledger: LedgerId, ask: Ask<String>) -> Result<Read<Page<SealedPeriod>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(
                    SealedPeriod,
                    "sql/periods.sql",
                    s.ledger,
                    s.generation,
                    ask.after.as_deref().unwrap_or("9999-12"),
                    ask.fetch()
                );
                Ok(ask.page(rows.fetch_all(s.conn()).await?))
            })
        })
        .await
    }

    /// Where the seal of a version of a month stands, of the newest one when none is named.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn sealed_at(
        &self,
        ledger: LedgerId,
        period: Month,
        version: Option<Count>,
    ) -> Result<Read<Option<u64>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let (of, generation, version) = (s.ledger, s.generation, version.map(count));
                let row = sqlx::query_file_scalar!("sql/sealed_at.sql", of, generation, period.to_string(), version);
                Ok(row.fetch_optional(s.conn()).await?.and_then(|position| u64::try_from(position).ok()))
            })
        })
        .await
    }

    /// Closed months whose newest version is not sealed, the oldest first.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn unsealed_periods(&self, ledger: LedgerId) -> Result<Read<Vec<Period>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(Period, "sql/unsealed_periods.sql", s.ledger, s.generation);
                Ok(rows.fetch_all(s.conn()).await?)
            })
        })
        .await
    }
}
