//! The policies, compiled in and judged by Cedar. No policy stands in code, and no code that asks knows a role.

use crate::endpoint::Scope;
use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet, Request,
    RestrictedExpression, Schema, ValidationMode, Validator,
};
use mingzhang_domain::staff::Role;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

/// Who and what there is, and every operation in its group.
const SCHEMA: &str = include_str!("operations.cedarschema");
/// Verdicts that are remembered.
const REMEMBERED: usize = 20_000;
/// The world that questions are asked in: one company with two communities, and the caller.
const INSTALLATION: &str = "installation";
const COMPANY: &str = "company";
const HERE: &str = "here";
const ELSEWHERE: &str = "elsewhere";
const CALLER: &str = "caller";
/// Who may do what.
const POLICIES: &str = include_str!("policies.cedar");

/// Where a role was granted, seen from the place that an operation is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Granted {
    /// In the whole company.
    Company,
    /// In the community that the operation is for.
    Here,
    /// In another community of the company.
    Elsewhere,
}

/// Whoever asks, as the policies see them: by relation, never by id, so that one answer serves all who are alike.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Asker {
    /// Without signing in.
    Nobody,
    /// A system administrator.
    Administrator {
        /// False once dismissed.
        appointed: bool,
    },
    /// A member of staff of the company that the operation is for, with his roles.
    Staff(BTreeSet<(Role, Granted)>),
    /// An owner or tenant.
    Owner,
}

/// What the policies say, and which of them did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// True when it is permitted.
    pub permitted: bool,
    /// The policies that decided: those that permit, or those that forbid; none when no policy permits.
    pub because: Vec<Reason>,
}

/// A policy that decided.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reason {
    /// Its name in the file of policies.
    pub policy: String,
    /// What it says, in Chinese and English.
    pub says: String,
}

/// The policies on their way to be asked.
pub(super) struct Engine {
    policies: PolicySet,
    authorizer: Authorizer,
    /// Each operation with its groups, as Cedar wants them beside a request.
    operations: HashMap<String, Vec<Entity>>,
    types: Types,
    /// What was asked before: verdicts are a function of the question and of the compiled-in policies alone.
    answered: RwLock<HashMap<(Asker, String, Scope), Arc<Verdict>>>,
}

struct Types {
    action: EntityTypeName,
    place: EntityTypeName,
    nobody: EntityTypeName,
    administrator: EntityTypeName,
    staff: EntityTypeName,
    owner: EntityTypeName,
}

static ENGINE: LazyLock<Result<Engine, String>> = LazyLock::new(Engine::compile);

/// The engine; an error is one of the compiled-in texts and stops the server's start.
///
/// # Errors
/// What is wrong with the schema or a policy.
pub(super) fn engine() -> Result<&'static Engine, &'static str> {
    ENGINE.as_ref().map_err(String::as_str)
}

impl Engine {
    fn compile() -> Result<Self, String> {
        let (schema, warnings) = Schema::from_cedarschema_str(SCHEMA).map_err(|error| error.to_string())?;
        if let Some(warning) = warnings.into_iter().next() {
            return Err(warning.to_string());
        }
        let policies = named(POLICIES.parse().map_err(said)?)?;
        let checked = Validator::new(schema.clone()).validate(&policies, ValidationMode::Strict);
        if !checked.validation_passed_without_warnings() {
            return Err(checked.to_string());
        }
        let actions = schema.action_entities().map_err(said)?;
        let mut operations = HashMap::new();
        let groups: HashSet<&EntityUid> = schema.action_groups().collect();
        for action in schema.actions().filter(|action| !groups.contains(action)) {
            let within = actions.ancestors(action).into_iter().flatten();
            let all = within.chain([action]).filter_map(|uid| actions.get(uid).cloned());
            operations.insert(action.id().unescaped().to_owned(), all.collect());
        }
        let name = |name: &str| name.parse::<EntityTypeName>().map_err(said);
        let types = Types {
            action: name("Action")?,
            place: name("Place")?,
            nobody: name("Nobody")?,
            administrator: name("Administrator")?,
            staff: name("Staff")?,
            owner: name("Owner")?,
        };
        Ok(Self { policies, authorizer: Authorizer::new(), operations, types, answered: RwLock::default() })
    }

    /// Whether the schema names an operation.
    pub(super) fn knows(&self, operation: &str) -> bool {
        self.operations.contains_key(operation)
    }

    /// What the policies say of an operation that is for the installation, a company or a community.
    ///
    /// # Errors
    /// An operation that the schema does not name, or what Cedar refuses to judge.
    pub(super) fn judge(&self, asker: &Asker, operation: &str, scope: Scope) -> Result<Arc<Verdict>, String> {
        let question = (asker.clone(), operation.to_owned(), scope);
        if let Some(verdict) = self.answered.read().unwrap_or_else(PoisonError::into_inner).get(&question) {
            return Ok(Arc::clone(verdict));
        }
        let verdict = Arc::new(self.ask(asker, operation, scope)?);
        let mut answered = self.answered.write().unwrap_or_else(PoisonError::into_inner);
        if answered.len() >= REMEMBERED {
            answered.clear();
        }
        answered.insert(question, Arc::clone(&verdict));
        Ok(verdict)
    }

    fn ask(&self, asker: &Asker, operation: &str, scope: Scope) -> Result<Verdict, String> {
        let action = self.operations.get(operation).ok_or_else(|| format!("no operation {operation}"))?;
        let lies = |place, within: Option<&str>| {
            Entity::new_no_attrs(self.place(place), within.map(|within| self.place(within)).into_iter().collect())
        };
        let mut entities = action.clone();
        entities.extend([
            lies(INSTALLATION, None),
            lies(COMPANY, Some(INSTALLATION)),
            lies(HERE, Some(COMPANY)),
            lies(ELSEWHERE, Some(COMPANY)),
        ]);
        let principal = self.principal(asker)?;
        let who = principal.uid();
        entities.push(principal);
        let place = self.place(match scope {
            Scope::Installation => INSTALLATION,
            Scope::Company => COMPANY,
            Scope::Community => HERE,
        });
        let action = uid(&self.types.action, operation);
        let request = Request::new(who, action, place, Context::empty(), None).map_err(said)?;
        let entities = Entities::from_entities(entities, None).map_err(said)?;
        let answer = self.authorizer.is_authorized(&request, &self.policies, &entities);
        if let Some(error) = answer.diagnostics().errors().next() {
            return Err(error.to_string());
        }
        let because: BTreeSet<Reason> = answer.diagnostics().reason().map(|id| self.reason(id)).collect();
        let permitted = answer.decision() == Decision::Allow;
        Ok(Verdict { permitted, because: because.into_iter().collect() })
    }

    fn reason(&self, id: &cedar_policy::PolicyId) -> Reason {
        let says = self.policies.annotation(id, "says").unwrap_or_default();
        Reason { policy: id.to_string(), says: says.to_owned() }
    }

    fn place(&self, place: &str) -> EntityUid {
        uid(&self.types.place, place)
    }

    fn principal(&self, asker: &Asker) -> Result<Entity, String> {
        match asker {
            Asker::Nobody => Ok(Entity::new_no_attrs(uid(&self.types.nobody, CALLER), HashSet::new())),
            Asker::Owner => Ok(Entity::new_no_attrs(uid(&self.types.owner, CALLER), HashSet::new())),
            Asker::Administrator { appointed } => {
                let appointed = RestrictedExpression::new_bool(*appointed);
                let attributes = HashMap::from([("appointed".to_owned(), appointed)]);
                Entity::new(uid(&self.types.administrator, CALLER), attributes, HashSet::new()).map_err(said)
            }
            Asker::Staff(grants) => {
                let of_role = |role: Role| {
                    let places = grants.iter().filter(|(held, _)| *held == role);
                    let places = places.map(|(_, granted)| match granted {
                        Granted::Company => COMPANY,
                        Granted::Here => HERE,
                        Granted::Elsewhere => ELSEWHERE,
                    });
                    let places = places.map(|place| RestrictedExpression::new_entity_uid(self.place(place)));
                    RestrictedExpression::new_set(places)
                };
                let staff_roles = Role::ALL.iter().filter(|role| **role != Role::Owner);
                let mut attributes: HashMap<String, RestrictedExpression> =
                    staff_roles.map(|role| (role.as_str().to_owned(), of_role(*role))).collect();
                let held = grants.iter().map(|(role, _)| RestrictedExpression::new_string(role.as_str().to_owned()));
                attributes.insert("held".to_owned(), RestrictedExpression::new_set(held));
                let company = RestrictedExpression::new_entity_uid(self.place(COMPANY));
                attributes.insert("company".to_owned(), company);
                Entity::new(uid(&self.types.staff, CALLER), attributes, HashSet::new()).map_err(said)
            }
        }
    }
}

/// The same policies under the names that stand before them.
fn named(policies: PolicySet) -> Result<PolicySet, String> {
    let named = policies.policies().map(|policy| {
        let name = policy.annotation("id").ok_or("a policy without @id")?;
        if policy.annotation("says").is_none_or(str::is_empty) {
            return Err(format!("the policy {name} does not say what it says"));
        }
        Ok(policy.new_id(cedar_policy::PolicyId::new(name)))
    });
    PolicySet::from_policies(named.collect::<Result<Vec<_>, String>>()?).map_err(said)
}

fn uid(kind: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id))
}

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}
