//! A broken quarter of 101 by a tariff, in three month charges.

use super::{ITEMS, UNIT_101, Village};
use mingzhang_domain::bill_run::{BillScope, BillUnit};
use mingzhang_domain::book::Purse;
use mingzhang_domain::fee_item::{AreaKind, DueRule, MonthBasis, Parking, ParkingBlock, Price, SetTariff, Timing};
use mingzhang_domain::id::TakingId;
use mingzhang_domain::money::RoundTo;
use mingzhang_domain::taking::RecordStay;
use mingzhang_domain::unit::{AttachFeeItem, SetArea};
use mingzhang_domain::value::Count;

impl Village {
    /// 89.76 square metres at 2.38 since 18 January.
    pub(crate) async fn billed() -> Self {
        let mut village = Self::founded().await;
        village.day = "2026-01-18";
        let from = "2026-01-01".parse().unwrap();
        let area = SetArea { unit: UNIT_101, from, building_area_sqm: "89.76".parse().unwrap(), inner_area_sqm: None };
        village.submit(area).await;
        let tariff = SetTariff {
            fee_item: ITEMS[0],
            from,
            price: Price::PerArea { area: AreaKind::Building, unit_price: "2.38".parse().unwrap() },
            cycle_months: Count(3),
            basis: MonthBasis::Calendar,
            timing: Timing::Advance,
            due: DueRule::DayOfMonth { day: Count(25) },
            round_to: RoundTo::Fen,
            units: Vec::new(),
            authority: super::Authority::default(),
        };
        village.submit(tariff).await;
        let attached = "2026-01-18".parse().unwrap();
        village.submit(AttachFeeItem { unit: UNIT_101, fee_item: ITEMS[0], from: attached, until: None }).await;
        let (from, to) = ("2026-01".parse().unwrap(), "2026-03".parse().unwrap());
        let scope = BillScope::Months { from, to, fee_items: Vec::new() };
        village.submit(BillUnit { unit: UNIT_101, scope }).await;
        village
    }

    /// A car of nobody's unit stays for two hours and ten minutes at 3 yuan an hour.
    pub(crate) async fn parked() -> Self {
        let mut village = Self::founded().await;
        village.day = "2026-01-18";
        let hour = ParkingBlock { minutes: Count(60), amount: "3.00".parse().unwrap() };
        let price = Parking { free_minutes: Count(15), first: hour, further: hour, steps: Vec::new(), cap: None };
        let tariff = SetTariff {
            fee_item: ITEMS[0],
            from: "2026-01-01".parse().unwrap(),
            price: Price::Parking(price),
            cycle_months: Count(1),
            basis: MonthBasis::Calendar,
            timing: Timing::Advance,
            due: DueRule::DaysAfter { days: Count(0) },
            round_to: RoundTo::Fen,
            units: Vec::new(),
            authority: super::Authority::default(),
        };
        village.submit(tariff).await;
        let stay = RecordStay {
            taking: TakingId::of_stay(super::LEDGER, "G1"),
            fee_item: ITEMS[0],
            number: "G1".parse().unwrap(),
            entered_at: "2026-01-17T01:00:00.000000Z".parse().unwrap(),
            left_at: "2026-01-17T03:10:00.000000Z".parse().unwrap(),
            amount: "9.00".parse().unwrap(),
            channel: super::bank(Purse::Company),
            reference: "P1".parse().ok(),
            shift: None,
            value_on: "2026-01-17".parse().unwrap(),
            plate: None,
        };
        village.submit(stay).await;
        village
    }
}
