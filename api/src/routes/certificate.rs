//! The closing certificate 结账证明 of a sealed month, computed from the log up to its seal: as a file that is checked by, and on
//! paper.

use super::figures::slot;
use crate::app::App;
use crate::body::{Field, rules};
use crate::document::{Document, Paper};
use crate::download::{File, Name};
use crate::endpoint::{Handler, Parameter, Pending, Route};
use crate::names::Asker;
use crate::problem::Problem;
use crate::query::{self, Ask, Request};
use crate::stamp;
use axum::http::{Method, StatusCode};
use mingzhang_documents::amount::grouped;
use mingzhang_documents::certificate;
use mingzhang_domain::book::{Fund, Purse};
use mingzhang_domain::books::{AllowanceDecision, PeriodReviewed};
use mingzhang_domain::calendar::{CivilDate, Instant, Month};
use mingzhang_domain::certificate::Certificate;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::money::Money;
use mingzhang_domain::value::{Count, Digest};
use mingzhang_gateway::time::plain;
use mingzhang_projections::sheet::words;
use mingzhang_store::error::StoreError;
use mingzhang_store::log;
use mingzhang_store::verify::{Certify, Claim};
use mingzhang_store::walk::walk;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Its operation.
const OPERATION: &str = "download_closing_certificate";
/// The name of its file for programs that know ASCII only.
const PLAIN_NAME: &str = "closing-certificate";
/// Its media type.
const MEDIA_TYPE: &str = "application/json";

/// The route.
pub fn route(path: &'static str) -> Route {
    Route {
        operation: OPERATION,
        method: Method::GET,
        path,
        summary: "Hands out the closing certificate of a sealed month: checklist, size and root of the log, trial balance, voucher numbers and figures, as one line of canonical JSON that `mingzhang-replay certificate --check` computes again years later.",
        body: None,
        parameters: parameters(),
        answer: json!({(MEDIA_TYPE): {"schema": {"type": "string", "format": "binary"}}}),
        success: StatusCode::OK,
        handler: Handler::Download(run),
    }
}

fn parameters() -> Vec<Parameter> {
    let parameter = |name, description, schema| Parameter { name, description, schema };
    vec![
        parameter("period", "The month; required.", Month::schema()),
        parameter("version", "The version of its figures; the newest when absent.", Count::schema()),
    ]
}

fn run(app: Arc<App>, request: Request) -> Pending<File> {
    Box::pin(async move {
        let work = tokio::spawn(async move {
            let ask = query::begin(&app, OPERATION, true, request).await?;
            certified(&app, ask).await
        });
        work.await.unwrap_or_else(|_| Err(Problem::internal()))
    })
}

async fn certified(app: &App, ask: Ask) -> Result<File, Problem> {
    let ledger = ask.ledger;
    let (certificate, position) = computed(app, ask).await?;
    let name = file_name(&certificate);
    let name = Name { name, plain: PLAIN_NAME, ending: "json" };
    Ok(File::new((ledger, position), MEDIA_TYPE, &name, bytes(&certificate)?))
}

fn file_name(certificate: &Certificate) -> String {
    format!("结账证明-{}-{}", certificate.period, certificate.version)
}

fn bytes(certificate: &Certificate) -> Result<Vec<u8>, Problem> {
    certificate.bytes().map_err(|error| halted(&error))
}

fn halted(error: &dyn std::fmt::Display) -> Problem {
    Problem::from(StoreError::Halted(error.to_string()))
}

/// The certificate that was asked for, and the position of the read models.
async fn computed(app: &App, mut ask: Ask) -> Result<(Certificate, u64), Problem> {
    let period = ask.parameters.take::<Month>("period", rules::MONTH_FORM)?;
    let period = period.ok_or_else(|| Problem::bad_parameter().at("period", rules::REQUIRED))?;
    let version = ask.parameters.take::<Count>("version", rules::WHOLE)?;
    ask.parameters.finish()?;
    let read = app.read_models.sealed_at(ask.ledger, period, version).await?;
    let position = read.value.ok_or_else(Problem::not_found)?;
    let _slot = slot(app)?;
    let mut conn = app.writer.acquire().await?;
    let stored = log::events_between(&mut conn, ask.ledger, position, position).await?.pop();
    drop(conn);
    let event = Recorded::from_body(&stored.ok_or_else(Problem::internal)?.body).map_err(|_| Problem::halted())?;
    let claim = Claim::of(&event).ok_or_else(Problem::internal)?;
    let certify = Certify::new(claim).map_err(|error| halted(&error))?;
    let size = certify.size();
    let certify = walk(&app.writer, ask.ledger, size, certify, |certify, stored, event| {
        certify.see(&stored.body, event);
        Ok(ControlFlow::Continue(()))
    });
    let certificate = certify.await?.finish().map_err(|error| halted(&error))?;
    Ok((certificate, read.position))
}

/// Hands out a certificate on paper.
#[derive(Debug)]
pub struct GetCertificateDocument;

impl Document for GetCertificateDocument {
    const OPERATION: &'static str = "get_closing_certificate_document";
    const SUMMARY: &'static str = "Hands out the closing certificate of a sealed month as PDF: checklist, figures, trial balance, size and root of the log, and the SHA-256 of the file that `download_closing_certificate` hands out.";
    fn parameters() -> Vec<Parameter> {
        parameters()
    }
    async fn read(app: Arc<App>, ask: Ask) -> Result<Paper, Problem> {
        let asker = Asker::new(&app, ask.ledger, ask.caller)?;
        let (certificate, position) = computed(&app, ask).await?;
        let paper = on_paper(&app, asker, &certificate)?;
        let job = certificate::job(&paper, stamp::of(&app, asker.company).await?);
        Ok(Paper { job, name: file_name(&certificate), plain_name: PLAIN_NAME, position })
    }
}

fn on_paper(app: &App, asker: Asker, of: &Certificate) -> Result<certificate::Certificate, Problem> {
    let closed_at: Instant = of.closed_at.parse().map_err(|_| Problem::internal())?;
    let purse = |purse: Purse| certificate::Purse {
        name: words::purse(purse).to_owned(),
        vouchers: of.vouchers.iter().find(|series| series.purse == purse).map(|series| series.last.0),
        books: of
            .trial_balance
            .iter()
            .filter(|total| total.purse == purse)
            .map(|total| (words::book(total.book).to_owned(), total.debit, total.credit))
            .collect(),
    };
    let purses = Purse::ALL.iter().map(|of| purse(*of)).filter(|purse| !purse.books.is_empty());
    Ok(certificate::Certificate {
        company: asker.name(app, asker.company),
        social_credit_code: app
            .directory
            .letterhead(asker.company)
            .social_credit_code
            .map(|code| code.as_str().to_owned()),
        community: asker.name(app, asker.community),
        period: of.period.to_string(),
        version: of.version.0,
        closed_at: plain(closed_at),
        closed_on: CivilDate::of_instant(closed_at).map_err(|_| Problem::internal())?,
        closed_by: words::actor(of.closed_by.kind, of.closed_by.id),
        checklist: looked_at(of),
        figures: figures(&of.figures),
        purses: purses.collect(),
        size: of.size.0,
        sealed_at: of.sealed_at.0,
        root: of.root.to_string(),
        figures_digest: of.figures_digest.to_string(),
        file_digest: Digest(Sha256::digest(bytes(of)?).into()).to_string(),
    })
}

/// What was looked at right before the close.
fn looked_at(of: &Certificate) -> Vec<(String, String)> {
    let PeriodReviewed {
        suspense,
        payments,
        refunds_in_flight,
        refunds,
        allowance,
        channel_days,
        bank_accounts,
        meters,
        ..
    } = &of.checklist;
    let mut rows = vec![
        ("待认领款", format!("{}（{} 笔）", grouped(*suspense), payments.0)),
        ("退款在途", format!("{}（{} 笔）", grouped(*refunds_in_flight), refunds.0)),
    ];
    if let Some(days) = channel_days {
        rows.push(("线上收款未签核", format!("{} 天", days.0)));
    }
    if let Some(accounts) = bank_accounts {
        rows.push(("银行账户未调平", format!("{} 个", accounts.0)));
    }
    if let Some(meters) = meters {
        rows.push(("未抄表", format!("{} 只", meters.0)));
    }
    let allowance = match allowance {
        AllowanceDecision::Set => "已计提",
        AllowanceDecision::Declined => "本月不调整",
    };
    rows.push(("坏账准备", allowance.to_owned()));
    rows.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The community's figures of the operating fund that a reader looks for first; all of them are in the file.
fn figures(all: &Value) -> Vec<(String, String)> {
    const SHOWN: [(&str, &str); 8] = [
        ("本期应收净额", "net_charges"),
        ("本期收缴", "collected_of_period"),
        ("当期收缴率", "current_rate"),
        ("综合收缴率", "overall_rate"),
        ("本期实收（全部款项）", "received"),
        ("期末未收", "closing_open"),
        ("期末欠费", "arrears"),
        ("期末预收", "prepaid"),
    ];
    let rows = all["community"].as_array().into_iter().flatten();
    let operating = rows.into_iter().find(|row| row["fund"] == Fund::Operating.as_str());
    let Some(row) = operating else { return Vec::new() };
    let said = |(name, field): (&str, &str)| {
        let text = row[field].as_str()?;
        let amount = text.parse::<Money>().map(grouped);
        Some((name.to_owned(), amount.unwrap_or_else(|_| text.to_owned())))
    };
    SHOWN.into_iter().filter_map(said).collect()
}
