//! Passwords: argon2id on blocking threads, a bounded number at a time.
//!
//! An unknown name costs the same as a wrong password: it is checked against a hash that nothing matches.

use crate::problem::Problem;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// 19 MiB and two passes: OWASP's minimum for argon2id, some 30 ms of one core.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;

/// Hashes and checks passwords.
#[derive(Debug, Clone)]
pub struct Passwords {
    /// At most so many at a time, so that guessing cannot take the machine's memory and cores.
    slots: Arc<Semaphore>,
    unmatched: Arc<str>,
}

impl Passwords {
    /// With so many checks at a time.
    ///
    /// # Errors
    /// 500 when the hasher refuses its own parameters.
    pub fn new(at_a_time: usize) -> Result<Self, Problem> {
        let unmatched = hash_now("a password that nobody has").ok_or_else(Problem::internal)?;
        Ok(Self { slots: Arc::new(Semaphore::new(at_a_time)), unmatched: unmatched.into() })
    }

    /// The hash of a password, as PHC text with its own salt.
    ///
    /// # Errors
    /// 503 when the server is stopping.
    pub async fn hash(&self, password: String) -> Result<String, Problem> {
        self.blocking(move || hash_now(&password)).await?.ok_or_else(Problem::internal)
    }

    /// Whether the password is the one of `hash`; without a hash never, after the same work.
    ///
    /// # Errors
    /// 503 when the server is stopping.
    pub async fn check(&self, password: String, hash: Option<String>) -> Result<bool, Problem> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.unmatched.to_string());
        let matches = self.blocking(move || check_now(&password, &hash)).await?;
        Ok(known && matches)
    }

    async fn blocking<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let away = || Problem::unavailable().retry_after(1);
        let slot = self.slots.clone().acquire_owned().await.map_err(|_| away())?;
        let work = tokio::task::spawn_blocking(move || {
            let answer = work();
            drop(slot);
            answer
        });
        work.await.map_err(|_| away())
    }
}

fn argon2() -> Option<Argon2<'static>> {
    Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(MEMORY_KIB, PASSES, 1, None).ok()?))
}

fn hash_now(password: &str) -> Option<String> {
    argon2()?.hash_password(password.as_bytes()).ok().map(|hash| hash.to_string())
}

fn check_now(password: &str, hash: &str) -> bool {
    let (Some(argon2), Ok(hash)) = (argon2(), PasswordHash::new(hash)) else { return false };
    argon2.verify_password(password.as_bytes(), &hash).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_matches_only_its_own_hash() {
        let hash = hash_now("correct horse battery").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(check_now("correct horse battery", &hash));
        assert!(!check_now("correct horse batter", &hash));
        assert!(!check_now("x", "not a hash"));
    }
}
