//! Payment orders: what payers ask providers to take, and what providers say.

use super::payment::channel;
use crate::app::App;
use crate::body::{Personal, Positive, bodies, object_schema, rules};
use crate::command::commands;
use crate::endpoint::{Route, Scope, plain};
use crate::gateway::orders::Order;
use crate::gateway::{Notice, Served, Untrusted};
use crate::http;
use crate::ids::mint;
use crate::problem::Problem;
use crate::query::{Ask, Query, Reply};
use crate::reads::reads;
use crate::rows::Row;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing;
use mingzhang_domain::calendar::Moment;
use mingzhang_domain::id::{AccountId, ChannelAccountId, ChargeId, PaymentOrderId};
use mingzhang_domain::payment_order::{self, OrderEnd, OrderMethod, Orders};
use mingzhang_domain::value::Count;
use mingzhang_projections::payment_order::{OrderedPart, PaymentOrder};
use mingzhang_store::vault::ItemKind;
use serde_json::{Value, json};
use std::sync::Arc;

/// Minutes that an order lives when nobody says otherwise.
const MINUTES: u32 = 30;
/// The longest notification, bytes; a provider's are far shorter.
const LONGEST_NOTICE: usize = 64 * 1024;

bodies! {
    /// What is to be paid for one account.
    pub struct OrdersBody {
        /// The account.
        pub account: AccountId,
        /// Its charges, in the order in which they are paid, each with its late fee.
        pub charges: Option<Vec<ChargeId>>,
        /// Paid on top of them, as credit.
        pub credit: Option<Positive>,
    }
}

commands! {
    /// Freezes what is to be paid by a provider. Prepare the order then, and give the payer's device what it answers.
    pub CreatePaymentOrder(CreatePaymentOrderBody) = "create_payment_order" |call, body| {
        /// By which of the provider's doors.
        method: OrderMethod,
        /// Where the money will lie: an online channel account with a merchant number.
        channel_account: ChannelAccountId,
        /// What for.
        accounts: Vec<OrdersBody>,
        /// Minutes that it can be paid, 1 to 120; 30 when absent.
        minutes: Option<Count>,
        /// The provider's id of the payer, for a payment window; goes to the vault.
        payer: Option<Personal>,
    } => {
        let served = Served::find(call.app, call.ledger, body.channel_account)?;
        if !served.gateway.takes(body.method) {
            return Err(Problem::invalid_body().at("/method", rules::WORD));
        }
        let order: PaymentOrderId = mint();
        let minutes = body.minutes.map_or(MINUTES, |minutes| minutes.0).min(1_000);
        let now = call.given_at.unwrap_or_else(|| call.app.now());
        let orders = |orders: OrdersBody| Orders {
            account: orders.account,
            charges: orders.charges.unwrap_or_default(),
            credit: orders.credit.map(|credit| credit.0),
        };
        payment_order::CreatePaymentOrder {
            order,
            method: body.method,
            channel: channel(call, body.channel_account)?,
            accounts: body.accounts.into_iter().map(orders).collect(),
            expires_at: Moment::from(now + chrono::Duration::minutes(minutes.into())),
            payer: body.payer.map(|payer| call.seal(order, ItemKind::Payer, payer.as_str())),
        }
    };
}

reads! {
    /// Lists payment orders, the newest first.
    pub ListPaymentOrders = "list_payment_orders", page of PaymentOrder, by i64 |order| order.position,
    takes {}
    |app, ledger, ids, ask| app.read_models.payment_orders(ledger, ask);
}

/// Answers one order with what it asks for.
#[derive(Debug)]
pub struct GetPaymentOrder;

impl Query for GetPaymentOrder {
    const OPERATION: &'static str = "get_payment_order";
    const SUMMARY: &'static str = "Answers a payment order with the charges and the credit that it asks for.";
    fn answer() -> Value {
        object_schema(vec![
            ("order", true, "", PaymentOrder::schema()),
            ("parts", true, "", json!({"type": "array", "items": OrderedPart::schema()})),
        ])
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        ask.parameters.finish()?;
        let read = app.read_models.payment_order(ask.ledger, ask.ids.get("payment_order")?).await?;
        let (order, parts) = read.value.ok_or_else(Problem::not_found)?;
        let parts: Vec<Value> = parts.iter().map(Row::show).collect();
        Ok(Reply { body: json!({"order": order.show(), "parts": parts}), position: read.position })
    }
}

/// The routes that speak with providers.
pub fn routes() -> Vec<Route> {
    let prepared = object_schema(vec![
        (
            "kind",
            true,
            "Which of the following there is.",
            json!({"type": "string", "enum": ["wechat_window", "code", "page", "alipay_window"]}),
        ),
        ("appId", false, "Of a WeChat payment window.", json!({"type": "string"})),
        ("timeStamp", false, "", json!({"type": "string"})),
        ("nonceStr", false, "", json!({"type": "string"})),
        ("package", false, "", json!({"type": "string"})),
        ("signType", false, "", json!({"type": "string"})),
        ("paySign", false, "", json!({"type": "string"})),
        ("code_url", false, "The text of a code that the payer scans.", json!({"type": "string"})),
        ("url", false, "The page that the payer's browser opens.", json!({"type": "string"})),
        ("tradeNO", false, "Of an Alipay payment window.", json!({"type": "string"})),
    ]);
    let stands =
        object_schema(vec![("status", true, "", json!({"type": "string", "enum": ["live", "paid", "closed"]}))]);
    let post = |operation, path, summary, handler| plain(operation, Method::POST, path, summary, handler);
    vec![
        post(
            "prepare_payment_order",
            "/communities/{community}/payment-orders/{payment_order}/prepare",
            "Asks the provider to take the money of an order, and answers what the payer's device needs for it. It may be asked again.",
            routing::post(prepare),
        )
        .with(None, prepared),
        post(
            "check_payment_order",
            "/communities/{community}/payment-orders/{payment_order}/check",
            "Asks the provider now what became of an order, and records it. What the payer's device says is no proof.",
            routing::post(check),
        )
        .with(None, stands.clone()),
        post(
            "close_payment_order",
            "/communities/{community}/payment-orders/{payment_order}/close",
            "Closes an order at the provider and then here; one that was paid meanwhile is recorded as paid.",
            routing::post(close),
        )
        .with(None, stands),
        post(
            "take_notification",
            "/communities/{community}/channel-accounts/{channel_account}/notifications",
            "Takes a provider's signed notification. It is answered when what it says is in the log.",
            routing::post(notified),
        )
        .with(None, json!({"type": "string", "description": "What the provider wants to read: empty, or `success`."})),
    ]
}

/// What the routes of one order begin with.
async fn of_order(app: &App, operation: &str, request: Request) -> Result<(Served, Order), Problem> {
    let (mut parts, _) = request.into_parts();
    let (_, ids, ledger) = http::signed_in(app, operation, Scope::Community, &mut parts).await?;
    let order = Order::read(app, ledger, ids.get("payment_order")?).await?;
    Ok((Served::find(app, ledger, order.created.channel_account)?, order))
}

/// `POST …/prepare`
async fn prepare(State(app): State<Arc<App>>, request: Request) -> Result<Response, Problem> {
    let (served, order) = of_order(&app, "prepare_payment_order", request).await?;
    Ok(http::answered(StatusCode::OK, served.prepare(&app, &order).await?))
}

/// `POST …/check`
async fn check(State(app): State<Arc<App>>, request: Request) -> Result<Response, Problem> {
    let (served, order) = of_order(&app, "check_payment_order", request).await?;
    looked(app, served, order, None).await
}

/// `POST …/close`
async fn close(State(app): State<Arc<App>>, request: Request) -> Result<Response, Problem> {
    let (served, order) = of_order(&app, "close_payment_order", request).await?;
    looked(app, served, order, Some(OrderEnd::Cancelled)).await
}

/// Looks in a task of its own: a caller that goes away stops nothing halfway.
async fn looked(app: Arc<App>, served: Served, order: Order, end: Option<OrderEnd>) -> Result<Response, Problem> {
    let work = tokio::spawn(async move {
        served.look(&app, &order, end).await?;
        Order::read(&app, served.ledger, order.id).await
    });
    let order = work.await.unwrap_or_else(|_| Err(Problem::internal()))?;
    let status = match order.stage {
        payment_order::Stage::Live => "live",
        payment_order::Stage::Paid => "paid",
        payment_order::Stage::Closed => "closed",
    };
    Ok(http::answered(StatusCode::OK, json!({"status": status})))
}

/// `POST …/notifications`
async fn notified(State(app): State<Arc<App>>, request: Request) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    let ids = http::path_ids(&mut parts).await?;
    let served = Served::find(&app, ids.get("community")?, ids.get("channel_account")?)?;
    let body = http::bytes(&parts.headers, body, LONGEST_NOTICE).await?;
    let notice = served.gateway.notice(&parts.headers, &body, app.now()).await.map_err(|untrusted| {
        app.metrics.notification_refused(match untrusted {
            Untrusted::Forged => "forged",
            Untrusted::Shape => "shape",
        });
        match untrusted {
            Untrusted::Forged => Problem::notification_forged(),
            Untrusted::Shape => Problem::notification_unreadable(),
        }
    })?;
    let thanks = served.gateway.thanks();
    let work = tokio::spawn(async move {
        match notice {
            Notice::Paid(received) => served.record(&app, &received).await,
            Notice::Refund(number, standing) => served.told_of_refund(&app, &number, standing).await,
            Notice::Other => Ok(()),
        }
    });
    work.await.unwrap_or_else(|_| Err(Problem::internal()))?;
    Ok((StatusCode::OK, thanks).into_response())
}
