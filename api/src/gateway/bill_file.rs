//! A provider's bill on its way: in a file without a name, bounded, never whole in memory.

use super::GatewayError;
use super::client::WITHIN;
use mingzhang_domain::value::Digest;
use mingzhang_gateway::bill::BillError;
use reqwest::{Client, Method};
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, Write};

/// The longest bill as it comes, bytes.
pub const LONGEST: u64 = 64 * 1024 * 1024;
/// The longest bill once unpacked, bytes.
const LONGEST_UNPACKED: u64 = 1024 * 1024 * 1024;

/// A bill, as the provider sent it.
#[derive(Debug)]
pub struct BillFile {
    file: File,
    length: u64,
    hash: Sha256,
    /// SHA-1 that the provider announced of it, in hex.
    pub announced: Option<String>,
}

impl BillFile {
    /// An empty file.
    ///
    /// # Errors
    /// What the system says.
    pub fn new() -> io::Result<Self> {
        Ok(Self { file: tempfile::tempfile()?, length: 0, hash: Sha256::new(), announced: None })
    }

    /// What came so far has more behind it.
    ///
    /// # Errors
    /// What the system says, or that it is too long.
    pub fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.length += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if self.length > LONGEST {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        self.hash.update(bytes);
        self.file.write_all(bytes)
    }

    /// SHA-256 of all of it.
    pub fn digest(&self) -> Digest {
        Digest(self.hash.clone().finalize().into())
    }

    /// The file from its beginning.
    ///
    /// # Errors
    /// [`BillError::Read`].
    pub(super) fn open(&self) -> Result<BufReader<File>, BillError> {
        let unread = |_| BillError::Read(0);
        let mut file = self.file.try_clone().map_err(unread)?;
        file.rewind().map_err(unread)?;
        Ok(BufReader::new(file))
    }

    /// Fetches all of an address into the file.
    ///
    /// # Errors
    /// [`GatewayError::Unknown`] when not all of it came.
    pub(super) async fn fetch(
        &mut self,
        client: &Client,
        url: &str,
        headers: &[(&'static str, String)],
    ) -> Result<(), GatewayError> {
        let unknown = |_| GatewayError::Unknown;
        // A bill takes longer than an answer.
        let request = client.request(Method::GET, url).timeout(WITHIN * 30);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, value));
        let mut answer = request.send().await.map_err(unknown)?;
        if answer.status().as_u16() != 200 {
            return Err(GatewayError::Unknown);
        }
        while let Some(chunk) = answer.chunk().await.map_err(unknown)? {
            self.append(&chunk).map_err(|_| GatewayError::Unknown)?;
        }
        Ok(())
    }
}

/// What of a packed file is read; a bomb ends here.
pub(super) fn unpacked(part: impl Read) -> impl Read {
    part.take(LONGEST_UNPACKED)
}
