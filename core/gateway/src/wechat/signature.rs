//! Who says it: signatures of requests, replies and notifications.
//!
//! A signature is over the very bytes that went over the wire. May never happen here: a parsed body that was not verified
//! before, a key that is chosen by anything but the serial number, an old or future message that counts.

use crate::key::{Forged, KeyError, SigningKey, VerifyingKey};
use std::collections::BTreeMap;

/// How far the provider's clock may be from ours, in seconds, either way.
const SKEW_LIMIT: i64 = 300;
/// The one kind of signature there is.
const SIGNATURE_TYPE: &str = "WECHATPAY2-SHA256-RSA2048";

/// A merchant's own half of the secret.
#[derive(Debug)]
pub struct Credentials {
    /// The merchant number; a service provider's own where it acts for others.
    pub mchid: String,
    /// Serial number of the merchant's certificate, upper-case hex.
    pub serial: String,
    /// The merchant's private key.
    pub key: SigningKey,
}

impl Credentials {
    /// The header `Authorization` of a request: its method, its path with query as sent, its body as sent.
    ///
    /// # Errors
    /// [`KeyError::NotSigned`].
    pub fn authorization(
        &self,
        (method, path): (&str, &str),
        body: &[u8],
        (timestamp, nonce): (i64, &str),
    ) -> Result<String, KeyError> {
        let signature = self.key.sign(&request_message((method, path), body, (timestamp, nonce)))?;
        let Self { mchid, serial, .. } = self;
        Ok(format!(
            "{SIGNATURE_TYPE} mchid=\"{mchid}\",nonce_str=\"{nonce}\",signature=\"{signature}\",timestamp=\"{timestamp}\",serial_no=\"{serial}\""
        ))
    }
}

/// What a request's signature is over.
pub fn request_message((method, path): (&str, &str), body: &[u8], (timestamp, nonce): (i64, &str)) -> Vec<u8> {
    let mut message = format!("{method}\n{path}\n{timestamp}\n{nonce}\n").into_bytes();
    message.extend_from_slice(body);
    message.push(b'\n');
    message
}

/// What a reply's or a notification's signature is over.
pub fn response_message(timestamp: &str, nonce: &str, body: &[u8]) -> Vec<u8> {
    let mut message = format!("{timestamp}\n{nonce}\n").into_bytes();
    message.extend_from_slice(body);
    message.push(b'\n');
    message
}

/// Signs what the mini-program hands to the payment window.
///
/// # Errors
/// [`KeyError::NotSigned`].
pub fn pay_sign(
    key: &SigningKey,
    (appid, timestamp, nonce): (&str, &str, &str),
    package: &str,
) -> Result<String, KeyError> {
    key.sign(format!("{appid}\n{timestamp}\n{nonce}\n{package}\n").as_bytes())
}

/// The headers that come with a signed body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signed<'a> {
    /// `Wechatpay-Timestamp`, seconds.
    pub timestamp: &'a str,
    /// `Wechatpay-Nonce`.
    pub nonce: &'a str,
    /// `Wechatpay-Signature`, base64.
    pub signature: &'a str,
    /// `Wechatpay-Serial`: which key signed it.
    pub serial: &'a str,
}

impl<'a> Signed<'a> {
    /// Reads the headers by name.
    ///
    /// # Errors
    /// [`Unverified::Missing`] with the first that is not there.
    pub fn read(header: impl Fn(&str) -> Option<&'a str>) -> Result<Self, Unverified> {
        let get = |name: &'static str| header(name).filter(|value| !value.is_empty()).ok_or(Unverified::Missing(name));
        Ok(Self {
            timestamp: get("Wechatpay-Timestamp")?,
            nonce: get("Wechatpay-Nonce")?,
            signature: get("Wechatpay-Signature")?,
            serial: get("Wechatpay-Serial")?,
        })
    }
}

/// Why a body is not the provider's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unverified {
    /// A header is missing.
    #[error("the header {0} is missing")]
    Missing(&'static str),
    /// Older than five minutes, of the future, or no time.
    #[error("the timestamp is more than {SKEW_LIMIT} s from now")]
    Stale,
    /// No key of that serial number is known.
    #[error("no key with this serial number is known")]
    UnknownSerial,
    /// The signature does not belong to the body; the provider's own probes are of this kind.
    #[error("the signature does not belong to the body")]
    Forged,
}

impl From<Forged> for Unverified {
    fn from(_: Forged) -> Self {
        Self::Forged
    }
}

/// The provider's keys, by serial number: platform certificates and the platform's public key.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    keys: BTreeMap<String, VerifyingKey>,
}

impl Trust {
    /// Trusts one more key.
    pub fn add(&mut self, serial: String, key: VerifyingKey) {
        self.keys.insert(serial, key);
    }

    /// True when a key of that serial number is known.
    pub fn knows(&self, serial: &str) -> bool {
        self.keys.contains_key(serial)
    }

    /// Checks that the provider said these bytes, not long before `now`, in seconds since 1970.
    ///
    /// # Errors
    /// [`Unverified`].
    pub fn verify(&self, signed: &Signed<'_>, body: &[u8], now: i64) -> Result<(), Unverified> {
        let at: i64 = signed.timestamp.parse().map_err(|_| Unverified::Stale)?;
        if now.abs_diff(at) > SKEW_LIMIT.unsigned_abs() {
            return Err(Unverified::Stale);
        }
        let key = self.keys.get(signed.serial).ok_or(Unverified::UnknownSerial)?;
        Ok(key.verify(&response_message(signed.timestamp, signed.nonce, body), signed.signature)?)
    }
}

#[cfg(test)]
mod vectors {
    use super::*;
    use crate::key::{ProviderCertificate, SymmetricKey};
    use crate::testing::{json, key, read, text, vectors};
    use crate::wechat::{Notification, NotificationError, Notified, TradeState, open_certificates, seal};
    use serde_json::Value;

    #[test]
    fn requests_and_payment_windows_are_signed_as_published() {
        let Some(folder) = vectors("wechat") else { return };
        let cases = json(&folder.join("official_doc_vectors.json"));
        let merchant = key(&folder, "doc_demo_merchant_key");
        let window = &cases["pay_sign_jsapi_miniprogram"];
        let app = (text(window, "appid"), text(window, "timestamp"), text(window, "nonce"));
        assert_eq!(pay_sign(&merchant, app, text(window, "package")).unwrap(), text(window, "paySign"));
        let of_app = &cases["pay_sign_app"];
        let app = (text(of_app, "appid"), text(of_app, "timestamp"), text(of_app, "nonce"));
        assert_eq!(pay_sign(&merchant, app, text(of_app, "prepayid")).unwrap(), text(of_app, "sign"));

        let request = &cases["request_signature"];
        let at = (text(request, "timestamp").parse().unwrap(), text(request, "nonce"));
        let (line, body) = ((text(request, "method"), text(request, "url")), text(request, "body").as_bytes());
        assert_eq!(request_message(line, body, at), text(request, "message").as_bytes());
        let credentials = Credentials {
            mchid: text(request, "mchid").to_owned(),
            serial: text(&cases, "merchant_cert_serial_in_doc").to_owned(),
            key: merchant,
        };
        assert_eq!(credentials.authorization(line, body, at).unwrap(), text(request, "authorization"));
        let get = &json(&folder.join("java_vectors.json"))["canonical_get"];
        let at = (text(get, "timestamp").parse().unwrap(), text(get, "nonce"));
        assert_eq!(request_message(("GET", text(get, "url")), b"", at), text(get, "message").as_bytes());
    }

    fn signed(headers: &Value) -> Signed<'_> {
        Signed::read(|name| headers.get(name).and_then(Value::as_str)).unwrap()
    }

    #[test]
    fn replies_are_checked_by_the_public_key_or_a_certificate() {
        let Some(folder) = vectors("wechat") else { return };
        let reply = &json(&folder.join("official_doc_vectors.json"))["response_verification_pubkey_mode"];
        let headers = &reply["headers"];
        let mut headers = headers.clone();
        headers["Wechatpay-Serial"] = Value::from("PUB_KEY_ID_0000000000000024101100397200000006");
        let signed = signed(&headers);
        let (body, at) = (text(reply, "body").as_bytes(), signed.timestamp.parse().unwrap());
        let mut trust = Trust::default();
        assert_eq!(trust.verify(&signed, body, at), Err(Unverified::UnknownSerial));
        let key = VerifyingKey::from_pem(&read(&folder.join(text(reply, "public_key_file")))).unwrap();
        trust.add(signed.serial.to_owned(), key);
        assert!(trust.knows(signed.serial));
        trust.verify(&signed, body, at).unwrap();
        trust.verify(&signed, body, at + SKEW_LIMIT).unwrap();
        assert_eq!(trust.verify(&signed, body, at + SKEW_LIMIT + 1), Err(Unverified::Stale));
        assert_eq!(trust.verify(&signed, body, at - SKEW_LIMIT - 1), Err(Unverified::Stale), "of the future");
        assert_eq!(trust.verify(&signed, b"{}", at), Err(Unverified::Forged));
        let probe = format!("WECHATPAY/SIGNTEST/{}", signed.signature);
        assert_eq!(trust.verify(&Signed { signature: &probe, ..signed }, body, at), Err(Unverified::Forged));
        assert_eq!(trust.verify(&Signed { timestamp: "soon", ..signed }, body, at), Err(Unverified::Stale));
    }

    #[test]
    fn a_missing_header_is_named() {
        let present = |name: &str| (name != "Wechatpay-Nonce").then_some("1");
        assert_eq!(Signed::read(present), Err(Unverified::Missing("Wechatpay-Nonce")));
        assert_eq!(Signed::read(|_| Some("")), Err(Unverified::Missing("Wechatpay-Timestamp")));
    }

    #[test]
    fn keys_and_ciphers_are_those_of_the_published_sdk() {
        let Some(folder) = vectors("wechat") else { return };
        let cases = json(&folder.join("java_vectors.json"));
        let api_key = SymmetricKey::from_text(text(&cases, "api_v3_key")).unwrap();
        let sealed = &cases["aes_256_gcm"];
        let (aad, nonce) = (text(sealed, "associated_data"), text(sealed, "nonce"));
        let (message, ciphertext) = (text(sealed, "plaintext"), text(sealed, "ciphertext"));
        assert_eq!(api_key.open(aad, nonce, ciphertext).unwrap(), message.as_bytes());
        assert_eq!(api_key.seal(aad, nonce, message.as_bytes()).unwrap(), ciphertext);
        assert!(api_key.open("bad-associatedData", nonce, ciphertext).is_err());
        assert!(api_key.open(aad, "bad-4a9R25RW", ciphertext).is_err());
        assert!(api_key.open(aad, nonce, &"A".repeat(172)).is_err());
        let rsa = &cases["rsa_sign"];
        let merchant = key(&folder, "java_merchant_private_key");
        assert_eq!(merchant.sign(text(rsa, "message").as_bytes()).unwrap(), text(rsa, "signature"));
        let certificate = ProviderCertificate::from_pem(&read(&folder.join(text(rsa, "cert")))).unwrap();
        assert_eq!(certificate.serial, text(&cases, "merchant_cert_serial"));
        assert_eq!(certificate.key, merchant.verifying());

        let download = &cases["certificates_download"];
        let body = text(download, "response_body").as_bytes();
        let certificates = open_certificates(body, &api_key).unwrap();
        assert_eq!(certificates.len(), 1);
        assert_eq!(certificates[0].serial, text(download, "expected_serial"));
        let decrypted = ProviderCertificate::from_pem(text(download, "decrypted_certificate_pem")).unwrap();
        assert_eq!(certificates[0], decrypted);
        let other = SymmetricKey::from_text(&"x".repeat(32)).unwrap();
        assert!(open_certificates(body, &other).is_err());
    }

    #[test]
    fn notifications_are_opened_and_told_apart() {
        let Some(folder) = vectors("wechat") else { return };
        let cases = json(&folder.join("derived_notifications_aes256.json"));
        let api_key = SymmetricKey::from_text(text(&cases, "api_v3_key")).unwrap();
        let mut trust = Trust::default();
        let key = VerifyingKey::from_pem(&read(&folder.join(text(&cases, "public_key_file")))).unwrap();
        trust.add(signed(&cases["payment"]["headers"]).serial.to_owned(), key);
        let open = |case: &Value| {
            let (headers, body) = (signed(&case["headers"]), text(case, "body").as_bytes());
            trust.verify(&headers, body, headers.timestamp.parse().unwrap()).unwrap();
            Notification::read(body).unwrap().open(&api_key).unwrap()
        };
        let Notified::Transaction(paid) = open(&cases["payment"]) else { panic!("not a payment") };
        assert_eq!(paid.trade_state, TradeState::Success);
        assert_eq!(paid.amount.unwrap().total.0.to_string(), "1.00");
        assert_eq!(paid.mchid.as_deref(), Some("1230000109"));
        let Notified::Refund(refund) = open(&cases["refund"]) else { panic!("not a refund") };
        assert_eq!(refund.amount.refund.0.to_string(), "9.99");
        assert_eq!(refund.out_refund_no, "7752501201407033233368018");

        let mut notification = Notification::read(text(&cases["refund"], "body").as_bytes()).unwrap();
        notification.event_type = "TRANSACTION.SUCCESS".to_owned();
        assert_eq!(notification.open(&api_key), Err(NotificationError::Kind), "a refund is no payment");
        notification.resource = seal("transaction", b"{}", "0123456789ab", &api_key).unwrap();
        assert_eq!(notification.open(&api_key), Err(NotificationError::Shape));
        notification.resource.ciphertext.replace_range(0..1, "#");
        assert_eq!(notification.open(&api_key), Err(NotificationError::Sealed));
    }
}
