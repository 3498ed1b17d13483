//! The one path of a command: authorise, read the body, make the wish, seal what is personal, submit, answer.
//!
//! A handler never branches on state: that is the rule's business. The answer is a function of the events alone, so the
//! same key gets the same answer for ever.

use crate::app::App;
use crate::body::{self, Field};
use crate::endpoint::{Pending, Scope};
use crate::extract::{IdempotencyKey, Ids};
use crate::problem::Problem;
use axum::http::StatusCode;
use mingzhang_domain::approval::{Approvable, RequestApproval, Standing};
use mingzhang_domain::calendar::{CivilDate, Instant};
use mingzhang_domain::canonical::NotCanonical;
use mingzhang_domain::draft::Decide;
use mingzhang_domain::envelope::{Actor, ActorKind, Recorded};
use mingzhang_domain::id::{CommandId, LedgerId, StaffId, VaultItemId};
use mingzhang_domain::refusal::{CommonRefusal, Refusal};
use mingzhang_domain::staff::Roles;
use mingzhang_domain::value::Label;
use mingzhang_store::identity::Principal;
use mingzhang_store::lane::{Submission, Urgency};
use mingzhang_store::vault::{IndexKey, ItemKind, Plain};
use serde::Serialize;
use serde::ser::{Error as _, SerializeStruct, Serializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use uuid::Uuid;

/// A command as the API takes it.
pub trait Command: 'static {
    /// Its name: the operation id, in the policies and in the request digest.
    const OPERATION: &'static str;
    /// One sentence for the document.
    const SUMMARY: &'static str;
    /// What it takes.
    type Body: Field + Send;

    /// The wish. What it names of another ledger is looked up in the directory.
    ///
    /// # Errors
    /// The [`Problem`] of a path id or of what the directory does not have.
    fn wish(call: &mut Call<'_>, body: Self::Body) -> impl Future<Output = Result<Arc<dyn Decide>, Problem>> + Send;
}

/// A command that may need an approval: the wish in its own type, so that asking for the approval seals exactly it.
pub trait Asks: Command {
    /// The wish.
    type Wish: Approvable + 'static;

    /// The wish.
    ///
    /// # Errors
    /// As [`Command::wish`].
    fn build(call: &mut Call<'_>, body: Self::Body) -> Result<Self::Wish, Problem>;
}

/// How an approval of a command is asked for once its type is forgotten.
pub type Ask = fn(&mut Call<'_>, &Value, Label) -> Result<Arc<dyn Decide>, Problem>;

/// Asks for the approval of a command with that body.
///
/// # Errors
/// As the command itself.
pub fn ask<A: Asks>(call: &mut Call<'_>, body: &Value, reason: Label) -> Result<Arc<dyn Decide>, Problem> {
    let body = body::read_at::<A::Body>(body, "/body")?;
    let wish = A::build(call, body)?;
    Ok(Arc::new(RequestApproval::of(&wish, reason)?))
}

/// One command on its way.
pub struct Call<'a> {
    /// The server.
    pub app: &'a App,
    /// The ledger it is for.
    pub ledger: LedgerId,
    /// The ids of its path.
    pub ids: &'a Ids,
    /// Who calls.
    pub caller: Principal,
    /// The civil day it happens on, for what holds from a day on.
    pub today: CivilDate,
    /// The instant it happens at, on ledgers with a given clock.
    pub given_at: Option<Instant>,
    /// What must be sealed with it.
    pub personal: Vec<Plain>,
}

impl Call<'_> {
    /// An id of the path.
    ///
    /// # Errors
    /// 400 when it is no UUID.
    pub fn id<T: From<Uuid>>(&self, name: &str) -> Result<T, Problem> {
        self.ids.get(name)
    }

    /// The company a community belongs to.
    ///
    /// # Errors
    /// 404 when the directory does not know the community.
    pub fn company(&self) -> Result<LedgerId, Problem> {
        let ledger = self.app.directory.ledger(self.ledger).ok_or_else(Problem::ledger_unknown)?;
        ledger.parent.ok_or_else(Problem::ledger_unknown)
    }

    /// The roles of a member of staff in the community, as the company's ledger says.
    ///
    /// # Errors
    /// As [`Self::company`].
    pub fn roles_of(&self, staff: StaffId) -> Result<Roles, Problem> {
        Ok(self.app.directory.roles(self.company()?, staff, self.ledger))
    }

    /// How far the caller decides about money in the community, as the company's ledger says.
    ///
    /// # Errors
    /// As [`Self::company`].
    pub fn standing(&self) -> Result<Standing, Problem> {
        let staff = StaffId(self.caller.id);
        Ok(self.app.directory.standing(self.company()?, staff, self.ledger, self.today))
    }

    /// Puts a text into the vault, under the key of its subject; the event carries the item's id.
    pub fn seal(&mut self, subject: impl Into<Uuid>, kind: ItemKind, text: &str) -> VaultItemId {
        let item_id = crate::ids::mint();
        self.personal.push(Plain { item_id, subject_id: subject.into(), kind, text: text.to_owned().into() });
        item_id
    }
}

/// What a request says besides its body.
#[derive(Debug, Clone)]
pub struct Request {
    /// Which ledger the path names.
    pub scope: Scope,
    /// The ids of the path.
    pub ids: Ids,
    /// Who calls, if anybody.
    pub caller: Option<Principal>,
    /// Under which key it is answered once.
    pub key: IdempotencyKey,
    /// The instant, on ledgers with a given clock.
    pub given_at: Option<Instant>,
}

/// A command's answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// 201 when it began a stream, else 200.
    pub status: StatusCode,
    /// `{ledger_id, position, command_id, event_ids, result}`
    pub body: Body,
}

/// How a command runs once its type is forgotten: what the router and the batch hold.
pub type Run = fn(Arc<App>, Request, Value) -> Pending<Answer>;

/// Runs a command in a task of its own: a caller that goes away stops nothing halfway.
pub fn run<C: Command>(app: Arc<App>, request: Request, body: Value) -> Pending<Answer> {
    Box::pin(async move {
        let work = tokio::spawn(async move { submit::<C>(&app, &request, &body).await });
        work.await.unwrap_or_else(|_| Err(Problem::internal()))
    })
}

async fn submit<C: Command>(app: &App, request: &Request, body: &Value) -> Result<Answer, Problem> {
    let ledger = request.scope.ledger(&app.directory, &request.ids)?;
    crate::authorise::authorise(&app.directory, C::OPERATION, request.caller, ledger)?;
    let caller = request.caller.ok_or_else(Problem::unauthenticated)?;
    let parsed = body::read::<C::Body>(body)?;
    let today = CivilDate::of_instant(request.given_at.unwrap_or_else(|| app.now()));
    let today = today.map_err(|_| Refusal::from(CommonRefusal::DateMustBeInRange))?;
    let given_at = request.given_at;
    let mut call = Call { app, ledger, ids: &request.ids, caller, today, given_at, personal: Vec::new() };
    let command = C::wish(&mut call, parsed).await?;
    let personal = std::mem::take(&mut call.personal);
    let actor = Actor { kind: ActorKind::Staff, id: caller.id };
    let command_id = CommandId::from_key(ledger, actor.kind.as_str(), actor.id, request.key.as_str());
    let vault = crate::vault::seal(app, ledger, command_id, personal).await?;
    let submission = Submission {
        ledger_id: ledger,
        command_id,
        correlation_id: None,
        causation_id: None,
        actor,
        request_digest: digest(&app.index_key, C::OPERATION, &request.ids, body),
        command,
        vault,
        given_at: request.given_at,
        urgency: Urgency::Interactive,
    };
    let accepted = app.lanes.submit(submission).await?;
    crate::after::accepted(app, &accepted.events).await?;
    Ok(answer(ledger, command_id, accepted.last_position, accepted.events))
}

/// The keyed digest of a request: the same key with another operation, path or body is refused.
pub fn digest(key: &IndexKey, operation: &str, ids: &Ids, body: &Value) -> [u8; 32] {
    let path: Map<String, Value> = ids.pairs().map(|(name, id)| (name.clone(), json!(id))).collect();
    let (operation, path) = (Value::from(operation), Value::from(path));
    let request = body::json::canonical_object(&[("body", body), ("operation", &operation), ("path", &path)]);
    key.mac("mingzhang/request_digest/1", request.as_bytes())
}

/// The answer to a command, from its events and from nothing else.
pub fn answer(ledger: LedgerId, command_id: CommandId, position: u64, events: Arc<[Recorded]>) -> Answer {
    let began = events.first().is_some_and(|event| event.stream_version == 1);
    let body = Body { ledger_id: ledger.uuid(), position, command_id: command_id.uuid(), events };
    Answer { status: if began { StatusCode::CREATED } else { StatusCode::OK }, body }
}

/// The body of an answer, written straight from the events.
#[derive(Debug, Clone)]
pub struct Body {
    ledger_id: Uuid,
    position: u64,
    command_id: Uuid,
    events: Arc<[Recorded]>,
}

impl Serialize for Body {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let ids: Vec<Uuid> = self.events.iter().map(|event| event.event_id.uuid()).collect();
        let mut body = serializer.serialize_struct("Answer", 5)?;
        body.serialize_field("ledger_id", &self.ledger_id)?;
        body.serialize_field("position", &self.position)?;
        body.serialize_field("command_id", &self.command_id)?;
        body.serialize_field("event_ids", &ids)?;
        body.serialize_field("result", &Outcome::of(&self.events).map_err(S::Error::custom)?)?;
        body.end()
    }
}

/// What a command did: the streams it began by kind, and its facts in order.
#[derive(Serialize)]
struct Outcome {
    began: BTreeMap<&'static str, Vec<Uuid>>,
    facts: Vec<AnsweredFact>,
}

#[derive(Serialize)]
struct AnsweredFact {
    event_type: &'static str,
    stream_type: &'static str,
    stream_id: Uuid,
    effective_on: CivilDate,
    data: Box<RawValue>,
}

impl Outcome {
    fn of(events: &[Recorded]) -> Result<Self, NotCanonical> {
        let mut began: BTreeMap<&str, Vec<Uuid>> = BTreeMap::new();
        let mut facts = Vec::with_capacity(events.len());
        for event in events {
            let (stream_type, stream_id) = (event.stream.stream_type.as_str(), event.stream.id);
            if event.stream_version == 1 {
                began.entry(stream_type).or_default().push(stream_id);
            }
            let (event_type, effective_on) = (event.event.event_type(), event.effective_on);
            let data = event.event.data_json()?;
            facts.push(AnsweredFact { event_type, stream_type, stream_id, effective_on, data });
        }
        Ok(Self { began, facts })
    }
}

/// The schema of every command's answer.
pub fn answer_schema() -> Value {
    let id = || json!({"type": "string", "format": "uuid"});
    let fact = json!({
        "type": "object",
        "required": ["event_type", "stream_type", "stream_id", "effective_on", "data"],
        "properties": {
            "event_type": {"type": "string"},
            "stream_type": {"type": "string"},
            "stream_id": id(),
            "effective_on": {"type": "string", "format": "date"},
            "data": {"type": "object", "description": "The fact's data as it stands in the log."},
        },
    });
    json!({
        "type": "object",
        "required": ["ledger_id", "position", "command_id", "event_ids", "result"],
        "properties": {
            "ledger_id": id(),
            "position": {"type": "integer", "minimum": 1, "description": "Of the command's last event."},
            "command_id": id(),
            "event_ids": {"type": "array", "items": id()},
            "result": {
                "type": "object",
                "required": ["began", "facts"],
                "properties": {
                    "began": {
                        "type": "object",
                        "description": "Ids of the streams the command began, by kind of stream.",
                        "additionalProperties": {"type": "array", "items": id()},
                    },
                    "facts": {"type": "array", "items": fact},
                },
            },
        },
    })
}

/// Declares commands: the body, and how it becomes the wish. `asks Type` marks those that may need an approval.
macro_rules! commands {
    ($(
        #[doc = $summary:literal]
        pub $name:ident($body_name:ident) = $operation:literal |$call:ident, $body:ident| {
            $($(#[doc = $fdoc:literal])* $field:ident: $type:ty),* $(,)?
        } $(asks $wish_type:ty)? => $wish:expr;
    )+) => { $(
        crate::body::bodies! {
            #[doc = $summary]
            pub struct $body_name { $($(#[doc = $fdoc])* pub $field: $type),* }
        }

        #[doc = $summary]
        #[derive(Debug)]
        pub struct $name;

        impl $crate::command::Command for $name {
            const OPERATION: &'static str = $operation;
            const SUMMARY: &'static str = $summary.trim_ascii_start();
            type Body = $body_name;
            async fn wish(
                $call: &mut $crate::command::Call<'_>,
                $body: $body_name,
            ) -> Result<std::sync::Arc<dyn mingzhang_domain::draft::Decide>, $crate::problem::Problem> {
                // Some wishes need neither the path nor the body.
                let _ = (&$call, &$body);
                Ok(std::sync::Arc::new($wish))
            }
        }

        $(impl $crate::command::Asks for $name {
            type Wish = $wish_type;
            fn build(
                $call: &mut $crate::command::Call<'_>,
                $body: $body_name,
            ) -> Result<$wish_type, $crate::problem::Problem> {
                Ok($wish)
            }
        })?
    )+ };
}
pub(crate) use commands;
