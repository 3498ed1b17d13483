//! The vault: personal data outside the log, each item sealed under the key of the subject it is about.
//!
//! [`Vault::seal`] makes the subject's key durable in the key store and answers sealed items, which the lane writes in the
//! command's own commit; [`Vault::open`] reads many at once. Erasing a subject deletes its key: what lies in the log's
//! database, its dumps and its backups is then unreadable for ever. May never happen here: plaintext in a log line, an
//! error, `Debug` or a table.

mod cipher;
mod file;
mod file_key;
pub mod index;
mod keys;

pub use cipher::Personal;
pub use file_key::{FileKey, KeyWrapping};
pub use index::{IndexKey, IndexKind};
pub use keys::{CACHED_FOR, KeyStore};

use crate::error::StoreError;
pub use crate::lane::NewVaultItem;
use cipher::{Salted, Unopenable, context};
use mingzhang_domain::calendar::Instant;
use mingzhang_domain::id::{LedgerId, VaultItemId};
use mingzhang_domain::value::Digest;
use sqlx::PgConnection;
use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;
use uuid::Uuid;

/// The longest text of one item, in bytes.
pub const MAX_TEXT: usize = 64 * 1024;

/// Why the vault did not do what it was asked to; never says what is in it.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The file key cannot be read or written.
    #[error("the file key {path} cannot be used: {reason}")]
    FileKey {
        /// Where it lies.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The key store is in use and its file key is not there; a new one would make the vault unreadable.
    #[error("the key store is in use, but its file key {path} is missing: bring it back from the backup")]
    MissingFileKey {
        /// Where it should lie.
        path: PathBuf,
    },
    /// The file key is not the one that the key store was begun with.
    #[error("the file key is not the one of this key store: bring back the right one from the backup")]
    WrongFileKey,
    /// An item's bytes are not what was sealed, or not for this place.
    #[error("vault item {0} was changed or moved")]
    Tampered(VaultItemId),
    /// A file's bytes are not what was sealed, or not for this place.
    #[error("a sealed file was changed or moved")]
    TamperedFile,
    /// The subject was erased while its data were being sealed.
    #[error("the subject {0} was erased meanwhile")]
    Erased(Uuid),
    /// A text is longer than an item may be.
    #[error("a text of personal data is longer than 64 KiB")]
    TooLong,
    /// The key store did not do what it was asked to.
    #[error("the key store failed while {doing}: {source}")]
    KeyStore {
        /// What was tried.
        doing: &'static str,
        /// What the database said.
        source: sqlx::Error,
    },
    /// The log's database did not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Names what was tried when the key store fails.
trait KeyStoreAction<T> {
    fn doing(self, doing: &'static str) -> Result<T, VaultError>;
}

impl<T> KeyStoreAction<T> for Result<T, sqlx::Error> {
    fn doing(self, doing: &'static str) -> Result<T, VaultError> {
        self.map_err(|source| VaultError::KeyStore { doing, source })
    }
}

/// What an item is; bound to its ciphertext, so that a phone can never be passed off as a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ItemKind {
    /// A person's name.
    Name,
    /// A mobile number.
    Mobile,
    /// An identity number.
    Identity,
    /// What somebody wrote freely.
    Text,
    /// What a payment channel or bank said about a payer.
    Payer,
    /// A company's stamp, PNG as base64.
    Stamp,
}

impl ItemKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Mobile => "mobile",
            Self::Identity => "identity",
            Self::Text => "text",
            Self::Payer => "payer",
            Self::Stamp => "stamp",
        }
    }
}

/// Personal data on its way into the vault.
#[derive(Debug, Clone)]
pub struct Plain {
    /// Names it in events; minted by the caller.
    pub item_id: VaultItemId,
    /// Whose data it is: a person, or the stream that it came with when no person is known.
    pub subject_id: Uuid,
    /// What it is.
    pub kind: ItemKind,
    /// The text.
    pub text: Personal,
}

/// A sealed item, and what an event may say about it.
#[derive(Debug, Clone)]
pub struct Sealed {
    /// Goes into the command's own commit.
    pub item: NewVaultItem,
    /// For events where the text is evidence: SHA-256 over the text and a salt that only the item holds.
    pub commitment: Digest,
}

/// An opened item.
#[derive(Debug, Clone)]
pub struct Opened {
    /// Whose data it is.
    pub subject_id: Uuid,
    /// The text.
    pub text: Personal,
    /// The same as when it was sealed.
    pub commitment: Digest,
}

/// Seals and opens personal data.
#[derive(Debug, Clone)]
pub struct Vault {
    keys: Arc<KeyStore>,
}

impl Vault {
    /// A vault over a key store.
    pub fn new(keys: Arc<KeyStore>) -> Self {
        Self { keys }
    }

    /// The index key of a company: fingerprints for search, ids from personal natural keys, request digests.
    ///
    /// # Errors
    /// [`VaultError`].
    pub async fn index_key(&self, company: LedgerId) -> Result<IndexKey, VaultError> {
        self.keys.index_key(company).await
    }

    /// Seals items of a ledger; missing subject keys are made first and are durable when this returns.
    ///
    /// # Errors
    /// [`VaultError::TooLong`], [`VaultError::Erased`], or the key store's failure; nothing is written to the log's database.
    pub async fn seal(&self, ledger: LedgerId, plains: &[Plain], now: Instant) -> Result<Vec<Sealed>, VaultError> {
        if plains.iter().any(|plain| plain.text.expose().len() > MAX_TEXT) {
            return Err(VaultError::TooLong);
        }
        let subjects: BTreeSet<Uuid> = plains.iter().map(|plain| plain.subject_id).collect();
        let keys = self.keys.find_or_make(&subjects, now).await?;
        let seal = |plain: &Plain| {
            let salted = Salted::new(plain.text.expose());
            let key = keys.get(&plain.subject_id).ok_or(VaultError::Erased(plain.subject_id))?;
            let place = place(ledger, plain.item_id, plain.subject_id, plain.kind);
            let (nonce, ciphertext) = key.seal(&place, salted.bytes()).map_err(|Unopenable| VaultError::TooLong)?;
            Ok(Sealed {
                item: NewVaultItem {
                    item_id: plain.item_id.uuid(),
                    subject_id: plain.subject_id,
                    nonce: nonce.to_vec(),
                    ciphertext,
                },
                commitment: salted.commitment(),
            })
        };
        plains.iter().map(seal).collect()
    }

    /// Opens items of a ledger: one query for the items, one for the keys. What was never written, or whose subject was
    /// erased, is left out.
    ///
    /// `conn` is the writer's: no other role may read the vault.
    ///
    /// # Errors
    /// [`VaultError::Tampered`] when an item is not what was sealed for this ledger, id, subject and kind.
    pub async fn open(
        &self,
        conn: &mut PgConnection,
        ledger: LedgerId,
        wanted: &[(VaultItemId, ItemKind)],
    ) -> Result<HashMap<VaultItemId, Opened>, VaultError> {
        let kinds: HashMap<Uuid, ItemKind> = wanted.iter().map(|(id, kind)| (id.uuid(), *kind)).collect();
        let ids: Vec<Uuid> = kinds.keys().copied().collect();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let rows = sqlx::query_file!("sql/vault_items.sql", ledger.uuid(), &ids);
        let rows = rows.fetch_all(conn).await.map_err(StoreError::from)?;
        let keys = self.keys.find(&rows.iter().map(|row| row.subject_id).collect()).await?;
        let mut opened = HashMap::with_capacity(rows.len());
        for row in rows {
            let (Some(key), Some(kind)) = (keys.get(&row.subject_id), kinds.get(&row.item_id)) else { continue };
            let item_id = VaultItemId(row.item_id);
            let tampered = |Unopenable| VaultError::Tampered(item_id);
            let bytes = key.open(&place(ledger, item_id, row.subject_id, *kind), &row.nonce, &row.ciphertext);
            let salted = Salted::from_opened(bytes.map_err(tampered)?).map_err(tampered)?;
            let text = salted.text().map_err(tampered)?;
            opened.insert(item_id, Opened { subject_id: row.subject_id, text, commitment: salted.commitment() });
        }
        Ok(opened)
    }

    /// Erases a subject of a company: its fingerprints, then its key. The event that says so comes first.
    ///
    /// # Errors
    /// [`VaultError`]; it may be asked again.
    pub async fn erase(&self, conn: &mut PgConnection, company: LedgerId, subject: Uuid) -> Result<(), VaultError> {
        index::forget(conn, company, subject).await?;
        self.keys.erase(subject).await
    }
}

/// What a ciphertext is bound to.
fn place(ledger: LedgerId, item: VaultItemId, subject: Uuid, kind: ItemKind) -> Vec<u8> {
    let (ledger, item) = (ledger.uuid(), item.uuid());
    context(&[
        b"mingzhang/vault_item/1",
        ledger.as_bytes(),
        item.as_bytes(),
        subject.as_bytes(),
        kind.as_str().as_bytes(),
    ])
}
