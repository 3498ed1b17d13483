//! `explain`: how a charge came about, computed again from the log or from an export of it.
//!
//! The same rules and words answer `GET …/charges/{charge}/explanation`; no read model is asked.

use crate::source::{Source, last_taken};
use crate::{Outcome, ToolError};
use mingzhang_domain::account::{AccountEvent, Explanation, Sources, explain, rests_on};
use mingzhang_domain::community::CommunityState;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{AccountId, ChargeId, CommunityId, LedgerId, UnitCodeId};
use mingzhang_domain::stream::{Event, StreamRef, StreamState, StreamType};
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
        let community = community_of(source, ledger).await?;
        let account = self.account(source, ledger).await?;
        let events = source.events(&[account.into()]).await?;
        let charges: Vec<ChargeId> = match self.charge {
            Some(charge) => vec![ChargeId(charge)],
            None => facts(&events).filter_map(posted).collect(),
        };
        let mut explanations = Vec::new();
        for charge in charges {
            let unknown = || ToolError::Usage(format!("the account {account} has no charge {charge}"));
            let (unit, fee_item) = rests_on(&events, charge).ok_or_else(unknown)?;
            let terms: [StreamRef; 2] = [unit.into(), fee_item.into()];
            let terms = source.events(&terms).await?;
            let sources = Sources { account: &events, terms: &terms, community: &community };
            explanations.push(explain(&sources, charge).ok_or_else(unknown)?);
        }
        let holds = explanations.iter().all(is_equal);
        if self.json {
            let shown = explanations.iter().map(serde_json::to_value).collect::<Result<Vec<Value>, _>>();
            println!("{:#}", json!({"holds": holds, "charges": shown.map_err(ToolError::environment)?}));
        } else {
            explanations.iter().for_each(print);
        }
        Ok(if holds { Outcome::Well } else { Outcome::Findings })
    }

    async fn account(&self, source: Source<'_>, ledger: LedgerId) -> Result<AccountId, ToolError> {
        if let Some(charge) = self.charge.map(ChargeId) {
            let found = source.each(None, None, move |found: &mut Option<AccountId>, _, event| match &event.event {
                Event::Account(fact) if posted(fact) == Some(charge) => {
                    *found = Some(AccountId(event.stream.id));
                    ControlFlow::Break(())
                }
                _ => ControlFlow::Continue(()),
            });
            return found.await?.ok_or_else(|| ToolError::Usage(format!("there is no charge {charge}")));
        }
        let code = self.unit.as_deref().unwrap_or_default();
        let claims = source.events(&[UnitCodeId::of_code(ledger, code).into()]).await?;
        last_taken(&claims).map(AccountId::of_unit).ok_or_else(|| ToolError::Usage("no unit ever had this code".into()))
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

/// The old books' charges were computed there.
fn is_equal(explanation: &Explanation) -> bool {
    explanation.recomputed.as_ref().is_none_or(|recomputed| recomputed.equal)
}

fn print(explanation: &Explanation) {
    println!("charge {}, position {}", explanation.charge, explanation.written.position);
    println!("  {}", explanation.text);
    if let Some(again) = &explanation.recomputed {
        let amount = again.amount.map_or_else(|| "no amount".to_owned(), |amount| amount.to_string());
        let result = if again.equal { "holds" } else { "does not hold" };
        println!("  computed again: {amount}, posted: {}: {result}", again.posted);
    }
}
