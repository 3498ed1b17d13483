//! The public page on which whoever holds a receipt sees what the log says about it.
//!
//! May never happen here: a name, a unit, anything else that says whose receipt it is; an answer to an address that this
//! installation did not give out.

use crate::app::App;
use crate::problem::Problem;
use crate::server::Peer;
use crate::verification::{LETTERS, open};
use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use mingzhang_documents::amount::grouped;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::id::{LedgerId, ReceiptId};
use mingzhang_domain::money::Money;
use mingzhang_domain::rule::amount_in_words;
use mingzhang_projections::printed_receipt::PrintedHead;
use mingzhang_projections::receipt::ReceiptStatus;
use mingzhang_store::log;
use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

const PAGE: &str = include_str!("../../assets/verification.html");
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/// The routes that nobody signs in for.
pub fn router() -> Router<Arc<App>> {
    Router::new().route("/v/{token}", get(show))
}

async fn show(State(app): State<Arc<App>>, Path(token): Path<String>, request: Request) -> Result<Response, Problem> {
    let address = request.extensions().get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.0);
    app.visits.count(address, app.now()).map_err(|seconds| Problem::too_many().retry_after(seconds))?;
    let named = if token.len() == LETTERS { open(&app.index_key, &token) } else { None };
    let Some((ledger, receipt)) = named else { return Ok(unknown()) };
    // The task owns the transaction: a caller that goes away leaves none open.
    let work = tokio::spawn(async move { said(&app, ledger, receipt).await });
    work.await.unwrap_or_else(|_| Err(Problem::internal()))
}

async fn said(app: &App, ledger: LedgerId, receipt: ReceiptId) -> Result<Response, Problem> {
    let read = app.read_models.printed_receipts(ledger, vec![receipt]).await?;
    let Some(printed) = read.value.into_iter().next() else { return Ok(unknown()) };
    let head = printed.head;
    let community = app.directory.ledger(ledger).ok_or_else(Problem::not_found)?;
    let company = community.parent.and_then(|company| app.directory.ledger(company)).ok_or_else(Problem::not_found)?;
    let position = u64::try_from(head.position).map_err(|_| Problem::internal())?;
    let mut conn = app.writer.acquire().await?;
    let hash = log::leaf_hashes(&mut conn, ledger, &[position]).await?.remove(&position);
    let hash: String = hash.ok_or_else(Problem::internal)?.iter().map(|byte| format!("{byte:02x}")).collect();
    let issued_on = CivilDate::from_naive(head.issued_on).map_err(|_| Problem::internal())?;
    let amount = Money::from(head.amount);
    let (class, standing, explanation) = standing(&head);
    let facts = [
        ("收据编号", head.number.0.as_str().to_owned()),
        ("开具日期", issued_on.to_string()),
        ("金额", format!("¥{}", grouped(amount))),
        ("大写", format!("人民币{}", amount_in_words::of(amount))),
        ("收款单位", company.name.as_str().to_owned()),
        ("小区", community.name.as_str().to_owned()),
        ("记账位置", format!("第 {position} 号")),
        ("账套编号", ledger.to_string()),
        ("记录校验码（SHA-256）", hash),
    ];
    Ok(page(StatusCode::OK, class, standing, &explanation, &facts))
}

/// How the receipt stands, as whoever holds it must read it.
fn standing(head: &PrintedHead) -> (&'static str, &'static str, String) {
    match (head.status.0, &head.replaced_by) {
        (ReceiptStatus::Issued, _) => {
            ("valid", "有效", "账上有这张收据。请核对编号、日期、金额与您手中的一致。".to_owned())
        }
        (ReceiptStatus::Replaced, Some(number)) => {
            ("void", "已作废", format!("这张收据已作废，由 {} 代替。", number.0.as_str()))
        }
        (ReceiptStatus::Replaced, None) | (ReceiptStatus::Reversed, _) => {
            ("void", "已红冲", "这张收据已红冲，不再有效。".to_owned())
        }
    }
}

/// One answer for every address that was not given out: what is wrong with it is not explained.
fn unknown() -> Response {
    let explanation = "查不到这张收据。请确认扫描的是收据上的原码；如有疑问，请到物业服务中心查询。";
    page(StatusCode::NOT_FOUND, "unknown", "查无此据", explanation, &[])
}

fn page(status: StatusCode, class: &str, standing: &str, explanation: &str, facts: &[(&str, String)]) -> Response {
    let mut rows = String::new();
    for (name, value) in facts {
        let _ = write!(rows, "<dt>{}</dt><dd>{}</dd>", escaped(name), escaped(value));
    }
    let text = PAGE
        .replace("{{class}}", class)
        .replace("{{standing}}", &escaped(standing))
        .replace("{{explanation}}", &escaped(explanation))
        .replace("{{facts}}", &rows);
    let headers: [(HeaderName, &str); 3] = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (REFERRER_POLICY, "no-referrer"),
    ];
    (status, headers, text).into_response()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace("{{", "{ {")
}
