//! What discounts took off a charge: computed again, and in words.

use super::super::billed::Billed;
use super::super::discount::{carried, monthly, total};
use super::super::event::ChargePosted;
use super::super::terms::{Discount, DiscountKind, DiscountTerms};
use super::steps::{followed, posting_of, replaced};
use crate::envelope::Recorded;
use crate::money::Money;
use crate::rule::month_parts;
use crate::rule::months::{MonthCut, Months, cuts};
use rust_decimal::Decimal;

/// What discounts take off a charge, computed again; what somebody said is as he said.
pub(super) fn discounts_of(
    log: &[Recorded],
    at: &Recorded,
    posted: &ChargePosted,
    billed: Option<&Billed>,
) -> Option<Money> {
    let (Some(billed), false) = (billed, posted.discounts.is_empty()) else { return Some(total(&posted.discounts)) };
    let Some(old) = replaced(log, at, posted.charge) else {
        let Some(terms) = billed.discount_terms() else { return Some(total(&posted.discounts)) };
        return by_terms(billed, &terms);
    };
    // What is charged anew shares the discounts of what it replaces.
    let pieces = followed(log, at.command_id).into_iter().filter(|(was, _)| was.charge == old.charge);
    let pieces: Vec<&ChargePosted> = pieces.filter_map(|(_, new)| posting_of(log, new)).map(|(_, new)| new).collect();
    let months: Vec<Months> = pieces.iter().map(|piece| length(piece)).collect::<Option<_>>()?;
    let gross: Vec<Money> = pieces.iter().map(|piece| piece.gross).collect();
    let shared = carried(&old.billed.as_ref()?.discounts, &months, &gross);
    let piece = pieces.iter().position(|piece| piece.charge == posted.charge)?;
    shared.get(piece).map(|discounts| total(discounts))
}

fn by_terms(billed: &Billed, terms: &[DiscountTerms]) -> Option<Money> {
    let line = billed.line(billed.share.line)?;
    let months: Vec<Months> = cuts(billed.share.line, billed.cycle()).map(|cut| cut.months).collect();
    let gross = month_parts::cut(billed.computed(billed.share.line).ok()?.amount, &months).ok()?;
    let month = usize::try_from(billed.share.month.0.checked_sub(1)?).ok()?;
    let off = monthly(&line, terms, &months, &gross).ok()?;
    off.iter().map(|(_, months)| months.get(month).copied()).sum()
}

/// How much of a month a month charge is.
fn length(posted: &ChargePosted) -> Option<Months> {
    let billed = Billed::of(posted)?;
    let cuts: Vec<MonthCut> = cuts(billed.share.line, billed.cycle()).collect();
    cuts.into_iter().find(|cut| cut.service == posted.service).map(|cut| cut.months)
}

/// One discount in words.
pub(super) fn told(discount: &Discount, months: u32) -> String {
    let why = match discount.kind.as_str().parse::<DiscountKind>() {
        Ok(kind) => kind.label(),
        Err(_) => "",
    };
    let how = match discount.terms {
        Some(DiscountTerms::Percentage { off }) => {
            format!(" {}%", (off.decimal() * Decimal::ONE_HUNDRED).normalize())
        }
        Some(DiscountTerms::Amount { per_month }) => format!("每月 {per_month} 元"),
        Some(DiscountTerms::Months { free, of }) => {
            format!("缴 {} 个月享 {of} 个月", of.0.saturating_sub(free.0))
        }
        Some(DiscountTerms::Free) => "免收".to_owned(),
        None => String::new(),
    };
    let of = match discount.whole.filter(|_| months > 1) {
        Some(whole) => format!("合计减 {whole} 元，按月累计分摊，本笔"),
        None => String::new(),
    };
    format!("{why}优惠{how}，{of}减 {} 元", discount.amount)
}
