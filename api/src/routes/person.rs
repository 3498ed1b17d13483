//! Persons: pseudonymous in the log, named in the vault.

use crate::app::App;
use crate::body::{self, Field, Mobile, Personal, ResidentId, bodies, rules};
use crate::command::commands;
use crate::endpoint::Scope;
use crate::http;
use crate::ids::mint;
use crate::problem::Problem;
use crate::query::{Ask, Query, Reply};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use mingzhang_domain::id::{PersonId, VaultItemId};
use mingzhang_domain::person;
use mingzhang_store::vault::ItemKind;
use mingzhang_store::vault::index::{self, IndexKind};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

commands! {
    /// Registers a person; name, mobile and identity number go to the vault.
    pub RegisterPerson(RegisterPersonBody) = "register_person" |call, body| {
        /// Name.
        name: Personal,
        /// Mobile number of the mainland.
        mobile: Option<Mobile>,
        /// Resident identity number.
        identity: Option<ResidentId>,
    } => {
        let id: PersonId = mint();
        person::RegisterPerson {
            person: id,
            name: call.seal(id, ItemKind::Name, body.name.as_str()),
            mobile: body.mobile.map(|mobile| call.seal(id, ItemKind::Mobile, mobile.as_str())),
            identity: body.identity.map(|identity| call.seal(id, ItemKind::Identity, identity.as_str())),
        }
    };

    /// Changes a person's mobile number.
    pub ChangeContact(ChangeContactBody) = "change_contact" |call, body| {
        /// Mobile number of the mainland.
        mobile: Mobile,
    } => {
        let id: PersonId = call.id("person")?;
        person::ChangeContact { person: id, mobile: call.seal(id, ItemKind::Mobile, body.mobile.as_str()) }
    };

    /// Erases what is known about a person; the pseudonym stays in the log.
    pub ErasePerson(ErasePersonBody) = "erase_person" |call, body| {
    } => person::ErasePerson { person: call.id("person")? };
}

/// Answers a person: the name, and mobile and identity number masked.
#[derive(Debug)]
pub struct GetPerson;

impl Query for GetPerson {
    const OPERATION: &'static str = "get_person";
    const SUMMARY: &'static str = "Answers a person: the name, and mobile and identity number masked.";
    fn answer() -> Value {
        json!({
            "type": "object",
            "required": ["person", "erased"],
            "properties": {
                "person": PersonId::schema(),
                "name": {"type": "string"},
                "mobile": {"type": "string", "examples": ["138****5678"]},
                "identity": {"type": "string", "examples": ["1101**********123X"]},
                "erased": {"type": "boolean"},
            },
        })
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        ask.parameters.finish()?;
        let id: PersonId = ask.ids.get("person")?;
        let read = app.read_models.persons(ask.ledger, vec![id.uuid()]).await?;
        let person = read.value.into_iter().next().ok_or_else(Problem::not_found)?;
        let mut shown = Map::new();
        shown.insert("person".into(), json!(id.to_string()));
        shown.insert("erased".into(), json!(person.erased));
        if !person.erased {
            let items = [
                ("name", Some(person.name_item_id), ItemKind::Name),
                ("mobile", person.mobile_item_id, ItemKind::Mobile),
                ("identity", person.identity_item_id, ItemKind::Identity),
            ];
            let wanted: Vec<_> =
                items.iter().filter_map(|(_, item, kind)| item.map(|item| (VaultItemId(item), *kind))).collect();
            let mut conn = app.writer.acquire().await?;
            let opened = app.vault.open(&mut conn, ask.ledger, &wanted).await?;
            for (name, item, kind) in items {
                if let Some(opened) = item.and_then(|item| opened.get(&VaultItemId(item))) {
                    shown.insert(name.into(), json!(masked(kind, opened.text.expose())));
                }
            }
        }
        Ok(Reply { body: Value::Object(shown), position: read.position })
    }
}

/// What anybody at a desk may see: the name, the ends of numbers.
fn masked(kind: ItemKind, text: &str) -> String {
    let (head, tail) = match kind {
        ItemKind::Mobile => (3, 4),
        ItemKind::Identity => (4, 4),
        ItemKind::Name | ItemKind::Text | ItemKind::Payer | ItemKind::Stamp => return text.to_owned(),
    };
    let count = text.chars().count();
    let hidden = |at: usize| at >= head && at < count.saturating_sub(tail);
    text.chars().enumerate().map(|(at, letter)| if hidden(at) { '*' } else { letter }).collect()
}

bodies! {
    /// Whom to look for: exactly one number.
    pub struct SearchPersonsBody {
        /// Mobile number of the mainland.
        pub mobile: Option<Mobile>,
        /// Resident identity number.
        pub identity: Option<ResidentId>,
    }
}

/// Finds persons by mobile or identity number, through its fingerprint. The number stands in the body, never in a URL.
pub async fn search_persons(State(app): State<Arc<App>>, request: Request) -> Result<Response, Problem> {
    let (mut parts, raw) = request.into_parts();
    let caller = http::session(&app, &parts.headers).await?.map(|session| session.principal);
    let ids = http::path_ids(&mut parts).await?;
    let company = Scope::Company.ledger(&app.directory, &ids)?;
    crate::authorise::authorise(&app.directory, "list_persons_by_number", caller, company)?;
    let asked: SearchPersonsBody = body::read(&http::json_body(&parts.headers, raw).await?)?;
    let (kind, number) = match (&asked.mobile, &asked.identity) {
        (Some(mobile), None) => (IndexKind::Mobile, mobile.as_str()),
        (None, Some(identity)) => (IndexKind::Identity, identity.as_str()),
        _ => return Err(Problem::invalid_body().at("/mobile", rules::ONE_NUMBER)),
    };
    let token = app.vault.index_key(company).await?.blind_index(kind, number);
    let mut conn = app.writer.acquire().await?;
    let found = index::find(&mut conn, company, kind, &token).await?;
    let items: BTreeSet<String> = found.into_iter().map(|(person, _)| person.to_string()).collect();
    let items: Vec<_> = items.into_iter().map(|person| json!({"person": person})).collect();
    Ok(http::answered(StatusCode::OK, json!({"items": items})))
}

/// What [`search_persons`] answers.
pub fn search_schema() -> Value {
    let item = json!({"type": "object", "required": ["person"], "properties": {"person": PersonId::schema()}});
    json!({"type": "object", "required": ["items"], "properties": {"items": {"type": "array", "items": item}}})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_show_their_ends_only() {
        assert_eq!(masked(ItemKind::Mobile, "13800005678"), "138****5678");
        assert_eq!(masked(ItemKind::Identity, "11010519491231002X"), "1101**********002X");
        assert_eq!(masked(ItemKind::Name, "张三"), "张三");
    }
}
