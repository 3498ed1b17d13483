//! The closing certificate of a month, computed from the bodies up to its seal; shown to it in order, from the first on.
//!
//! May never happen here: a part that is taken from the seal without being computed again.

use super::Claim;
use crate::merkle::{Frontier, leaf_hash};
use mingzhang_domain::books::{BooksEvent, PeriodReviewed};
use mingzhang_domain::certificate::Certificate;
use mingzhang_domain::envelope::{Actor, Recorded, instant_text};
use mingzhang_domain::figures::{Sealing, SealingError};
use mingzhang_domain::id::LedgerId;
use mingzhang_domain::ledger::Position;
use mingzhang_domain::stream::Event;
use mingzhang_domain::value::Digest;
use mingzhang_domain::voucher::Numbering;

/// Why there is no certificate: the log is none that the rules have written.
#[derive(Debug, thiserror::Error)]
pub enum CertifyError {
    /// The figures.
    #[error(transparent)]
    Sealing(#[from] SealingError),
    /// Its seal says something else than the log below it.
    #[error("the seal of the month does not hold: run verify")]
    Seal,
    /// No close of the month, with its review before it, ends what is sealed.
    #[error("what is sealed does not end with the review and the close of the month")]
    Close,
}

/// Computes the certificate that a seal stands for.
#[derive(Debug)]
pub struct Certify {
    claim: Claim,
    ledger_id: Option<LedgerId>,
    frontier: Frontier,
    sealing: Sealing,
    numbering: Numbering,
    reviewed: Option<PeriodReviewed>,
    closed: Option<(Actor, String)>,
    failed: Option<SealingError>,
}

impl Certify {
    /// Nothing shown yet.
    ///
    /// # Errors
    /// [`CertifyError::Sealing`].
    pub fn new(claim: Claim) -> Result<Self, CertifyError> {
        let sealing = Sealing::new(claim.sealed.period, claim.sealed.figures_form)?;
        let (frontier, numbering) = (Frontier::default(), Numbering::default());
        let (ledger_id, reviewed, closed, failed) = (None, None, None, None);
        Ok(Self { claim, ledger_id, frontier, sealing, numbering, reviewed, closed, failed })
    }

    /// How many bodies it has to see.
    pub fn size(&self) -> u64 {
        self.claim.sealed.size.0
    }

    /// Takes in the next body and the event that it is.
    pub fn see(&mut self, body: &[u8], event: &Recorded) {
        self.ledger_id = Some(event.ledger_id);
        self.frontier.push(leaf_hash(body));
        self.numbering.see(event);
        let of = (self.claim.sealed.period, self.claim.sealed.version);
        match &event.event {
            Event::Books(BooksEvent::PeriodReviewed(fact)) if (fact.period, fact.version) == of => {
                self.reviewed = Some(fact.clone());
            }
            Event::Books(BooksEvent::PeriodClosed(fact)) if (fact.period, fact.version) == of => {
                self.closed = Some((event.actor, instant_text(event.recorded_at)));
            }
            _ => {}
        }
        if let Err(error) = self.sealing.see(event) {
            self.failed.get_or_insert(error);
        }
    }

    /// The certificate, when everything that it was shown is what was sealed.
    ///
    /// # Errors
    /// [`CertifyError`].
    pub fn finish(self) -> Result<Certificate, CertifyError> {
        if let Some(error) = self.failed {
            return Err(error.into());
        }
        let sealed = self.sealing.seal(self.claim.sealed.version, Digest(self.frontier.root()))?;
        if sealed != self.claim.sealed {
            return Err(CertifyError::Seal);
        }
        let closed = self.closed.zip(self.reviewed).zip(self.ledger_id);
        let (((closed_by, closed_at), reviewed), ledger_id) = closed.ok_or(CertifyError::Close)?;
        let figures = self.sealing.document()?;
        let figures = serde_json::from_slice(&figures).map_err(|_| SealingError::NotCanonical)?;
        let series = self.numbering.series(sealed.period);
        let of_seal = (sealed, Position(self.claim.position));
        Ok(Certificate::new(ledger_id, of_seal, (closed_by, closed_at, reviewed), (&series, figures)))
    }
}
