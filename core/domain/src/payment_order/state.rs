//! The fold of a `payment_order` stream: what was asked, and how it ended.

use super::event::{PaymentOrderCreated, PaymentOrderEvent};
use crate::calendar::CivilDate;
use crate::draft::Fact;
use std::sync::Arc;

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stage {
    /// It can be paid.
    #[default]
    Live,
    /// Money came for it.
    Paid,
    /// It ended without.
    Closed,
}

/// The fold of a `payment_order` stream.
#[derive(Debug, Clone, Default)]
pub struct PaymentOrderState {
    created: Option<(Arc<PaymentOrderCreated>, CivilDate)>,
    stage: Stage,
}

impl PaymentOrderState {
    /// What was asked.
    pub fn created(&self) -> Option<&Arc<PaymentOrderCreated>> {
        self.created.as_ref().map(|(created, _)| created)
    }

    /// The day it was asked on.
    pub fn created_on(&self) -> Option<CivilDate> {
        self.created.as_ref().map(|(_, on)| *on)
    }

    /// Where it stands.
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &PaymentOrderEvent, fact: &Fact<'_>) {
        match event {
            PaymentOrderEvent::PaymentOrderCreated(e) => {
                self.created = Some((Arc::new(e.clone()), fact.effective_on));
            }
            PaymentOrderEvent::PaymentOrderPaid(_) => self.stage = Stage::Paid,
            PaymentOrderEvent::PaymentOrderClosed(_) => self.stage = Stage::Closed,
        }
    }
}
