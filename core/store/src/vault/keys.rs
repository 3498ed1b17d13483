//! The key store: a second database that holds one wrapped key per subject and one index key per company.
//!
//! A key is durable before anything is sealed under it. Erasing a subject is deleting its key. A small cache spares the
//! key store; it forgets within [`CACHED_FOR`], so that a key erased by another process is gone here soon as well.

use super::cipher::SecretKey;
use super::file_key::{FileKey, KeyWrapping};
use super::index::IndexKey;
use super::{KeyStoreAction, VaultError};
use mingzhang_domain::calendar::Instant;
use mingzhang_domain::id::LedgerId;
use sqlx::PgPool;
use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use uuid::Uuid;

/// How long a subject's key may stay in memory.
pub const CACHED_FOR: Duration = Duration::from_secs(30);
/// How many keys the cache holds at most.
const CACHED: usize = 2_048;

/// The keys of subjects and companies.
#[derive(Debug)]
pub struct KeyStore {
    pool: PgPool,
    wrapping: Arc<dyn KeyWrapping>,
    subjects: Mutex<HashMap<Uuid, (SecretKey, std::time::Instant)>>,
    companies: Mutex<HashMap<LedgerId, IndexKey>>,
}

impl KeyStore {
    /// Opens the key store with the file key of the data folder, which is created only beside an empty key store.
    ///
    /// # Errors
    /// [`VaultError::MissingFileKey`] or [`VaultError::WrongFileKey`]: the process must not start.
    pub async fn open(pool: PgPool, data_folder: &Path) -> Result<Self, VaultError> {
        let key = match FileKey::read(data_folder)? {
            Some(key) => key,
            None => {
                let used = sqlx::query_file!("sql/keys_in_use.sql").fetch_one(&pool).await;
                if used.doing("asking whether it is in use")?.in_use {
                    return Err(VaultError::MissingFileKey { path: FileKey::path(data_folder) });
                }
                FileKey::create(data_folder)?
            }
        };
        Self::with_wrapping(pool, Arc::new(key)).await
    }

    /// Opens the key store with any wrapping, after checking that it is the one the store was begun with.
    ///
    /// # Errors
    /// [`VaultError::WrongFileKey`].
    pub async fn with_wrapping(pool: PgPool, wrapping: Arc<dyn KeyWrapping>) -> Result<Self, VaultError> {
        let store =
            Self { pool, wrapping, subjects: Mutex::new(HashMap::new()), companies: Mutex::new(HashMap::new()) };
        // The key of no ledger is what tells a wrong file key at once, before anything is sealed under it.
        store.index_key(LedgerId(Uuid::nil())).await?;
        Ok(store)
    }

    /// The index key of a company, made on first use and kept for ever.
    ///
    /// # Errors
    /// [`VaultError`].
    pub async fn index_key(&self, company: LedgerId) -> Result<IndexKey, VaultError> {
        let cached = self.companies.lock().unwrap_or_else(PoisonError::into_inner).get(&company).cloned();
        if let Some(key) = cached {
            return Ok(key);
        }
        let place = place("index", company.uuid());
        let wrapped = match self.wrapped_index_key(company).await? {
            Some(wrapped) => wrapped,
            None => {
                let fresh = self.wrapping.wrap(&place, SecretKey::random().bytes()).await?;
                let put = sqlx::query_file!("sql/index_key_put.sql", company.uuid(), fresh).execute(&self.pool).await;
                put.doing("keeping an index key")?;
                // Another process may have been first: what the store holds is what counts.
                self.wrapped_index_key(company).await?.ok_or(VaultError::WrongFileKey)?
            }
        };
        let key = IndexKey::new(self.unwrapped(&place, &wrapped).await?);
        self.companies.lock().unwrap_or_else(PoisonError::into_inner).insert(company, key.clone());
        Ok(key)
    }

    /// What wraps its keys.
    pub(super) fn wrapping(&self) -> &dyn KeyWrapping {
        &*self.wrapping
    }

    /// Deletes the key of a subject: what was sealed under it can never be read again.
    ///
    /// # Errors
    /// [`VaultError`].
    pub async fn erase(&self, subject: Uuid) -> Result<(), VaultError> {
        let erased = sqlx::query_file!("sql/subject_key_erase.sql", subject).execute(&self.pool).await;
        erased.doing("erasing a key")?;
        self.subjects.lock().unwrap_or_else(PoisonError::into_inner).remove(&subject);
        Ok(())
    }

    /// The keys that these subjects have; one query for what is not cached.
    pub(super) async fn find(&self, subjects: &BTreeSet<Uuid>) -> Result<HashMap<Uuid, SecretKey>, VaultError> {
        let mut keys = self.cached(subjects);
        let missing: Vec<Uuid> = subjects.iter().filter(|id| !keys.contains_key(id)).copied().collect();
        if !missing.is_empty() {
            let rows = sqlx::query_file!("sql/subject_keys.sql", &missing).fetch_all(&self.pool).await;
            for row in rows.doing("reading keys")? {
                let key = self.unwrapped(&place("subject", row.subject_id), &row.wrapped_key).await?;
                keys.insert(row.subject_id, key);
            }
            self.remember(&missing, &keys);
        }
        Ok(keys)
    }

    /// The keys of these subjects; missing ones are made, and durable when this returns.
    pub(super) async fn find_or_make(
        &self,
        subjects: &BTreeSet<Uuid>,
        now: Instant,
    ) -> Result<HashMap<Uuid, SecretKey>, VaultError> {
        let mut keys = self.find(subjects).await?;
        let missing: Vec<Uuid> = subjects.iter().filter(|id| !keys.contains_key(id)).copied().collect();
        if missing.is_empty() {
            return Ok(keys);
        }
        let mut wrapped = Vec::with_capacity(missing.len());
        for subject in &missing {
            wrapped.push(self.wrapping.wrap(&place("subject", *subject), SecretKey::random().bytes()).await?);
        }
        let put = sqlx::query_file!("sql/subject_keys_put.sql", &missing, &wrapped, now).execute(&self.pool).await;
        put.doing("keeping keys")?;
        // Another process may have been first with a subject: what the store holds is what counts.
        keys.extend(self.find(&missing.iter().copied().collect()).await?);
        Ok(keys)
    }

    async fn wrapped_index_key(&self, company: LedgerId) -> Result<Option<Vec<u8>>, VaultError> {
        let found = sqlx::query_file!("sql/index_key.sql", company.uuid()).fetch_optional(&self.pool).await;
        Ok(found.doing("reading an index key")?.map(|row| row.wrapped_key))
    }

    async fn unwrapped(&self, place: &[u8], wrapped: &[u8]) -> Result<SecretKey, VaultError> {
        SecretKey::from_bytes(&self.wrapping.unwrap(place, wrapped).await?).ok_or(VaultError::WrongFileKey)
    }

    fn cached(&self, subjects: &BTreeSet<Uuid>) -> HashMap<Uuid, SecretKey> {
        let cache = self.subjects.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = |id: &Uuid| cache.get(id).filter(|(_, since)| since.elapsed() < CACHED_FOR);
        subjects.iter().filter_map(|id| Some((*id, fresh(id)?.0.clone()))).collect()
    }

    fn remember(&self, wanted: &[Uuid], keys: &HashMap<Uuid, SecretKey>) {
        let now = std::time::Instant::now();
        let mut cache = self.subjects.lock().unwrap_or_else(PoisonError::into_inner);
        if cache.len() + wanted.len() > CACHED {
            cache.clear();
        }
        let found = wanted.iter().filter_map(|id| Some((*id, (keys.get(id)?.clone(), now))));
        cache.extend(found.take(CACHED));
    }
}

/// What a wrapped key is bound to.
fn place(kind: &str, id: Uuid) -> Vec<u8> {
    format!("{kind}/{id}").into_bytes()
}
