//! One run of an import: the rows through the lanes, a few hundred at a time, and how far it is.
//!
//! Every command's id follows from what its row says, so a run that ended anywhere is continued by running again, in any
//! process, and a whole run again changes nothing. May never happen here: an order between rows that a row's own chain of
//! commands does not ask for, or a refused row that stops another one.

use super::lock;
use crate::app::App;
use crate::import::commit::openings::Batch;
use crate::import::commit::{Answers, ChunkStep, Place, Roster, RowKind, RowSteps, Step, history, readings};
use crate::import::community::CommunityFile;
use crate::import::history::HistoryLine;
use crate::import::readings::ReadingLine;
use crate::problem::{Problem, Rule};
use mingzhang_domain::calendar::{CivilDate, Instant};
use mingzhang_domain::draft::Decide;
use mingzhang_domain::envelope::Actor;
use mingzhang_domain::id::CommandId;
use mingzhang_domain::value::Count;
use mingzhang_store::lane::{NewVaultItem, Submission, SubmitError, Urgency};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::{JoinError, JoinSet};

/// Rows under way at a time.
const IN_FLIGHT: usize = 256;
/// How often a command is sent that the database cannot take.
const TRIES: u32 = 8;
/// Refused rows that are listed.
const LISTED: usize = 1_000;

/// The good rows of a file, and what it could not say.
#[derive(Debug)]
pub enum Work {
    /// A new community.
    Community(CommunityFile, Answers),
    /// Openings.
    Openings(Batch),
    /// Payments of the old system.
    History(Vec<HistoryLine>),
    /// Readings, and the day of those before of meters that are new.
    Readings(Vec<ReadingLine>, Option<CivilDate>),
}

/// Who lets a file be posted, and when.
#[derive(Debug, Clone, Copy)]
pub struct Errand {
    /// Where to and which file.
    pub place: Place,
    /// Who.
    pub actor: Actor,
    /// The instant, when the community lives by a given clock.
    pub given_at: Option<Instant>,
    /// The instant, when the company does.
    pub company_given_at: Option<Instant>,
}

/// How far a run is.
#[derive(Debug)]
pub struct Progress {
    rows: u32,
    now: Mutex<Now>,
}

#[derive(Debug, Default)]
struct Now {
    posted: u32,
    refused: u32,
    refusals: Vec<(RowKind, u32, Rule)>,
    end: Option<Result<(), Rule>>,
}

impl Progress {
    /// Nothing of so many rows.
    pub fn new(rows: u32) -> Self {
        Self { rows, now: Mutex::default() }
    }

    /// Whether it goes on.
    pub fn is_running(&self) -> bool {
        lock(&self.now).end.is_none()
    }

    /// Whether it is completed and every row was posted.
    pub fn is_whole(&self) -> bool {
        let now = lock(&self.now);
        matches!(now.end, Some(Ok(()))) && now.refused == 0
    }

    /// As the API says it.
    pub fn document(&self) -> Value {
        let now = lock(&self.now);
        let mut refusals: Vec<_> = now.refusals.iter().collect();
        refusals.sort_unstable_by_key(|(kind, row, _)| (*kind, *row));
        let shown =
            |(kind, row, rule): &(RowKind, u32, Rule)| json!({"sheet": kind.sheet(), "row": row, "rule": show(*rule)});
        let mut document = json!({
            "state": match now.end { None => "running", Some(Ok(())) => "completed", Some(Err(_)) => "interrupted" },
            "rows": self.rows,
            "posted": now.posted,
            "refused": now.refused,
            "refusals": refusals.into_iter().map(shown).collect::<Vec<_>>(),
        });
        if let (Some(Err(rule)), Value::Object(document)) = (now.end, &mut document) {
            document.insert("interrupted_by".into(), show(rule));
        }
        document
    }

    fn note(&self, kind: RowKind, row: u32, refused: Option<Rule>) {
        let mut now = lock(&self.now);
        match refused {
            None => now.posted += 1,
            Some(rule) => {
                now.refused += 1;
                if now.refusals.len() < LISTED {
                    now.refusals.push((kind, row, rule));
                }
            }
        }
    }

    fn note_all(&self, kind: RowKind, rows: &[u32], refused: Option<Rule>) {
        rows.iter().for_each(|row| self.note(kind, *row, refused));
    }

    fn counts(&self) -> (u32, u32) {
        let now = lock(&self.now);
        (now.posted, now.refused)
    }
}

fn show(rule: Rule) -> Value {
    json!({"code": rule.code, "message_zh": rule.zh, "message_en": rule.en})
}

struct Ending<'a> {
    progress: &'a Progress,
    end: Result<(), Rule>,
}

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        lock(&self.progress.now).end = Some(self.end);
    }
}

/// Posts a file; what came of it is in the progress.
pub async fn run(app: Arc<App>, errand: Errand, work: Work, progress: Arc<Progress>) {
    // However it ends, also by a bug or with the server, it is not running any more.
    let mut ending = Ending { progress: &progress, end: Err(Problem::internal().rule) };
    ending.end = post(&app, errand, &work, &progress).await.map_err(|problem| problem.rule);
}

async fn post(app: &Arc<App>, errand: Errand, work: &Work, progress: &Progress) -> Result<(), Problem> {
    match work {
        Work::Community(file, answers) => post_community(app, errand, file, answers, progress).await?,
        Work::Openings(batch) => {
            must_stand(send(app, errand, &batch.start(errand.place), Vec::new()).await?)?;
            post_chunks(app, errand, batch.chunks(errand.place), progress).await?;
        }
        Work::Readings(lines, opened_on) => {
            post_rows(app, errand, readings::rows(errand.place, lines, *opened_on), progress).await?;
        }
        Work::History(lines) => post_chunks(app, errand, history::chunks(errand.place, lines), progress).await?,
    }
    let (posted, refused) = progress.counts();
    let complete = errand.place.complete(Count(posted), Count(refused));
    let submission = submission(errand, errand.place.complete_id(), Arc::new(complete));
    must_stand(tried(app, submission).await?)
}

fn must_stand(refused: Option<Rule>) -> Result<(), Problem> {
    refused.map_or(Ok(()), |rule| Err(Problem { rule, ..Problem::invalid_body() }))
}

/// Posts chunks one after another; the first one that is refused ends the run, as the next ones wait for it.
async fn post_chunks(
    app: &Arc<App>,
    errand: Errand,
    chunks: Vec<ChunkStep>,
    progress: &Progress,
) -> Result<(), Problem> {
    for ChunkStep { kind, rows, step } in chunks {
        let items = crate::vault::seal(app, step.ledger, step.command_id, step.personal.clone()).await?;
        let refused = send(app, errand, &step, items).await?;
        progress.note_all(kind, &rows, refused);
        must_stand(refused)?;
    }
    Ok(())
}

async fn post_community(
    app: &Arc<App>,
    errand: Errand,
    file: &CommunityFile,
    answers: &Answers,
    progress: &Progress,
) -> Result<(), Problem> {
    let key = app.vault.index_key(errand.place.company).await?;
    let roster = Roster::new(errand.place, file, answers, &key);
    if let Some(step) = roster.developer() {
        must_stand(send(app, errand, &step, Vec::new()).await?)?;
    }
    post_rows(app, errand, roster.fee_items(), progress).await?;
    // With a wrong answer nothing could be attached: it is put right before hundreds of rows are refused for it.
    if progress.counts().1 > 0 {
        return Err(Problem::import_answers_refused());
    }
    post_rows(app, errand, roster.owners(), progress).await?;
    post_rows(app, errand, roster.units(), progress).await
}

/// Posts rows whose order does not matter.
async fn post_rows(app: &Arc<App>, errand: Errand, rows: Vec<RowSteps>, progress: &Progress) -> Result<(), Problem> {
    let mut under_way: JoinSet<RowEnd> = JoinSet::new();
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let chunk: Vec<RowSteps> = rows.by_ref().take(IN_FLIGHT / 2).collect();
        let steps = chunk.iter().flat_map(|row| &row.steps);
        let personal = steps.filter(|step| !step.personal.is_empty());
        let personal = personal.map(|step| (step.command_id, step.personal.clone())).collect();
        let mut sealed = crate::vault::seal_all(app, errand.place.company, personal).await?;
        for row in chunk {
            while under_way.len() >= IN_FLIGHT {
                settle(under_way.join_next().await, progress)?;
            }
            let items: Vec<_> =
                row.steps.iter().map(|step| sealed.remove(&step.command_id).unwrap_or_default()).collect();
            let app = Arc::clone(app);
            under_way.spawn(async move {
                for (step, items) in row.steps.iter().zip(items) {
                    if let Some(rule) = send(&app, errand, step, items).await? {
                        return Ok((row.kind, row.row, Some(rule)));
                    }
                }
                Ok((row.kind, row.row, None))
            });
        }
    }
    while let Some(joined) = under_way.join_next().await {
        settle(Some(joined), progress)?;
    }
    Ok(())
}

/// A row and the rule that refused it, if one did.
type RowEnd = Result<(RowKind, u32, Option<Rule>), Problem>;

fn settle(joined: Option<Result<RowEnd, JoinError>>, progress: &Progress) -> Result<(), Problem> {
    let Some(joined) = joined else { return Ok(()) };
    let (kind, row, refused) = joined.map_err(|_| Problem::internal())??;
    progress.note(kind, row, refused);
    Ok(())
}

/// Starts the import: its first fact.
///
/// # Errors
/// The refusal of a file without rows; 503 when the database is away.
pub async fn start(app: &App, errand: Errand, rows: Count) -> Result<(), Problem> {
    let start = errand.place.start(rows).ok_or_else(Problem::internal)?;
    app.lanes.submit(submission(errand, errand.place.start_id(), Arc::new(start))).await?;
    Ok(())
}

async fn send(app: &App, errand: Errand, step: &Step, vault: Vec<NewVaultItem>) -> Result<Option<Rule>, Problem> {
    let in_company = step.ledger == errand.place.company;
    let wish = submission(errand, step.command_id, Arc::clone(&step.command));
    let given_at = if in_company { errand.company_given_at } else { errand.given_at };
    tried(app, Submission { ledger_id: step.ledger, request_digest: step.request_digest, vault, given_at, ..wish })
        .await
}

fn submission(errand: Errand, command_id: CommandId, command: Arc<dyn Decide>) -> Submission {
    Submission {
        ledger_id: errand.place.community,
        command_id,
        correlation_id: Some(errand.place.start_id()),
        causation_id: None,
        actor: errand.actor,
        request_digest: [0; 32],
        command,
        vault: Vec::new(),
        given_at: errand.given_at,
        urgency: Urgency::Bulk,
    }
}

/// Sends a command until its outcome is known: the rule that refused it, or none.
///
/// # Errors
/// 503 when the database stays away.
pub async fn tried(app: &App, submission: Submission) -> Result<Option<Rule>, Problem> {
    let mut wait = Duration::from_millis(50);
    for attempt in 1.. {
        match app.lanes.submit(submission.clone()).await {
            Ok(_) => return Ok(None),
            Err(SubmitError::Refused { refusal, .. }) => {
                return Ok(Some(Rule { code: refusal.code, zh: refusal.zh, en: refusal.en }));
            }
            Err(SubmitError::KeyReused) => return Ok(Some(Problem::key_reused().rule)),
            Err(SubmitError::Busy | SubmitError::Unavailable | SubmitError::OutcomeUnknown) if attempt < TRIES => {
                tokio::time::sleep(wait).await;
                wait = wait.saturating_mul(2);
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(Problem::internal())
}
