//! Platform certificates, which come sealed under the merchant's API v3 key and are exchanged every few years.

use crate::key::{ProviderCertificate, SymmetricKey};
use serde::Deserialize;

/// A reply that holds no certificates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CertificatesError {
    /// Another shape.
    #[error("not a list of certificates")]
    Shape,
    /// Sealed under another key.
    #[error("the certificates are not sealed under this API v3 key")]
    Sealed,
    /// Another serial number than said.
    #[error("a certificate has another serial number than the reply says")]
    Serial,
}

#[derive(Deserialize)]
struct Reply {
    data: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    serial_no: String,
    encrypt_certificate: Sealed,
}

#[derive(Deserialize)]
struct Sealed {
    #[serde(default)]
    associated_data: String,
    nonce: String,
    ciphertext: String,
}

/// Opens the reply of `GET /v3/certificates`.
///
/// The first reply of all is verified with a certificate out of itself: only who has the API v3 key can have sealed it.
///
/// # Errors
/// [`CertificatesError`].
pub fn open_certificates(body: &[u8], key: &SymmetricKey) -> Result<Vec<ProviderCertificate>, CertificatesError> {
    let reply: Reply = serde_json::from_slice(body).map_err(|_| CertificatesError::Shape)?;
    let open = |item: Item| {
        let Sealed { associated_data, nonce, ciphertext } = item.encrypt_certificate;
        let pem = key.open(&associated_data, &nonce, &ciphertext).map_err(|_| CertificatesError::Sealed)?;
        let pem = String::from_utf8(pem).map_err(|_| CertificatesError::Shape)?;
        let certificate = ProviderCertificate::from_pem(&pem).map_err(|_| CertificatesError::Shape)?;
        if certificate.serial == item.serial_no { Ok(certificate) } else { Err(CertificatesError::Serial) }
    };
    reply.data.into_iter().map(open).collect()
}
