//! Seals what is personal before it is submitted: under the key of its subject, written in the command's own commit.

use crate::app::App;
use crate::problem::Problem;
use mingzhang_domain::id::{CommandId, LedgerId};
use mingzhang_store::lane::NewVaultItem;
use mingzhang_store::log;
use mingzhang_store::vault::index::{self, Indexed};
use mingzhang_store::vault::{IndexKind, ItemKind, Plain, VaultError};

/// Seals the texts of a command. A command that was applied before is not sealed again: its first outcome is the answer.
///
/// Phone and identity numbers get their fingerprint for the search at once: one without an event finds nobody.
///
/// # Errors
/// 503 when the database or the key store is away.
pub async fn seal(
    app: &App,
    ledger: LedgerId,
    command: CommandId,
    personal: Vec<Plain>,
) -> Result<Vec<NewVaultItem>, Problem> {
    if personal.is_empty() {
        return Ok(Vec::new());
    }
    let mut conn = app.writer.acquire().await?;
    if log::command(&mut conn, ledger, command).await?.is_some() {
        return Ok(Vec::new());
    }
    let sealed = app.vault.seal(ledger, &personal, app.now()).await?;
    let key = app.vault.index_key(ledger).await?;
    let indexed: Vec<_> = personal
        .iter()
        .filter_map(|plain| {
            let kind = match plain.kind {
                ItemKind::Mobile => IndexKind::Mobile,
                ItemKind::Identity => IndexKind::Identity,
                ItemKind::Name | ItemKind::Text | ItemKind::Payer => return None,
            };
            let token = key.blind_index(kind, plain.text.expose());
            Some(Indexed { kind, token, subject_id: plain.subject_id, item_id: plain.item_id })
        })
        .collect();
    if !indexed.is_empty() {
        index::put(&mut conn, ledger, &indexed).await?;
    }
    Ok(sealed.into_iter().map(|sealed| sealed.item).collect())
}

/// What the vault says goes to the process's log; it never holds what was sealed.
impl From<VaultError> for Problem {
    fn from(error: VaultError) -> Self {
        tracing::error!(%error, "the vault failed");
        match error {
            VaultError::TooLong => Self::invalid_body(),
            VaultError::Erased(_) => Self::not_found(),
            VaultError::KeyStore { .. } | VaultError::Store(_) => Self::unavailable().retry_after(2),
            VaultError::FileKey { .. }
            | VaultError::MissingFileKey { .. }
            | VaultError::WrongFileKey
            | VaultError::Tampered(_) => Self::internal(),
        }
    }
}
