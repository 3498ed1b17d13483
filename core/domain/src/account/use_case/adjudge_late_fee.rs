//! Takes in what a court or an arbitrator adjudged 裁决 of a late fee: it is owed as a charge of its own from then on.

use super::lowerable;
use crate::account::charging::post_charge;
use crate::account::late_fee::policy_of;
use crate::account::{AccountRefusal, ChargeSpec, LateFeeAdjudged, Source, draw_down, open_late_fees};
use crate::approval::{Authority, Stake, Staked, authorise};
use crate::calendar::CivilDate;
use crate::draft::{Decide, Draft};
use crate::id::{AccountId, BillLineId, ChargeId};
use crate::money::Money;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::{Count, Digest};

/// A part of the late fee of a charge is adjudged.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct AdjudgeLateFee {
    /// The account.
    pub account: AccountId,
    /// The charge.
    pub charge: ChargeId,
    /// How much, at most what is open.
    pub amount: Money,
    /// The day of the judgment or the award, not in the future.
    pub adjudged_on: CivilDate,
    /// Until when it is to be paid, not before that day.
    pub due_on: CivilDate,
    /// Digest of the document.
    pub evidence: Digest,
    /// On whose word.
    #[serde(skip)]
    pub authority: Authority,
}

impl Staked for AdjudgeLateFee {
    fn stake(&self, _draft: &Draft<'_>) -> Result<Stake, Refusal> {
        Ok(Stake::of(self.amount, self.account))
    }
}

impl Decide for AdjudgeLateFee {
    fn operation(&self) -> &'static str {
        "adjudge_late_fee"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.account.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let charge = lowerable(draft, self.account, self.charge, self.amount)?;
        let today = draft.context.today;
        if today < self.adjudged_on || self.due_on < self.adjudged_on {
            return Err(AccountRefusal::AwardMustBeInOrder.at("/adjudged_on"));
        }
        let open = open_late_fees(draft, self.account, today)?;
        let open = open.get(&self.charge).copied().unwrap_or_default();
        if self.amount > open {
            return Err(AccountRefusal::AmountMustNotExceedOpen.with("open", open).at("/amount"));
        }
        let policy = policy_of(draft, &charge)?;
        let warrant = authorise(draft, self, self.authority)?;
        let bill_line: BillLineId = draft.mint("bill_line");
        let spec = ChargeSpec {
            bill_line,
            run: None,
            fee_item: charge.booking.fee_item,
            fund: charge.booking.fund,
            obligor: charge.booking.obligor,
            agreed_payer: charge.agreed_payer,
            period: today.month(),
            recognised: true,
            tax_due: true,
            source: Some(Source::Award { charge: self.charge }),
            service: charge.service,
            due_on: self.due_on,
            priority: Count(charge.priority),
            tariff: None,
            inputs: Vec::new(),
            formula: None,
            whole: None,
            share: None,
            round_to: None,
            metered: None,
            gross: self.amount,
            discounts: Vec::new(),
            vat_category: policy.vat.category,
            vat_rate: policy.vat.rate,
        };
        let (award, _) = post_charge(draft, self.account, spec)?;
        let adjudged = LateFeeAdjudged {
            charge: self.charge,
            amount: self.amount,
            booking: charge.booking.clone(),
            award,
            adjudged_on: self.adjudged_on,
            evidence: self.evidence,
            approved: warrant.approved,
            seen: warrant.seen,
        };
        draft.push(self.account, adjudged);
        draw_down(draft, self.account)?;
        Ok(())
    }
}
