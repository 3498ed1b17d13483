//! The names that documents carry: joined at read from the vault, whole or masked as the caller may see them.

use crate::app::App;
use crate::authorise::may;
use crate::problem::Problem;
use mingzhang_domain::id::{LedgerId, VaultItemId};
use mingzhang_domain::party::PartyKind;
use mingzhang_domain::rule::masking;
use mingzhang_projections::party::PartyMember;
use mingzhang_store::identity::Principal;
use mingzhang_store::vault::ItemKind;
use std::collections::{BTreeMap, HashMap, HashSet};
use uuid::Uuid;

/// Members of a party that are named; of the others it is said how many they are.
const NAMED: usize = 4;
/// What stands for somebody who was erased.
const ERASED: &str = "（已删除）";

/// Who asks for names, and where.
#[derive(Debug, Clone, Copy)]
pub struct Asker {
    /// The community.
    pub community: LedgerId,
    /// Its company, whose persons and staff they are.
    pub company: LedgerId,
    /// Who asks.
    pub caller: Option<Principal>,
}

impl Asker {
    /// Somebody who asks for something of a community.
    ///
    /// # Errors
    /// 404 when the directory does not know the community.
    pub fn new(app: &App, community: LedgerId, caller: Option<Principal>) -> Result<Self, Problem> {
        let company = app.directory.ledger(community).and_then(|ledger| ledger.parent);
        Ok(Self { community, company: company.ok_or_else(Problem::ledger_unknown)?, caller })
    }

    /// What a ledger is called.
    pub fn name(&self, app: &App, ledger: LedgerId) -> String {
        app.directory.ledger(ledger).map(|ledger| ledger.name.as_str().to_owned()).unwrap_or_default()
    }

    /// Whether names of persons are shown whole: to whoever may look a person up.
    fn sees_persons(&self, app: &App) -> bool {
        may(&app.directory, "get_person", self.caller, self.company)
    }

    /// Whether names of payers are shown whole: to whoever may look a payer up.
    fn sees_payers(&self, app: &App) -> bool {
        may(&app.directory, "get_payer", self.caller, self.community)
    }

    /// The names of parties, those of their members one after another.
    ///
    /// # Errors
    /// 503 when the database or the key store is away.
    pub async fn parties(&self, app: &App, parties: HashSet<Uuid>) -> Result<HashMap<Uuid, String>, Problem> {
        let ids: Vec<Uuid> = parties.into_iter().collect();
        let rows = app.read_models.parties(self.community, ids.clone()).await?.value;
        let mut members: BTreeMap<Uuid, Vec<PartyMember>> = BTreeMap::new();
        for member in app.read_models.party_members(self.community, ids).await?.value {
            members.entry(member.party_id).or_default().push(member);
        }
        let persons: HashSet<Uuid> = members.values().flatten().map(|member| member.person_id).collect();
        let names = self.persons(app, persons.into_iter().collect()).await?;
        let named = rows.into_iter().map(|party| {
            let of = members.remove(&party.party_id).unwrap_or_default();
            let name = match (party.kind.0, party.name) {
                (PartyKind::Developer, Some(name)) => name.0.as_str().to_owned(),
                _ => together(&of, &names),
            };
            (party.party_id, name)
        });
        Ok(named.collect())
    }

    async fn persons(&self, app: &App, persons: Vec<Uuid>) -> Result<HashMap<Uuid, String>, Problem> {
        let rows = app.read_models.persons(self.company, persons).await?.value;
        let items: Vec<_> =
            rows.iter().filter(|row| !row.erased).map(|row| (row.person_id, row.name_item_id)).collect();
        let (ledger, whole) = (self.company, self.sees_persons(app));
        let texts = opened(app, ledger, items, ItemKind::Name).await?;
        Ok(texts.into_iter().map(|(id, name)| (id, if whole { name } else { masking::name(&name) })).collect())
    }

    /// The names of staff; whoever sees what they do sees who they are.
    ///
    /// # Errors
    /// As [`Self::parties`].
    pub async fn staff(&self, app: &App, staff: HashSet<Uuid>) -> Result<HashMap<Uuid, String>, Problem> {
        let rows = app.read_models.staff_of_ids(self.company, staff.into_iter().collect()).await?.value;
        let items = rows.iter().map(|row| (row.staff_id, row.name_item_id)).collect();
        opened(app, self.company, items, ItemKind::Name).await
    }

    /// The names of payers, by vault item.
    ///
    /// # Errors
    /// As [`Self::parties`].
    pub async fn payers(&self, app: &App, items: HashSet<Uuid>) -> Result<HashMap<Uuid, String>, Problem> {
        let whole = self.sees_payers(app);
        let items = items.into_iter().map(|item| (item, item)).collect();
        let texts = opened(app, self.community, items, ItemKind::Payer).await?;
        Ok(texts.into_iter().map(|(id, name)| (id, if whole { name } else { masking::name(&name) })).collect())
    }
}

/// The texts of vault items, by whom they are of; what was erased is left out.
async fn opened(
    app: &App,
    ledger: LedgerId,
    items: Vec<(Uuid, Uuid)>,
    kind: ItemKind,
) -> Result<HashMap<Uuid, String>, Problem> {
    let wanted: Vec<_> = items.iter().map(|(_, item)| (VaultItemId(*item), kind)).collect();
    let mut conn = app.writer.acquire().await?;
    let texts = app.vault.open(&mut conn, ledger, &wanted).await?;
    let named = |(of, item): (Uuid, Uuid)| Some((of, texts.get(&VaultItemId(item))?.text.expose().to_owned()));
    Ok(items.into_iter().filter_map(named).collect())
}

fn together(members: &[PartyMember], names: &HashMap<Uuid, String>) -> String {
    let name = |member: &PartyMember| names.get(&member.person_id).map_or(ERASED, String::as_str);
    let first: Vec<&str> = members.iter().take(NAMED).map(name).collect();
    let first = first.join("、");
    if members.len() > NAMED { format!("{first} 等 {} 人", members.len()) } else { first }
}
