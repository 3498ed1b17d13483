//! The company's stamp 印章: a small PNG in the vault of the company's ledger, under a key of its own.

use crate::app::App;
use crate::body::{Errors, Field, rules};
use crate::problem::Problem;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use mingzhang_documents::stamp::Stamp;
use mingzhang_domain::id::LedgerId;
use mingzhang_store::vault::ItemKind;
use serde_json::{Value, json};

/// Letters of a stamp as base64 at most.
const LONGEST: usize = mingzhang_documents::stamp::MAX_BYTES.div_ceil(3) * 4;

/// A stamp as a body has it: base64 of a PNG.
#[derive(Debug, Clone)]
pub struct Picture(Stamp);

impl Picture {
    /// As it is kept.
    pub fn text(&self) -> String {
        BASE64.encode(self.0.png())
    }
}

impl Field for Picture {
    fn read(value: &Value, pointer: &str, errors: &mut Errors) -> Option<Self> {
        let text = value.as_str().filter(|text| text.len() <= LONGEST);
        let stamp = text.and_then(|text| BASE64.decode(text).ok()).and_then(|png| Stamp::new(png).ok());
        if stamp.is_none() {
            errors.push(pointer, rules::STAMP);
        }
        stamp.map(Self)
    }
    fn schema() -> Value {
        json!({"type": "string", "contentEncoding": "base64", "contentMediaType": "image/png", "maxLength": LONGEST})
    }
}

/// The stamp of a company; nothing when it has none.
///
/// # Errors
/// 503 when the database or the key store is away.
pub async fn of(app: &App, company: LedgerId) -> Result<Option<Stamp>, Problem> {
    let Some(item) = app.directory.letterhead(company).stamp else { return Ok(None) };
    let mut conn = app.writer.acquire().await?;
    let opened = app.vault.open(&mut conn, company, &[(item, ItemKind::Stamp)]).await?;
    let Some(opened) = opened.get(&item) else { return Ok(None) };
    let png = BASE64.decode(opened.text.expose()).map_err(|_| Problem::internal())?;
    Ok(Some(Stamp::new(png).map_err(|_| Problem::internal())?))
}
