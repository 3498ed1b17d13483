//! The demonstration: a company that nobody works for, with 24 months behind it.
//!
//! Everything goes through the lanes as the API's commands do, on a given clock, personal data through the vault. Every
//! command id derives from a natural key, so a load that was killed anywhere goes on exactly where it was. May never happen
//! here: a fact that a person could not have entered, a real person's data.

mod cases;
mod closing;
mod desk;
mod founding;
mod fund;
mod going_live;
mod matters;
mod months;
mod old_books;
mod online;
mod parking;
mod payer;
mod plan;
mod prepaid;
mod progress;
mod roster;
mod run;
mod sale;
mod service;
mod sharing;
mod summary;
mod tally;
mod water;

use crate::app::App;
use crate::start;
use crate::workers::seal::seal_closed;
use desk::Desk;
use founding::Founder;
use mingzhang_domain::calendar::{CivilDate, Month};
use mingzhang_domain::id::LedgerId;
use mingzhang_domain::refusal::Refusal;
use mingzhang_store::lane::SubmitError;
use months::Story;
use payer::Payer;
pub use plan::Scale;
use progress::Progress;
use reqwest::Url;
use roster::Roster;
pub use run::{RunError, run};
use std::sync::Arc;
use tally::Tally;

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
    /// The vault or the directory.
    #[error("{}", .0.rule.en)]
    Problem(crate::problem::Problem),
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

impl From<crate::problem::Problem> for DemoError {
    fn from(problem: crate::problem::Problem) -> Self {
        Self::Problem(problem)
    }
}

/// What was loaded.
#[derive(Debug)]
pub struct Loaded {
    /// The company's ledger.
    pub company: LedgerId,
    /// Its name.
    pub name: &'static str,
    /// The billed months.
    pub months: Vec<Month>,
    /// Its communities.
    pub communities: Vec<LoadedCommunity>,
}

/// A community that was loaded.
#[derive(Debug)]
pub struct LoadedCommunity {
    /// Its ledger.
    pub ledger: LedgerId,
    /// Short code.
    pub code: &'static str,
    /// Name.
    pub name: &'static str,
    /// How many units it has.
    pub units: usize,
    /// The code of one of them.
    pub some_unit: String,
    /// Units whose every number is worth following by hand: why, and the code.
    pub followed: Vec<(&'static str, String)>,
}

impl Loaded {
    /// The last billed month.
    pub fn last(&self) -> Month {
        self.months.last().copied().unwrap_or_else(|| CivilDate::MAX.month())
    }
}

/// Loads the demo, or what is missing of it. With a local gateway, whose merchants this server speaks for, some households pay
/// through it.
///
/// # Errors
/// [`DemoError`]; a second call goes on where the first one ended.
pub async fn load(app: &Arc<App>, scale: Scale, local_gateway: Option<Url>) -> Result<Loaded, DemoError> {
    let payer = local_gateway.map(Payer::at).transpose()?;
    let desk = Desk { app: Arc::clone(app), payer };
    let founder = Founder {
        desk: &desk,
        installation: app.directory.installation(),
        administrator: start::first_administrator_id(app.directory.installation()).uuid(),
        first_month: scale.first_month(CivilDate::of_instant(app.now())?),
    };
    let company = founder.found(scale).await?;
    let communities = u32::try_from(company.communities.len()).unwrap_or(0);
    let progress = Progress::new(communities.saturating_mul(scale.months.saturating_add(1)));
    let mut loaded = Loaded {
        company: company.ledger,
        name: founding::COMPANY.1,
        months: scale.months_from(company.first_month),
        communities: Vec::new(),
    };
    for community in &company.communities {
        let roster = Roster::made_up(&desk, &company, community).await?;
        let (estate, old_books) = (roster.estate(), roster.old_books()?);
        loaded.communities.push(LoadedCommunity {
            ledger: community.ledger,
            code: community.plan.code,
            name: community.plan.name,
            units: estate.units.len(),
            some_unit: roster.some_unit(),
            followed: if community.plan.has_old_books() { roster.followed(&estate)? } else { Vec::new() },
        });
        let tally = Tally::read(&mut *app.writer.acquire().await?, community.ledger).await?;
        if tally.is_handed_over() {
            continue;
        }
        if !tally.has_billed() {
            roster.import().await?;
        }
        progress.step(&format!("{} 已导入", community.plan.name));
        Story { scale, desk: &desk, company: &company, community, estate, tally, progress: &progress, old_books }
            .tell()
            .await?;
    }
    founder.hand_over(company.ledger).await?;
    for community in &loaded.communities {
        seal_closed(app, community.ledger, run::FOLDED_WITHIN).await?;
    }
    progress.finish();
    Ok(loaded)
}
