//! Imports of a community's file: upload, preview, the file with its faults marked, commit.
//!
//! The file is its own key: the same bytes are the same import, so these requests need no `Idempotency-Key`.

use super::fee_item::VatBody;
use super::opening::ControlTotalBody;
use crate::app::App;
use crate::authorise::authorise;
use crate::body::{self, Field, bodies, rules};
use crate::endpoint::{Route, Scope, plain};
use crate::extract;
use crate::http;
use crate::import::commit::openings::Batch;
use crate::import::commit::{self, Answers, FeeItemAnswer, Place};
use crate::import::community::{CommunityFile, CommunityImport};
use crate::import::error_workbook::error_workbook;
use crate::import::found::{Found, ImportKind};
use crate::import::history::HistoryImport;
use crate::import::openings::OpeningsImport;
use crate::import::readings::ReadingsImport;
use crate::import::workbook::MAX_FILE_BYTES;
use crate::importer::Preview;
use crate::importer::run::{self, Errand, Work};
use crate::problem::Problem;
use crate::query;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderMap};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing;
use mingzhang_domain::book::Fund;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::envelope::{Actor, ActorKind};
use mingzhang_domain::fee_item::DueRule;
use mingzhang_domain::id::{CommandId, ImportId, LedgerId};
use mingzhang_domain::ledger::LedgerClock;
use mingzhang_domain::opening::{ControlTotal, MAX_OPENING_BATCH, OpeningRefusal, disagree};
use mingzhang_domain::refusal::Refusal;
use mingzhang_domain::value::{Code, Count, Label};
use mingzhang_store::identity::Principal;
use mingzhang_store::log;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What an XLSX file is called in a header.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// What an upload may be called.
const MEDIA_TYPES: &[&str] = &[XLSX, "application/zip", "application/x-zip-compressed", "application/octet-stream"];

bodies! {
    /// What the file cannot say about a fee item.
    pub struct FeeItemAnswerBody {
        /// Its number in the file.
        pub fee_item: Code,
        /// What the money is for, for ever.
        pub fund: Fund,
        /// Tax treatment.
        pub vat: VatBody,
        /// Lower is paid first, 0–9999.
        pub priority: Count,
        /// When it is due.
        pub due_rule: DueRule,
    }

    /// What the file cannot say.
    pub struct CommitImportBody {
        /// Every fee item of a new community's file, once.
        pub fee_items: Option<Vec<FeeItemAnswerBody>>,
        /// Name of the developer, whose is what has no owner; the first name given in a community stays.
        pub developer: Option<Label>,
        /// First day on which areas, statuses and owners count; the file's first day when absent. Of readings: the day of the
        /// readings before (上期读数), needed when meters are new.
        pub from: Option<CivilDate>,
        /// Totals of the old books for a file of openings: needed when the file has none.
        pub control_totals: Option<Vec<ControlTotalBody>>,
        /// True when only the good rows of a file with findings are to be posted; never of openings.
        pub accept_findings: Option<bool>,
    }
}

/// The routes, in the order of the document.
pub fn routes() -> Vec<Route> {
    const IMPORTS: &str = "/communities/{community}/imports";
    const IMPORT: &str = "/communities/{community}/imports/{import}";
    const ERRORS: &str = "/communities/{community}/imports/{import}/error-workbook";
    const COMMIT: &str = "/communities/{community}/imports/{import}/commit";
    let upload = "Reads a file of a new community, of openings (期初余额), of an old system's payments (房屋缴费历史) or of meter readings (抄表), as its sheets say (XLSX, or a ZIP of CSV files named like the sheets; at most 8 MiB) and answers what it would do; nothing is posted. The file is kept encrypted for at most 24 hours.";
    let commit = "Posts the good rows of an import with the answers to its questions; asked again it continues and changes nothing twice. Openings are drafted as a batch, which posts once its control totals agree and another has approved it.";
    vec![
        plain("upload_import", Method::POST, IMPORTS, upload, routing::post(upload_import))
            .with(None, import_schema())
            .answering(StatusCode::CREATED),
        plain(
            "get_import",
            Method::GET,
            IMPORT,
            "What an import would do, a page of its findings (limit, cursor), and how far it is posted.",
            routing::get(get_import),
        )
        .with(None, import_schema()),
        plain(
            "download_error_workbook",
            Method::GET,
            ERRORS,
            "The uploaded file as XLSX with its faults marked.",
            routing::get(download_error_workbook),
        ),
        plain("commit_import", Method::POST, COMMIT, commit, routing::post(commit_import))
            .with(Some(CommitImportBody::schema()), progress_schema())
            .answering(StatusCode::ACCEPTED),
    ]
}

/// Who asks, and for which community.
struct Asked {
    caller: Principal,
    community: LedgerId,
    company: LedgerId,
    import: Option<ImportId>,
}

impl Asked {
    async fn of(app: &App, operation: &str, parts: &mut Parts) -> Result<Self, Problem> {
        let (caller, ids, community) = http::signed_in(app, operation, Scope::Community, parts).await?;
        let company = app.directory.ledger(community).and_then(|ledger| ledger.parent);
        let import = ids.pairs().any(|(name, _)| name == "import").then(|| ids.get("import")).transpose()?;
        Ok(Self { caller, community, company: company.ok_or_else(Problem::ledger_unknown)?, import })
    }

    fn import(&self) -> Result<ImportId, Problem> {
        self.import.ok_or_else(Problem::not_found)
    }
}

/// `POST …/imports`
async fn upload_import(State(app): State<Arc<App>>, request: Request) -> Result<Response, Problem> {
    let (mut parts, raw) = request.into_parts();
    let asked = Asked::of(&app, "upload_import", &mut parts).await?;
    if !MEDIA_TYPES.contains(&media_type(&parts.headers).as_str()) {
        return Err(Problem::unsupported_media_type());
    }
    let _place = app.importer.receive()?;
    let bytes = http::bytes(&parts.headers, raw, MAX_FILE_BYTES).await?;
    let (import, preview) = app.importer.take(&app, asked.community, asked.company, bytes.into()).await?;
    let page = extract::Page { limit: extract::MAX_PAGE, after: None };
    let body = document(&app, asked.community, import, &preview, &page).await?;
    Ok(http::answered(StatusCode::CREATED, body))
}

fn media_type(headers: &HeaderMap) -> String {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// `GET …/imports/{import}`
async fn get_import(State(app): State<Arc<App>>, request: Request) -> Result<Response, Problem> {
    let (mut parts, _) = request.into_parts();
    let asked = Asked::of(&app, "get_import", &mut parts).await?;
    let mut parameters = http::parameters(&parts)?;
    let page = parameters.take_page()?;
    parameters.finish()?;
    let import = asked.import()?;
    let preview = app.importer.preview(&app, asked.community, asked.company, import).await?;
    let body = document(&app, asked.community, import, &preview, &page).await?;
    Ok(http::answered(StatusCode::OK, body))
}

/// `GET …/imports/{import}/error-workbook`
async fn download_error_workbook(State(app): State<Arc<App>>, request: Request) -> Result<Response, Problem> {
    let (mut parts, _) = request.into_parts();
    let asked = Asked::of(&app, "download_error_workbook", &mut parts).await?;
    let (_, book, found) = app.importer.open(&app, asked.community, asked.company, asked.import()?).await?;
    let written = app.importer.blocking(move || error_workbook(&book, found.findings())).await?;
    let bytes = written.map_err(|_| {
        tracing::error!("an error workbook could not be written");
        Problem::internal()
    })?;
    let name = "attachment; filename=\"import-errors.xlsx\"";
    Ok(([(CONTENT_TYPE, XLSX), (CONTENT_DISPOSITION, name)], bytes).into_response())
}

/// `POST …/imports/{import}/commit`
async fn commit_import(State(app): State<Arc<App>>, request: Request) -> Result<Response, Problem> {
    let (mut parts, raw) = request.into_parts();
    let asked = Asked::of(&app, "commit_import", &mut parts).await?;
    let given_at = extract::given_time(&parts.headers)?;
    let body: CommitImportBody = body::read(&http::json_body(&parts.headers, raw).await?)?;
    let (place, _, found) = app.importer.open(&app, asked.community, asked.company, asked.import()?).await?;
    let whole_or_none = place.kind == ImportKind::Openings;
    if !found.findings().is_empty() && (whole_or_none || body.accept_findings != Some(true)) {
        return Err(Problem::import_has_findings().with("findings", found.findings().len()));
    }
    let (work, rows) = work(&app, &asked, body, found)?;
    let actor = Actor { kind: ActorKind::Staff, id: asked.caller.id };
    let company = app.directory.ledger(asked.company).ok_or_else(Problem::ledger_unknown)?;
    let company_given_at = given_at.filter(|_| company.clock == LedgerClock::Given);
    let errand = Errand { place, actor, given_at, company_given_at };
    let rows = u32::try_from(rows).map_err(|_| Problem::internal())?;
    run::start(&app, errand, Count(rows)).await?;
    let runner = Arc::clone(&app);
    let begun = |progress| run::run(runner, errand, work, progress);
    let progress = app.importer.begin(place.import(), rows, begun);
    Ok(http::answered(StatusCode::ACCEPTED, progress.document()))
}

/// What is to be posted, and how many rows it is.
fn work(app: &App, asked: &Asked, body: CommitImportBody, found: Found) -> Result<(Work, usize), Problem> {
    let may = |operation| authorise(&app.directory, operation, Some(asked.caller), asked.community);
    match found {
        Found::Community(CommunityImport { file, .. }) => {
            only(&[("control_totals", body.control_totals.is_some())])?;
            if !file.fee_items.is_empty() {
                // A file that brings prices is for those who may set prices.
                may("create_fee_item")?;
                may("set_tariff")?;
            }
            let (answers, rows) = (answers(app, body, &file)?, commit::rows(&file));
            Ok((Work::Community(file, answers), rows))
        }
        Found::Openings(import) => {
            let others = [("developer", body.developer.is_some()), ("from", body.from.is_some())];
            only(&[("fee_items", body.fee_items.is_some())])?;
            only(&others)?;
            may("start_opening")?;
            may("add_opening_records")?;
            let batch = batch(import, body.control_totals)?;
            let rows = batch.records.len();
            Ok((Work::Openings(batch), rows))
        }
        Found::Readings(import) => {
            only(&[("fee_items", body.fee_items.is_some()), ("control_totals", body.control_totals.is_some())])?;
            only(&[("developer", body.developer.is_some())])?;
            may("record_readings")?;
            if import.new_meters() > 0 {
                may("register_meter")?;
                body.from.ok_or_else(|| Problem::invalid_body().at("/from", rules::REQUIRED))?;
            }
            let ReadingsImport { lines, .. } = import;
            let rows = lines.len();
            Ok((Work::Readings(lines, body.from), rows))
        }
        Found::History(HistoryImport { lines, .. }) => {
            let others = [("developer", body.developer.is_some()), ("from", body.from.is_some())];
            only(&[("fee_items", body.fee_items.is_some()), ("control_totals", body.control_totals.is_some())])?;
            only(&others)?;
            let rows = lines.len();
            Ok((Work::History(lines), rows))
        }
    }
}

/// Refuses what a file of this kind does not ask for.
fn only(others: &[(&str, bool)]) -> Result<(), Problem> {
    match others.iter().find(|(_, given)| *given) {
        Some((name, _)) => Err(Problem::invalid_body().at(format!("/{name}"), rules::UNKNOWN)),
        None => Ok(()),
    }
}

/// The batch of a file of openings, refused before anything of it is drafted when it cannot agree.
fn batch(import: OpeningsImport, typed: Option<Vec<ControlTotalBody>>) -> Result<Batch, Problem> {
    let typed: Option<Vec<ControlTotal>> = typed.map(|typed| typed.into_iter().map(ControlTotal::from).collect());
    let sums = import.sums();
    let totals = typed.unwrap_or(import.totals);
    if totals.is_empty() {
        return Err(Problem::invalid_body().at("/control_totals", rules::REQUIRED));
    }
    if import.records.len() > MAX_OPENING_BATCH {
        return Err(Refusal::from(OpeningRefusal::OpeningMustBeBounded).into());
    }
    let control: BTreeMap<_, _> = totals.iter().map(|total| ((total.kind, total.fee_item), total.amount)).collect();
    for key in control.keys().chain(sums.keys()) {
        let (said, found) = (control.get(key).copied(), sums.get(key).copied().unwrap_or_default());
        if said != Some(found) {
            return Err(disagree(*key, said, found).into());
        }
    }
    Ok(Batch { records: import.records, totals })
}

/// The answers, each fee item of the file once.
fn answers(app: &App, body: CommitImportBody, file: &CommunityFile) -> Result<Answers, Problem> {
    let mut fee_items = BTreeMap::new();
    for (index, answer) in body.fee_items.unwrap_or_default().into_iter().enumerate() {
        let known = file.fee_items.iter().any(|item| item.number == answer.fee_item);
        if !known || fee_items.contains_key(&answer.fee_item) {
            return Err(Problem::invalid_body().at(format!("/fee_items/{index}/fee_item"), rules::ANSWER_ONCE));
        }
        fee_items.insert(answer.fee_item.clone(), answered(app, answer));
    }
    if fee_items.len() < file.fee_items.len() {
        return Err(Problem::invalid_body().at("/fee_items", rules::ANSWER_ALL));
    }
    if commit::needs_developer(file) && body.developer.is_none() {
        return Err(Problem::invalid_body().at("/developer", rules::REQUIRED));
    }
    let from = body.from.or_else(|| commit::first_day(file));
    let from = from.ok_or_else(|| Problem::invalid_body().at("/from", rules::REQUIRED))?;
    Ok(Answers { developer: body.developer, from, fee_items })
}

fn answered(app: &App, answer: FeeItemAnswerBody) -> FeeItemAnswer {
    let FeeItemAnswerBody { fee_item: _, fund, vat, priority, due_rule } = answer;
    let vat = vat.into();
    let said = json!({"fund": fund, "vat": vat, "priority": priority, "due_rule": due_rule});
    let said = body::json::canonical(&said);
    let request_digest = app.index_key.mac("mingzhang/request_digest/1", said.as_bytes());
    FeeItemAnswer { fund, vat, priority, due: due_rule, request_digest }
}

/// What is known of an import: the preview with a page of findings, and the progress.
async fn document(
    app: &App,
    community: LedgerId,
    import: ImportId,
    preview: &Preview,
    page: &extract::Page,
) -> Result<Value, Problem> {
    let after: Option<usize> = page.after()?;
    let first = after.map_or(0, |after| after.saturating_add(1));
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let items: Vec<_> = preview.findings.iter().enumerate().skip(first).take(limit.saturating_add(1)).collect();
    let mut findings = query::page(page, items, |(index, _)| index.to_string(), |(_, finding)| json!(finding));
    if let Value::Object(findings) = &mut findings {
        findings.insert("total".into(), json!(preview.findings.len()));
    }
    let mut document = json!(preview);
    if let Value::Object(document) = &mut document {
        document.insert("import".into(), json!(import.to_string()));
        if preview.kind == ImportKind::Openings {
            document.insert("opening".into(), json!(place(community, preview).opening().to_string()));
        }
        document.insert("findings".into(), findings);
        document.insert("progress".into(), progress(app, community, import, preview).await?);
    }
    Ok(document)
}

/// What the ids of an import of the community follow from.
fn place(community: LedgerId, preview: &Preview) -> Place {
    Place { community, company: community, file: preview.file_digest, kind: preview.kind, gone: preview.gone }
}

/// From this process's run, else from what the log says of start and end.
async fn progress(app: &App, community: LedgerId, import: ImportId, preview: &Preview) -> Result<Value, Problem> {
    if let Some(progress) = app.importer.progress(import) {
        return Ok(progress.document());
    }
    let place = place(community, preview);
    let (start, complete): (CommandId, CommandId) = (place.start_id(), place.complete_id());
    let mut conn = app.writer.acquire().await?;
    let known = log::commands(&mut conn, &[(community, start), (community, complete)]).await?;
    let holds = |id: CommandId| known.iter().any(|row| row.command_id == id);
    let state = match (holds(start), holds(complete)) {
        (_, true) => "completed",
        (true, false) => "interrupted",
        (false, false) => "previewed",
    };
    Ok(json!({"state": state, "rows": preview.rows()}))
}

fn progress_schema() -> Value {
    let rule = json!({"type": "object", "description": "`{code, message_zh, message_en}`"});
    let refusal = json!({"type": "object", "properties": {
        "sheet": {"type": "string"}, "row": {"type": "integer"}, "rule": rule}});
    json!({"type": "object", "required": ["state", "rows"], "properties": {
        "state": {"type": "string", "enum": ["previewed", "running", "interrupted", "completed"]},
        "rows": {"type": "integer"},
        "posted": {"type": "integer"},
        "refused": {"type": "integer"},
        "refusals": {"type": "array", "items": refusal},
        "interrupted_by": rule,
    }})
}

fn import_schema() -> Value {
    let finding = json!({"type": "object", "description": "`{sheet, row, column, rule: {code, message_zh, message_en}, origin}`"});
    let mut findings = query::page_schema(finding);
    findings["properties"]["total"] = json!({"type": "integer"});
    let id = json!({"type": "string", "format": "uuid"});
    json!({"type": "object", "required": ["import", "kind", "file_digest", "counts", "findings", "progress"], "properties": {
        "import": id,
        "kind": {"type": "string", "enum": ["community", "openings", "history", "readings"]},
        "opening": {"type": "string", "format": "uuid", "description": "The batch that a file of openings is drafted as."},
        "file_digest": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "counts": {"type": "object", "description": "Good rows by sheet, and `rows`: those that are posted."},
        "findings": findings,
        "fee_items": {"type": "array", "items": {"type": "object"}},
        "questions": {"type": "array", "items": {"type": "object", "description": "`{fee_item, name, asks}`"}},
        "asks_developer": {"type": "boolean"},
        "first_day": {"type": "string", "format": "date"},
        "last_day": {"type": "string", "format": "date"},
        "totals": {"type": "array", "items": {"type": "object", "description": "`{kind, fee_item, control_total, amount}`"}},
        "asks_control_totals": {"type": "boolean"},
        "new_meters": {"type": "integer"},
        "asks_from": {"type": "boolean", "description": "Meters are new: `from` is the day of the readings before."},
        "progress": progress_schema(),
    }})
}
