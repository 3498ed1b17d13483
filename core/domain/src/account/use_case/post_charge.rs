//! Charges a unit once, outside its tariffs: a card, a correction upwards. Paid work is charged by its work order.

use crate::account::{AccountRefusal, ChargeSpec, Source, post_charges};
use crate::calendar::{CivilDate, DateRange};
use crate::draft::{Decide, Draft};
use crate::fee_item::FeeItemRefusal;
use crate::id::{AccountId, BillLineId, CommunityId, FeeItemId};
use crate::money::Money;
use crate::refusal::{CommonRefusal, Refusal};
use crate::stream::StreamRef;

/// What a single charge is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChargeFor {
    /// Itself: never overlaps another.
    Once,
    /// A correction upwards of an earlier charge of the account.
    Correction(crate::id::ChargeId),
}

/// Posts one charge on an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostCharge {
    /// The account.
    pub account: AccountId,
    /// The fee item: its fund, priority and tax.
    pub fee_item: FeeItemId,
    /// What it is for.
    pub purpose: ChargeFor,
    /// Service time; who owes it is who owes its first day.
    pub service: DateRange,
    /// When it is due, not before the community's notice days from now.
    pub due_on: CivilDate,
    /// How much, tax included.
    pub amount: Money,
}

impl Decide for PostCharge {
    fn operation(&self) -> &'static str {
        "post_charge"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.account.into(), self.fee_item.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let state = super::must_exist(draft, self.account)?;
        let unit = draft.unit(state.unit().ok_or(AccountRefusal::AccountMustExist)?);
        let item = draft.fee_item(self.fee_item);
        let created = item.created().ok_or_else(|| FeeItemRefusal::FeeItemMustExist.at("/fee_item"))?;
        if !self.amount.is_positive() {
            return Err(CommonRefusal::AmountMustBePositive.at("/amount"));
        }
        let community = draft.community(CommunityId(draft.context.ledger_id.uuid()));
        let earliest = draft.context.today.plus_days(community.notice_days());
        if self.due_on < earliest {
            return Err(AccountRefusal::DueDateMustGiveNotice.with("earliest", earliest).at("/due_on"));
        }
        let day = self.service.from();
        let obligor = unit.obligor_on(day).ok_or(AccountRefusal::ObligorMustBeKnown)?;
        let vat = item.vat_on(day).ok_or(FeeItemRefusal::FeeItemMustExist)?;
        let bill_line: BillLineId = draft.mint("bill_line");
        let source = match self.purpose {
            ChargeFor::Once => Source::OneOff { bill_line },
            ChargeFor::Correction(charge) => {
                let corrected = super::live_charge(draft, self.account, charge)?;
                if corrected.booking.fee_item != self.fee_item {
                    return Err(AccountRefusal::CorrectionMustFitCharge.at("/fee_item"));
                }
                Source::Correction { charge }
            }
        };
        // The tax point is the service month, as for what a tariff bills.
        let past = day.month() <= draft.context.today.month();
        let spec = ChargeSpec {
            bill_line,
            run: None,
            fee_item: self.fee_item,
            fund: created.fund,
            obligor,
            agreed_payer: unit.agreed_payer_on(day, self.fee_item),
            period: day.month(),
            recognised: past,
            tax_due: past,
            source: Some(source),
            service: self.service,
            due_on: self.due_on,
            priority: created.priority,
            tariff: None,
            inputs: Vec::new(),
            formula: None,
            whole: None,
            share: None,
            round_to: None,
            metered: None,
            gross: self.amount,
            discounts: Vec::new(),
            vat_category: vat.category,
            vat_rate: vat.rate,
        };
        post_charges(draft, self.account, vec![spec])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::fixture::{charge_on, day, month, told};
    use crate::testing::uuid;
    use crate::unit::fixture::{ITEM, OWNER, UNIT, registered};
    use crate::unit::{UnitOwnerSet, UnitStatus, UnitStatusSet};

    fn story() -> crate::testing::Story {
        registered()
            .given(UNIT, UnitOwnerSet { from: day("2026-01-01"), party: OWNER })
            .given(UNIT, UnitStatusSet { from: day("2026-01-01"), status: UnitStatus::HandedOver })
    }

    fn repair() -> PostCharge {
        PostCharge {
            account: AccountId::of_unit(UNIT),
            fee_item: ITEM,
            purpose: ChargeFor::Once,
            service: DateRange::of_month("2026-01".parse().unwrap()),
            due_on: day("2026-01-15"),
            amount: "106.00".parse().unwrap(),
        }
    }

    #[test]
    fn who_owes_the_first_day_owes_it_and_one_off_charges_do_not_overlap() {
        let mut story = story();
        assert_eq!(told(&story.accepted(&repair())), ["charged 106.00"]);
        assert_eq!(told(&story.accepted(&repair())), ["charged 106.00"]);
        let state = story.draft().account(AccountId::of_unit(UNIT));
        assert!(state.charges().all(|charge| charge.booking.obligor == OWNER && charge.booking.recognised));
    }

    #[test]
    fn a_correction_names_a_live_charge_of_its_item() {
        let mut story = story();
        let charged = charge_on(&mut story, AccountId::of_unit(UNIT), month("2026-01", "100.00"));
        let correction = PostCharge { purpose: ChargeFor::Correction(charged), ..repair() };
        assert_eq!(story.refused(&correction), "correction_must_fit_charge");
        let unknown = PostCharge { purpose: ChargeFor::Correction(crate::id::ChargeId(uuid(1))), ..repair() };
        assert_eq!(story.refused(&unknown), "charge_must_exist");
    }

    #[test]
    fn what_cannot_be_is_refused_by_name() {
        let mut story = story();
        assert_eq!(story.refused(&PostCharge { amount: Money::ZERO, ..repair() }), "amount_must_be_positive");
        assert_eq!(story.refused(&PostCharge { fee_item: FeeItemId(uuid(1)), ..repair() }), "fee_item_must_exist");
        assert_eq!(story.refused(&PostCharge { account: AccountId(uuid(1)), ..repair() }), "account_must_exist");
        let yesterday = PostCharge { due_on: day("2025-12-31"), ..repair() };
        assert_eq!(story.refused(&yesterday), "due_date_must_give_notice");
        assert_eq!(registered().refused(&repair()), "obligor_must_be_known");
    }
}
