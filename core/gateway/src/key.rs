//! RSA keys of merchants and providers: what is signed, and what a signature says.
//!
//! May never happen here: a key in an error or in `Debug`, a signature of another kind than RSA PKCS#1 v1.5 with SHA-256.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use std::fmt;
use x509_cert::Certificate;
use x509_cert::der::asn1::{Any, BitString, ObjectIdentifier};
use x509_cert::der::pem::{LineEnding, encode_string};
use x509_cert::der::{Decode, EncodePem};
use x509_cert::spki::{AlgorithmIdentifier, SubjectPublicKeyInfoOwned};
use zeroize::Zeroizing;

/// Why a key cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not PEM of the expected kind.
    #[error("not a PEM file of the expected kind")]
    NotPem,
    /// Not an RSA key of 2,048 to 8,192 bits.
    #[error("not an RSA key of at least 2,048 bits in PKCS#8")]
    NotRsa,
    /// The random source of the machine failed.
    #[error("nothing could be signed on this machine")]
    NotSigned,
}

const PRIVATE_KEY: &str = "PRIVATE KEY";
const PUBLIC_KEY: &str = "PUBLIC KEY";
const CERTIFICATE: &str = "CERTIFICATE";
/// `rsaEncryption`
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// A signature that does not belong to the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not belong to the bytes")]
pub struct Forged;

/// A private key; never shown.
pub struct SigningKey(KeyPair);

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(…)")
    }
}

impl SigningKey {
    /// Reads a private key: PEM with `PRIVATE KEY` in PKCS#8.
    ///
    /// # Errors
    /// [`KeyError::NotPem`], [`KeyError::NotRsa`].
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let der = blocks(pem, PRIVATE_KEY).next().ok_or(KeyError::NotPem)?;
        Self::from_pkcs8(&der)
    }

    /// Reads a private key in PKCS#8.
    ///
    /// # Errors
    /// [`KeyError::NotRsa`].
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, KeyError> {
        KeyPair::from_pkcs8(der).map(Self).map_err(|_| KeyError::NotRsa)
    }

    /// A new key of 2,048 bits.
    ///
    /// # Errors
    /// [`KeyError::NotSigned`].
    pub fn generate() -> Result<Self, KeyError> {
        KeyPair::generate(KeySize::Rsa2048).map(Self).map_err(|_| KeyError::NotSigned)
    }

    /// As a PEM file.
    ///
    /// # Errors
    /// [`KeyError::NotSigned`].
    pub fn to_pem(&self) -> Result<Zeroizing<String>, KeyError> {
        let der: Pkcs8V1Der<'_> = self.0.as_der().map_err(|_| KeyError::NotSigned)?;
        encode_string(PRIVATE_KEY, LineEnding::LF, der.as_ref()).map(Zeroizing::new).map_err(|_| KeyError::NotSigned)
    }

    /// Signs bytes; base64.
    ///
    /// # Errors
    /// [`KeyError::NotSigned`].
    pub fn sign(&self, message: &[u8]) -> Result<String, KeyError> {
        let mut signature = vec![0; self.0.public_modulus_len()];
        let random = SystemRandom::new();
        self.0.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).map_err(|_| KeyError::NotSigned)?;
        Ok(STANDARD.encode(signature))
    }

    /// Its public half.
    pub fn verifying(&self) -> VerifyingKey {
        VerifyingKey { pkcs1: self.0.public_key().as_ref().to_vec() }
    }
}

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyingKey {
    pkcs1: Vec<u8>,
}

impl VerifyingKey {
    /// Reads a public key, alone (`PUBLIC KEY`) or in a certificate.
    ///
    /// # Errors
    /// [`KeyError::NotPem`], [`KeyError::NotRsa`].
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let Some(der) = blocks(pem, PUBLIC_KEY).next() else {
            return ProviderCertificate::from_pem(pem).map(|certificate| certificate.key);
        };
        let key = SubjectPublicKeyInfoOwned::from_der(&der).map_err(|_| KeyError::NotRsa)?;
        Self::of(&key)
    }

    /// Reads a public key as consoles show it: base64 of its DER in one line.
    ///
    /// # Errors
    /// [`KeyError::NotPem`], [`KeyError::NotRsa`].
    pub fn from_base64(text: &str) -> Result<Self, KeyError> {
        let der = STANDARD.decode(text.trim()).map_err(|_| KeyError::NotPem)?;
        let key = SubjectPublicKeyInfoOwned::from_der(&der).map_err(|_| KeyError::NotRsa)?;
        Self::of(&key)
    }

    fn of(key: &SubjectPublicKeyInfoOwned) -> Result<Self, KeyError> {
        let pkcs1 = key.subject_public_key.as_bytes().ok_or(KeyError::NotRsa)?;
        Ok(Self { pkcs1: pkcs1.to_vec() })
    }

    /// As a PEM file.
    ///
    /// # Errors
    /// [`KeyError::NotRsa`].
    pub fn to_pem(&self) -> Result<String, KeyError> {
        let algorithm = AlgorithmIdentifier { oid: RSA, parameters: Some(Any::null()) };
        let subject_public_key = BitString::from_bytes(&self.pkcs1).map_err(|_| KeyError::NotRsa)?;
        let key = SubjectPublicKeyInfoOwned { algorithm, subject_public_key };
        key.to_pem(LineEnding::LF).map_err(|_| KeyError::NotRsa)
    }

    /// Checks a signature in base64.
    ///
    /// # Errors
    /// [`Forged`].
    pub fn verify(&self, message: &[u8], signature: &str) -> Result<(), Forged> {
        let signature = STANDARD.decode(signature).map_err(|_| Forged)?;
        let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &self.pkcs1);
        key.verify(message, &signature).map_err(|_| Forged)
    }
}

/// A certificate with what providers name it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderCertificate {
    /// Its key.
    pub key: VerifyingKey,
    /// Its serial number, upper-case hex without leading zeros: WeChat Pay's name for it.
    pub serial: String,
    /// MD5 of issuer and serial number, lower-case hex: Alipay's name for it.
    pub sn: String,
}

impl ProviderCertificate {
    /// Reads the first certificate of a PEM file.
    ///
    /// # Errors
    /// [`KeyError::NotPem`], [`KeyError::NotRsa`].
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let first = blocks(pem, CERTIFICATE).next().ok_or(KeyError::NotPem)?;
        let certificate = Certificate::from_der(&first).map_err(|_| KeyError::NotPem)?;
        let body = certificate.tbs_certificate();
        let serial = body.serial_number().as_bytes();
        Ok(Self { key: VerifyingKey::of(body.subject_public_key_info())?, serial: hex(serial), sn: sn(&certificate) })
    }
}

/// What Alipay calls a root file: the names of its certificates that are signed with RSA, joined by `_`.
///
/// # Errors
/// [`KeyError::NotPem`].
pub fn root_sn(pem: &str) -> Result<String, KeyError> {
    let mut names = Vec::new();
    for one in blocks(pem, CERTIFICATE) {
        let certificate = Certificate::from_der(&one).map_err(|_| KeyError::NotPem)?;
        // sha1WithRSAEncryption, sha256WithRSAEncryption and their like.
        if certificate.signature_algorithm().oid.to_string().starts_with("1.2.840.113549.1.1") {
            names.push(sn(&certificate));
        }
    }
    Ok(names.join("_"))
}

/// The blocks of a PEM file with a label, decoded, whatever the width of their lines; consoles differ in it.
fn blocks<'p>(pem: &'p str, label: &'p str) -> impl Iterator<Item = Zeroizing<Vec<u8>>> + 'p {
    let begin = format!("-----BEGIN {label}-----");
    let end = format!("-----END {label}-----");
    let mut rest = pem;
    std::iter::from_fn(move || {
        let (_, after) = rest.split_once(&begin)?;
        let (body, left) = after.split_once(&end)?;
        rest = left;
        let text: Zeroizing<String> = Zeroizing::new(body.split_whitespace().collect());
        STANDARD.decode(text.as_bytes()).ok().map(Zeroizing::new)
    })
}

/// MD5 of the issuer's name and the serial number in decimal.
fn sn(certificate: &Certificate) -> String {
    use md5::Digest as _;
    let body = certificate.tbs_certificate();
    let named = format!("{}{}", body.issuer(), decimal(body.serial_number().as_bytes()));
    hex(&Md5::digest(named.as_bytes())).to_ascii_lowercase()
}

/// Bytes of a positive number as decimal digits.
fn decimal(bytes: &[u8]) -> String {
    let mut digits: Vec<u8> = vec![0];
    for byte in bytes {
        let mut carry = u32::from(*byte);
        for digit in &mut digits {
            let value = u32::from(*digit) * 256 + carry;
            (*digit, carry) = (u8::try_from(value % 10).unwrap_or_default(), value / 10);
        }
        while carry > 0 {
            digits.push(u8::try_from(carry % 10).unwrap_or_default());
            carry /= 10;
        }
    }
    digits.iter().rev().map(|digit| char::from(b'0' + digit)).collect()
}

/// Upper-case hex; a certificate's number has no leading zero byte.
fn hex(bytes: &[u8]) -> String {
    let number = if bytes.len() > 16 { bytes.strip_prefix(&[0]).unwrap_or(bytes) } else { bytes };
    number.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// A symmetric key of 32 bytes; never shown.
#[derive(Clone)]
pub struct SymmetricKey(Zeroizing<[u8; 32]>);

impl fmt::Debug for SymmetricKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SymmetricKey(…)")
    }
}

impl SymmetricKey {
    /// Of the 32 characters that a console shows.
    ///
    /// # Errors
    /// [`KeyError::NotRsa`] never; [`KeyError::NotPem`] for another length.
    pub fn from_text(text: &str) -> Result<Self, KeyError> {
        text.trim().as_bytes().try_into().map(|bytes| Self(Zeroizing::new(bytes))).map_err(|_| KeyError::NotPem)
    }

    /// Opens AES-256-GCM: ciphertext and tag in base64, a nonce of 12 characters.
    ///
    /// # Errors
    /// [`Forged`].
    pub fn open(&self, associated: &str, nonce: &str, ciphertext: &str) -> Result<Vec<u8>, Forged> {
        let mut sealed = STANDARD.decode(ciphertext).map_err(|_| Forged)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce.as_bytes()).map_err(|_| Forged)?;
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, self.0.as_slice()).map_err(|_| Forged)?);
        let opened = key.open_in_place(nonce, Aad::from(associated.as_bytes()), &mut sealed).map_err(|_| Forged)?;
        Ok(opened.to_vec())
    }

    /// Seals as [`SymmetricKey::open`] opens; the nonce may never be used twice.
    ///
    /// # Errors
    /// [`Forged`] for a nonce of another length.
    pub fn seal(&self, associated: &str, nonce: &str, message: &[u8]) -> Result<String, Forged> {
        let mut sealed = message.to_vec();
        let nonce = Nonce::try_assume_unique_for_key(nonce.as_bytes()).map_err(|_| Forged)?;
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, self.0.as_slice()).map_err(|_| Forged)?);
        key.seal_in_place_append_tag(nonce, Aad::from(associated.as_bytes()), &mut sealed).map_err(|_| Forged)?;
        Ok(STANDARD.encode(sealed))
    }
}
