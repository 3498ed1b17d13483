//! Bearer tokens: 32 random bytes, known to the database by their hash only.
//!
//! A short cache spares a query per request; a sign-out of this process counts at once, one of another process within
//! [`REMEMBER`].

use crate::problem::Problem;
use mingzhang_domain::calendar::Instant;
use mingzhang_store::identity::{self, Session};
use rand::TryRng;
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// How long a token may be used after sign-in, hours.
const HOURS: i64 = 12;
/// How long the cache may answer for the database, seconds.
const REMEMBER: i64 = 5;
/// How many tokens are remembered.
const REMEMBERED: usize = 10_000;
/// What a token begins with, so that a leaked one is recognised.
const PREFIX: &str = "mz_";

/// The tokens that are out.
#[derive(Debug)]
pub struct Sessions {
    pool: PgPool,
    seen: Mutex<HashMap<[u8; 32], (Session, Instant)>>,
}

/// A new token, shown once.
#[derive(Debug)]
pub struct Issued {
    /// In clear.
    pub token: String,
    /// When it ends.
    pub expires_at: Instant,
}

impl Sessions {
    /// On the writer's pool.
    pub fn new(pool: PgPool) -> Self {
        Self { pool, seen: Mutex::default() }
    }

    /// Issues a token to a sign-in name.
    ///
    /// # Errors
    /// 503 when the database is away.
    pub async fn issue(&self, name: &str, now: Instant) -> Result<Issued, Problem> {
        let mut secret = [0; 32];
        rand::rngs::SysRng.try_fill_bytes(&mut secret).map_err(|_| Problem::internal())?;
        let token = format!("{PREFIX}{}", hex(&secret));
        let expires_at = now + chrono::TimeDelta::hours(HOURS);
        let mut conn = self.pool.acquire().await?;
        identity::put_token(&mut conn, &hash(&token), name, now, expires_at).await?;
        identity::purge_tokens(&mut conn, now).await?;
        Ok(Issued { token, expires_at })
    }

    /// Whose token it is.
    ///
    /// # Errors
    /// 401 when it is nobody's or has ended; 503 when the database is away.
    pub async fn find(&self, token: &str, now: Instant) -> Result<Session, Problem> {
        if token.len() != PREFIX.len() + 64 || !token.starts_with(PREFIX) {
            return Err(Problem::unauthenticated());
        }
        let hash = hash(token);
        if let Some(session) = self.remembered(&hash, now) {
            return Ok(session);
        }
        let mut conn = self.pool.acquire().await?;
        let found = identity::find_token(&mut conn, &hash, now).await?;
        let session = found.ok_or_else(Problem::unauthenticated)?;
        self.remember(hash, session.clone(), now);
        Ok(session)
    }

    /// Ends a token.
    ///
    /// # Errors
    /// 503 when the database is away.
    pub async fn end(&self, token: &str) -> Result<(), Problem> {
        let hash = hash(token);
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).remove(&hash);
        let mut conn = self.pool.acquire().await?;
        identity::drop_token(&mut conn, &hash).await?;
        Ok(())
    }

    /// Forgets what is remembered of a name whose password changed.
    pub fn forget(&self, name: &str) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, (session, _)| session.name != name);
    }

    fn remembered(&self, hash: &[u8; 32], now: Instant) -> Option<Session> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let (session, at) = seen.get(hash)?;
        let fresh = now.signed_duration_since(*at).num_seconds() < REMEMBER && session.expires_at > now;
        fresh.then(|| session.clone())
    }

    fn remember(&self, hash: [u8; 32], session: Session, now: Instant) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= REMEMBERED {
            seen.clear();
        }
        seen.insert(hash, (session, now));
    }
}

/// SHA-256 of a token: it has 256 bits of its own, so it needs no salt and no slow hash.
fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
