//! Documents on their way to paper: so many at a time, each on a thread that may block, none without an end.

use crate::problem::Problem;
use mingzhang_documents::render::Job;
use mingzhang_documents::{Press, PrintError, Printed, TemplateError, Templates, sample};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Documents that are printed at a time; more wait.
const AT_A_TIME: usize = 2;
/// How long a document waits for its turn.
const TURN_WITHIN: Duration = Duration::from_secs(10);
/// How long one may take. The thread goes on until it is done, and keeps its place.
const PRINTED_WITHIN: Duration = Duration::from_secs(30);
/// The longest address that leads to this server, bytes.
const LONGEST_URL: usize = 200;

/// Why the server cannot print.
#[derive(Debug, thiserror::Error)]
pub enum PrintingError {
    /// A template cannot be read.
    #[error("{path}: {source}")]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file is no template.
    #[error("templates: {0}")]
    Template(#[from] TemplateError),
    /// A template does not print the sample.
    #[error("templates: {0}")]
    Print(#[from] PrintError),
    /// What receipts should lead to is no address.
    #[error("--public-url: an address such as https://wy.example.com, without a path at its end")]
    PublicUrl,
}

/// Prints documents.
#[derive(Debug)]
pub struct Printing {
    press: Press,
    places: Arc<Semaphore>,
    batches: Arc<Semaphore>,
    public_url: Option<String>,
}

impl Printing {
    /// With the operator's templates in the place of the built-in ones; each is tried on a sample before anything is served.
    ///
    /// # Errors
    /// [`PrintingError`].
    pub fn open(folder: Option<&Path>, public_url: Option<String>) -> Result<Self, PrintingError> {
        let mut templates = Templates::default();
        if let Some(folder) = folder {
            for (file, source) in sources(folder)? {
                templates.replace(&file, source)?;
            }
        }
        let press = Press::new(&templates)?;
        if folder.is_some() {
            for job in sample::jobs() {
                press.print(job)?;
            }
        }
        let public_url = public_url.map(|url| url.trim_end_matches('/').to_owned());
        if public_url.as_ref().is_some_and(|url| !is_address(url)) {
            return Err(PrintingError::PublicUrl);
        }
        Ok(Self {
            press,
            places: Arc::new(Semaphore::new(AT_A_TIME)),
            batches: Arc::new(Semaphore::new(1)),
            public_url,
        })
    }

    /// A path of this server as others reach it, when the operator has said how.
    pub fn public(&self, path: &str) -> Option<String> {
        self.public_url.as_ref().map(|url| format!("{url}{path}"))
    }

    /// The place of a batch of documents, of which there is one: single documents come in between.
    ///
    /// # Errors
    /// 503 while another is printed.
    pub fn batch(&self) -> Result<OwnedSemaphorePermit, Problem> {
        Arc::clone(&self.batches).try_acquire_owned().map_err(|_| Problem::busy().retry_after(30))
    }

    /// Prints.
    ///
    /// # Errors
    /// 503 while too many are printed, 422 when it would be too long, 500 when the template fails.
    pub async fn print(&self, job: Job) -> Result<Printed, Problem> {
        let turn = tokio::time::timeout(TURN_WITHIN, Arc::clone(&self.places).acquire_owned()).await;
        let Ok(Ok(place)) = turn else { return Err(Problem::busy().retry_after(5)) };
        let press = self.press.clone();
        let work = tokio::task::spawn_blocking(move || printed(&press, job, place));
        match tokio::time::timeout(PRINTED_WITHIN, work).await {
            Ok(Ok(printed)) => printed.map_err(Problem::from),
            Ok(Err(_)) => Err(Problem::internal()),
            Err(_) => Err(Problem::timed_out().retry_after(30)),
        }
    }
}

/// The place is given back when the work is done, not when its caller has gone.
fn printed(press: &Press, job: Job, _place: OwnedSemaphorePermit) -> Result<Printed, PrintError> {
    press.print(job)
}

impl From<PrintError> for Problem {
    fn from(error: PrintError) -> Self {
        match error {
            PrintError::TooLong => Self::document_too_long(),
            PrintError::Font => Self::internal(),
            // What Typst says of a template may quote what it was given.
            PrintError::Template { file, .. } => {
                tracing::error!(file, "a template fails");
                Self::document_template_failed().with("template", file)
            }
        }
    }
}

/// The files of a folder, by name.
fn sources(folder: &Path) -> Result<Vec<(String, String)>, PrintingError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| PrintingError::Read { path, source }
    };
    let mut sources = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed(folder))? {
        let entry = entry.map_err(failed(folder))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".typ") {
            let path = entry.path();
            sources.push((name, std::fs::read_to_string(&path).map_err(failed(&path))?));
        }
    }
    sources.sort();
    Ok(sources)
}

fn is_address(url: &str) -> bool {
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or_default();
    !host.is_empty() && url.len() <= LONGEST_URL && url.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"')
}
