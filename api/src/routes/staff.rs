//! Staff, their roles, administrators, and the names they sign in with.

use super::company::directory_at;
use crate::app::App;
use crate::authorise::{is_operation, judge};
use crate::body::{self, Field, Password, Personal, SignInName, bodies};
use crate::command::commands;
use crate::directory::{Colleague, Grant};
use crate::endpoint::{Parameter, Scope};
use crate::http;
use crate::ids::mint;
use crate::problem::Problem;
use crate::query::{Ask, Query, Reply, page, page_parameters, page_schema};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use mingzhang_domain::administrator;
use mingzhang_domain::id::{AdministratorId, LedgerId, PersonId, StaffId};
use mingzhang_domain::staff::{self, Role};
use mingzhang_store::identity::{self, Principal, PrincipalKind, SignIn};
use mingzhang_store::vault::ItemKind;
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

commands! {
    /// Appoints a system administrator.
    pub AppointAdministrator(AppointAdministratorBody) = "appoint_administrator" |call, body| {
        /// Name; goes to the vault.
        name: Option<Personal>,
    } => {
        let administrator: AdministratorId = mint();
        let name = body.name.map(|name| call.seal(administrator, ItemKind::Name, name.as_str()));
        administrator::AppointAdministrator { administrator, name }
    };

    /// A system administrator ends.
    pub DismissAdministrator(DismissAdministratorBody) = "dismiss_administrator" |call, body| {
    } => administrator::DismissAdministrator { administrator: call.id("administrator")? };

    /// A member of staff begins.
    pub HireStaff(HireStaffBody) = "hire_staff" |call, body| {
        /// Name; goes to the vault.
        name: Personal,
        /// The person they are, where the company knows them as an owner or tenant too.
        person: Option<PersonId>,
    } => {
        let staff: StaffId = mint();
        let name = call.seal(staff, ItemKind::Name, body.name.as_str());
        staff::HireStaff { staff, name, person: body.person }
    };

    /// Says which person of the company a member of staff is: they decide nothing about units of theirs.
    pub LinkStaff(LinkStaffBody) = "link_staff" |call, body| {
        /// The person.
        person: PersonId,
    } => staff::LinkStaff { staff: call.id("staff")?, person: body.person };

    /// Grants a role, in one community or in the whole company.
    pub GrantRole(GrantRoleBody) = "grant_role" |call, body| {
        /// The role; owners are not staff.
        role: Role,
        /// Only in this community; absent: the whole company.
        community: Option<LedgerId>,
    } => staff::GrantRole {
        staff: call.id("staff")?,
        role: body.role,
        community: own_community(call, body.community)?,
    };

    /// Revokes a role as it was granted.
    pub RevokeRole(RevokeRoleBody) = "revoke_role" |call, body| {
        /// The role.
        role: Role,
        /// As it was granted; absent: the whole company.
        community: Option<LedgerId>,
    } => staff::RevokeRole { staff: call.id("staff")?, role: body.role, community: body.community };

    /// A member of staff ends.
    pub LeaveStaff(LeaveStaffBody) = "leave_staff" |call, body| {
    } => staff::LeaveStaff { staff: call.id("staff")? };
}

/// A community of the company the call is for.
fn own_community(call: &crate::command::Call<'_>, community: Option<LedgerId>) -> Result<Option<LedgerId>, Problem> {
    let own = |id: &LedgerId| call.app.directory.ledger(*id).is_some_and(|ledger| ledger.parent == Some(call.ledger));
    match community {
        Some(id) if !own(&id) => Err(Problem::invalid_body().at("/community", body::rules::COMMUNITY_UNKNOWN)),
        community => Ok(community),
    }
}

/// Lists the present staff of a company with their roles.
#[derive(Debug)]
pub struct ListStaff;

impl Query for ListStaff {
    const OPERATION: &'static str = "list_staff";
    const WAITS_BY_ITSELF: bool = true;
    const SUMMARY: &'static str = "Lists the present staff of a company with their roles.";
    fn parameters() -> Vec<Parameter> {
        page_parameters()
    }
    fn answer() -> Value {
        let grant = json!({
            "type": "object",
            "required": ["role"],
            "properties": {"role": Role::schema(), "community": LedgerId::schema()},
        });
        page_schema(json!({
            "type": "object",
            "required": ["staff", "roles"],
            "properties": {
                "staff": StaffId::schema(),
                "roles": {"type": "array", "items": grant},
                "person": PersonId::schema(),
            },
        }))
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        let asked = ask.parameters.take_page()?;
        ask.parameters.finish()?;
        let position = directory_at(&app, ask.ledger, ask.at_least).await?;
        let after = asked.after::<Uuid>()?.map(StaffId);
        let mut items = app.directory.staff(ask.ledger);
        items.retain(|(id, _)| after.is_none_or(|after| *id > after));
        let show = |(id, colleague): &(StaffId, Colleague)| {
            let roles: Vec<_> = colleague.grants.iter().map(show_grant).collect();
            let mut shown = json!({"staff": id.to_string(), "roles": roles});
            if let Some(person) = colleague.person {
                shown["person"] = json!(person.to_string());
            }
            shown
        };
        Ok(Reply { body: page(&asked, items, |(id, _)| id.to_string(), show), position })
    }
}

/// Says whether a member of staff may do something somewhere, and which policies decide.
#[derive(Debug)]
pub struct ExplainAccess;

impl Query for ExplainAccess {
    const OPERATION: &'static str = "explain_access";
    const WAITS_BY_ITSELF: bool = true;
    const SUMMARY: &'static str =
        "Says whether a member of staff may do something somewhere, and which policies decide.";
    fn parameters() -> Vec<Parameter> {
        let (name, description) = ("operation", "Which operation, by its id; required.");
        let operation = Parameter { name, description, schema: json!({"type": "string", "maxLength": 64}) };
        let (name, description) = ("community", "In which community; absent: for the company itself.");
        vec![operation, Parameter { name, description, schema: LedgerId::schema() }]
    }
    fn answer() -> Value {
        let reason = json!({
            "type": "object",
            "required": ["policy", "says"],
            "properties": {"policy": {"type": "string"}, "says": {"type": "string"}},
        });
        json!({
            "type": "object",
            "required": ["operation", "permitted", "because"],
            "properties": {
                "operation": {"type": "string"},
                "permitted": {"type": "boolean"},
                "because": {
                    "type": "array",
                    "items": reason,
                    "description": "Policies that permit, or those that forbid; empty when none permits.",
                },
            },
        })
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        let rule = body::rules::OPERATION_UNKNOWN;
        let operation: Option<String> = ask.parameters.take("operation", rule)?;
        let operation = operation.filter(|operation| is_operation(operation));
        let operation = operation.ok_or_else(|| Problem::bad_parameter().at("operation", rule))?;
        let ledger = ask.parameters.take_id::<LedgerId>("community")?.unwrap_or(ask.ledger);
        ask.parameters.finish()?;
        let position = directory_at(&app, ask.ledger, ask.at_least).await?;
        let id: StaffId = ask.ids.get("staff")?;
        if !app.directory.is_staff(ask.ledger, id) {
            return Err(Problem::not_found());
        }
        let colleague = Principal { kind: PrincipalKind::Staff, id: id.uuid(), ledger_id: ask.ledger };
        let verdict = judge(&app.directory, &operation, Some(colleague), ledger)?;
        let because = verdict.because.iter().map(|reason| json!({"policy": reason.policy, "says": reason.says}));
        let because: Vec<_> = because.collect();
        let body = json!({"operation": operation, "permitted": verdict.permitted, "because": because});
        Ok(Reply { body, position })
    }
}

/// A role as it is shown.
pub(super) fn show_grant((role, community): &Grant) -> Value {
    match community {
        Some(community) => json!({"role": role.as_str(), "community": community.to_string()}),
        None => json!({"role": role.as_str()}),
    }
}

bodies! {
    /// A sign-in name and its password.
    pub struct SignInBody {
        /// Lower case; asks for no personal data.
        pub name: SignInName,
        /// 12 to 128 characters.
        pub password: Password,
    }
}

/// What giving a sign-in name answers.
pub fn sign_in_schema() -> Value {
    json!({"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}})
}

/// Gives a member of staff a sign-in name and a password, or another password; ends their sessions. No event.
pub async fn put_staff_sign_in(state: State<Arc<App>>, request: Request) -> Result<Response, Problem> {
    put_sign_in(state, request, "put_staff_sign_in", Scope::Company, "staff").await
}

/// Gives an administrator a sign-in name and a password, or another password; ends their sessions. No event.
pub async fn put_administrator_sign_in(state: State<Arc<App>>, request: Request) -> Result<Response, Problem> {
    put_sign_in(state, request, "put_administrator_sign_in", Scope::Installation, "administrator").await
}

async fn put_sign_in(
    State(app): State<Arc<App>>,
    request: Request,
    operation: &'static str,
    scope: Scope,
    id_name: &str,
) -> Result<Response, Problem> {
    let (mut parts, raw) = request.into_parts();
    let caller = http::session(&app, &parts.headers).await?.map(|session| session.principal);
    let ids = http::path_ids(&mut parts).await?;
    let ledger_id = scope.ledger(&app.directory, &ids)?;
    crate::authorise::authorise(&app.directory, operation, caller, ledger_id)?;
    let id: Uuid = ids.get(id_name)?;
    let body: SignInBody = body::read(&http::json_body(&parts.headers, raw).await?)?;
    let (kind, there) = match scope {
        Scope::Installation => (PrincipalKind::Administrator, app.directory.is_administrator(id)),
        Scope::Company | Scope::Community => (PrincipalKind::Staff, app.directory.is_staff(ledger_id, StaffId(id))),
    };
    if !there {
        return Err(Problem::not_found());
    }
    let password_hash = app.passwords.hash(body.password.as_str().to_owned()).await?;
    let name = body.name.as_str().to_owned();
    let sign_in = SignIn { name: name.clone(), principal: Principal { kind, id, ledger_id }, password_hash };
    // A task owns the connection: a caller that goes away leaves nothing half done.
    let owner = Arc::clone(&app);
    let put = tokio::spawn(async move {
        let mut conn = owner.writer.acquire().await?;
        Ok::<_, Problem>(identity::put_sign_in(&mut conn, &sign_in, owner.now()).await?)
    });
    if !put.await.unwrap_or_else(|_| Err(Problem::internal()))? {
        return Err(Problem::sign_in_name_taken());
    }
    app.sessions.forget(&name);
    Ok(http::answered(StatusCode::OK, json!({"name": name})))
}
