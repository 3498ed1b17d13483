//! Whole files for a short stay beside the database: each under a fresh key of its own, which the file key wraps.
//!
//! May never happen here: one key for two files, or a file that opens in another place than the one it was sealed for.

use super::cipher::{NONCE, SecretKey, Unopenable, context};
use super::{Vault, VaultError};

impl Vault {
    /// Seals a file for a place, such as the name it is kept under; answers what may lie on a disk.
    ///
    /// # Errors
    /// [`VaultError`] when the key cannot be wrapped.
    pub async fn seal_file(&self, place: &[u8], bytes: &[u8]) -> Result<Vec<u8>, VaultError> {
        let key = SecretKey::random();
        let wrapped = self.keys.wrapping().wrap(&key_place(place), key.bytes()).await?;
        let length = u16::try_from(wrapped.len()).map_err(|_| VaultError::WrongFileKey)?;
        let (nonce, sealed) = key.seal(&file_place(place), bytes).map_err(|Unopenable| VaultError::TamperedFile)?;
        Ok([&length.to_be_bytes()[..], &wrapped, &nonce, &sealed].concat())
    }

    /// Opens what was sealed for that place.
    ///
    /// # Errors
    /// [`VaultError::TamperedFile`] when it is not what was sealed there.
    pub async fn open_file(&self, place: &[u8], sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        let (length, rest) = sealed.split_first_chunk::<2>().ok_or(VaultError::TamperedFile)?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (wrapped, rest) = rest.split_at_checked(length).ok_or(VaultError::TamperedFile)?;
        let (nonce, sealed) = rest.split_at_checked(NONCE).ok_or(VaultError::TamperedFile)?;
        let key = self.keys.wrapping().unwrap(&key_place(place), wrapped).await;
        let key = key.ok().and_then(|key| SecretKey::from_bytes(&key)).ok_or(VaultError::TamperedFile)?;
        let mut opened = key.open(&file_place(place), nonce, sealed).map_err(|Unopenable| VaultError::TamperedFile)?;
        Ok(std::mem::take(&mut *opened))
    }
}

fn key_place(place: &[u8]) -> Vec<u8> {
    context(&[b"mingzhang/file_key/1", place])
}

fn file_place(place: &[u8]) -> Vec<u8> {
    context(&[b"mingzhang/file/1", place])
}
