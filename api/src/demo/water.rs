//! Water by meter in tiers: the community that came out of old books reads its meters on the first of each month, and the
//! month's bills charge what was used. One reading is far from what it was, and somebody looks before it is billed.

use super::DemoError;
use super::desk::entity;
use super::months::Story;
use super::plan::dice;
use mingzhang_domain::approval::Authority;
use mingzhang_domain::book::{Fund, VatCategory};
use mingzhang_domain::calendar::{CivilDate, Month};
use mingzhang_domain::fee_item::{
    CreateFeeItem, DueRule, MonthBasis, Price, PriceTier, PricedBy, SetTariff, Timing, Vat,
};
use mingzhang_domain::id::{FeeItemId, MeterId, UnitId};
use mingzhang_domain::meter::{
    AcceptReading, Device, MAX_READINGS, MeterEvent, NewReading, OpeningReading, ReadingKind, RecordReadings,
    RegisterMeter,
};
use mingzhang_domain::money::RoundTo;
use mingzhang_domain::stream::Event;
use mingzhang_domain::supplier_bill::Utility;
use mingzhang_domain::unit::AttachFeeItem;
use mingzhang_domain::value::{Count, Exact, Label};
use std::sync::Arc;

/// Units with a meter.
const METERED: usize = 40;
/// The month, counted from going live, in which a pipe of the first unit leaks.
const LEAK: u32 = 4;

impl Story<'_> {
    /// Sets the price, and registers the meters as they stand on the day of going live.
    pub(super) async fn install_meters(&mut self, day: CivilDate) -> Result<(), DemoError> {
        let fee_item: FeeItemId = entity(self.community.ledger, "fee_item", "water");
        let vat = Vat::of(VatCategory::NotTaxable, None);
        let create =
            CreateFeeItem {
                fee_item, name: "自来水费".parse()?, fund: Fund::PassThrough, priority: Count(40), vat
            };
        self.done(self.order(day, 16, "water", "finance", Arc::new(create))).await?;
        let tier = |up_to: Option<&str>, price: &str| -> Result<PriceTier, DemoError> {
            Ok(PriceTier { up_to: up_to.map(str::parse).transpose()?, price: price.parse()? })
        };
        let tiers = vec![tier(Some("120"), "3.5")?, tier(Some("180"), "4.9")?, tier(None, "8")?];
        let tariff = SetTariff {
            fee_item,
            from: day,
            price: Price::TieredMetered { utility: Utility::Water, tiers, priced_by: PricedBy::UsageDays },
            cycle_months: Count(1),
            basis: MonthBasis::Calendar,
            timing: Timing::Arrears,
            due: DueRule::DaysAfter { days: Count(20) },
            round_to: RoundTo::Fen,
            units: Vec::new(),
            authority: Authority::default(),
        };
        let authority = self.approved(day, "water", &tariff, "自来水价格文件").await?;
        let tariff = SetTariff { authority, ..tariff };
        self.done(self.order(day, 16, "water", "finance", Arc::new(tariff))).await?;
        let mut orders = Vec::new();
        for (number, unit) in (1_u32..).zip(self.metered()) {
            let register = RegisterMeter {
                meter: self.meter(unit),
                unit: Some(unit),
                building: None,
                utility: Utility::Water,
                code: format!("W{number:05}").parse()?,
                device: Device { digits: Count(5), multiplier: "1".parse()?, reversed: false },
                opening: OpeningReading { on: day, value: value(opening(number))?, used_this_year: None },
            };
            orders.push(self.order(day, 17, format!("water-{unit}"), "finance", Arc::new(register)));
            let attach = AttachFeeItem { unit, fee_item, from: day, until: None };
            orders.push(self.order(day, 17, format!("water-{unit}"), "finance", Arc::new(attach)));
        }
        self.all(orders).await.map(|_| ())
    }

    /// Reads the meters on the first of a month.
    pub(super) async fn read_meters(&mut self, month: Month) -> Result<(), DemoError> {
        let first = self.company.first_month;
        if !self.community.plan.has_old_books() || month <= first {
            return Ok(());
        }
        let (day, units) = (month.first_day(), self.metered());
        let mut orders = Vec::new();
        let units: Vec<(u32, UnitId)> = (1..).zip(units).collect();
        for (chunk, units) in units.chunks(MAX_READINGS).enumerate() {
            let mut readings = Vec::new();
            for (number, unit) in units {
                readings.push(NewReading {
                    meter: self.meter(*unit),
                    on: day,
                    value: value(shown(*number, first, month))?,
                    rolled_over: false,
                    kind: ReadingKind::Actual,
                    photo: None,
                });
            }
            let key = format!("{month}-{chunk}");
            orders.push(self.order(day, 7, key, "finance", Arc::new(RecordReadings { readings })));
        }
        let accepted = self.all(orders).await?;
        let held = accepted.iter().flat_map(|accepted| accepted.events.iter()).filter_map(|event| match &event.event {
            Event::Meter(MeterEvent::ReadingHeld(held)) => Some((MeterId(event.stream.id), held.reading.reading)),
            _ => None,
        });
        let reason: Label = "上门核实：水管渗漏，已修".parse()?;
        let accept = |(meter, reading)| AcceptReading { meter, reading, reason: reason.clone() };
        let accepts: Vec<AcceptReading> = held.map(accept).collect();
        for accept in accepts {
            let key = format!("{month}-{}", accept.meter);
            self.done(self.order(day, 8, key, "finance", Arc::new(accept))).await?;
        }
        Ok(())
    }

    /// The first units, residences all.
    pub(super) fn metered(&self) -> Vec<UnitId> {
        let residences = usize::try_from(self.community.plan.residences).unwrap_or(METERED);
        self.estate.units.iter().take(residences.min(METERED)).copied().collect()
    }

    fn meter(&self, unit: UnitId) -> MeterId {
        entity(self.community.ledger, "meter", &unit.to_string())
    }
}

/// What the n-th meter shows on the day of going live, the same in every installation.
fn opening(number: u32) -> u64 {
    dice(900, &["water", &number.to_string()])
}

/// What the n-th meter shows on the first of a month.
fn shown(number: u32, first: Month, month: Month) -> u64 {
    let months = std::iter::successors(Some(first), |at| Some(at.next())).take_while(|at| *at < month);
    let used = (0_u32..).zip(months).map(|(index, at)| {
        let leak = if number == 1 && index.saturating_add(1) == LEAK { 90 } else { 0 };
        let used = dice(9, &["water", &number.to_string(), &at.to_string()]);
        // Half a month before the first reading.
        if index == 0 { 4 } else { used.saturating_add(5).saturating_add(leak) }
    });
    used.fold(opening(number), u64::saturating_add)
}

fn value(number: u64) -> Result<Exact, DemoError> {
    Ok(number.to_string().parse()?)
}
