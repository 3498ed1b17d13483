//! The demonstration: a company that nobody works for, with 24 months behind it.
//!
//! Everything goes through the lanes as the API's commands do, on a given clock, personal data through the vault. Every
//! command id derives from a natural key, so a load that was killed anywhere goes on exactly where it was. May never happen
//! here: a fact that a person could not have entered, a real person's data.

mod desk;
mod founding;
mod matters;
mod months;
mod plan;
mod progress;
mod roster;
mod service;
mod tally;

use desk::Desk;
use founding::Founder;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::id::LedgerId;
use mingzhang_domain::refusal::Refusal;
use mingzhang_store::lane::{Lanes, SubmitError};
use mingzhang_store::vault::Vault;
use months::Story;
use plan::MONTHS;
pub use plan::Scale;
use progress::Progress;
use roster::Roster;
use sqlx::PgPool;
use tally::Tally;
use uuid::Uuid;

/// Why the demo could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// A rule refused what the demo tells.
    #[error("{operation} was refused: {refusal}")]
    Refused {
        /// The command.
        operation: &'static str,
        /// The rule.
        refusal: Box<Refusal>,
    },
    /// A command did not reach its ledger.
    #[error("{operation}: {error}")]
    Submit {
        /// The command.
        operation: &'static str,
        /// What became of it.
        error: SubmitError,
    },
    /// The demo contradicts itself.
    #[error("the demo contradicts itself: {0}")]
    Story(&'static str),
    /// The process is stopping; the next start goes on.
    #[error("stopped; the next start goes on")]
    Stopped,
    /// The vault.
    #[error(transparent)]
    Vault(#[from] mingzhang_store::vault::VaultError),
    /// The log.
    #[error(transparent)]
    Store(#[from] mingzhang_store::error::StoreError),
    /// The database.
    #[error("the database did not answer: {0}")]
    Database(#[from] sqlx::Error),
    /// An event that this build does not know.
    #[error("the log holds what this build does not know: {0}")]
    Body(mingzhang_domain::envelope::BodyError),
    /// A text that does not fit its type.
    #[error(transparent)]
    Value(#[from] mingzhang_domain::value::ValueError),
    /// A date.
    #[error(transparent)]
    Calendar(#[from] mingzhang_domain::calendar::CalendarError),
    /// An amount.
    #[error(transparent)]
    Money(#[from] mingzhang_domain::money::MoneyError),
}

/// What the demo is loaded into.
#[derive(Debug, Clone)]
pub struct Place {
    /// The write path.
    pub lanes: Lanes,
    /// Personal data.
    pub vault: Vault,
    /// The log, for taking a load up again.
    pub log: PgPool,
    /// The installation's ledger.
    pub installation: LedgerId,
    /// The administrator who founds the company.
    pub administrator: Uuid,
    /// Today: the last billed month is the one before.
    pub today: CivilDate,
}

/// Loads the demo, or what is missing of it; says which company it is.
///
/// # Errors
/// [`DemoError`]; a second call goes on where the first one ended.
pub async fn load(place: &Place, scale: Scale) -> Result<LedgerId, DemoError> {
    let desk = Desk::new(place.lanes.clone(), place.vault.clone());
    let founder = Founder {
        desk: &desk,
        lanes: &place.lanes,
        installation: place.installation,
        administrator: place.administrator,
        first_month: plan::first_month(place.today),
    };
    let company = founder.found(scale).await?;
    let communities = u32::try_from(company.communities.len()).unwrap_or(0);
    let progress = Progress::new(communities.saturating_mul(MONTHS + 1));
    for community in &company.communities {
        let roster = Roster::made_up(&desk, &company, community)?;
        let tally = Tally::read(&mut *place.log.acquire().await?, community.ledger).await?;
        if tally.is_handed_over() {
            continue;
        }
        if !tally.has_billed() {
            roster.import().await?;
        }
        progress.step(&format!("{} 已导入", community.plan.name));
        let estate = roster.estate();
        Story { desk: &desk, company: &company, community, estate, tally, progress: &progress }.tell().await?;
    }
    founder.hand_over(company.ledger).await?;
    progress.finish();
    Ok(company.ledger)
}
