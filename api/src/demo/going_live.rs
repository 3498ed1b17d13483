//! Going live in the middle of a month: what the old books say is imported as a user would, approved by a second person and
//! posted; payments of the old system are a memo beside it.

use super::DemoError;
use super::desk::Desk;
use super::founding::{Community, Company};
use super::months::Story;
use super::tally::Tally;
use crate::import::commit::Place;
use crate::import::commit::openings::Batch;
use crate::import::found::Found;
use crate::importer::run::{self, Errand, Progress, Work};
use crate::workers::opening;
use mingzhang_domain::approval::Authority;
use mingzhang_domain::book::VatCategory;
use mingzhang_domain::calendar::{CivilDate, Instant};
use mingzhang_domain::community::SetLateFeePolicy;
use mingzhang_domain::fee_item::Vat;
use mingzhang_domain::money::{Money, RoundTo};
use mingzhang_domain::opening::{OpeningRecord, PostOpening};
use mingzhang_domain::rule::late_fee::GraceMode;
use mingzhang_domain::value::Count;
use std::sync::Arc;

/// Uploads a workbook, looks at its preview, commits it: what the demo makes up is posted whole.
pub(super) async fn imported(
    desk: &Desk,
    company: &Company,
    community: &Community,
    workbook: Vec<u8>,
    given_at: Option<Instant>,
    work: impl FnOnce(Found) -> Result<Work, DemoError>,
) -> Result<Place, DemoError> {
    let app = &desk.app;
    let (import, preview) = app.importer.take(app, community.ledger, company.ledger, workbook).await?;
    if !preview.findings.is_empty() {
        return Err(DemoError::Story("a made-up workbook has findings"));
    }
    let (place, _, found) = app.importer.open(app, community.ledger, company.ledger, import).await?;
    let errand = Errand { place, actor: company.actor("finance"), given_at, company_given_at: given_at };
    let rows = u32::try_from(preview.rows()).unwrap_or(u32::MAX);
    run::start(app, errand, Count(rows)).await?;
    let progress = Arc::new(Progress::new(rows));
    run::run(Arc::clone(app), errand, work(found)?, Arc::clone(&progress)).await;
    if progress.is_whole() { Ok(place) } else { Err(DemoError::Story("a made-up workbook was not posted whole")) }
}

impl Story<'_> {
    /// Takes over what the old books say, if there are any; then the tally begins with what was open in them.
    pub(super) async fn go_live(&mut self) -> Result<(), DemoError> {
        let Some(books) = self.old_books.take() else { return Ok(()) };
        let day = self.community.plan.go_live_on(self.company.first_month);
        let (desk, company, community, app) = (self.desk, self.company, self.community, &self.desk.app);
        let mut said = (0, Money::ZERO);
        let batch = |found| match found {
            Found::Openings(openings) => {
                said = size(&openings.records)?;
                Ok(Work::Openings(Batch { records: openings.records, totals: openings.totals }))
            }
            Found::Community(_) | Found::History(_) | Found::Readings(_) => {
                Err(DemoError::Story("the old books are no openings"))
            }
        };
        let morning = super::desk::at(day, 8, 0);
        let place = imported(desk, company, community, books.openings, morning, batch).await?;
        let lines = |found| match found {
            Found::History(history) => Ok(Work::History(history.lines)),
            Found::Community(_) | Found::Openings(_) | Found::Readings(_) => {
                Err(DemoError::Story("the old payments are no history"))
            }
        };
        imported(desk, company, community, books.history, morning, lines).await?;
        let (records, amount) = said;
        let authority = Authority::default();
        let post = PostOpening { opening: place.opening(), records: Count(records), amount, authority };
        let authority = self.approved(day, "openings", &post, "期初余额与旧账核对一致").await?;
        let post = PostOpening { authority, ..post };
        self.done(self.order(day, 15, "openings", "finance", Arc::new(post))).await?;
        // The server's own worker posts them, here or there.
        opening::run_batches(app, community.ledger).await?;
        self.agree_late_fees(day).await?;
        self.agree_vacancies(day).await?;
        self.agree_fund(day).await?;
        self.agree_parking(day).await?;
        self.install_meters(day).await?;
        self.tally = Tally::read(&mut *app.writer.acquire().await?, community.ledger).await?;
        Ok(())
    }
}

impl Story<'_> {
    /// What paying late costs from the first bills on; one of finance asks for it, the other grants it.
    async fn agree_late_fees(&mut self, day: CivilDate) -> Result<(), DemoError> {
        let policy = SetLateFeePolicy {
            fee_item: None,
            from: day,
            daily_rate: "0.0005".parse()?,
            grace_days: Count(0),
            grace_mode: GraceMode::Skip,
            cap_ratio: Some("1".parse()?),
            round_to: RoundTo::Fen,
            vat: Vat::of(VatCategory::Rated, Some("0.06".parse()?)),
            authority: Authority::default(),
        };
        let authority = self.approved(day, "late_fees", &policy, "物业服务合同约定每日万分之五").await?;
        let policy = SetLateFeePolicy { authority, ..policy };
        self.done(self.order(day, 16, "late_fees", "finance", Arc::new(policy))).await.map(|_| ())
    }
}

/// How many records, and the sum of their amounts, as the approver sees them.
fn size(records: &[(u32, OpeningRecord)]) -> Result<(u32, Money), DemoError> {
    let mut sum = Money::ZERO;
    for (_, _, amount) in records.iter().filter_map(|(_, record)| record.counts()) {
        sum = sum.plus(amount)?;
    }
    Ok((u32::try_from(records.len()).unwrap_or(u32::MAX), sum))
}
