//! `explain`: how a charge came about, computed again from the log or from an export of it.
//!
//! The same rules and words answer `GET …/charges/{charge}/explanation`; no read model is asked.

use crate::source::{Source, last_taken};
use crate::{Outcome, ToolError};
use mingzhang_domain::account::{AccountEvent, Explanation, Recomputed, Sources, explain, rests_on};
use mingzhang_domain::community::CommunityState;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{AccountId, ChargeId, CommunityId, LedgerId, TakingId, UnitCodeId};
use mingzhang_domain::stream::{Event, StreamRef, StreamState, StreamType};
use mingzhang_domain::taking::{TakingEvent, TakingExplanation, explain_taking, taken_of};
use serde_json::{Value, json};
use sqlx::PgPool;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use uuid::Uuid;

/// What to explain, and where the log is.
#[derive(Debug, clap::Args)]
pub(crate) struct Explain {
    /// The community's ledger.
    #[arg(long, required_unless_present = "export", conflicts_with = "export")]
    ledger: Option<Uuid>,
    /// An export of the ledger (jsonl) in place of the database.
    #[arg(long, value_name = "FILE")]
    export: Option<PathBuf>,
    /// The charge.
    #[arg(long, required_unless_present = "unit", conflicts_with = "unit")]
    charge: Option<Uuid>,
    /// The code of a unit, in place of a charge: every charge of its account, in order.
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
    /// Print a JSON document in place of words.
    #[arg(long)]
    json: bool,
}

impl Explain {
    /// The export to read, when no database is asked.
    pub(crate) fn export(&self) -> Option<&Path> {
        self.export.as_deref()
    }

    /// Explains out of an export.
    ///
    /// # Errors
    /// [`ToolError`].
    pub(crate) async fn run_on_export(&self, export: &Path) -> Result<Outcome, ToolError> {
        self.answer(Source::Export(export)).await
    }

    /// Explains out of the database.
    ///
    /// # Errors
    /// [`ToolError`].
    pub(crate) async fn run(&self, pool: &PgPool) -> Result<Outcome, ToolError> {
        self.answer(Source::log(pool, LedgerId(self.ledger.unwrap_or_default())).await?).await
    }

    async fn answer(&self, source: Source<'_>) -> Result<Outcome, ToolError> {
        let ledger = ledger_of(source).await?;
        let told = match self.holder(source, ledger).await? {
            Holder::Account(account) => self.of_account(source, ledger, account).await?,
            Holder::Taking(taking) => self.of_taking(source, taking).await?,
        };
        let holds = told.iter().all(|told| told.recomputed.as_ref().is_none_or(|again| again.equal));
        if self.json {
            let shown: Vec<Value> = told.into_iter().map(|told| told.whole).collect();
            println!("{:#}", json!({"holds": holds, "charges": shown}));
        } else {
            told.iter().for_each(print);
        }
        Ok(if holds { Outcome::Well } else { Outcome::Findings })
    }

    async fn of_account(
        &self,
        source: Source<'_>,
        ledger: LedgerId,
        account: AccountId,
    ) -> Result<Vec<Told>, ToolError> {
        let community = community_of(source, ledger).await?;
        let events = source.events(&[account.into()]).await?;
        let charges: Vec<ChargeId> = match self.charge {
            Some(charge) => vec![ChargeId(charge)],
            None => facts(&events).filter_map(posted).collect(),
        };
        let mut told = Vec::new();
        for charge in charges {
            let unknown = || ToolError::Usage(format!("the account {account} has no charge {charge}"));
            let (unit, fee_item) = rests_on(&events, charge).ok_or_else(unknown)?;
            let terms: [StreamRef; 2] = [unit.into(), fee_item.into()];
            let terms = source.events(&terms).await?;
            let sources = Sources { account: &events, terms: &terms, community: &community };
            told.push(Told::of_charge(explain(&sources, charge).ok_or_else(unknown)?)?);
        }
        Ok(told)
    }

    async fn of_taking(&self, source: Source<'_>, taking: TakingId) -> Result<Vec<Told>, ToolError> {
        let charge = ChargeId(self.charge.unwrap_or_default());
        let unknown = || ToolError::Usage(format!("the taking {taking} has no charge {charge}"));
        let events = source.events(&[taking.into()]).await?;
        let fee_item = taken_of(&events, charge).ok_or_else(unknown)?;
        let terms = source.events(&[fee_item.into()]).await?;
        Ok(vec![Told::of_taking(explain_taking(&events, &terms, charge).ok_or_else(unknown)?)?])
    }

    /// Where the charge was written.
    async fn holder(&self, source: Source<'_>, ledger: LedgerId) -> Result<Holder, ToolError> {
        if let Some(charge) = self.charge.map(ChargeId) {
            let found = source.each(None, None, move |found: &mut Option<Holder>, _, event| {
                *found = match &event.event {
                    Event::Account(fact) if posted(fact) == Some(charge) => {
                        Some(Holder::Account(AccountId(event.stream.id)))
                    }
                    Event::Taking(TakingEvent::TakingRecorded(fact)) if fact.of.charge == charge => {
                        Some(Holder::Taking(TakingId(event.stream.id)))
                    }
                    _ => return ControlFlow::Continue(()),
                };
                ControlFlow::Break(())
            });
            return found.await?.ok_or_else(|| ToolError::Usage(format!("there is no charge {charge}")));
        }
        let code = self.unit.as_deref().unwrap_or_default();
        let claims = source.events(&[UnitCodeId::of_code(ledger, code).into()]).await?;
        let unit = last_taken(&claims).ok_or_else(|| ToolError::Usage("no unit ever had this code".into()))?;
        Ok(Holder::Account(AccountId::of_unit(unit)))
    }
}

/// What a charge was written on.
enum Holder {
    Account(AccountId),
    /// Money of nobody's unit.
    Taking(TakingId),
}

/// An explanation, as it is printed.
struct Told {
    charge: ChargeId,
    position: u64,
    text: String,
    /// Absent for the old books' charges, which were computed there.
    recomputed: Option<Recomputed>,
    whole: Value,
}

impl Told {
    fn of_charge(explanation: Explanation) -> Result<Self, ToolError> {
        let whole = serde_json::to_value(&explanation).map_err(ToolError::environment)?;
        let Explanation { charge, written, text, recomputed, .. } = explanation;
        Ok(Self { charge, position: written.position, text, recomputed, whole })
    }

    fn of_taking(explanation: TakingExplanation) -> Result<Self, ToolError> {
        let whole = serde_json::to_value(&explanation).map_err(ToolError::environment)?;
        let TakingExplanation { charge, written, text, recomputed, .. } = explanation;
        Ok(Self { charge, position: written.position, text, recomputed: Some(recomputed), whole })
    }
}

/// The ledger whose bodies these are.
async fn ledger_of(source: Source<'_>) -> Result<LedgerId, ToolError> {
    if let Source::Log(_, ledger, _) = source {
        return Ok(ledger);
    }
    let first = source.each(Some(1), None, |first: &mut Option<LedgerId>, _, event| {
        *first = Some(event.ledger_id);
        ControlFlow::Break(())
    });
    first.await?.ok_or_else(|| ToolError::Usage("the export is empty".to_owned()))
}

/// What the community calls its units' attributes.
async fn community_of(source: Source<'_>, ledger: LedgerId) -> Result<Arc<CommunityState>, ToolError> {
    let mut state = StreamState::empty(StreamType::Community);
    for event in source.events(&[CommunityId(ledger.uuid()).into()]).await? {
        state.evolve(&event.fact());
    }
    match state {
        StreamState::Community(state) => Ok(state),
        _ => Ok(Arc::default()),
    }
}

fn facts(events: &[Recorded]) -> impl Iterator<Item = &AccountEvent> {
    events.iter().filter_map(|event| match &event.event {
        Event::Account(fact) => Some(fact),
        _ => None,
    })
}

/// The charge that a fact posts.
fn posted(fact: &AccountEvent) -> Option<ChargeId> {
    match fact {
        AccountEvent::ChargePosted(posted) => Some(posted.charge),
        AccountEvent::OpeningChargePosted(posted) => Some(posted.charge),
        _ => None,
    }
}

fn print(told: &Told) {
    println!("charge {}, position {}", told.charge, told.position);
    println!("  {}", told.text);
    if let Some(again) = &told.recomputed {
        let amount = again.amount.map_or_else(|| "no amount".to_owned(), |amount| amount.to_string());
        let result = if again.equal { "holds" } else { "does not hold" };
        println!("  computed again: {amount}, posted: {}: {result}", again.posted);
    }
}
