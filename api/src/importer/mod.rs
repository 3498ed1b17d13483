//! Imports as their users meet them: a file is kept, read into a preview, and posted when the questions are answered.
//!
//! The rules of a file are in [`crate::import`], which is pure; here is what surrounds it: the folder of uploads, bounds on
//! how much is read at once, and the runs that post. May never happen here: a row's text in a log line, an error or a
//! preview; two runs of one import in this process.

pub mod preview;
pub mod run;
pub mod uploads;

use crate::app::App;
use crate::import::commit::Place;
use crate::import::estate::{Estate, KnownMeter, KnownUnit};
use crate::import::found::{Found, ImportKind};
use crate::import::workbook::{Workbook, WorkbookError, read_file};
use crate::problem::{Problem, Rule};
use crate::query::WAIT;
use crate::workers::rounds::catch_up;
use axum::http::StatusCode;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::id::{AccountId, FeeItemId, ImportId, LedgerId, MeterId, PartyId, UnitId};
use mingzhang_domain::stream::{StreamRef, StreamState};
use mingzhang_domain::value::{Code, Digest};
use mingzhang_projections::opening::OpeningStatus;
use mingzhang_store::fold;
pub use preview::Preview;
use run::Progress;
use sha2::Digest as _;
use std::collections::{BTreeSet, HashMap};
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::task::JoinSet;
use uploads::Uploads;

/// Uploads whose bytes are in memory at a time.
const RECEIVING: usize = 6;
/// Files that are read into rows at a time.
const READING: usize = 2;
/// Previews and ended runs that are remembered.
const REMEMBERED: usize = 32;

/// Everything about imports in this process.
#[derive(Debug)]
pub struct Importer {
    uploads: Uploads,
    receiving: Semaphore,
    reading: Semaphore,
    previews: Mutex<HashMap<ImportId, Arc<Preview>>>,
    runs: Mutex<HashMap<ImportId, Arc<Progress>>>,
    tasks: Mutex<JoinSet<()>>,
}

impl Importer {
    /// Over a folder of uploads.
    pub fn new(uploads: Uploads) -> Self {
        Self {
            uploads,
            receiving: Semaphore::new(RECEIVING),
            reading: Semaphore::new(READING),
            previews: Mutex::default(),
            runs: Mutex::default(),
            tasks: Mutex::default(),
        }
    }

    /// The folder.
    pub fn uploads(&self) -> &Uploads {
        &self.uploads
    }

    /// A place for one upload's bytes.
    ///
    /// # Errors
    /// 503 when all are taken.
    pub fn receive(&self) -> Result<SemaphorePermit<'_>, Problem> {
        self.receiving.try_acquire().map_err(|_| Problem::busy().retry_after(2))
    }

    /// Reads a file, keeps it, and answers which import it is and what it would do.
    ///
    /// # Errors
    /// 422 with the file's own code when it cannot be read as a whole.
    pub async fn take(
        &self,
        app: &App,
        community: LedgerId,
        company: LedgerId,
        bytes: Vec<u8>,
    ) -> Result<(ImportId, Arc<Preview>), Problem> {
        let (place, _, found, bytes) = self.read(app, community, company, bytes).await?;
        let place = Place { gone: gone(app, place).await?, ..place };
        self.uploads.put(community, place.import(), &bytes).await?;
        Ok((place.import(), self.remember(place, found)))
    }

    /// The preview of an import.
    ///
    /// # Errors
    /// 404 when its file was never sent or is gone.
    pub async fn preview(
        &self,
        app: &App,
        community: LedgerId,
        company: LedgerId,
        import: ImportId,
    ) -> Result<Arc<Preview>, Problem> {
        let kept = lock(&self.previews).get(&import).cloned();
        // The file counts, not the memory of it: a preview must not outlive its upload. What names units and fee items of the
        // community is looked at anew until it is posted, as these may have come since.
        if let Some(preview) = kept
            && (preview.kind == ImportKind::Community || self.progress(import).is_some())
            && self.uploads.holds(community, import).await
        {
            return Ok(preview);
        }
        let (place, _, found) = self.open(app, community, company, import).await?;
        Ok(self.remember(place, found))
    }

    /// The file of an import, read anew.
    ///
    /// # Errors
    /// 404 when it was never sent or is gone.
    pub async fn open(
        &self,
        app: &App,
        community: LedgerId,
        company: LedgerId,
        import: ImportId,
    ) -> Result<(Place, Workbook, Found), Problem> {
        let bytes = self.uploads.get(community, import).await?.ok_or_else(Problem::not_found)?;
        let (place, book, found, _) = self.read(app, community, company, bytes).await?;
        let mut places = (0..=gone(app, place).await?).map(|gone| Place { gone, ..place });
        let place = places.find(|place| place.import() == import).ok_or_else(Problem::not_found)?;
        Ok((place, book, found))
    }

    async fn read(
        &self,
        app: &App,
        community: LedgerId,
        company: LedgerId,
        bytes: Vec<u8>,
    ) -> Result<(Place, Workbook, Found, Vec<u8>), Problem> {
        let file = Digest(sha2::Sha256::digest(&bytes).into());
        let (read, bytes) = self.blocking(move || (read(&bytes), bytes)).await?;
        let (book, kind, named) = read?;
        let estate = match kind {
            ImportKind::Community => Estate::default(),
            ImportKind::Openings | ImportKind::History | ImportKind::Readings => estate(app, community, named).await?,
        };
        let (book, found) = self.blocking(move || (kind.read(&book, &estate), book)).await.map(|(f, b)| (b, f))?;
        Ok((Place { community, company, file, kind, gone: 0 }, book, found, bytes))
    }

    /// Runs work that takes long off the threads that answer, a few at a time.
    ///
    /// # Errors
    /// 500 when it panicked.
    pub async fn blocking<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let _turn = self.reading.acquire().await.map_err(|_| Problem::internal())?;
        tokio::task::spawn_blocking(work).await.map_err(|_| Problem::internal())
    }

    fn remember(&self, place: Place, found: Found) -> Arc<Preview> {
        let preview = Arc::new(Preview::of(place, found));
        let mut previews = lock(&self.previews);
        if previews.len() >= REMEMBERED {
            previews.clear();
        }
        previews.insert(place.import(), Arc::clone(&preview));
        preview
    }

    /// How far the run of an import is, if this process runs or ran it.
    pub fn progress(&self, import: ImportId) -> Option<Arc<Progress>> {
        lock(&self.runs).get(&import).cloned()
    }

    /// Begins a run, unless the import is being posted already; answers its progress either way.
    pub fn begin<F>(&self, import: ImportId, rows: u32, work: impl FnOnce(Arc<Progress>) -> F) -> Arc<Progress>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let mut runs = lock(&self.runs);
        if let Some(running) = runs.get(&import).filter(|progress| progress.is_running()) {
            return Arc::clone(running);
        }
        if runs.len() >= REMEMBERED {
            runs.retain(|_, progress| progress.is_running());
        }
        let progress = Arc::new(Progress::new(rows));
        runs.insert(import, Arc::clone(&progress));
        let mut tasks = lock(&self.tasks);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(work(Arc::clone(&progress)));
        progress
    }

    /// Ends the runs where they are; committing again continues them.
    pub async fn stop(&self) {
        let mut tasks = std::mem::take(&mut *lock(&self.tasks));
        tasks.shutdown().await;
    }
}

/// How many imports of a file are gone; the next one is another.
async fn gone(app: &App, place: Place) -> Result<u32, Problem> {
    let mut gone = 0_u32;
    while is_gone(app, Place { gone, ..place }).await? {
        gone = gone.saturating_add(1);
    }
    Ok(gone)
}

/// True when nothing of what came out of an import stands any more.
async fn is_gone(app: &App, place: Place) -> Result<bool, Problem> {
    match place.kind {
        ImportKind::Community | ImportKind::Readings => Ok(false),
        ImportKind::Openings => {
            let batch = app.read_models.opening(place.community, place.opening()).await?.value;
            let status = batch.map(|batch| batch.status.0);
            Ok(matches!(status, Some(OpeningStatus::Discarded | OpeningStatus::Reversed)))
        }
        ImportKind::History => {
            let import = StreamRef::from(place.import());
            let mut conn = app.writer.acquire().await?;
            let state = fold::streams(&mut conn, place.community, &[import], u64::MAX, None).await?.remove(&import);
            Ok(matches!(state, Some(StreamState::Import(state)) if state.is_withdrawn()))
        }
    }
}

/// A file as sheets, its kind, and what it names.
type Read = (Workbook, ImportKind, Named);

/// The units and meters that a file names.
struct Named {
    units: BTreeSet<Code>,
    meters: BTreeSet<Code>,
}

fn read(bytes: &[u8]) -> Result<Read, WorkbookError> {
    let book = read_file(bytes)?;
    let kind = ImportKind::of(&book);
    let named = Named { units: kind.named_units(&book), meters: kind.named_meters(&book) };
    Ok((book, kind, named))
}

/// The units and meters that a file names, and every fee item, as the community has them now.
async fn estate(app: &App, community: LedgerId, named: Named) -> Result<Estate, Problem> {
    catch_up(app, community, WAIT).await?;
    let mut estate = Estate::default();
    for unit in app.read_models.units_of_codes(community, named.units.into_iter().collect()).await?.value {
        let known = KnownUnit {
            unit: UnitId(unit.unit_id),
            account: AccountId(unit.account_id),
            owner: unit.owner_party_id.map(PartyId),
            tenant: unit.tenant_party_id.map(PartyId),
            developer: unit.developer_party_id.map(PartyId),
        };
        estate.add_unit(unit.code.0, known);
    }
    for meter in app.read_models.meters_of_codes(community, named.meters.into_iter().collect()).await?.value {
        let known = KnownMeter {
            meter: MeterId(meter.meter_id),
            unit: meter.unit_id.map(UnitId),
            utility: meter.utility.0,
            reversed: meter.reversed,
            read_on: meter.read_on.and_then(|day| CivilDate::from_naive(day).ok()),
            value: meter.value.map(|value| value.0),
            used_this_year: meter.used_this_year.map(|used| used.0),
        };
        estate.add_meter(meter.code.0, known);
    }
    for item in app.read_models.fee_items(community).await?.value {
        estate.add_fee_item(item.name.0.as_str(), FeeItemId(item.fee_item_id), item.fund.0);
    }
    let rules = app.read_models.community_rules(community).await?.value;
    estate.go_live_on = rules.and_then(|rules| CivilDate::from_naive(rules.go_live_on?).ok());
    Ok(estate)
}

impl From<WorkbookError> for Problem {
    fn from(error: WorkbookError) -> Self {
        let rule = Rule { code: error.code(), zh: error.message_zh(), en: error.message_en() };
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, rule, ..Self::invalid_body() }
    }
}

/// A lock whose holder panicked still guards a whole map: nothing is half done between two statements of it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
