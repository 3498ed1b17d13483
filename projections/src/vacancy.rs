//! Vacancies 空置: who asked for a discount, what was found, what became of it; the list of what is to be done.

use crate::column::{Quantity, Text, day, position};
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader, newest_first};
use crate::table::table;
use chrono::{DateTime, NaiveDate, Utc};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::fee_item::VacancyPolicySet;
use mingzhang_domain::id::{LedgerId, VacancyId};
use mingzhang_domain::unit::{
    DiscountGranted, VacancyApplied, VacancyDeclined, VacancyFinding, VacancyInspected, VacancyStage,
};
use mingzhang_domain::value::Label;
use uuid::Uuid;

table! {
    /// One application for a vacancy discount.
    pub struct Vacancy of "vacancy" {
        key {
            /// The application.
            vacancy_id: Uuid,
        }
        /// Where it was applied for.
        position: i64,
        /// The unit.
        unit_id: Uuid,
        /// The fee item.
        fee_item_id: Uuid,
        /// First service day.
        days_from: NaiveDate,
        /// Day after the last.
        days_until: NaiveDate,
        /// Why.
        reason: Text<Label>,
        /// Who applied.
        applied_by: Uuid,
        /// When.
        applied_at: DateTime<Utc>,
        /// The day somebody looked.
        inspected_on: Option<NaiveDate>,
        /// Who looked.
        inspected_by: Option<Uuid>,
        /// What he found.
        found: Option<Text<VacancyFinding>>,
        /// How many photos he took.
        photos: i32,
        /// The discount that it came to.
        discount_id: Option<Uuid>,
        /// Why it was declined.
        decline_reason: Option<Text<Label>>,
        /// How it stands.
        stage: Text<VacancyStage>,
    }
}

table! {
    /// What a vacancy takes off a fee item from a day on.
    pub struct VacancyPolicy of "vacancy_policy" {
        key {
            /// The fee item.
            fee_item_id: Uuid,
            /// First day of a vacancy that it is for.
            valid_from: NaiveDate,
        }
        /// Where it was set.
        position: i64,
        /// The part taken off; absent: nothing any more.
        off: Option<Quantity>,
    }
}

/// Folds an application.
pub(crate) fn applied(applied: &VacancyApplied, event: &Recorded, models: &mut Models) {
    models.vacancy.insert(Vacancy {
        vacancy_id: applied.vacancy.uuid(),
        position: position(event.position),
        unit_id: event.stream.id,
        fee_item_id: applied.fee_item.uuid(),
        days_from: day(applied.days.from()),
        days_until: day(applied.days.until()),
        reason: Text(applied.reason.clone()),
        applied_by: event.actor.id,
        applied_at: event.recorded_at,
        inspected_on: None,
        inspected_by: None,
        found: None,
        photos: 0,
        discount_id: None,
        decline_reason: None,
        stage: Text(VacancyStage::Applied),
    });
}

/// Folds what somebody found.
pub(crate) fn inspected(e: &VacancyInspected, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    let row = of(e.vacancy, models)?;
    (row.inspected_on, row.inspected_by, row.found) = (Some(day(e.on)), Some(event.actor.id), Some(Text(e.found)));
    row.photos = i32::try_from(e.photos.len()).unwrap_or(i32::MAX);
    row.stage = Text(VacancyStage::Inspected);
    Ok(())
}

/// Folds the discount of a vacancy.
pub(crate) fn approved(granted: &DiscountGranted, models: &mut Models) -> Result<(), FoldError> {
    let Some(vacancy) = granted.vacancy else { return Ok(()) };
    let row = of(vacancy, models)?;
    (row.discount_id, row.stage) = (Some(granted.discount.uuid()), Text(VacancyStage::Approved));
    Ok(())
}

/// Folds a refusal by a person.
pub(crate) fn declined(e: &VacancyDeclined, models: &mut Models) -> Result<(), FoldError> {
    let row = of(e.vacancy, models)?;
    (row.decline_reason, row.stage) = (Some(Text(e.reason.clone())), Text(VacancyStage::Declined));
    Ok(())
}

/// Folds a policy; one of the same day replaces it.
pub(crate) fn policy(set: &VacancyPolicySet, event: &Recorded, models: &mut Models) {
    models.vacancy_policy.insert(VacancyPolicy {
        fee_item_id: event.stream.id,
        valid_from: day(set.from),
        position: position(event.position),
        off: set.off.map(Quantity),
    });
}

fn of(vacancy: VacancyId, models: &mut Models) -> Result<&mut Vacancy, FoldError> {
    models.vacancy.get_mut(&(vacancy.uuid(),)).ok_or(FoldError("a fact about a vacancy that was never applied for"))
}

impl Reader {
    /// Applications for vacancy discounts, the newest first; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn vacancies(
        &self,
        ledger: LedgerId,
        stage: Option<VacancyStage>,
        ask: Ask<i64>,
    ) -> Result<Read<Page<Vacancy>>, ReadError> {
        newest_first!(self, ledger, ask, Vacancy, "sql/vacancies.sql", stage.map(VacancyStage::as_str))
    }

    /// What vacancies take off, by fee item and first day.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn vacancy_policies(&self, ledger: LedgerId) -> Result<Read<Vec<VacancyPolicy>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(VacancyPolicy, "sql/vacancy_policies.sql", s.ledger, s.generation);
                Ok(rows.fetch_all(s.conn()).await?)
            })
        })
        .await
    }
}
