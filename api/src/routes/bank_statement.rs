//! Bank statements as files: every line of money in is a fact at once, each by itself and once.
//!
//! A file with findings posts nothing. The key makes a request that is sent again the same; the lines' own references make a
//! line the same in whatever file it comes.

use crate::app::App;
use crate::bank_line::{Line, TAG};
use crate::body::rules;
use crate::endpoint::{Route, Scope, plain};
use crate::extract::{self, IdempotencyKey};
use crate::http;
use crate::import::statement::{MOST_LINES, Statement, read_statement};
use crate::import::workbook::{MAX_FILE_BYTES, read_upload};
use crate::importer::run::tried;
use crate::problem::{Problem, Rule};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, HeaderMap};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing;
use mingzhang_domain::calendar::Instant;
use mingzhang_domain::channel_account::ChannelKind;
use mingzhang_domain::envelope::{Actor, ActorKind};
use mingzhang_domain::id::{ChannelAccountId, CommandId, LedgerId, UnitId};
use mingzhang_domain::payment::{Channel, PaymentRefusal};
use mingzhang_domain::refusal::Refusal;
use mingzhang_domain::value::Code;
use mingzhang_store::lane::{Submission, Urgency};
use mingzhang_store::vault::Plain;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use tokio::task::JoinSet;
use uuid::Uuid;

/// What a statement may be called.
const MEDIA_TYPES: &[&str] =
    &["text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/octet-stream"];
/// Lines under way at a time.
const IN_FLIGHT: usize = 64;
/// Findings that are told.
const TOLD: usize = 100;

/// The route.
pub fn route() -> Route {
    let summary = "Records every line of money in of a bank statement (XLSX or CSV, at most 8 MiB and 2,000 lines) as a fact of its own, in suspense. A file with a row that is wrong records nothing; a line that is recorded already is counted and left alone.";
    let path = "/communities/{community}/channel-accounts/{channel_account}/statements";
    plain("import_bank_statement", Method::POST, path, summary, routing::post(import_bank_statement))
        .with(None, schema())
}

fn schema() -> Value {
    let count = || json!({"type": "integer", "minimum": 0});
    let refusal = json!({"type": "object", "properties": {"row": count(), "rule": {"type": "object", "description": "`{code, message_zh, message_en}`"}}});
    json!({
        "type": "object",
        "required": ["lines", "recorded", "already_recorded", "outgoing", "refused"],
        "properties": {
            "lines": count(), "recorded": count(), "already_recorded": count(), "outgoing": count(),
            "refused": {"type": "array", "items": refusal},
        },
    })
}

/// What all lines of a file have in common.
struct Errand {
    community: LedgerId,
    actor: Actor,
    key: IdempotencyKey,
    given_at: Option<Instant>,
}

/// One line on its way.
struct Sent {
    row: u32,
    submission: Submission,
}

/// `POST …/statements`
async fn import_bank_statement(State(app): State<Arc<App>>, request: Request) -> Result<Response, Problem> {
    let (mut parts, raw) = request.into_parts();
    let (caller, ids, community) = http::signed_in(&app, "import_bank_statement", Scope::Community, &mut parts).await?;
    let company = app.directory.ledger(community).and_then(|ledger| ledger.parent);
    let company = company.ok_or_else(Problem::ledger_unknown)?;
    let channel = bank(&app, company, ids.get("channel_account")?)?;
    let actor = Actor { kind: ActorKind::Staff, id: caller.id };
    let errand = Errand {
        community,
        actor,
        key: IdempotencyKey::of(&parts.headers)?,
        given_at: extract::given_time(&parts.headers)?,
    };
    let statement = read(&app, &parts.headers, raw).await?;
    // A caller that goes away stops nothing halfway.
    let work = tokio::spawn(async move { record(&app, company, channel, errand, statement).await });
    let answer = work.await.unwrap_or_else(|_| Err(Problem::internal()))?;
    Ok(http::answered(StatusCode::OK, answer))
}

fn bank(app: &App, company: LedgerId, id: ChannelAccountId) -> Result<Channel, Problem> {
    let account = app.directory.channel_account(company, id).filter(|account| account.open);
    let account =
        account.ok_or_else(|| Problem::invalid_body().at("/channel_account", rules::CHANNEL_ACCOUNT_UNKNOWN))?;
    if account.kind != ChannelKind::Bank {
        return Err(PaymentRefusal::BankLineMustBeOfBankAccount.at("/channel_account").into());
    }
    Ok(account.channel(id))
}

/// The file as a statement without findings.
async fn read(app: &App, headers: &HeaderMap, raw: axum::body::Body) -> Result<Statement, Problem> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if !MEDIA_TYPES.contains(&kind.as_str()) {
        return Err(Problem::unsupported_media_type());
    }
    let _place = app.importer.receive()?;
    let bytes = http::bytes(headers, raw, MAX_FILE_BYTES).await?;
    let read = move || read_upload(&[("银行流水.csv", bytes.as_ref())]).map(|book| read_statement(&book));
    let statement = app.importer.blocking(read).await??;
    if !statement.findings.is_empty() {
        let problem = Problem::statement_has_findings().with("findings", statement.findings.len());
        return Err(statement.findings.iter().take(TOLD).fold(problem, |problem, finding| {
            let rule = finding.rule;
            let rule = Rule { code: rule.code(), zh: rule.message_zh(), en: rule.message_en() };
            problem.at(format!("/{}/{}", finding.row, crate::body::token(&finding.column)), rule)
        }));
    }
    if statement.lines.len() > MOST_LINES {
        return Err(Problem::statement_too_long().with("lines", statement.lines.len()));
    }
    Ok(statement)
}

/// Sends every line, each with its own outcome.
async fn record(
    app: &Arc<App>,
    company: LedgerId,
    channel: Channel,
    errand: Errand,
    statement: Statement,
) -> Result<Value, Problem> {
    let (lines, outgoing) = (statement.lines.len(), statement.outgoing);
    let mut waiting = prepared(app, company, &channel, &errand, statement.lines).await?.into_iter();
    let (mut recorded, mut already, mut refused, mut under_way) = (0_u32, 0_u32, Vec::new(), JoinSet::new());
    loop {
        while under_way.len() < IN_FLIGHT
            && let Some(Sent { row, submission }) = waiting.next()
        {
            let app = Arc::clone(app);
            under_way.spawn(async move { (row, tried(&app, submission).await) });
        }
        let Some(joined) = under_way.join_next().await else { break };
        let (row, outcome) = joined.map_err(|_| Problem::internal())?;
        match outcome? {
            None => recorded += 1,
            Some(rule) if rule.code == Refusal::from(PaymentRefusal::ReferenceMustBeUnused).code => already += 1,
            Some(rule) => refused.push((row, rule)),
        }
    }
    app.line_recorded.notify_one();
    refused.sort_unstable_by_key(|(row, _)| *row);
    let shown = |(row, rule): &(u32, Rule)| json!({"row": row, "rule": {"code": rule.code, "message_zh": rule.zh, "message_en": rule.en}});
    Ok(json!({
        "lines": lines,
        "recorded": recorded,
        "already_recorded": already,
        "outgoing": outgoing,
        "refused": refused.iter().map(shown).collect::<Vec<_>>(),
    }))
}

/// The lines as commands, what is personal in them sealed.
async fn prepared(
    app: &App,
    company: LedgerId,
    channel: &Channel,
    errand: &Errand,
    lines: Vec<(u32, Line)>,
) -> Result<Vec<Sent>, Problem> {
    let key = app.vault.index_key(company).await?;
    let mut codes: Vec<Code> = lines.iter().flat_map(|(_, line)| line.codes()).collect();
    codes.sort_unstable();
    codes.dedup();
    let units = app.read_models.units_of_codes(errand.community, codes).await?.value;
    let units: HashMap<Code, UnitId> = units.into_iter().map(|unit| (unit.code.0, UnitId(unit.unit_id))).collect();
    let orders: Vec<Uuid> = lines.iter().flat_map(|(_, line)| line.orders()).map(|order| order.uuid()).collect();
    let orders: HashSet<Uuid> =
        app.read_models.orders_of_ids(errand.community, orders).await?.value.into_iter().collect();
    let (mut sent, mut personal): (Vec<Sent>, Vec<(CommandId, Vec<Plain>)>) = (Vec::new(), Vec::new());
    for (row, line) in lines {
        let reference = line.reference(|said| key.mac(TAG, said), channel.id).ok_or_else(Problem::internal)?;
        let named = line.codes().iter().filter_map(|code| units.get(code).copied()).collect();
        let named_orders = line.orders().into_iter().filter(|order| orders.contains(&order.uuid())).collect();
        let parts = [&*errand.actor.id.to_string(), errand.key.as_str(), &*row.to_string()];
        let command_id = CommandId::from_natural(errand.community, "import_bank_statement", &parts);
        // The same key with another line is refused: the reference is of all that a line without a serial says.
        let said = json!([reference.as_str(), channel.id.to_string(), line.says()]);
        let request_digest = app.index_key.mac("mingzhang/request_digest/1", said.to_string().as_bytes());
        let (wish, plain) = line.wish(channel.clone(), reference, (named, named_orders));
        personal.push((command_id, plain));
        let submission = Submission {
            ledger_id: errand.community,
            command_id,
            correlation_id: None,
            causation_id: None,
            actor: errand.actor,
            request_digest,
            command: Arc::new(wish),
            vault: Vec::new(),
            given_at: errand.given_at,
            urgency: Urgency::Bulk,
        };
        sent.push(Sent { row, submission });
    }
    let mut sealed = crate::vault::seal_all(app, errand.community, personal).await?;
    for Sent { submission, .. } in &mut sent {
        submission.vault = sealed.remove(&submission.command_id).unwrap_or_default();
    }
    Ok(sent)
}
