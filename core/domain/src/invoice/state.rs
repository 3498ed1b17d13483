//! The fold of an `invoice` stream: what was asked for, and where it stands with the provider.

use super::event::{InvoiceEvent, InvoiceRequested, RedLetterRequested};
use super::number::InvoiceNumber;
use crate::calendar::CivilDate;
use crate::draft::Fact;
use std::sync::Arc;

/// Where an invoice stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum InvoiceStage {
    /// To be given to the provider, or given without an answer.
    #[default]
    Requested,
    /// Taken by the provider, not yet issued.
    Submitted,
    /// Issued.
    Issued,
    /// Not issued, for ever.
    Failed,
    /// Issued; a red letter is asked for.
    RedRequested,
    /// Issued; the red letter is confirmed, the negative invoice not yet issued.
    RedConfirmed,
    /// Red-lettered.
    RedLettered,
}

impl InvoiceStage {
    /// True while the provider is to say something of it.
    pub fn is_ongoing(self) -> bool {
        match self {
            Self::Requested | Self::Submitted | Self::RedRequested | Self::RedConfirmed => true,
            Self::Issued | Self::Failed | Self::RedLettered => false,
        }
    }
}

/// The fold of an `invoice` stream.
#[derive(Debug, Clone, Default)]
pub struct InvoiceState {
    requested: Option<Arc<InvoiceRequested>>,
    stage: InvoiceStage,
    issued: Option<(InvoiceNumber, CivilDate)>,
    red_letter: Option<RedLetterRequested>,
}

impl InvoiceState {
    /// What was asked for; nothing in an empty stream.
    pub fn requested(&self) -> Option<&Arc<InvoiceRequested>> {
        self.requested.as_ref()
    }

    /// Where it stands; nothing in an empty stream.
    pub fn stage(&self) -> Option<InvoiceStage> {
        self.requested.is_some().then_some(self.stage)
    }

    /// Its number and day, once issued.
    pub fn issued(&self) -> Option<&(InvoiceNumber, CivilDate)> {
        self.issued.as_ref()
    }

    /// The newest try to red-letter it.
    pub fn red_letter(&self) -> Option<&RedLetterRequested> {
        self.red_letter.as_ref()
    }

    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &InvoiceEvent, _fact: &Fact<'_>) {
        self.stage = match event {
            InvoiceEvent::InvoiceRequested(e) => {
                self.requested = Some(Arc::new(e.clone()));
                InvoiceStage::Requested
            }
            InvoiceEvent::InvoiceSubmitted(_) => InvoiceStage::Submitted,
            InvoiceEvent::InvoiceIssued(e) => {
                self.issued = Some((e.number.clone(), e.issued_on));
                InvoiceStage::Issued
            }
            InvoiceEvent::InvoiceFailed(_) => InvoiceStage::Failed,
            InvoiceEvent::RedLetterRequested(e) => {
                self.red_letter = Some(e.clone());
                InvoiceStage::RedRequested
            }
            InvoiceEvent::RedLetterConfirmed(_) => InvoiceStage::RedConfirmed,
            InvoiceEvent::InvoiceRedLettered(_) => InvoiceStage::RedLettered,
            InvoiceEvent::RedLetterFailed(_) => InvoiceStage::Issued,
        };
    }
}
