//! Seals what is personal before it is submitted: under the key of its subject, written in the command's own commit.

use crate::app::App;
use crate::problem::Problem;
use mingzhang_domain::id::{CommandId, LedgerId};
use mingzhang_store::lane::NewVaultItem;
use mingzhang_store::log;
use mingzhang_store::vault::index::{self, Indexed};
use mingzhang_store::vault::{IndexKey, IndexKind, ItemKind, Plain, VaultError};
use std::collections::{HashMap, HashSet};

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
    let mut sealed = seal_all(app, ledger, vec![(command, personal)]).await?;
    Ok(sealed.remove(&command).unwrap_or_default())
}

/// The same for many commands of one ledger, in as many round trips as for one.
///
/// # Errors
/// As [`seal`].
pub async fn seal_all(
    app: &App,
    ledger: LedgerId,
    mut wanted: Vec<(CommandId, Vec<Plain>)>,
) -> Result<HashMap<CommandId, Vec<NewVaultItem>>, Problem> {
    wanted.retain(|(_, personal)| !personal.is_empty());
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let mut conn = app.writer.acquire().await?;
    let ids: Vec<_> = wanted.iter().map(|(command, _)| (ledger, *command)).collect();
    let applied: HashSet<_> = log::commands(&mut conn, &ids).await?.into_iter().map(|row| row.command_id).collect();
    wanted.retain(|(command, _)| !applied.contains(command));
    let owners = wanted.iter().flat_map(|(command, personal)| personal.iter().map(|_| *command));
    let owners: Vec<CommandId> = owners.collect();
    let personal: Vec<Plain> = wanted.into_iter().flat_map(|(_, personal)| personal).collect();
    let sealed = app.vault.seal(ledger, &personal, app.now()).await?;
    let key = app.vault.index_key(ledger).await?;
    let indexed: Vec<_> = personal.iter().filter_map(|plain| fingerprint(&key, plain)).collect();
    if !indexed.is_empty() {
        index::put(&mut conn, ledger, &indexed).await?;
    }
    let mut items: HashMap<CommandId, Vec<NewVaultItem>> = HashMap::new();
    for (command, sealed) in owners.into_iter().zip(sealed) {
        items.entry(command).or_default().push(sealed.item);
    }
    Ok(items)
}

fn fingerprint(key: &IndexKey, plain: &Plain) -> Option<Indexed> {
    let kind = match plain.kind {
        ItemKind::Mobile => IndexKind::Mobile,
        ItemKind::Identity => IndexKind::Identity,
        ItemKind::Name | ItemKind::Text | ItemKind::Payer | ItemKind::Stamp => return None,
    };
    let token = key.blind_index(kind, plain.text.expose());
    Some(Indexed { kind, token, subject_id: plain.subject_id, item_id: plain.item_id })
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
            | VaultError::TamperedFile
            | VaultError::Tampered(_) => Self::internal(),
        }
    }
}
