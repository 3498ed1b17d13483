//! The key that wraps all other keys: by default a file of mode 0600 in the data folder, one day a key service.
//!
//! Whoever has the file and the key store can read the vault; whoever has only one of them cannot. It is backed up apart
//! from both databases, and never replaced: a lost file is lost data, so a missing one is never made anew beside a key
//! store that is in use.

use super::VaultError;
use super::cipher::{NONCE, SecretKey, context};
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The file's name in the data folder.
const NAME: &str = "vault.key";

/// Wraps and unwraps the keys of the key store.
#[async_trait::async_trait]
pub trait KeyWrapping: Send + Sync + std::fmt::Debug {
    /// Wraps a key for a place; only the same place unwraps it.
    ///
    /// # Errors
    /// [`VaultError::WrongFileKey`], or what the wrapping service says.
    async fn wrap(&self, place: &[u8], key: &[u8; 32]) -> Result<Vec<u8>, VaultError>;

    /// Unwraps a key.
    ///
    /// # Errors
    /// [`VaultError::WrongFileKey`] when it was wrapped by another, for another place, or changed since.
    async fn unwrap(&self, place: &[u8], wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError>;
}

/// The key in a file of the data folder.
#[derive(Debug)]
pub struct FileKey {
    key: SecretKey,
}

impl FileKey {
    /// Where the file lies.
    pub fn path(data_folder: &Path) -> PathBuf {
        data_folder.join(NAME)
    }

    /// Reads the file; `None` when there is none.
    ///
    /// # Errors
    /// [`VaultError::FileKey`] when others may read it or it is not 64 hexadecimal digits.
    pub fn read(data_folder: &Path) -> Result<Option<Self>, VaultError> {
        let path = Self::path(data_folder);
        let mut file = match File::open(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            opened => opened.map_err(|error| unusable(&path, &error.to_string()))?,
        };
        let metadata = file.metadata().map_err(|error| unusable(&path, &error.to_string()))?;
        if metadata.mode() & 0o077 != 0 {
            return Err(unusable(&path, "others may read it: it must have mode 0600"));
        }
        let mut text = Zeroizing::new(String::with_capacity(128));
        let read = Read::by_ref(&mut file).take(100).read_to_string(&mut text);
        read.map_err(|_| unusable(&path, "it is not a text"))?;
        let key = from_hex(text.trim_end()).ok_or_else(|| unusable(&path, "it is not 64 hexadecimal digits"))?;
        Ok(Some(Self { key }))
    }

    /// Creates the file with fresh random bytes, durably; if another process was first, its file is read.
    ///
    /// # Errors
    /// [`VaultError::FileKey`] when it cannot be written.
    pub fn create(data_folder: &Path) -> Result<Self, VaultError> {
        let path = Self::path(data_folder);
        let scratch = data_folder.join(format!("{NAME}.{}", std::process::id()));
        let key = SecretKey::random();
        let written = write_once(&scratch, &path, &key).map_err(|error| unusable(&path, &error.to_string()));
        // The scratch file is only the way to a whole file under its name.
        let _gone = fs::remove_file(&scratch);
        written?;
        Self::read(data_folder)?.ok_or_else(|| unusable(&path, "it was removed while it was made"))
    }
}

#[async_trait::async_trait]
impl KeyWrapping for FileKey {
    async fn wrap(&self, place: &[u8], key: &[u8; 32]) -> Result<Vec<u8>, VaultError> {
        let sealed = self.key.seal(&context(&[b"mingzhang/wrapped_key/1", place]), key);
        let (nonce, sealed) = sealed.map_err(|_| VaultError::WrongFileKey)?;
        Ok([&nonce[..], &sealed].concat())
    }

    async fn unwrap(&self, place: &[u8], wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let (nonce, sealed) = wrapped.split_at_checked(NONCE).ok_or(VaultError::WrongFileKey)?;
        let opened = self.key.open(&context(&[b"mingzhang/wrapped_key/1", place]), nonce, sealed);
        opened.map_err(|_| VaultError::WrongFileKey)
    }
}

/// Writes the scratch file and gives it its name, unless the name is taken.
fn write_once(scratch: &Path, path: &Path, key: &SecretKey) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(scratch)?;
    let mut text = Zeroizing::new(String::with_capacity(65));
    for byte in key.bytes() {
        text.push_str(&format!("{byte:02x}"));
    }
    text.push('\n');
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    match fs::hard_link(scratch, path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all()),
    }
}

fn from_hex(text: &str) -> Option<SecretKey> {
    let mut bytes = Zeroizing::new([0_u8; 32]);
    if text.len() != 64 || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    for (i, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * i..2 * i + 2)?, 16).ok()?;
    }
    SecretKey::from_bytes(&*bytes)
}

fn unusable(path: &Path, reason: &str) -> VaultError {
    VaultError::FileKey { path: path.to_path_buf(), reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn it_is_made_once_and_only_for_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        assert!(FileKey::read(folder.path()).unwrap().is_none());
        let first = FileKey::create(folder.path()).unwrap();
        let again = FileKey::create(folder.path()).unwrap();
        assert_eq!(first.key.bytes(), again.key.bytes());
        let path = FileKey::path(folder.path());
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(FileKey::read(folder.path()), Err(VaultError::FileKey { .. })));
    }

    #[test]
    fn a_cut_file_is_refused_without_showing_it() {
        let folder = tempfile::tempdir().unwrap();
        FileKey::create(folder.path()).unwrap();
        let path = FileKey::path(folder.path());
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, &text[..20]).unwrap();
        let refused = FileKey::read(folder.path()).unwrap_err().to_string();
        assert!(!refused.contains(&text[..20]), "{refused}");
    }
}
