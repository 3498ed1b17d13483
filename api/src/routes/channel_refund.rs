//! Refunds that go back the way their money came: given to the provider, withdrawn, asked about.

use super::payment::channel;
use crate::app::App;
use crate::body::object_schema;
use crate::command::commands;
use crate::endpoint::{Route, Scope, plain};
use crate::gateway::Served;
use crate::gateway::refunds::SentRefund;
use crate::http;
use crate::problem::Problem;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing;
use mingzhang_domain::channel_refund::{self, ChannelRefundStage};
use mingzhang_domain::id::{ChannelAccountId, ChannelRefundId, RefundId};
use mingzhang_domain::value::Label;
use serde_json::json;
use std::sync::Arc;

commands! {
    /// Has an approved refund paid back by the provider of its payment; the server asks until it says what became of it.
    pub SendRefund(SendRefundBody) = "send_refund" |call, body| {
        /// The online channel account that the money came by.
        channel_account: ChannelAccountId,
    } => {
        Served::find(call.app, call.ledger, body.channel_account)?;
        channel_refund::SendRefund {
            account: call.id("account")?,
            refund: call.id("refund")?,
            channel: channel(call, body.channel_account)?,
        }
    };

    /// Takes back a refund that the provider has not taken: it ends once the provider says that it does not know it.
    pub WithdrawRefund(WithdrawRefundBody) = "withdraw_refund" |call, body| {
        /// Why.
        reason: Label,
    } => channel_refund::WithdrawRefund { account: call.id("account")?, refund: call.id("refund")?, reason: body.reason };
}

/// The route that asks a provider.
pub fn routes() -> Vec<Route> {
    let words = ["sent", "accepted", "abnormal", "withdrawn", "settled", "closed"];
    let stands = object_schema(vec![("status", true, "", json!({"type": "string", "enum": words}))]);
    let path = "/communities/{community}/refunds/{refund}/check";
    let summary = "Asks the provider now where a refund stands that was given to it, and records it.";
    vec![plain("check_refund", Method::POST, path, summary, routing::post(check)).with(None, stands)]
}

/// `POST …/check`
async fn check(State(app): State<Arc<App>>, request: Request) -> Result<Response, Problem> {
    let (mut parts, _) = request.into_parts();
    let (_, ids, ledger) = http::signed_in(&app, "check_refund", Scope::Community, &mut parts).await?;
    let id = ChannelRefundId::of_refund(ids.get::<RefundId>("refund")?);
    let work = tokio::spawn(async move {
        let refund = SentRefund::read(&app, ledger, id).await?;
        let served = Served::find(&app, ledger, refund.sent.channel_account)?;
        served.look_at_refund(&app, &refund).await?;
        SentRefund::read(&app, ledger, id).await
    });
    // In a task of its own: a caller that goes away stops nothing halfway.
    let refund = work.await.unwrap_or_else(|_| Err(Problem::internal()))?;
    let status = match refund.stage {
        ChannelRefundStage::Sent => "sent",
        ChannelRefundStage::Accepted => "accepted",
        ChannelRefundStage::Abnormal => "abnormal",
        ChannelRefundStage::Withdrawn => "withdrawn",
        ChannelRefundStage::Settled => "settled",
        ChannelRefundStage::Closed => "closed",
    };
    Ok(http::answered(StatusCode::OK, json!({"status": status})))
}
