//! What prices rest on: attributes of units, the community's own and the standard ones, and prices of a unit's own.

use super::Town;
use mingzhang_domain::community::UnitAttributeDefined;
use mingzhang_domain::fee_item::{AmountPer, Price};
use mingzhang_domain::id::CommunityId;
use mingzhang_domain::unit::{UnitAttributeSet, UnitPriceSet};

impl Town {
    /// The community names a value, a unit gets or loses one, or a price of its own.
    pub(super) fn price(&mut self) {
        let home = self.below(self.homes.len());
        let (unit, item) = (self.homes[home].unit, self.items[0].0);
        let from = self.today.plus_days(u32::try_from(self.below(30)).unwrap());
        let n = self.below(5);
        let value = || format!("{}.5", n + 1).parse().unwrap();
        match self.below(3) {
            0 => {
                let name = format!("share_{}", self.events.len()).parse().unwrap();
                let defined = UnitAttributeDefined { name, label: "份额".parse().unwrap() };
                self.push(CommunityId(self.ledger_id.uuid()).into(), defined.into());
            }
            1 => {
                let name = ["household_count", "coefficient"][n % 2].parse().unwrap();
                self.push(unit.into(), UnitAttributeSet { name, from, value: (n > 0).then(value) }.into());
            }
            _ => {
                let price = (n > 0).then(|| Price::Fixed { amount: value(), per: AmountPer::Month });
                let reason = "协议价".parse().unwrap();
                let set = UnitPriceSet { fee_item: item, from, price, reason, approved: None, seen: vec![] };
                self.push(unit.into(), set.into());
            }
        }
    }
}
