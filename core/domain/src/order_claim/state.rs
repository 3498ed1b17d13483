//! The fold of an `order_claim` stream: which live order asks for which charges.

use super::event::OrderClaimEvent;
use crate::draft::Fact;
use crate::id::{ChargeId, PaymentOrderId};
use std::collections::BTreeMap;

/// The fold of an `order_claim` stream.
#[derive(Debug, Clone, Default)]
pub struct OrderClaimState {
    live: BTreeMap<ChargeId, PaymentOrderId>,
}

impl OrderClaimState {
    /// The live order that asks for a charge.
    pub fn order(&self, charge: ChargeId) -> Option<PaymentOrderId> {
        self.live.get(&charge).copied()
    }

    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &OrderClaimEvent, _fact: &Fact<'_>) {
        match event {
            OrderClaimEvent::ChargesOrdered(e) => self.live.extend(e.charges.iter().map(|charge| (*charge, e.order))),
            OrderClaimEvent::OrderedChargesReleased(e) => self.live.retain(|_, order| *order != e.order),
        }
    }
}
