//! Search without reading: keyed fingerprints of phones and ID numbers, in a mutable table and nowhere else.
//!
//! A fingerprint is HMAC-SHA-256 under the company's index key: without the key store nobody can try all phone numbers.
//! May never happen here: a fingerprint in an event, a read model or a log line.

use super::cipher::SecretKey;
use crate::error::StoreError;
use hmac::{Hmac, KeyInit, Mac};
use mingzhang_domain::id::{LedgerId, Purpose, VaultItemId, derive_keyed, natural};
use sha2::Sha256;
use sqlx::PgConnection;
use uuid::Uuid;

/// What is searched by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IndexKind {
    /// A mobile number.
    Mobile,
    /// An identity number.
    Identity,
}

impl IndexKind {
    /// The word in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mobile => "mobile",
            Self::Identity => "identity",
        }
    }
}

/// A company's index key; never rotated, since ids derive from it.
#[derive(Debug, Clone)]
pub struct IndexKey(SecretKey);

impl IndexKey {
    pub(super) fn new(key: SecretKey) -> Self {
        Self(key)
    }

    /// HMAC-SHA-256 of a message for one use; uses are kept apart by their tag.
    pub fn mac(&self, tag: &str, message: &[u8]) -> [u8; 32] {
        // HMAC takes keys of any length; the error type cannot occur for 32 bytes.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.bytes()) else { return [0; 32] };
        mac.update(tag.as_bytes());
        mac.update(&[0]);
        mac.update(message);
        mac.finalize().into_bytes().into()
    }

    /// The fingerprint of a phone or ID number, after trimming, NFKC and upper case.
    pub fn blind_index(&self, kind: IndexKind, text: &str) -> [u8; 32] {
        self.mac(&format!("mingzhang/blind_index/{}/1", kind.as_str()), natural(text).as_bytes())
    }

    /// An id from a natural key that is personal data.
    pub fn derive(&self, purpose: Purpose, parts: &[&str]) -> Uuid {
        derive_keyed(self.0.bytes(), purpose, parts)
    }
}

/// A fingerprint with where its text lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Indexed {
    /// What it is the fingerprint of.
    pub kind: IndexKind,
    /// The fingerprint.
    pub token: [u8; 32],
    /// Whose it is.
    pub subject_id: Uuid,
    /// The item that holds the text.
    pub item_id: VaultItemId,
}

/// Makes items findable; a fingerprint that a subject already has only moves to its newest item.
///
/// # Errors
/// [`StoreError`].
pub async fn put(conn: &mut PgConnection, company: LedgerId, rows: &[Indexed]) -> Result<(), StoreError> {
    let kinds: Vec<String> = rows.iter().map(|row| row.kind.as_str().to_owned()).collect();
    let tokens: Vec<Vec<u8>> = rows.iter().map(|row| row.token.to_vec()).collect();
    let subjects: Vec<Uuid> = rows.iter().map(|row| row.subject_id).collect();
    let items: Vec<Uuid> = rows.iter().map(|row| row.item_id.uuid()).collect();
    sqlx::query_file!("sql/blind_index_put.sql", company.uuid(), &kinds, &tokens, &subjects, &items)
        .execute(conn)
        .await?;
    Ok(())
}

/// Subjects of a company with that phone or ID number, with the item that says so.
///
/// # Errors
/// [`StoreError`].
pub async fn find(
    conn: &mut PgConnection,
    company: LedgerId,
    kind: IndexKind,
    token: &[u8; 32],
) -> Result<Vec<(Uuid, VaultItemId)>, StoreError> {
    let rows = sqlx::query_file!("sql/blind_index_find.sql", company.uuid(), kind.as_str(), &token[..]);
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (row.subject_id, VaultItemId(row.item_id))).collect())
}

/// Forgets every fingerprint of a subject; the first step of erasing it.
///
/// # Errors
/// [`StoreError`].
pub async fn forget(conn: &mut PgConnection, company: LedgerId, subject: Uuid) -> Result<(), StoreError> {
    sqlx::query_file!("sql/blind_index_forget.sql", company.uuid(), subject).execute(conn).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_depends_on_key_kind_and_folded_text() {
        let (key, other) = (IndexKey::new(SecretKey::random()), IndexKey::new(SecretKey::random()));
        let of = |key: &IndexKey, kind, text| key.blind_index(kind, text);
        assert_eq!(of(&key, IndexKind::Mobile, " １３８00000000"), of(&key, IndexKind::Mobile, "13800000000"));
        assert_ne!(of(&key, IndexKind::Mobile, "13800000000"), of(&key, IndexKind::Identity, "13800000000"));
        assert_ne!(of(&key, IndexKind::Mobile, "13800000000"), of(&other, IndexKind::Mobile, "13800000000"));
    }
}
