//! The secret that both sides sign with.

use crate::key::{Forged, KeyError};
use aws_lc_rs::hmac;
use mingzhang_domain::value::Digest;
use std::fmt;

/// Characters at least.
const SHORTEST: usize = 32;

/// A shared secret; never shown.
#[derive(Clone)]
pub struct Secret(hmac::Key);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    /// Of the characters that the provider's console shows.
    ///
    /// # Errors
    /// [`KeyError::NotPem`] for fewer than 32.
    pub fn from_text(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        if text.len() < SHORTEST {
            Err(KeyError::NotPem)
        } else {
            Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, text.as_bytes())))
        }
    }

    /// The signature of a message, lower-case hexadecimal.
    pub fn sign(&self, message: &[u8]) -> String {
        let tag = hmac::sign(&self.0, message);
        tag.as_ref().try_into().map(|bytes| Digest(bytes).to_string()).unwrap_or_default()
    }

    /// Checks a signature in constant time.
    ///
    /// # Errors
    /// [`Forged`].
    pub fn verify(&self, message: &[u8], signature: &str) -> Result<(), Forged> {
        let tag: Digest = signature.parse().map_err(|_| Forged)?;
        hmac::verify(&self.0, message, &tag.0).map_err(|_| Forged)
    }
}
