//! Keys of the merchants and of the provider, made at the first start, and the file of merchants for the server.

use crate::certificate::PlatformCertificate;
use crate::invoicing::APP_KEY;
use mingzhang_gateway::alipay;
use mingzhang_gateway::invoicing::Secret;
use mingzhang_gateway::key::{KeyError, SigningKey, SymmetricKey, VerifyingKey};
use rand::RngExt;
use serde_json::json;
use std::path::{Path, PathBuf};

/// The file of merchants that the server reads.
pub const MERCHANTS: &str = "merchants.json";
/// The platform's public key is named so.
const PUBLIC_KEY_ID: &str = "PUB_KEY_ID_0000000000000000000000000001";
const MCHID: &str = "1900000001";
const APPID: &str = "wx0000000000000001";
const SERIAL: &str = "00000000000000000000000000000000000000A1";
const SELLER: &str = "2088000000000001";
const APP_ID: &str = "2021000000000001";

/// The service provider, his merchant, and his app.
const SP_MCHID: &str = "1900000109";
const SUB_MCHID: &str = "1900000201";
const SP_APPID: &str = "wx0000000000000109";
const SP_SERIAL: &str = "00000000000000000000000000000000000000B1";
/// Serial numbers of the platform's certificates, the one in use and its successor.
const CERTIFICATES: [(&str, [u8; 8]); 2] =
    [("wechat-certificate-1", [0x51, 0, 0, 0, 0, 0, 0, 1]), ("wechat-certificate-2", [0x51, 0, 0, 0, 0, 0, 0, 2])];

/// The seller that it issues invoices for.
pub const INVOICE_SELLER: &str = "91350100M000100Y43";

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// A file.
    #[error("{path}: {source}")]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A key.
    #[error("{0}")]
    Key(#[from] KeyError),
}

/// Who asks WeChat Pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WechatMerchant {
    /// A merchant for himself.
    Direct,
    /// A service provider for his merchants.
    Provider,
}

impl WechatMerchant {
    /// His number.
    pub(crate) fn mchid(self) -> &'static str {
        match self {
            Self::Direct => MCHID,
            Self::Provider => SP_MCHID,
        }
    }
}

/// The keys on both sides.
#[derive(Debug)]
pub struct Keys {
    /// What the WeChat merchant signs with: its public half.
    pub(crate) wechat_merchant: VerifyingKey,
    /// What WeChat Pay signs with.
    pub(crate) wechat_platform: SigningKey,
    /// What the service provider signs with: its public half.
    pub(crate) wechat_provider: VerifyingKey,
    /// What WeChat Pay signs with for the service provider: one certificate, later its successor.
    pub(crate) certificates: [PlatformCertificate; 2],
    /// What notifications are sealed under.
    pub(crate) api_v3: SymmetricKey,
    /// What the Alipay app signs with: its public half.
    pub(crate) alipay_app: VerifyingKey,
    /// What Alipay signs with.
    pub(crate) alipay: SigningKey,
    /// What invoices are signed with, on both sides.
    pub(crate) invoicing: Secret,
    /// Nobody's.
    pub(crate) nobody: SigningKey,
}

impl Keys {
    /// What WeChat Pay signs with, and its name: its public key for a merchant of its own, for a service provider the certificate in
    /// use.
    pub(crate) fn platform(&self, of: WechatMerchant, rolled_over: bool) -> (&SigningKey, &str) {
        let [first, second] = &self.certificates;
        match of {
            WechatMerchant::Direct => (&self.wechat_platform, PUBLIC_KEY_ID),
            WechatMerchant::Provider if rolled_over => (&second.key, &second.serial),
            WechatMerchant::Provider => (&first.key, &first.serial),
        }
    }

    /// Who has a merchant number, and what he signs with.
    pub(crate) fn wechat(&self, mchid: &str) -> Option<(WechatMerchant, &VerifyingKey)> {
        match mchid {
            MCHID => Some((WechatMerchant::Direct, &self.wechat_merchant)),
            SP_MCHID => Some((WechatMerchant::Provider, &self.wechat_provider)),
            _ => None,
        }
    }

    /// The Alipay seller and app.
    pub(crate) fn seller(&self) -> (&'static str, &'static str) {
        (SELLER, APP_ID)
    }

    pub(crate) fn open(folder: &Path, own_url: &str, server_url: &str) -> Result<Self, KeysError> {
        std::fs::create_dir_all(folder).map_err(|source| KeysError::File { path: folder.to_owned(), source })?;
        let merchant = pair(folder, "wechat-merchant")?;
        let platform = pair(folder, "wechat-platform")?;
        let provider = pair(folder, "wechat-provider")?;
        let [first, second] = CERTIFICATES.map(|(name, serial)| PlatformCertificate::of(pair(folder, name)?, &serial));
        let app = pair(folder, "alipay-app")?;
        let alipay = pair(folder, "alipay")?;
        let drawn = || {
            let letters = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";
            let mut random = rand::rng();
            Ok((0..32).map(|_| char::from(letters[random.random_range(0..letters.len())])).collect())
        };
        let api_v3 = kept(&folder.join("wechat-api-v3.key"), drawn)?;
        let invoicing = kept(&folder.join("invoicing.key"), drawn)?;
        let merchants = json!({
            "public_url": server_url,
            "merchants": [
                {
                    "provider": "wechat_pay", "number": MCHID, "appid": APPID, "base_url": own_url,
                    "certificate_serial": SERIAL, "private_key": "wechat-merchant.pem", "api_v3_key": "wechat-api-v3.key",
                    "public_key": {"id": PUBLIC_KEY_ID, "file": "wechat-platform.pub.pem"},
                },
                {
                    "provider": "wechat_pay", "number": SP_MCHID, "sub_number": SUB_MCHID, "appid": SP_APPID,
                    "base_url": own_url, "certificate_serial": SP_SERIAL, "private_key": "wechat-provider.pem",
                    "api_v3_key": "wechat-api-v3.key",
                },
                {
                    "provider": "alipay", "number": SELLER, "app_id": APP_ID,
                    "gateway_url": format!("{own_url}/gateway.do"), "private_key": "alipay-app.pem",
                    "alipay_key": "alipay.pub.pem",
                },
            ],
            "invoicing": [{
                "seller": INVOICE_SELLER, "base_url": own_url, "app_key": APP_KEY, "secret": "invoicing.key",
                "drawer": "开票员",
            }],
        });
        write(&folder.join(MERCHANTS), &format!("{merchants:#}\n"))?;
        Ok(Self {
            wechat_merchant: merchant.verifying(),
            wechat_platform: platform,
            wechat_provider: provider.verifying(),
            certificates: [first?, second?],
            api_v3: SymmetricKey::from_text(&api_v3)?,
            alipay_app: app.verifying(),
            alipay,
            invoicing: Secret::from_text(&invoicing)?,
            nobody: SigningKey::generate()?,
        })
    }

    /// Signs what Alipay answers.
    pub(crate) fn sign_reply(&self, content: &str) -> Result<String, KeyError> {
        self.alipay.sign(content.as_bytes())
    }

    /// A notification of Alipay, signed.
    pub(crate) fn sign_notification(
        &self,
        said: alipay::Parameters,
        wrong: bool,
    ) -> Result<alipay::Parameters, KeyError> {
        said.signed_as_notification(if wrong { &self.nobody } else { &self.alipay })
    }
}

/// A private key in a file, and its public half beside it.
fn pair(folder: &Path, name: &str) -> Result<SigningKey, KeysError> {
    let pem = kept(&folder.join(format!("{name}.pem")), || Ok(SigningKey::generate()?.to_pem()?.to_string()))?;
    let key = SigningKey::from_pem(&pem)?;
    write(&folder.join(format!("{name}.pub.pem")), &key.verifying().to_pem()?)?;
    Ok(key)
}

/// The text of a file, made when there is none.
fn kept(path: &Path, make: impl Fn() -> Result<String, KeyError>) -> Result<String, KeysError> {
    if let Ok(text) = std::fs::read_to_string(path) {
        return Ok(text);
    }
    let text = make()?;
    write(path, &text)?;
    Ok(text)
}

fn write(path: &Path, text: &str) -> Result<(), KeysError> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = std::fs::OpenOptions::new();
    let file = options.write(true).create(true).truncate(true).mode(0o600).open(path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|source| KeysError::File { path: path.to_owned(), source })
}
