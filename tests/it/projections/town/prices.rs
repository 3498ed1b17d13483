//! What prices rest on: attributes of units, the community's own and the standard ones, prices of a unit's own, and
//! discounts.

use super::Town;
use mingzhang_domain::account::{DiscountKind, DiscountTerms};
use mingzhang_domain::calendar::{CivilDate, DateRange};
use mingzhang_domain::community::UnitAttributeDefined;
use mingzhang_domain::fee_item::{
    AmountPer, CampaignEnded, CampaignGranted, PrepaymentOfferEnded, PrepaymentOfferSet, Price, PricedBy,
    VacancyPolicySet,
};
use mingzhang_domain::id::{CommunityId, DiscountId, FeeItemId, OfferId, UnitId, VacancyId};
use mingzhang_domain::money::Money;
use mingzhang_domain::pool::PoolScope;
use mingzhang_domain::supplier_bill::Utility;
use mingzhang_domain::unit::{
    DiscountEnded, DiscountGranted, UnitAttributeSet, UnitKind, UnitPriceSet, VacancyApplied, VacancyDeclined,
    VacancyFinding, VacancyInspected,
};
use mingzhang_domain::value::Count;

impl Town {
    /// The community names a value, a unit gets or loses one, or a price of its own.
    pub(super) fn price(&mut self) {
        let home = self.below(self.homes.len());
        let (unit, item) = (self.homes[home].unit, self.items[0].0);
        let from = self.today.plus_days(u32::try_from(self.below(30)).unwrap());
        let n = self.below(5);
        let value = || format!("{}.5", n + 1).parse().unwrap();
        match self.below(6) {
            0 => {
                let name = format!("share_{}", self.events.len()).parse().unwrap();
                let defined = UnitAttributeDefined { name, label: "份额".parse().unwrap() };
                self.push(CommunityId(self.ledger_id.uuid()).into(), defined.into());
            }
            1 => {
                let name = ["household_count", "coefficient"][n % 2].parse().unwrap();
                self.push(unit.into(), UnitAttributeSet { name, from, value: (n > 0).then(value) }.into());
            }
            2 => self.vacancy(unit, item, from),
            3 => {
                let discount = DiscountId(self.id());
                let terms = match n {
                    0 => DiscountTerms::Free,
                    1 => DiscountTerms::Amount { per_month: Money::from_fen(500) },
                    _ => DiscountTerms::Percentage { off: "0.25".parse().unwrap() },
                };
                let days = DateRange::new(from, from.plus_days(90)).unwrap();
                let (kind, reason) = (DiscountKind::ALL[n % DiscountKind::ALL.len()], "优惠".parse().unwrap());
                let granted = DiscountGranted {
                    discount,
                    fee_item: item,
                    kind,
                    terms,
                    days,
                    vacancy: None,
                    offer: None,
                    reason,
                    approved: None,
                    seen: vec![],
                };
                self.push(unit.into(), granted.into());
                if n > 2 {
                    let (on, reason) = (from.plus_days(30), "提前终止".parse().unwrap());
                    self.push(unit.into(), DiscountEnded { discount, on, reason }.into());
                }
            }
            _ => {
                let utility = Utility::Water;
                let price = match n {
                    0 => None,
                    1 => Some(Price::Metered { utility, unit_price: value(), priced_by: PricedBy::ReadingDay }),
                    2 => {
                        let formula = "10 + usage * unit_price".parse().unwrap();
                        Some(Price::MeteredFormula { utility, formula, unit_price: Some(value()) })
                    }
                    _ => Some(Price::Fixed { amount: value(), per: AmountPer::Month }),
                };
                let reason = "协议价".parse().unwrap();
                let set = UnitPriceSet { fee_item: item, from, price, reason, approved: None, seen: vec![] };
                self.push(unit.into(), set.into());
            }
        }
    }

    /// A unit is said to stand empty, somebody looks, and it is approved, declined or waits.
    fn vacancy(&mut self, unit: UnitId, fee_item: FeeItemId, from: CivilDate) {
        let (vacancy, days) = (VacancyId(self.id()), DateRange::new(from, from.plus_days(60)).unwrap());
        let reason = || "无人居住".parse().unwrap();
        let off = "0.3".parse().unwrap();
        let policy = VacancyPolicySet { from, off: Some(off), approved: None, seen: vec![] };
        self.push(fee_item.into(), policy.into());
        self.push(unit.into(), VacancyApplied { vacancy, fee_item, days, reason: reason() }.into());
        let found = if self.below(2) == 0 { VacancyFinding::Vacant } else { VacancyFinding::Occupied };
        self.push(unit.into(), VacancyInspected { vacancy, on: from, found, photos: vec![] }.into());
        match self.below(3) {
            0 => self.campaign(fee_item, days),
            1 if self.below(2) == 0 => self.prepay(unit, fee_item, days),
            1 => self.push(unit.into(), VacancyDeclined { vacancy, reason: reason() }.into()),
            _ => {
                let (discount, kind) = (DiscountId(self.id()), DiscountKind::Vacancy);
                let granted = DiscountGranted {
                    discount,
                    fee_item,
                    kind,
                    terms: DiscountTerms::Percentage { off },
                    days,
                    vacancy: Some(vacancy),
                    offer: None,
                    reason: reason(),
                    approved: None,
                    seen: vec![],
                };
                self.push(unit.into(), granted.into());
            }
        }
    }

    /// Who pays some months in advance gets more of them, for as long as it is offered.
    fn prepay(&mut self, unit: UnitId, fee_item: FeeItemId, days: DateRange) {
        let offer = OfferId(self.id());
        let (months, free_months) = (Count(12), Count(1));
        let set = PrepaymentOfferSet { offer, months, free_months, days, approved: None, seen: vec![] };
        self.push(fee_item.into(), set.into());
        let granted = DiscountGranted {
            discount: DiscountId(self.id()),
            fee_item,
            kind: DiscountKind::Prepayment,
            terms: DiscountTerms::Months { free: free_months, of: months },
            days,
            vacancy: None,
            offer: Some(offer),
            reason: "预缴优惠".parse().unwrap(),
            approved: None,
            seen: vec![],
        };
        self.push(unit.into(), granted.into());
        if self.below(2) == 0 {
            let ended = PrepaymentOfferEnded { offer, on: days.from(), reason: "名额已满".parse().unwrap() };
            self.push(fee_item.into(), ended.into());
        }
    }

    /// An offer to every home, which may end early.
    fn campaign(&mut self, fee_item: FeeItemId, days: DateRange) {
        let campaign = DiscountId(self.id());
        let terms = match self.below(3) {
            0 => DiscountTerms::Free,
            1 => DiscountTerms::Amount { per_month: self.money() },
            _ => DiscountTerms::Percentage { off: "0.1".parse().unwrap() },
        };
        let granted = CampaignGranted {
            campaign,
            name: "春节优惠".parse().unwrap(),
            scope: PoolScope::Community,
            kinds: vec![UnitKind::Residence],
            terms,
            days,
            approved: None,
            seen: vec![],
        };
        self.push(fee_item.into(), granted.into());
        if self.below(2) == 0 {
            let ended = CampaignEnded { campaign, on: days.from(), reason: "提前结束".parse().unwrap() };
            self.push(fee_item.into(), ended.into());
        }
    }
}
