//! Who says it: sorted parameters of requests and notifications, raw replies.
//!
//! May never happen here: a reply that was serialised again before it was verified, another kind of signature than RSA2.

use crate::key::{Forged, KeyError, SigningKey, VerifyingKey};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// The one kind of signature that is taken: RSA PKCS#1 v1.5 with SHA-256.
const SIGN_TYPE: &str = "RSA2";

/// Parameters of a request or a notification, by name, as they are before any encoding.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parameters(pub BTreeMap<String, String>);

impl Parameters {
    /// A parameter; empty ones count as absent.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Sets one.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// What a signature is over: every parameter that is not empty, in order of names, but those left out.
    fn content(&self, left_out: &[&str]) -> String {
        let counts = |(name, value): &(&String, &String)| !value.is_empty() && !left_out.contains(&name.as_str());
        let pair = |(name, value): (&String, &String)| format!("{name}={value}");
        self.0.iter().filter(counts).map(pair).collect::<Vec<_>>().join("&")
    }

    /// Signs a request; `sign_type` is among what is signed.
    ///
    /// # Errors
    /// [`KeyError::NotSigned`].
    pub fn signed(self, key: &SigningKey) -> Result<Self, KeyError> {
        let request = self.with("sign_type", SIGN_TYPE);
        let sign = key.sign(request.content(&["sign"]).as_bytes())?;
        Ok(request.with("sign", sign))
    }

    /// Signs a notification as the provider does: `sign_type` is not among what is signed.
    ///
    /// # Errors
    /// [`KeyError::NotSigned`].
    pub fn signed_as_notification(self, key: &SigningKey) -> Result<Self, KeyError> {
        let sign = key.sign(self.content(&["sign", "sign_type"]).as_bytes())?;
        Ok(self.with("sign_type", SIGN_TYPE).with("sign", sign))
    }

    /// Checks a request, as the provider does.
    ///
    /// # Errors
    /// [`Forged`].
    pub fn verify_request(&self, key: &VerifyingKey) -> Result<(), Forged> {
        self.verify(key, &["sign"])
    }

    /// Checks a notification; its `notify_url` and nothing else says what it is about.
    ///
    /// # Errors
    /// [`Forged`].
    pub fn verify_notification(&self, key: &VerifyingKey) -> Result<(), Forged> {
        self.verify(key, &["sign", "sign_type"])
    }

    fn verify(&self, key: &VerifyingKey, left_out: &[&str]) -> Result<(), Forged> {
        if self.get("sign_type") != Some(SIGN_TYPE) {
            return Err(Forged);
        }
        key.verify(self.content(left_out).as_bytes(), self.get("sign").ok_or(Forged)?)
    }

    /// As the body of a form.
    pub fn form(&self) -> String {
        self.0.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect::<Vec<_>>().join("&")
    }
}

/// Percent-encodes everything but letters, digits and `-._~`.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Reads the body of a form, each name and value decoded once; none when it is no form in UTF-8 or says a name twice.
pub fn form_pairs(body: &[u8]) -> Option<Parameters> {
    let mut pairs = BTreeMap::new();
    for pair in std::str::from_utf8(body).ok()?.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if pairs.insert(decoded(name)?, decoded(value)?).is_some() {
            return None;
        }
    }
    Some(Parameters(pairs))
}

fn decoded(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                let (high, low) = (digit(bytes.next()?)?, digit(bytes.next()?)?);
                u8::try_from(high * 16 + low).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(out).ok()
}

/// What every request of a merchant carries, and what verifies the answers.
#[derive(Debug)]
pub struct Merchant {
    /// The app.
    pub app_id: String,
    /// The app's private key.
    pub key: SigningKey,
    /// Alipay's public key.
    pub alipay: VerifyingKey,
    /// Names of the certificates, where the app is in certificate mode: of the app, and of the roots.
    pub certificates: Option<(String, String)>,
}

impl Merchant {
    /// A signed request.
    ///
    /// `at` is `yyyy-MM-dd HH:mm:ss` in Shanghai.
    ///
    /// # Errors
    /// [`KeyError::NotSigned`].
    pub fn request(
        &self,
        method: &str,
        at: &str,
        content: &serde_json::Value,
        more: &[(&str, &str)],
    ) -> Result<Parameters, KeyError> {
        let mut request = Parameters::default()
            .with("app_id", &self.app_id)
            .with("method", method)
            .with("format", "JSON")
            .with("charset", "utf-8")
            .with("timestamp", at)
            .with("version", "1.0")
            .with("biz_content", content.to_string());
        if let Some((app, roots)) = &self.certificates {
            request = request.with("app_cert_sn", app).with("alipay_root_cert_sn", roots);
        }
        more.iter().fold(request, |request, (name, value)| request.with(name, *value)).signed(&self.key)
    }
}

/// A reply whose signature was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The very bytes that were signed: a JSON object.
    pub raw: String,
}

/// Why a reply says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReplyError {
    /// Another shape than a reply to this method.
    #[error("not a reply to this method")]
    Shape,
    /// Not signed by Alipay.
    #[error("the signature does not belong to the reply")]
    Forged,
}

impl Reply {
    /// Reads the reply to a method, and checks its signature over the raw text of the answer.
    ///
    /// # Errors
    /// [`ReplyError`].
    pub fn read(body: &[u8], method: &str, alipay: &VerifyingKey) -> Result<Self, ReplyError> {
        let (raw, sign) = Self::extract(body, method).ok_or(ReplyError::Shape)?;
        alipay.verify(raw.as_bytes(), &sign).map_err(|Forged| ReplyError::Forged)?;
        Ok(Self { raw })
    }

    /// The raw text of the answer and its signature.
    fn extract(body: &[u8], method: &str) -> Option<(String, String)> {
        let members: BTreeMap<String, Box<RawValue>> = serde_json::from_slice(body).ok()?;
        let name = format!("{}_response", method.replace('.', "_"));
        let raw = members.get(&name).or_else(|| members.get("error_response"))?;
        let sign: String = serde_json::from_str(members.get("sign")?.get()).ok()?;
        Some((raw.get().to_owned(), sign))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        #[test]
        fn a_form_says_what_it_was_made_of(pairs in prop::collection::btree_map("\\PC{1,12}", "\\PC{0,40}", 0..6)) {
            let parameters = Parameters(pairs);
            prop_assert_eq!(form_pairs(parameters.form().as_bytes()), Some(parameters));
        }

        #[test]
        fn no_body_makes_it_panic(body in prop::collection::vec(any::<u8>(), 0..200), text in "[a-z=&%+0-9F]{0,60}") {
            let _ = form_pairs(&body);
            let _ = form_pairs(text.as_bytes());
            let _ = Reply::extract(&body, "alipay.trade.query");
        }
    }

    #[test]
    fn a_name_that_is_said_twice_is_no_form() {
        assert_eq!(form_pairs(b"a=1&a=2"), None);
        assert_eq!(form_pairs(b"a=%f0%28"), None);
        assert_eq!(form_pairs(b"a=%g0"), None);
    }
}

#[cfg(test)]
mod vectors {
    use super::*;
    use crate::key::{ProviderCertificate, root_sn};
    use crate::testing::{json, key, list, read, text, vectors};
    use serde_json::Value;

    fn parameters(value: &Value) -> Parameters {
        let pair = |(name, value): (&String, &Value)| (name.clone(), value.as_str().unwrap().to_owned());
        Parameters(value.as_object().unwrap().iter().map(pair).collect())
    }

    #[test]
    fn published_signatures_are_checked_and_made() {
        let Some(folder) = vectors("alipay") else { return };
        let cases = json(&folder.join("rsa2_vectors.json"));
        let alipay = VerifyingKey::from_pem(&read(&folder.join("rsacheck_public_key.pem"))).unwrap();
        for case in list(&cases, "rsacheck_v2") {
            let pairs = text(case, "content").split('&').map(|pair| pair.split_once('=').unwrap());
            let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
            let parameters = Parameters(pairs.collect()).with("sign", text(case, "sign"));
            let taken = parameters.verify_request(&alipay).is_ok();
            assert_eq!(taken, text(case, "sign_type") == "RSA2", "SHA-1 is no signature any more");
            assert!(parameters.with("app_id", "2").verify_request(&alipay).is_err());
        }
        let reply = &cases["sync_response"];
        let alipay = VerifyingKey::from_base64(text(reply, "public_key_base64_spki")).unwrap();
        let (content, sign) = (text(reply, "content"), text(reply, "sign"));
        let body = format!("{{\"alipay_trade_query_response\":{content},\"sign\":\"{sign}\"}}");
        assert_eq!(Reply::read(body.as_bytes(), "alipay.trade.query", &alipay).unwrap().raw, content);
        let other = body.replace("0.01", "0.02");
        assert_eq!(Reply::read(other.as_bytes(), "alipay.trade.query", &alipay), Err(ReplyError::Forged));
        assert_eq!(Reply::read(body.as_bytes(), "alipay.trade.pay", &alipay), Err(ReplyError::Shape));
    }

    #[test]
    fn a_request_and_a_notification_are_signed_over_what_they_say() {
        let Some(folder) = vectors("alipay") else { return };
        let cases = json(&folder.join("rsa2_vectors.json"));
        let request = &cases["derived_request"];
        let merchant = key(&folder, "test_private_key");
        let signed = parameters(&request["params"]).signed(&merchant).unwrap();
        assert_eq!(signed.content(&["sign"]), text(request, "message"));
        assert_eq!(signed.get("sign"), Some(text(request, "sign")));
        signed.verify_request(&merchant.verifying()).unwrap();

        let notify = &cases["derived_notify"];
        let alipay = VerifyingKey::from_pem(&read(&folder.join("test_public_key.pem"))).unwrap();
        let read = form_pairs(text(notify, "form_body").as_bytes()).unwrap();
        assert_eq!(read, parameters(&notify["params"]));
        assert_eq!(read.content(&["sign", "sign_type"]), text(notify, "message"));
        read.verify_notification(&alipay).unwrap();
        assert!(read.clone().with("total_amount", "0.01").verify_notification(&alipay).is_err());
        assert!(read.clone().with("sign_type", "RSA").verify_notification(&alipay).is_err());
        let again = Parameters(read.0.into_iter().filter(|(name, _)| name != "sign").collect());
        let again = again.signed_as_notification(&merchant).unwrap();
        assert_eq!(again.get("sign"), Some(text(&notify["params"], "sign")));
    }

    #[test]
    fn certificates_have_the_names_that_the_provider_gives_them() {
        let Some(folder) = vectors("alipay") else { return };
        let names = &json(&folder.join("cert_sn.json"))["sn"];
        for file in ["alipayPublicCert", "appPublicCert"] {
            let certificate = ProviderCertificate::from_pem(&read(&folder.join(format!("gopay_{file}.crt")))).unwrap();
            assert_eq!(certificate.sn, text(names, &format!("alipay/cert/{file}.crt")));
        }
        let roots = root_sn(&read(&folder.join("gopay_alipayRootCert.crt"))).unwrap();
        assert_eq!(roots, text(names, "alipay/cert/alipayRootCert.crt"));
    }

    #[test]
    fn the_raw_answer_is_taken_out_of_every_reply() {
        let Some(folder) = vectors("alipay") else { return };
        for case in list(&json(&folder.join("sync_extract_cases.json")), "cases") {
            let reply = text(case, "response").as_bytes();
            let (raw, _) = Reply::extract(reply, "alipay.trade.create").unwrap();
            assert_eq!(raw, text(case, "sign_source"), "{}", text(case, "name"));
        }
    }
}
