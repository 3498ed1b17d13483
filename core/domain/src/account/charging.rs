//! Posting of charges: whatever bills a unit ends here, so that no service time is charged twice.
//!
//! May never happen here: a live charge that overlaps another of its (fee item, source); a charge whose net and tax do not
//! sum to its amount; a charge in a closed period. Free credit is drawn down in the same command.

use super::draw_down::draw_down;
use super::event::ChargePosted;
use super::metered::Metered;
use super::refusal::AccountRefusal;
use super::state::AccountState;
use super::terms::{Booking, Discount, Input, Part, Share, Source, VatSplit};
use crate::book::{Fund, VatCategory};
use crate::books::{open_period, point_of};
use crate::calendar::{CivilDate, DateRange, Month};
use crate::draft::Draft;
use crate::id::{AccountId, BillLineId, BillRunId, ChargeId, FeeItemId, PartyId, TariffId};
use crate::money::{Money, RoundTo};
use crate::refusal::Refusal;
use crate::rule::vat::{self, VatRate};
use crate::value::{Count, Exact, FormulaText};

/// A charge to post; its amount is gross less discounts, its tax follows from category and rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChargeSpec {
    /// The line it is billed with.
    pub bill_line: BillLineId,
    /// The run that bills it.
    pub run: Option<BillRunId>,
    /// The fee item.
    pub fee_item: FeeItemId,
    /// The fee item's fund.
    pub fund: Fund,
    /// Who owes it.
    pub obligor: PartyId,
    /// A tenant who pays it by contract.
    pub agreed_payer: Option<PartyId>,
    /// Accounting month; posted in the first open one when it is closed.
    pub period: Month,
    /// Revenue at once; otherwise unearned until its month is released.
    pub recognised: bool,
    /// The month of the service has begun: tax whose point it is is due.
    pub tax_due: bool,
    /// What it is charged for besides time.
    pub source: Option<Source>,
    /// Service time.
    pub service: DateRange,
    /// When it is due.
    pub due_on: CivilDate,
    /// Lower is paid first.
    pub priority: Count,
    /// The tariff version; absent for one-off charges.
    pub tariff: Option<TariffId>,
    /// What the computation rests on.
    pub inputs: Vec<Input>,
    /// The formula that says yuan per month of them, if one does.
    pub formula: Option<FormulaText>,
    /// The whole of the bill line.
    pub whole: Option<Money>,
    /// Which month charge of the line this is.
    pub share: Option<Share>,
    /// Where the whole was rounded to; absent for one-off charges.
    pub round_to: Option<RoundTo>,
    /// The readings and the usage that it is charged for.
    pub metered: Option<Metered>,
    /// Before discounts.
    pub gross: Money,
    /// Discounts.
    pub discounts: Vec<Discount>,
    /// How tax applies.
    pub vat_category: VatCategory,
    /// The rate; present exactly for `rated`.
    pub vat_rate: Option<Exact>,
}

/// What was posted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PostedSummary {
    /// The charges in order, with their amounts.
    pub charges: Vec<(ChargeId, Money)>,
    /// Sum of them.
    pub amount: Money,
    /// Credit that was drawn down at once.
    pub drawn_down: Money,
}

/// Posts charges on an account and draws its free credit down.
///
/// # Errors
/// [`AccountRefusal`] for an account that is not open, an overlap, negative amounts or a rate without its category.
pub fn post_charges(
    draft: &mut Draft<'_>,
    account: AccountId,
    specs: Vec<ChargeSpec>,
) -> Result<PostedSummary, Refusal> {
    if draft.account(account).unit().is_none() {
        return Err(AccountRefusal::AccountMustExist.with("account", account));
    }
    let mut summary = PostedSummary::default();
    for spec in specs {
        let (charge, amount) = post_charge(draft, account, spec)?;
        summary.amount = summary.amount.plus(amount)?;
        summary.charges.push((charge, amount));
    }
    summary.drawn_down = draw_down(draft, account)?;
    Ok(summary)
}

/// Posts one charge on an open account; the caller draws down.
///
/// # Errors
/// As [`post_charges`].
pub(super) fn post_charge(
    draft: &mut Draft<'_>,
    account: AccountId,
    mut spec: ChargeSpec,
) -> Result<(ChargeId, Money), Refusal> {
    spec.period = open_period(draft, spec.period);
    let amount = net_of_discounts(&spec)?;
    let vat = vat_split(spec.vat_category, spec.vat_rate, amount)?;
    must_be_uncharged(&draft.account(account), &spec)?;
    // A late fee that a court adjudged is due with its award.
    let award = matches!(spec.source, Some(Source::Award { .. }));
    spec.tax_due &= award || point_of(&draft.fee_item(spec.fee_item), spec.service.from()).is_service();
    let charge: ChargeId = draft.mint("charge");
    draft.push(account, posted(account, charge, spec, amount, vat));
    Ok((charge, amount))
}

/// Tax in an amount.
///
/// # Errors
/// [`AccountRefusal::TaxRateMustFitCategory`].
pub(crate) fn vat_split(category: VatCategory, rate: Option<Exact>, amount: Money) -> Result<VatSplit, Refusal> {
    let split = vat::split(amount, vat_rate(category, rate)?)?;
    Ok(VatSplit { category, rate, net: split.net, tax: split.tax })
}

/// Tax in what an amount is lowered by: tax(old) − tax(new), so that it always foots with what was posted.
///
/// # Errors
/// As [`vat_split`].
pub(crate) fn vat_lowered(
    category: VatCategory,
    rate: Option<Exact>,
    old: Money,
    new: Money,
) -> Result<VatSplit, Refusal> {
    let change = vat::change(old, new, vat_rate(category, rate)?)?;
    Ok(VatSplit { category, rate, net: change.net.negated(), tax: change.tax.negated() })
}

fn vat_rate(category: VatCategory, rate: Option<Exact>) -> Result<VatRate, Refusal> {
    match (category, rate) {
        (VatCategory::Rated, Some(rate)) if rate.decimal().is_sign_positive() && !rate.decimal().is_zero() => {
            Ok(VatRate::new(rate.decimal())?)
        }
        (VatCategory::Exempt | VatCategory::NotTaxable | VatCategory::ZeroRated, None) => Ok(VatRate::ZERO),
        (VatCategory::Rated | VatCategory::Exempt | VatCategory::NotTaxable | VatCategory::ZeroRated, _) => {
            Err(AccountRefusal::TaxRateMustFitCategory.into())
        }
    }
}

fn net_of_discounts(spec: &ChargeSpec) -> Result<Money, Refusal> {
    if spec.gross.is_negative() {
        return Err(AccountRefusal::ChargeMustNotBeNegative.at("/gross"));
    }
    let mut amount = spec.gross;
    for discount in &spec.discounts {
        amount = amount.minus(discount.amount)?;
        if discount.amount.is_negative() || amount.is_negative() {
            return Err(AccountRefusal::DiscountsMustNotExceedGross.at("/discounts"));
        }
    }
    Ok(amount)
}

/// One-off charges, demands of the maintenance fund, corrections and awards are their own natural key; everything else is kept apart by service time.
fn must_be_uncharged(account: &AccountState, spec: &ChargeSpec) -> Result<(), Refusal> {
    match spec.source {
        Some(Source::Correction { .. } | Source::OneOff { .. } | Source::FundDemand { .. } | Source::Award { .. }) => {
            return Ok(());
        }
        Some(Source::WorkOrder { .. } | Source::Meter { .. } | Source::Pool { .. }) | None => {}
    }
    if let (None, Some((until, _))) = (spec.source, account.billed_until(spec.fee_item))
        && spec.service.from() < until
    {
        let overlap = AccountRefusal::ChargeMustNotOverlapLiveCharge.with("fee_item", spec.fee_item);
        return Err(overlap.with("billed_until", until));
    }
    must_not_overlap(account, (spec.fee_item, spec.source, Part::Principal), spec.service)
}

/// Refuses service time of a fee item and source that a live charge covers, here or in the old books.
///
/// # Errors
/// [`AccountRefusal::ChargeMustNotOverlapLiveCharge`].
pub(crate) fn must_not_overlap(
    account: &AccountState,
    (fee_item, source, part): (FeeItemId, Option<Source>, Part),
    service: DateRange,
) -> Result<(), Refusal> {
    let overlap = account.charges().find(|have| {
        !have.reversed
            && have.booking.fee_item == fee_item
            && have.source == source
            && have.part == part
            && have.service.overlaps(service)
    });
    overlap.map_or(Ok(()), |have| {
        Err(AccountRefusal::ChargeMustNotOverlapLiveCharge
            .with("charge", have.charge)
            .with("fee_item", fee_item)
            .with("from", have.service.from())
            .with("until", have.service.until()))
    })
}

fn posted(account: AccountId, charge: ChargeId, spec: ChargeSpec, amount: Money, vat: VatSplit) -> ChargePosted {
    ChargePosted {
        charge,
        bill_line: spec.bill_line,
        run: spec.run,
        booking: Booking {
            account,
            fee_item: spec.fee_item,
            fund: spec.fund,
            obligor: spec.obligor,
            period: spec.period,
            recognised: spec.recognised,
            tax_due: spec.tax_due,
            opening: false,
            part: matches!(spec.source, Some(Source::Award { .. })).then_some(Part::LateFee),
        },
        source: spec.source,
        service: spec.service,
        due_on: spec.due_on,
        agreed_payer: spec.agreed_payer,
        priority: spec.priority,
        tariff: spec.tariff,
        inputs: spec.inputs,
        formula: spec.formula,
        whole: spec.whole,
        share: spec.share,
        round_to: spec.round_to,
        metered: spec.metered.map(Box::new),
        gross: spec.gross,
        discounts: spec.discounts,
        amount,
        vat,
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Post, account, charge, item, month, of_fund, story, told};
    use super::*;
    use crate::testing::uuid;

    #[test]
    fn a_service_time_is_charged_once_per_item_and_source() {
        let mut story = story();
        charge(&mut story, month("2026-01", "100.00"));
        let mut late = month("2026-02", "100.00");
        late.service = DateRange::new("2026-01-31".parse().unwrap(), "2026-02-28".parse().unwrap()).unwrap();
        assert_eq!(story.refused(&Post(account(1), vec![late])), "charge_must_not_overlap_live_charge");
        let other_item = of_fund(Fund::PassThrough, item(2), month("2026-01", "5.00"));
        let repair = ChargeSpec {
            source: Some(Source::WorkOrder { work_order: crate::id::WorkOrderId(uuid(7)) }),
            ..month("2026-01", "30.00")
        };
        assert_eq!(
            told(&story.accepted(&Post(account(1), vec![other_item, repair]))),
            ["charged 5.00", "charged 30.00"]
        );
    }

    #[test]
    fn charges_of_one_command_do_not_overlap_either_and_zero_is_posted() {
        let twice = vec![month("2026-01", "0.00"), month("2026-01", "0.00")];
        assert_eq!(story().refused(&Post(account(1), twice)), "charge_must_not_overlap_live_charge");
        let mut story = story();
        let events = story.when(&Post(account(1), vec![month("2026-01", "0.00")])).unwrap();
        assert_eq!(events[0].postings.as_deref(), Some(&[][..]));
    }

    #[test]
    fn what_does_not_foot_is_refused() {
        let refused = |spec: ChargeSpec| story().refused(&Post(account(1), vec![spec]));
        let rebate = |amount: &str| {
            let (kind, amount) = ("vacancy".parse().unwrap(), amount.parse().unwrap());
            vec![Discount { kind, amount, approval: None, discount: None, terms: None, whole: None }]
        };
        assert_eq!(refused(month("2026-01", "-0.01")), "charge_must_not_be_negative");
        assert_eq!(
            refused(ChargeSpec { discounts: rebate("100.01"), ..month("2026-01", "100.00") }),
            "discounts_must_not_exceed_gross"
        );
        assert_eq!(
            refused(ChargeSpec { discounts: rebate("-1.00"), ..month("2026-01", "100.00") }),
            "discounts_must_not_exceed_gross"
        );
        assert_eq!(refused(ChargeSpec { vat_rate: None, ..month("2026-01", "1.00") }), "tax_rate_must_fit_category");
        let six = Some("6".parse().unwrap());
        assert_eq!(refused(ChargeSpec { vat_rate: six, ..month("2026-01", "1.00") }), "tax_rate_must_fit_category");
        assert_eq!(story().refused(&Post(account(9), vec![month("2026-01", "1.00")])), "account_must_exist");
    }
}
