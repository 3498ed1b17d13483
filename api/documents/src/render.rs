//! From data and a template to the bytes of a PDF.
//!
//! The world a template sees is the templates, its data, one image and one font: no folder, no network, no clock. A PDF is
//! PDF/A-2b, for the archive: everything it needs is in it, and a shape that is missing makes it fail instead of being left
//! out. Printing takes time on the thread that asks; whoever serves requests gives it one that may block.

use crate::stamp::Stamp;
use crate::template::{Template, Templates};
use crate::text;
use mingzhang_domain::calendar::CivilDate;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::Arc;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World, WorldExt};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

/// Pages of one document at most.
pub const MAX_PAGES: usize = 500;
/// Bytes of a document's data at most.
const MAX_DATA: usize = 8 * 1024 * 1024;
/// How many printings a piece of work is remembered that was not needed again.
const REMEMBERED: usize = 3;
const FONT: &[u8] = include_bytes!("../fonts/NotoSansSC-Regular.otf");
const DATA: &str = "data.json";
const PICTURE: &str = "stamp.png";

/// What is to be printed.
#[derive(Debug, Clone)]
pub struct Job {
    /// How it is laid out.
    pub template: Template,
    /// What it says; the fields are those of the typed document it was made from.
    pub data: Value,
    /// The company's stamp.
    pub stamp: Option<Stamp>,
    /// The day that the file carries as the one it was made on.
    pub day: CivilDate,
}

impl Job {
    /// What a template shows, as data.
    pub(crate) fn new(template: Template, shown: &impl Serialize, stamp: Option<Stamp>, day: CivilDate) -> Self {
        // Texts, numbers and lists always have a form.
        Self { template, data: serde_json::to_value(shown).unwrap_or_default(), stamp, day }
    }
}

/// A printed document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// The PDF.
    pub pdf: Vec<u8>,
    /// How many pages it has.
    pub pages: usize,
    /// How many characters the font has no shape for; they are printed as [`text::GAP`] with their code points.
    pub gaps: usize,
}

/// Why nothing was printed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrintError {
    /// The template cannot print the data.
    #[error("the template {file} fails: {said}")]
    Template {
        /// Its file, and the line where it is known.
        file: String,
        /// What Typst says.
        said: String,
    },
    /// It would be longer than a document may be.
    #[error("a document has at most {MAX_PAGES} pages")]
    TooLong,
    /// The font cannot be read.
    #[error("the font cannot be read")]
    Font,
}

/// Prints documents: templates, font and library, made once and shared by threads.
#[derive(Debug, Clone)]
pub struct Press(Arc<Shared>);

struct Shared {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    font: Font,
    templates: HashMap<FileId, Source>,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").field("templates", &self.templates.len()).finish_non_exhaustive()
    }
}

/// The one font.
pub(crate) fn font() -> Option<Font> {
    Font::new(Bytes::new(FONT), 0)
}

impl Press {
    /// A press with these templates.
    ///
    /// # Errors
    /// [`PrintError::Font`].
    pub fn new(templates: &Templates) -> Result<Self, PrintError> {
        let font = font().ok_or(PrintError::Font)?;
        let sources = templates.files().filter_map(|file| {
            let id = id(file)?;
            Some((id, Source::new(id, templates.source(file)?.to_owned())))
        });
        Ok(Self(Arc::new(Shared {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts([&font])),
            templates: sources.collect(),
            font,
        })))
    }

    /// Prints.
    ///
    /// # Errors
    /// [`PrintError`].
    pub fn print(&self, mut job: Job) -> Result<Printed, PrintError> {
        let gaps = text::fit(&mut job.data, &self.0.font);
        let fails = |said: String| PrintError::Template { file: job.template.file().to_owned(), said };
        let main = id(job.template.file()).ok_or(PrintError::Font)?;
        let data = serde_json::to_vec(&job.data).map_err(|error| fails(error.to_string()))?;
        if data.len() > MAX_DATA {
            return Err(PrintError::TooLong);
        }
        let identity = identity(&job, &data);
        let mut files = HashMap::new();
        files.extend(id(DATA).map(|id| (id, Bytes::new(data))));
        files.extend(id(PICTURE).zip(job.stamp).map(|(id, stamp)| (id, Bytes::new(stamp.png().to_vec()))));
        let paper = Paper { shared: &self.0, main, files };
        let printed = paper.print(job.day, identity);
        typst::comemo::evict(REMEMBERED);
        printed.map(|(pdf, pages)| Printed { pdf, pages, gaps })
    }
}

/// Names the document by what is in it: the same data, the same name.
fn identity(job: &Job, data: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update(job.template.file());
    hash.update([0]);
    hash.update(data);
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn id(file: &str) -> Option<FileId> {
    Some(RootedPath::new(VirtualRoot::Project, VirtualPath::new(file).ok()?).intern())
}

/// The world of one printing.
struct Paper<'a> {
    shared: &'a Shared,
    main: FileId,
    files: HashMap<FileId, Bytes>,
}

impl Paper<'_> {
    fn print(&self, day: CivilDate, identity: String) -> Result<(Vec<u8>, usize), PrintError> {
        let document = typst::compile::<PagedDocument>(self).output.map_err(|said| self.blame(said.first()))?;
        let pages = document.pages().len();
        if pages > MAX_PAGES {
            return Err(PrintError::TooLong);
        }
        let standards = PdfStandards::new(&[PdfStandard::A_2b]).map_err(|_| self.blame(None))?;
        let options = PdfOptions {
            ident: Smart::Custom(identity),
            creator: Smart::Custom(Some("Mingzhang".to_owned())),
            timestamp: midnight(day),
            standards,
            ..PdfOptions::default()
        };
        let pdf = typst_pdf::pdf(&document, &options).map_err(|said| self.blame(said.first()))?;
        Ok((pdf, pages))
    }

    /// Where a template fails, and what Typst says of it.
    fn blame(&self, said: Option<&SourceDiagnostic>) -> PrintError {
        let at = said.and_then(|said| said.span.id()).unwrap_or(self.main);
        let mut file = at.get().vpath().get_without_slash().to_owned();
        let line = said.and_then(|said| {
            let range = self.range(said.span)?;
            self.shared.templates.get(&at)?.lines().byte_to_line(range.start)
        });
        if let Some(line) = line {
            file = format!("{file}:{}", line.saturating_add(1));
        }
        let said = said.map_or_else(|| "no reason given".to_owned(), |said| said.message.to_string());
        PrintError::Template { file, said }
    }
}

impl World for Paper<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.shared.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.shared.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.shared.templates.get(&id).cloned().ok_or_else(|| unknown(id))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files.get(&id).cloned().ok_or_else(|| unknown(id))
    }

    fn font(&self, index: usize) -> Option<Font> {
        (index == 0).then(|| self.shared.font.clone())
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn unknown(id: FileId) -> FileError {
    FileError::NotFound(id.get().vpath().get_without_slash().into())
}

/// Midnight in Shanghai.
fn midnight(day: CivilDate) -> Option<Timestamp> {
    let month = day.month().to_string();
    let month = month.split_once('-')?.1.parse().ok()?;
    let at = Datetime::from_ymd_hms(day.month().year(), month, u8::try_from(day.day()).ok()?, 0, 0, 0)?;
    Timestamp::new_local(at, 8 * 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_font_is_the_one_that_its_readme_names() {
        let hash: String = Sha256::digest(FONT).iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(include_str!("../fonts/README.md").contains(&hash), "{hash}");
    }
}
