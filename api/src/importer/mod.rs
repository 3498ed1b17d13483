//! Imports as their users meet them: a file is kept, read into a preview, and posted when the questions are answered.
//!
//! The rules of a file are in [`crate::import`], which is pure; here is what surrounds it: the folder of uploads, bounds on
//! how much is read at once, and the runs that post. May never happen here: a row's text in a log line, an error or a
//! preview; two runs of one import in this process.

pub mod run;
pub mod uploads;

use crate::import::commit::{self, Place};
use crate::import::community::{CommunityImport, FeeItemQuestions, FeeItemRow, read_community};
use crate::import::finding::Finding;
use crate::import::workbook::{Workbook, WorkbookError, read_file};
use crate::problem::{Problem, Rule};
use axum::http::StatusCode;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::id::{ImportId, LedgerId};
use mingzhang_domain::value::Digest;
use run::Progress;
use serde::Serialize;
use sha2::Digest as _;
use std::collections::HashMap;
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

/// What a file would do, without anything that a row says about a person.
#[derive(Debug, Serialize)]
pub struct Preview {
    /// SHA-256 of the file.
    pub file_digest: Digest,
    /// Good rows by sheet.
    pub counts: Counts,
    /// What is wrong.
    #[serde(skip)]
    pub findings: Vec<Finding>,
    /// The fee items as the file has them.
    pub fee_items: Vec<FeeItemRow>,
    /// What must be answered before the rows can be posted.
    pub questions: Vec<FeeItemQuestions>,
    /// Whether the developer's name must be given.
    pub asks_developer: bool,
    /// The first day that the file names anywhere: what `from` is when it is not given.
    pub first_day: Option<CivilDate>,
}

/// Good rows by sheet.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Counts {
    /// 楼栋单元
    pub entrances: usize,
    /// 业主信息
    pub owners: usize,
    /// 费用设置
    pub fee_items: usize,
    /// 房屋信息
    pub units: usize,
    /// 车位信息
    pub parking_spaces: usize,
    /// Rows that are posted: all but the entrances, which units name.
    pub rows: usize,
}

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
        community: LedgerId,
        company: LedgerId,
        bytes: Vec<u8>,
    ) -> Result<(ImportId, Arc<Preview>), Problem> {
        let place = Place { community, company, file: Digest(sha2::Sha256::digest(&bytes).into()) };
        let (read, bytes) = self.blocking(move || (read(&bytes), bytes)).await?;
        let (_, found) = read?;
        self.uploads.put(community, place.import(), &bytes).await?;
        Ok((place.import(), self.remember(place, found)))
    }

    /// The preview of an import.
    ///
    /// # Errors
    /// 404 when its file was never sent or is gone.
    pub async fn preview(
        &self,
        community: LedgerId,
        company: LedgerId,
        import: ImportId,
    ) -> Result<Arc<Preview>, Problem> {
        let kept = lock(&self.previews).get(&import).cloned();
        // The file counts, not the memory of it: a preview must not outlive its upload.
        if let Some(preview) = kept
            && self.uploads.holds(community, import).await
        {
            return Ok(preview);
        }
        let (place, _, found) = self.open(community, company, import).await?;
        Ok(self.remember(place, found))
    }

    /// The file of an import, read anew.
    ///
    /// # Errors
    /// 404 when it was never sent or is gone.
    pub async fn open(
        &self,
        community: LedgerId,
        company: LedgerId,
        import: ImportId,
    ) -> Result<(Place, Workbook, CommunityImport), Problem> {
        let bytes = self.uploads.get(community, import).await?.ok_or_else(Problem::not_found)?;
        let place = Place { community, company, file: Digest(sha2::Sha256::digest(&bytes).into()) };
        let (book, found) = self.blocking(move || read(&bytes)).await??;
        Ok((place, book, found))
    }

    /// Runs work that takes long off the threads that answer, a few at a time.
    ///
    /// # Errors
    /// 500 when it panicked.
    pub async fn blocking<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let _turn = self.reading.acquire().await.map_err(|_| Problem::internal())?;
        tokio::task::spawn_blocking(work).await.map_err(|_| Problem::internal())
    }

    fn remember(&self, place: Place, found: CommunityImport) -> Arc<Preview> {
        let preview = Arc::new(Preview::of(place.file, found));
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

impl Preview {
    fn of(file_digest: Digest, found: CommunityImport) -> Self {
        let CommunityImport { file, findings, questions } = found;
        let counts = Counts {
            entrances: file.entrances.len(),
            owners: file.owners.len(),
            fee_items: file.fee_items.len(),
            units: file.units.len(),
            parking_spaces: file.parking_spaces.len(),
            rows: commit::rows(&file),
        };
        let (asks_developer, first_day) = (commit::needs_developer(&file), commit::first_day(&file));
        Self { file_digest, counts, findings, fee_items: file.fee_items, questions, asks_developer, first_day }
    }
}

fn read(bytes: &[u8]) -> Result<(Workbook, CommunityImport), WorkbookError> {
    let book = read_file(bytes)?;
    let found = read_community(&book);
    Ok((book, found))
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
