//! Platform certificates, as WeChat Pay has them for merchants without its public key.

use crate::keys::KeysError;
use mingzhang_gateway::key::{KeyError, ProviderCertificate, SigningKey};
use rcgen::{CertificateParams, DnType, KeyPair, SerialNumber};

/// A certificate of the platform, and the key that is in it.
#[derive(Debug)]
pub(crate) struct PlatformCertificate {
    pub(crate) key: SigningKey,
    pub(crate) serial: String,
    pub(crate) pem: String,
}

impl PlatformCertificate {
    /// A certificate of a key, with a serial number of its own.
    pub(crate) fn of(key: SigningKey, serial: &[u8]) -> Result<Self, KeysError> {
        let made = || -> Result<String, rcgen::Error> {
            let pair = KeyPair::from_pem(&key.to_pem().map_err(|_| rcgen::Error::CouldNotParseKeyPair)?)?;
            let mut params = CertificateParams::new(Vec::new())?;
            params.serial_number = Some(SerialNumber::from_slice(serial));
            params.distinguished_name.push(DnType::CommonName, "Tenpay.com Root CA");
            Ok(params.self_signed(&pair)?.pem())
        };
        let pem = made().map_err(|_| KeyError::NotRsa)?;
        let serial = ProviderCertificate::from_pem(&pem)?.serial;
        Ok(Self { key, serial, pem })
    }
}
