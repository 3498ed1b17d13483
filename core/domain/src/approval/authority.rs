//! On whose word a command is carried out: its role's limit, or an approval of exactly what it does.
//!
//! May never happen here: one approval used twice, or for anything but what was approved; anybody deciding about a unit of
//! his own.

use super::event::{ApprovalUsed, Approved};
use super::refusal::ApprovalRefusal;
use super::state::ApprovalStage;
use crate::canonical::{data_bytes, string_array};
use crate::draft::{Decide, Draft};
use crate::id::{AccountId, ApprovalId, CommunityId, PersonId};
use crate::ledger::Seen;
use crate::money::Money;
use crate::refusal::Refusal;
use crate::value::Digest;
use sha2::{Digest as _, Sha256};

/// The longest payload an approval carries, with its accounts, so that its event fits a body.
const MAX_PAYLOAD: usize = 12 * 1024;
/// What an account takes in the event: an id in quotes and a comma.
const ACCOUNT_BYTES: usize = 39;

/// What the company's ledger says of a member of staff who decides; an argument, because no command reads another ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// Up to which amount one of his roles decides alone.
    pub alone: Option<Money>,
    /// Up to which amount one of his roles approves what others ask for; absent: it approves nothing.
    pub approves: Option<Money>,
    /// The person he is, where he is one whom a community knows.
    pub person: Option<PersonId>,
    /// Up to where the company's ledger was read.
    pub seen: Option<Seen>,
}

/// What a command brings along to be allowed; never part of what is approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Authority {
    /// An approval by another.
    pub approval: Option<ApprovalId>,
    /// What the actor may decide himself.
    pub standing: Standing,
}

/// What is at stake in a command: how far a limit must reach, and whose units it touches.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stake {
    /// The amount; absent when it has none, such as a tariff: then nobody decides alone.
    pub amount: Option<Money>,
    /// The accounts it touches.
    pub accounts: Vec<AccountId>,
    /// Whatever the amount, nobody decides it alone.
    pub always_approved: bool,
}

impl Stake {
    /// An amount of one account.
    pub fn of(amount: Money, account: AccountId) -> Self {
        Self { amount: Some(amount), accounts: vec![account], always_approved: false }
    }
}

/// What a command has at stake; apart from [`Approvable`] so that it can be asked of a command whose type is forgotten.
pub trait Staked {
    /// What is at stake as things are.
    ///
    /// # Errors
    /// The [`Refusal`] of what the command names and does not exist.
    fn stake(&self, draft: &Draft<'_>) -> Result<Stake, Refusal>;
}

/// A command that may need an approval; what it serialises to is what is approved.
pub trait Approvable: Decide + Staked + Clone + serde::Serialize + Sized + 'static {
    /// What it does, as canonical JSON text.
    ///
    /// # Errors
    /// [`ApprovalRefusal::PayloadMustFit`].
    fn payload(&self) -> Result<String, Refusal> {
        let bytes = data_bytes(self).map_err(|_| ApprovalRefusal::PayloadMustFit)?;
        String::from_utf8(bytes).map_err(|_| ApprovalRefusal::PayloadMustFit.into())
    }
}

impl<C: Decide + Staked + Clone + serde::Serialize + 'static> Approvable for C {}

/// SHA-256 over the canonical array `["mingzhang/approval/1", operation, payload]`.
pub fn digest(operation: &str, payload: &str) -> Digest {
    Digest(Sha256::digest(string_array(&["mingzhang/approval/1", operation, payload])).into())
}

/// Refuses what would not fit an event.
pub(super) fn must_fit(payload: &str, accounts: &[AccountId]) -> Result<(), Refusal> {
    let bytes = payload.len().saturating_add(accounts.len().saturating_mul(ACCOUNT_BYTES));
    if bytes > MAX_PAYLOAD { Err(ApprovalRefusal::PayloadMustFit.into()) } else { Ok(()) }
}

/// Refuses a decision about a unit of which the person is, was or will be a party.
pub(crate) fn must_not_be_own(
    draft: &Draft<'_>,
    accounts: &[AccountId],
    person: Option<PersonId>,
) -> Result<(), Refusal> {
    let Some(person) = person else { return Ok(()) };
    for account in accounts {
        let Some(unit) = draft.account(*account).unit() else { continue };
        if draft.unit(unit).parties().any(|party| draft.party(party).has_member(person)) {
            return Err(ApprovalRefusal::UnitMustNotBeOwn.with("account", account));
        }
    }
    Ok(())
}

/// A command's authority as its facts state it.
#[derive(Debug, Clone)]
pub(crate) struct Warrant {
    /// By whom.
    pub(crate) approved: Approved,
    /// The company facts that it rests on; an approval's own facts have theirs.
    pub(crate) seen: Vec<Seen>,
}

impl Warrant {
    /// By whom, and what that rests on.
    pub(crate) fn parts(self) -> (Approved, Vec<Seen>) {
        (self.approved, self.seen)
    }
}

/// Carries a command out on its authority, and uses the approval up.
///
/// # Errors
/// [`ApprovalRefusal`] when the amount is above the limit and no matching approval by another is named, or when whoever
/// decided is a party of a unit it touches.
pub(crate) fn authorise<C: Approvable>(
    draft: &mut Draft<'_>,
    command: &C,
    authority: Authority,
) -> Result<Warrant, Refusal> {
    let stake = command.stake(draft)?;
    match authority.approval {
        Some(approval) => by_approval(draft, command, &stake, approval),
        None => by_limit(draft, &stake, authority.standing),
    }
}

/// The same for what a community sets up freely until it is live: none when it needs no authority and names no approval.
///
/// # Errors
/// As [`authorise`].
pub(crate) fn authorise_once_live<C: Approvable>(
    draft: &mut Draft<'_>,
    command: &C,
    authority: Authority,
) -> Result<Option<Warrant>, Refusal> {
    let community = draft.community(CommunityId(draft.context.ledger_id.uuid()));
    let live = community.go_live_on().is_some_and(|day| day <= draft.context.today);
    authorise_where(draft, live, command, authority)
}

/// The same where it is needed: none where it is not and no approval is named.
///
/// # Errors
/// As [`authorise`].
pub(crate) fn authorise_where<C: Approvable>(
    draft: &mut Draft<'_>,
    needed: bool,
    command: &C,
    authority: Authority,
) -> Result<Option<Warrant>, Refusal> {
    let needed = needed || authority.approval.is_some();
    needed.then(|| authorise(draft, command, authority)).transpose()
}

fn by_limit(draft: &Draft<'_>, stake: &Stake, standing: Standing) -> Result<Warrant, Refusal> {
    let needed = ApprovalRefusal::ApprovalMustBeGiven;
    let amount = stake.amount.ok_or(needed)?;
    let limit = standing.alone.filter(|limit| amount <= *limit && !stake.always_approved);
    let limit = limit.ok_or_else(|| needed.with("amount", amount))?;
    must_not_be_own(draft, &stake.accounts, standing.person)?;
    let approved = Approved {
        requested_by: draft.context.actor.id,
        approved_by: None,
        approval: None,
        approved_by_limit: Some(limit),
    };
    Ok(Warrant { approved, seen: standing.seen.into_iter().collect() })
}

fn by_approval<C: Approvable>(
    draft: &mut Draft<'_>,
    command: &C,
    stake: &Stake,
    approval: ApprovalId,
) -> Result<Warrant, Refusal> {
    let state = draft.approval(approval);
    let request = state.request().ok_or(ApprovalRefusal::ApprovalMustExist)?;
    if request.stage != ApprovalStage::Granted {
        return Err(ApprovalRefusal::ApprovalMustBeGranted.with("stage", request.stage));
    }
    let digest = digest(command.operation(), &command.payload()?);
    // Less than was approved may be left by now, never more.
    if request.asked.digest != digest || stake.amount > request.asked.amount {
        return Err(ApprovalRefusal::ApprovalMustMatch.into());
    }
    // Who owned what may have changed since it was granted.
    must_not_be_own(draft, &stake.accounts, request.approver)?;
    let approved = Approved {
        requested_by: request.requested_by,
        approved_by: request.approved_by,
        approval: Some(approval),
        approved_by_limit: None,
    };
    drop(state);
    draft.push(approval, ApprovalUsed { digest });
    Ok(Warrant { approved, seen: Vec::new() })
}
