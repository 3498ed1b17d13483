//! Vacancies 空置: applied for, looked at, approved or declined; what they take off is a dated policy of the fee item.

use super::payment::authority;
use crate::command::commands;
use crate::reads::reads;
use mingzhang_domain::calendar::{CivilDate, DateRange};
use mingzhang_domain::fee_item;
use mingzhang_domain::id::{ApprovalId, FeeItemId};
use mingzhang_domain::unit::{self, ChargedDays, VacancyFinding, VacancyStage};
use mingzhang_domain::value::{Digest, Exact, Label};
use mingzhang_projections::vacancy::{Vacancy, VacancyPolicy};

commands! {
    /// Sets what a unit that was found vacant pays less of a fee item, from a day on.
    pub SetVacancyPolicy(SetVacancyPolicyBody) = "set_vacancy_policy" |call, body| {
        /// First day; the first day of a vacancy decides.
        from: CivilDate,
        /// The part taken off, such as `0.3`; absent: nothing any more.
        off: Option<Exact>,
        /// The approval; needed once the community is live.
        approval: Option<ApprovalId>,
    } asks fee_item::SetVacancyPolicy => fee_item::SetVacancyPolicy {
        fee_item: call.id("fee_item")?,
        from: body.from,
        off: body.off,
        authority: authority(call, body.approval)?,
    };

    /// Applies for a vacancy discount of a unit.
    pub ApplyVacancy(ApplyVacancyBody) = "apply_vacancy" |call, body| {
        /// The item, of the operating fund.
        fee_item: FeeItemId,
        /// The service days.
        days: DateRange,
        /// Why.
        reason: Label,
    } => unit::ApplyVacancy {
        unit: call.id("unit")?,
        fee_item: body.fee_item,
        days: body.days,
        reason: body.reason,
    };

    /// Says what somebody found who looked at a unit; not who applied.
    pub InspectVacancy(InspectVacancyBody) = "inspect_vacancy" |call, body| {
        /// The day he looked.
        on: CivilDate,
        /// What he found.
        found: VacancyFinding,
        /// Digests of photos, at most 20.
        photos: Option<Vec<Digest>>,
    } => unit::InspectVacancy {
        unit: call.id("unit")?,
        vacancy: call.id("vacancy")?,
        on: body.on,
        found: body.found,
        photos: body.photos.unwrap_or_default(),
    };

    /// Approves a vacancy that was found: a discount for its days.
    pub ApproveVacancy(ApproveVacancyBody) = "approve_vacancy" |call, body| {
        /// What becomes of charges of these days that are there already; needed when there are any.
        charged: Option<ChargedDays>,
        /// The approval by another than who looked.
        approval: Option<ApprovalId>,
    } asks unit::ApproveVacancy => unit::ApproveVacancy {
        unit: call.id("unit")?,
        vacancy: call.id("vacancy")?,
        charged: body.charged,
        authority: authority(call, body.approval)?,
    };

    /// Declines a vacancy discount that was applied for.
    pub DeclineVacancy(DeclineVacancyBody) = "decline_vacancy" |call, body| {
        /// Why.
        reason: Label,
    } => unit::DeclineVacancy { unit: call.id("unit")?, vacancy: call.id("vacancy")?, reason: body.reason };
}

reads! {
    /// Lists applications for vacancy discounts, the newest first: to look at (`applied`), to decide (`inspected`), done.
    pub ListVacancies = "list_vacancies", page of Vacancy, by i64 |vacancy| vacancy.position,
    takes { stage: VacancyStage = WORD, "Only in this stage."; }
    |app, ledger, ids, ask| app.read_models.vacancies(ledger, stage, ask);

    /// Lists what vacancies take off, by fee item and first day.
    pub ListVacancyPolicies = "list_vacancy_policies", all of VacancyPolicy,
    takes {}
    |app, ledger, ids| app.read_models.vacancy_policies(ledger);
}
