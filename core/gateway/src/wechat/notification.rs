//! Notifications: a sealed transaction or refund. Verified before it is parsed, opened before it is believed.

use super::message::{NotifiedRefund, Transaction};
use crate::key::{Forged, SymmetricKey};
use serde::{Deserialize, Serialize};

/// A notification's envelope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// Its own number; the same when it is sent again.
    pub id: String,
    /// When it was made, RFC 3339.
    pub create_time: String,
    /// `encrypt-resource`.
    pub resource_type: String,
    /// Such as `TRANSACTION.SUCCESS`.
    pub event_type: String,
    /// In words.
    pub summary: String,
    /// What happened, sealed.
    pub resource: Resource,
}

/// What happened, sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// `transaction` or `refund`.
    pub original_type: String,
    /// `AEAD_AES_256_GCM`.
    pub algorithm: String,
    /// Base64.
    pub ciphertext: String,
    /// May be empty or missing.
    #[serde(default)]
    pub associated_data: String,
    /// Twelve characters.
    pub nonce: String,
}

/// What a notification says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notified {
    /// Of an order.
    Transaction(Transaction),
    /// Of a refund: never money that came in.
    Refund(NotifiedRefund),
}

/// Why a notification says nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotificationError {
    /// Another shape than a notification's.
    #[error("not a notification")]
    Shape,
    /// Of something that nobody asked for.
    #[error("a notification of a kind that is not used here")]
    Kind,
    /// Sealed under another API v3 key, or changed.
    #[error("not sealed under this API v3 key")]
    Sealed,
}

impl Notification {
    /// Reads a body that was verified.
    ///
    /// # Errors
    /// [`NotificationError::Shape`].
    pub fn read(body: &[u8]) -> Result<Self, NotificationError> {
        serde_json::from_slice(body).map_err(|_| NotificationError::Shape)
    }

    /// Opens what it carries.
    ///
    /// # Errors
    /// [`NotificationError`].
    pub fn open(&self, key: &SymmetricKey) -> Result<Notified, NotificationError> {
        let Resource { original_type, algorithm, ciphertext, associated_data, nonce } = &self.resource;
        if algorithm != "AEAD_AES_256_GCM" {
            return Err(NotificationError::Kind);
        }
        let opened = key.open(associated_data, nonce, ciphertext).map_err(|Forged| NotificationError::Sealed)?;
        let shape = |_| NotificationError::Shape;
        match (original_type.as_str(), self.event_type.split_once('.').map(|(kind, _)| kind)) {
            ("transaction", Some("TRANSACTION")) => {
                serde_json::from_slice(&opened).map(Notified::Transaction).map_err(shape)
            }
            ("refund", Some("REFUND")) => serde_json::from_slice(&opened).map(Notified::Refund).map_err(shape),
            _ => Err(NotificationError::Kind),
        }
    }
}

/// Seals what a notification carries, as the provider does.
///
/// # Errors
/// [`Forged`] for a nonce that is not of twelve characters.
pub fn seal(original_type: &str, message: &[u8], nonce: &str, key: &SymmetricKey) -> Result<Resource, Forged> {
    Ok(Resource {
        original_type: original_type.to_owned(),
        algorithm: "AEAD_AES_256_GCM".to_owned(),
        ciphertext: key.seal(original_type, nonce, message)?,
        associated_data: original_type.to_owned(),
        nonce: nonce.to_owned(),
    })
}
