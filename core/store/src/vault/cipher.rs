//! The one place where bytes are sealed and opened: XChaCha20-Poly1305 with a fresh random nonce each time.
//!
//! May never happen here: a nonce that is not random, a context that is left out, a key or plaintext in an error or in
//! `Debug`.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use mingzhang_domain::value::Digest;
use rand::RngExt;
use sha2::Digest as _;
use std::fmt;
use zeroize::Zeroizing;

/// Bytes of a nonce.
pub(super) const NONCE: usize = 24;
/// Bytes of the salt at the front of every plaintext.
const SALT: usize = 16;

/// What was sealed cannot be opened: another key, another place, or changed bytes; which of them cannot be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unopenable;

/// 32 secret bytes; overwritten when dropped, never shown.
#[derive(Clone)]
pub(super) struct SecretKey(Zeroizing<[u8; 32]>);

impl SecretKey {
    /// Fresh random bytes.
    pub(super) fn random() -> Self {
        Self(Zeroizing::new(rand::rng().random()))
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(|bytes| Self(Zeroizing::new(bytes)))
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from(*self.0))
    }

    /// Seals a message in a context; answers the nonce and the ciphertext with its tag.
    pub(super) fn seal(&self, context: &[u8], message: &[u8]) -> Result<([u8; NONCE], Vec<u8>), Unopenable> {
        let nonce: [u8; NONCE] = rand::rng().random();
        let sealed = self.cipher().encrypt(&XNonce::from(nonce), Payload { msg: message, aad: context });
        Ok((nonce, sealed.map_err(|_| Unopenable)?))
    }

    /// Opens what was sealed in the same context under the same key.
    pub(super) fn open(&self, context: &[u8], nonce: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unopenable> {
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| Unopenable)?;
        let opened = self.cipher().decrypt(&XNonce::from(nonce), Payload { msg: sealed, aad: context });
        opened.map(Zeroizing::new).map_err(|_| Unopenable)
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

/// Personal data in clear: overwritten when dropped, never shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Personal(Zeroizing<String>);

impl Personal {
    /// The text in clear: for showing to whom may see it, and for nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Personal {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl fmt::Debug for Personal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Personal(…)")
    }
}

/// A text with its salt in front: what is sealed, so that the salt of a commitment lies inside the ciphertext.
pub(super) struct Salted(Zeroizing<Vec<u8>>);

impl Salted {
    pub(super) fn new(text: &str) -> Self {
        let salt: [u8; SALT] = rand::rng().random();
        // Reserved once: growing would leave copies behind that nobody overwrites.
        let mut all = Zeroizing::new(Vec::with_capacity(SALT + text.len()));
        all.extend_from_slice(&salt);
        all.extend_from_slice(text.as_bytes());
        Self(all)
    }

    pub(super) fn from_opened(opened: Zeroizing<Vec<u8>>) -> Result<Self, Unopenable> {
        if opened.len() < SALT { Err(Unopenable) } else { Ok(Self(opened)) }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn text(&self) -> Result<Personal, Unopenable> {
        let text = self.0.get(SALT..).and_then(|text| std::str::from_utf8(text).ok()).ok_or(Unopenable)?;
        Ok(Personal(Zeroizing::new(text.to_owned())))
    }

    /// SHA-256("mingzhang/commitment/1" ‖ 0x00 ‖ salt ‖ text).
    pub(super) fn commitment(&self) -> Digest {
        let hash = sha2::Sha256::new().chain_update(b"mingzhang/commitment/1\0").chain_update(&*self.0);
        Digest(hash.finalize().into())
    }
}

/// A context for sealing: the parts with their lengths, so that no two different lists read the same.
pub(super) fn context(parts: &[&[u8]]) -> Vec<u8> {
    let mut all = Vec::with_capacity(128);
    for part in parts {
        // Parts are ids and short words; a longer one would be cut in its length only, and never is.
        all.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        all.extend_from_slice(part);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_and_context_open() {
        let (key, other) = (SecretKey::random(), SecretKey::random());
        let (nonce, sealed) = key.seal(b"here", b"secret").unwrap();
        assert_eq!(&**key.open(b"here", &nonce, &sealed).unwrap(), b"secret");
        assert!(key.open(b"there", &nonce, &sealed).is_err());
        assert!(other.open(b"here", &nonce, &sealed).is_err());
        assert!(key.open(b"here", nonce.get(1..).unwrap(), &sealed).is_err());
        for i in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[i] ^= 1;
            assert!(key.open(b"here", &nonce, &changed).is_err());
        }
    }

    #[test]
    fn the_same_text_is_sealed_and_committed_to_differently_each_time() {
        let key = SecretKey::random();
        let (one, two) = (Salted::new("王芳"), Salted::new("王芳"));
        assert_ne!(one.commitment(), two.commitment());
        assert_ne!(key.seal(b"", one.bytes()).unwrap().1, key.seal(b"", one.bytes()).unwrap().1);
        assert_eq!(one.text().unwrap().expose(), "王芳");
    }

    #[test]
    fn nothing_secret_is_shown() {
        let shown = format!("{:?} {:?}", Personal::from("王芳".to_owned()), SecretKey::from_bytes(&[65; 32]).unwrap());
        assert!(!shown.contains('王') && !shown.contains("65") && !shown.contains('A'));
    }

    #[test]
    fn contexts_do_not_run_together() {
        assert_ne!(context(&[b"ab", b"c"]), context(&[b"a", b"bc"]));
    }
}
