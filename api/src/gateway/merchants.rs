//! Which merchants this server speaks for: a file that names them and the files of their keys, beside it.
//!
//! Keys stand in files of the operator, not in the database: a dump of the log can pay nobody.

use super::PaymentGateway;
use super::alipay::Alipay;
use super::client::client;
use super::wechat::Wechat;
use crate::invoicing::{HttpProvider, InvoiceProvider};
use mingzhang_domain::channel_account::{Merchant, Provider};
use mingzhang_domain::value::Code;
use mingzhang_gateway::alipay;
use mingzhang_gateway::invoicing::Secret;
use mingzhang_gateway::key::{KeyError, ProviderCertificate, SigningKey, SymmetricKey, VerifyingKey, root_sn};
use mingzhang_gateway::wechat::{Credentials, Payee, Trust};
use reqwest::Client;
use serde::Deserialize;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};
use tokio::sync::Mutex;

/// Why the merchants cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum MerchantsError {
    /// A file is missing or not readable.
    #[error("{path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file of merchants is not one.
    #[error("{path}: {source}")]
    Shape {
        /// The file.
        path: PathBuf,
        /// What is wrong, without any value.
        source: serde_json::Error,
    },
    /// A key is none.
    #[error("{path}: {source}")]
    Key {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: KeyError,
    },
    /// An address that is not https, outside this machine.
    #[error("{0}: addresses of providers begin with https://")]
    Insecure(String),
    /// Two entries for one merchant number.
    #[error("the merchant {0} is named twice")]
    Twice(Code),
    /// No connections can be made.
    #[error("no connection to providers is possible: {0}")]
    Client(#[from] reqwest::Error),
}

/// The file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Where providers reach this server, such as `https://wy.example.com`.
    public_url: String,
    merchants: Vec<Entry>,
    /// Who issues invoices, seller by seller.
    #[serde(default)]
    invoicing: Vec<Invoicing>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Invoicing {
    /// The company's unified social credit code.
    seller: Code,
    base_url: String,
    app_key: String,
    /// A file with the secret that both sides sign with.
    secret: PathBuf,
    /// 开票人
    drawer: String,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "provider", rename_all = "snake_case", deny_unknown_fields)]
enum Entry {
    WechatPay {
        number: Code,
        #[serde(default)]
        sub_number: Option<Code>,
        appid: String,
        base_url: String,
        /// Serial number of the merchant's certificate.
        certificate_serial: String,
        private_key: PathBuf,
        api_v3_key: PathBuf,
        /// Absent where replies are signed with platform certificates only.
        #[serde(default)]
        public_key: Option<PublicKey>,
    },
    Alipay {
        number: Code,
        app_id: String,
        gateway_url: String,
        private_key: PathBuf,
        /// Alipay's public key, or its certificate.
        alipay_key: PathBuf,
        /// In certificate mode.
        #[serde(default)]
        app_certificate: Option<PathBuf>,
        #[serde(default)]
        root_certificates: Option<PathBuf>,
    },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PublicKey {
    /// `PUB_KEY_ID_…`
    id: String,
    file: PathBuf,
}

/// The merchants of this server.
#[derive(Debug, Default)]
pub struct Merchants {
    public_url: String,
    gateways: HashMap<(Provider, Code, Option<Code>), Arc<dyn PaymentGateway>>,
    invoicing: HashMap<Code, Arc<dyn InvoiceProvider>>,
}

impl Merchants {
    /// Reads the file and the keys that it names; a missing file means no merchants.
    ///
    /// # Errors
    /// [`MerchantsError`].
    pub fn read(path: &Path) -> Result<Self, MerchantsError> {
        let text = match std::fs::read_to_string(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            text => text.map_err(|source| MerchantsError::Read { path: path.to_owned(), source })?,
        };
        let file: File =
            serde_json::from_str(&text).map_err(|source| MerchantsError::Shape { path: path.to_owned(), source })?;
        let public_url = secure(&file.public_url)?;
        let (client, folder) = (client()?, path.parent().unwrap_or(Path::new(".")));
        let mut gateways = HashMap::new();
        for entry in file.merchants {
            let (key, gateway) = entry.gateway(client.clone(), folder)?;
            let number = key.1.clone();
            if gateways.insert(key, gateway).is_some() {
                return Err(MerchantsError::Twice(number));
            }
        }
        let mut invoicing: HashMap<Code, Arc<dyn InvoiceProvider>> = HashMap::new();
        for Invoicing { seller, base_url, app_key, secret, drawer } in file.invoicing {
            let (base_url, secret) = (secure(&base_url)?, keyed(folder, &secret, Secret::from_text)?);
            let provider = HttpProvider { client: client.clone(), base_url, app_key, secret, drawer };
            if invoicing.insert(seller.clone(), Arc::new(provider)).is_some() {
                return Err(MerchantsError::Twice(seller));
            }
        }
        Ok(Self { public_url, gateways, invoicing })
    }

    /// The gateway of a merchant number, if this server speaks for it.
    pub fn of(&self, merchant: &Merchant) -> Option<Arc<dyn PaymentGateway>> {
        let key = (merchant.provider, merchant.number.clone(), merchant.sub_number.clone());
        self.gateways.get(&key).cloned()
    }

    /// Who issues invoices for a seller, by its unified social credit code.
    pub fn invoicing_of(&self, seller: &Code) -> Option<Arc<dyn InvoiceProvider>> {
        self.invoicing.get(seller).cloned()
    }

    /// True when nobody issues invoices for this server's companies.
    pub fn issues_no_invoices(&self) -> bool {
        self.invoicing.is_empty()
    }

    /// True when this server speaks for nobody.
    pub fn is_empty(&self) -> bool {
        self.gateways.is_empty()
    }

    /// An address of this server as providers reach it.
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.public_url)
    }
}

type Keyed = ((Provider, Code, Option<Code>), Arc<dyn PaymentGateway>);

impl Entry {
    fn gateway(self, client: Client, folder: &Path) -> Result<Keyed, MerchantsError> {
        match self {
            Self::WechatPay {
                number,
                sub_number,
                appid,
                base_url,
                certificate_serial,
                private_key,
                api_v3_key,
                public_key,
            } => {
                let payee = match &sub_number {
                    None => Payee::Direct { appid, mchid: number.to_string() },
                    Some(sub) => {
                        Payee::Partner { sp_appid: appid, sp_mchid: number.to_string(), sub_mchid: sub.to_string() }
                    }
                };
                let mut trust = Trust::default();
                if let Some(key) = &public_key {
                    trust.add(key.id.clone(), keyed(folder, &key.file, VerifyingKey::from_pem)?);
                }
                let credentials = Credentials {
                    mchid: number.to_string(),
                    serial: certificate_serial,
                    key: keyed(folder, &private_key, SigningKey::from_pem)?,
                };
                let gateway = Wechat {
                    client,
                    base_url: secure(&base_url)?,
                    credentials,
                    payee,
                    api_key: keyed(folder, &api_v3_key, SymmetricKey::from_text)?,
                    public_key: public_key.map(|key| key.id),
                    trust: RwLock::new(trust),
                    refreshed: Mutex::default(),
                };
                Ok(((Provider::WechatPay, number, sub_number), Arc::new(gateway)))
            }
            Self::Alipay {
                number,
                app_id,
                gateway_url,
                private_key,
                alipay_key,
                app_certificate,
                root_certificates,
            } => {
                let app =
                    app_certificate.map(|path| keyed(folder, &path, ProviderCertificate::from_pem)).transpose()?;
                let roots = root_certificates.map(|path| keyed(folder, &path, root_sn)).transpose()?;
                let merchant = alipay::Merchant {
                    app_id,
                    key: keyed(folder, &private_key, SigningKey::from_pem)?,
                    alipay: keyed(folder, &alipay_key, VerifyingKey::from_pem)?,
                    certificates: app.map(|app| app.sn).zip(roots),
                };
                let gateway =
                    Alipay { client, gateway_url: secure(&gateway_url)?, merchant, seller_id: number.to_string() };
                Ok(((Provider::Alipay, number, None), Arc::new(gateway)))
            }
        }
    }
}

/// Reads a file that the file of merchants names, relative to it.
fn keyed<T>(folder: &Path, path: &Path, read: impl Fn(&str) -> Result<T, KeyError>) -> Result<T, MerchantsError> {
    let path = folder.join(path);
    match std::fs::read_to_string(&path) {
        Ok(text) => read(&text).map_err(|source| MerchantsError::Key { path, source }),
        Err(source) => Err(MerchantsError::Read { path, source }),
    }
}

/// An address without a slash at its end; in clear only to this machine.
fn secure(url: &str) -> Result<String, MerchantsError> {
    let local = ["http://127.0.0.1:", "http://localhost:", "http://[::1]:"];
    if url.starts_with("https://") || local.iter().any(|start| url.starts_with(start)) {
        Ok(url.trim_end_matches('/').to_owned())
    } else {
        Err(MerchantsError::Insecure(url.to_owned()))
    }
}
