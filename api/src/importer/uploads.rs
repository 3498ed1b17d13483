//! The folder of uploaded files: each sealed under a key of its own, none older than a day.
//!
//! A file is named by community and import, which follow from its bytes; whoever has the folder alone can read nothing.
//! May never happen here: bytes in clear on the disk, a path with anything in it that a caller chose.

use crate::problem::Problem;
use mingzhang_domain::calendar::Instant;
use mingzhang_domain::id::{ImportId, LedgerId};
use mingzhang_store::vault::Vault;
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::io::AsyncWriteExt;

/// How long an upload is kept; the sweep that removes it comes at most [`SWEEP_EVERY`] later, still within the day.
const KEPT: chrono::TimeDelta = chrono::TimeDelta::minutes(23 * 60 + 45);
/// How often old uploads are looked for.
pub const SWEEP_EVERY: Duration = Duration::from_secs(10 * 60);

/// The folder.
#[derive(Debug)]
pub struct Uploads {
    folder: PathBuf,
    vault: Vault,
}

impl Uploads {
    /// The folder below the data folder; made when it is not there.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(data: &Path, vault: Vault) -> io::Result<Self> {
        let folder = data.join("uploads");
        match std::fs::DirBuilder::new().mode(0o700).create(&folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            _ => Ok(Self { folder, vault }),
        }
    }

    /// Keeps a file; one that is sent again is kept anew.
    ///
    /// # Errors
    /// 500 when it cannot be written.
    pub async fn put(&self, community: LedgerId, import: ImportId, bytes: &[u8]) -> Result<(), Problem> {
        let name = name(community, import);
        let sealed = self.vault.seal_file(name.as_bytes(), bytes).await?;
        let scratch: uuid::Uuid = crate::ids::mint();
        let scratch = self.folder.join(format!("{scratch}.part"));
        let written = write(&scratch, &self.folder.join(name), &sealed).await;
        if written.is_err() {
            // What is left behind is swept with the rest.
            let _gone = tokio::fs::remove_file(&scratch).await;
        }
        written.map_err(failed)
    }

    /// The bytes of an import; none when they were never sent or are gone.
    ///
    /// # Errors
    /// 500 when they cannot be read or are not what was kept.
    pub async fn get(&self, community: LedgerId, import: ImportId) -> Result<Option<Vec<u8>>, Problem> {
        let name = name(community, import);
        let sealed = match tokio::fs::read(self.folder.join(&name)).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            read => read.map_err(failed)?,
        };
        Ok(Some(self.vault.open_file(name.as_bytes(), &sealed).await?))
    }

    /// Whether the file of an import is there.
    pub async fn holds(&self, community: LedgerId, import: ImportId) -> bool {
        tokio::fs::try_exists(self.folder.join(name(community, import))).await.unwrap_or(false)
    }

    /// Removes what has been kept long enough; answers how many.
    ///
    /// # Errors
    /// What the system says.
    pub fn sweep(&self, now: Instant) -> io::Result<usize> {
        sweep(&self.folder, now)
    }
}

/// Removes what has been kept long enough in a folder of uploads; answers how many.
///
/// # Errors
/// What the system says.
pub fn sweep(folder: &Path, now: Instant) -> io::Result<usize> {
    let mut removed = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let kept_since = Instant::from(entry.metadata()?.modified()?);
        if now.signed_duration_since(kept_since) >= KEPT {
            std::fs::remove_file(entry.path())?;
            removed += 1;
        }
    }
    Ok(removed)
}

fn name(community: LedgerId, import: ImportId) -> String {
    format!("{community}.{import}.sealed")
}

async fn write(scratch: &Path, path: &Path, sealed: &[u8]) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let mut file = tokio::fs::OpenOptions::from(options).open(scratch).await?;
    file.write_all(sealed).await?;
    file.sync_all().await?;
    tokio::fs::rename(scratch, path).await
}

fn failed(error: io::Error) -> Problem {
    tracing::error!(%error, "the folder of uploads failed");
    Problem::internal()
}
