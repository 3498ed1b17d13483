//! Periods of the books: months are closed in order, and the last closed one is reopened by two people.

use super::payment::authority;
use crate::body::bodies;
use crate::command::{Call, Command, commands};
use crate::problem::Problem;
use crate::workers::release::release;
use mingzhang_domain::books;
use mingzhang_domain::calendar::Month;
use mingzhang_domain::draft::Decide;
use mingzhang_domain::id::ApprovalId;
use mingzhang_domain::value::Label;
use std::sync::Arc;

bodies! {
    /// Which month is closed.
    pub struct ClosePeriodBody {
        /// The month after the last closed one; it must be over. The first is that of the openings, the day before going live.
        pub period: Month,
    }
}

/// Closes a month: what was charged ahead of it becomes revenue, and nothing that posts is dated in it any more.
#[derive(Debug)]
pub struct ClosePeriod;

impl Command for ClosePeriod {
    const OPERATION: &'static str = "close_period";
    const SUMMARY: &'static str =
        "Closes a month: what was charged ahead of it becomes revenue, and nothing that posts is dated in it any more.";
    type Body = ClosePeriodBody;
    async fn wish(call: &mut Call<'_>, body: ClosePeriodBody) -> Result<Arc<dyn Decide>, Problem> {
        release(call.app, call.ledger, body.period, call.given_at).await?;
        Ok(Arc::new(books::ClosePeriod { period: body.period }))
    }
}

commands! {
    /// Reopens the month that was closed last; when it is closed again, its figures have a new version.
    pub ReopenPeriod(ReopenPeriodBody) = "reopen_period" |call, body| {
        /// The month.
        period: Month,
        /// Why.
        reason: Label,
        /// The approval of another; needed whatever the limit.
        approval: Option<ApprovalId>,
    } asks books::ReopenPeriod => books::ReopenPeriod {
        period: body.period,
        reason: body.reason,
        authority: authority(call, body.approval)?,
    };
}
