//! Facts of dunning, short enough for a table.

use super::DunningEvent as D;
use crate::stream::Event;

/// What happened: `demanded 150.00 of 2 by 2026-03-20`.
pub(crate) fn told(events: &[Event]) -> Vec<String> {
    let line = |event: &Event| match event {
        Event::Dunning(D::ReminderSent(e)) => format!("told stage {} {} {}", e.stage, e.open, e.oldest_due_on),
        Event::Dunning(D::ReminderSkipped(e)) => format!("skipped stage {} {}", e.stage, e.reason),
        Event::Dunning(D::FormalDemandSent(e)) => {
            format!("demanded {} of {} by {}", e.amount, e.claims.len(), e.pay_by)
        }
        Event::Dunning(D::FormalDemandDelivered(e)) => {
            format!("delivered of {} on {}", e.charges.len(), e.delivered_on)
        }
        Event::Dunning(D::PaymentPromised(e)) => {
            format!("promised {} of {} by {}", e.amount, e.claims.len(), e.pay_by)
        }
        other => other.event_type().to_owned(),
    };
    events.iter().map(line).collect()
}
