//! The closing certificate 结账证明 of a month: what is sealed of it and what the seal's digests stand for, in one document that
//! whoever has the log can compute again, years later.
//!
//! It is canonical JSON (RFC 8785), every number as text. May never happen here: anything that does not follow from the log up to
//! the seal.

use crate::books::{BookTotal, PeriodReviewed, PeriodSealed};
use crate::calendar::Month;
use crate::canonical::{NotCanonical, data_bytes};
use crate::envelope::Actor;
use crate::event::facts;
use crate::id::LedgerId;
use crate::ledger::Position;
use crate::value::{Count, Digest, Label};
use crate::voucher::Series;
use serde_json::Value;

/// What the first field says.
pub const FORMAT: &str = "mingzhang-closing-certificate/1";

facts! {
    /// The vouchers of one purse in the month: from 1 to the last, without gaps.
    pub struct CertifiedSeries {
        /// Whose money.
        pub purse: crate::book::Purse,
        /// The first number.
        pub first: Count,
        /// The last number.
        pub last: Count,
    }
    /// What a month was when it was closed.
    pub struct Certificate {
        /// [`FORMAT`].
        pub format: Label,
        /// The ledger.
        pub ledger_id: LedgerId,
        /// The month.
        pub period: Month,
        /// The version of its figures.
        pub version: Count,
        /// Who closed it.
        pub closed_by: Actor,
        /// When, RFC 3339 in UTC with six digits.
        pub closed_at: String,
        /// The checklist as it was looked at right before the close.
        pub checklist: PeriodReviewed,
        /// Events that are sealed: the position of the close.
        pub size: Position,
        /// Root over their leaves.
        pub root: Digest,
        /// Where the seal stands.
        pub sealed_at: Position,
        /// Every book as of the last day of the month.
        pub trial_balance: Vec<BookTotal>,
        /// The vouchers of the month.
        pub vouchers: Vec<CertifiedSeries>,
        /// How the digest of the figures is made.
        pub figures_form: Count,
        /// SHA-256 over the canonical bytes of `figures`.
        pub figures_digest: Digest,
        /// The month's figures as of its last day: of the community, its buildings, fee items and funds.
        pub figures: Value,
    }
}

/// Text that is no certificate; says the rule, never the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotACertificate {
    /// Not the shape.
    #[error("not a closing certificate: {0}")]
    Shape(String),
    /// Another format or version of it.
    #[error("not of the format {FORMAT}")]
    Format,
    /// The same document, written otherwise.
    #[error("not in canonical form: it was written again by another program")]
    NotCanonical,
}

impl Certificate {
    /// Of what was computed from the log.
    pub fn new(
        ledger_id: LedgerId,
        (sealed, sealed_at): (PeriodSealed, Position),
        closed: (Actor, String, PeriodReviewed),
        (series, figures): (&[Series], Value),
    ) -> Self {
        let of = |series: &Series| CertifiedSeries { purse: series.purse, first: Count(1), last: Count(series.last) };
        let (closed_by, closed_at, checklist) = closed;
        Self {
            format: Label::fixed(FORMAT),
            ledger_id,
            period: sealed.period,
            version: sealed.version,
            closed_by,
            closed_at,
            checklist,
            size: sealed.size,
            root: sealed.root,
            sealed_at,
            trial_balance: sealed.trial_balance,
            vouchers: series.iter().map(of).collect(),
            figures_form: sealed.figures_form,
            figures_digest: sealed.figures,
            figures,
        }
    }

    /// The bytes of the document, one line.
    ///
    /// # Errors
    /// [`NotCanonical`].
    pub fn bytes(&self) -> Result<Vec<u8>, NotCanonical> {
        let mut bytes = data_bytes(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Reads a document.
    ///
    /// # Errors
    /// [`NotACertificate`].
    pub fn parse(bytes: &[u8]) -> Result<Self, NotACertificate> {
        let read: Self =
            serde_json::from_slice(bytes).map_err(|error| NotACertificate::Shape(crate::event::shape_of(&error)))?;
        if read.format.as_str() != FORMAT {
            return Err(NotACertificate::Format);
        }
        if read.bytes().ok().as_deref().map(<[u8]>::trim_ascii_end) != Some(bytes.trim_ascii_end()) {
            return Err(NotACertificate::NotCanonical);
        }
        Ok(read)
    }

    /// The parts in which another certificate of the same month says something else.
    pub fn differs_from(&self, other: &Self) -> Vec<&'static str> {
        let parts = [
            ("ledger_id", self.ledger_id == other.ledger_id),
            ("period", (self.period, self.version) == (other.period, other.version)),
            ("closed_by", self.closed_by == other.closed_by),
            ("closed_at", self.closed_at == other.closed_at),
            ("checklist", self.checklist == other.checklist),
            ("size", self.size == other.size),
            ("root", self.root == other.root),
            ("sealed_at", self.sealed_at == other.sealed_at),
            ("trial_balance", self.trial_balance == other.trial_balance),
            ("vouchers", self.vouchers == other.vouchers),
            ("figures_form", self.figures_form == other.figures_form),
            ("figures_digest", self.figures_digest == other.figures_digest),
            ("figures", self.figures == other.figures),
        ];
        parts.into_iter().filter(|(_, same)| !same).map(|(part, _)| part).collect()
    }
}
