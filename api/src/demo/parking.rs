//! Cars of nobody's unit in the community that came out of old books: three temporary stays and a monthly card, paid by card.

use super::DemoError;
use super::desk::{at, entity};
use super::months::Story;
use mingzhang_domain::approval::Authority;
use mingzhang_domain::book::{Fund, VatCategory};
use mingzhang_domain::calendar::{CivilDate, Moment};
use mingzhang_domain::draft::Decide;
use mingzhang_domain::fee_item::{
    AmountPer, CreateFeeItem, DueRule, MonthBasis, Parking, ParkingBlock, ParkingCap, ParkingDay, Price, SetTariff,
    Timing, Vat,
};
use mingzhang_domain::id::{FeeItemId, TakingId};
use mingzhang_domain::money::{Money, RoundTo};
use mingzhang_domain::taking::{RecordCard, RecordStay};
use mingzhang_domain::value::Count;
use std::sync::Arc;

/// Fee items of stays and of cards, by their keys.
const STAYS: &str = "temporary_parking";
const CARDS: &str = "parking_card";
/// Half an hour is free, the first hour costs 5 yuan, each further one 2, no day more than 20.
const FIRST_FEN: i64 = 500;
const FURTHER_FEN: i64 = 200;
const CAP_FEN: i64 = 2_000;
/// A month of a card, in yuan.
const CARD: i64 = 300;

impl Story<'_> {
    /// What cars of nobody's unit pay.
    pub(super) async fn agree_parking(&mut self, day: CivilDate) -> Result<(), DemoError> {
        let (hour, fen) = (Count(60), Money::from_fen);
        let stay = Price::Parking(Parking {
            free_minutes: Count(30),
            first: ParkingBlock { minutes: hour, amount: fen(FIRST_FEN) },
            further: ParkingBlock { minutes: hour, amount: fen(FURTHER_FEN) },
            steps: Vec::new(),
            cap: Some(ParkingCap { day: ParkingDay::Rolling, amount: fen(CAP_FEN) }),
        });
        let card = Price::Fixed { amount: CARD.to_string().parse()?, per: AmountPer::Month };
        for (key, name, price) in [(STAYS, "临时停车费", stay), (CARDS, "停车月卡", card)] {
            let fee_item: FeeItemId = entity(self.community.ledger, "fee_item", key);
            let vat = Vat::of(VatCategory::Rated, Some("0.09".parse()?));
            let create =
                CreateFeeItem { fee_item, name: name.parse()?, fund: Fund::Operating, priority: Count(980), vat };
            self.done(self.order(day, 16, key, "finance", Arc::new(create))).await?;
            let tariff = SetTariff {
                fee_item,
                from: day,
                price,
                cycle_months: Count(1),
                basis: MonthBasis::Anniversary,
                timing: Timing::Advance,
                due: DueRule::DaysAfter { days: Count(0) },
                round_to: RoundTo::Fen,
                units: Vec::new(),
                authority: Authority::default(),
            };
            let authority = self.approved(day, key, &tariff, "停车收费公示牌").await?;
            let tariff = SetTariff { authority, ..tariff };
            self.done(self.order(day, 16, key, "finance", Arc::new(tariff))).await?;
        }
        Ok(())
    }

    /// A night up to the cap, two visits by the hour, and a card.
    pub(super) async fn park(&mut self, day: CivilDate) -> Result<(), DemoError> {
        let evening = day.day_before();
        let stays = [((evening, 20, 0), (8, 0), CAP_FEN), ((day, 9, 0), (10, 30), 700), ((day, 14, 0), (16, 10), 900)];
        let mut orders = Vec::new();
        for (number, ((on, hour, minute), left, fen)) in (1_u32..).zip(stays) {
            let number = format!("G{number:06}");
            let stay = RecordStay {
                taking: TakingId::of_stay(self.community.ledger, &number),
                fee_item: entity(self.community.ledger, "fee_item", STAYS),
                entered_at: moment(on, (hour, minute))?,
                left_at: moment(day, left)?,
                amount: Money::from_fen(fen),
                channel: self.community.pos.clone(),
                reference: Some(format!("P-{number}").parse()?),
                shift: None,
                value_on: day,
                plate: None,
                number: number.parse()?,
            };
            orders.push(self.order(day, 18, number, "cashier", Arc::new(stay)));
        }
        let number = "K000001";
        let card: Arc<dyn Decide> = Arc::new(RecordCard {
            taking: TakingId::of_card(self.community.ledger, number),
            fee_item: entity(self.community.ledger, "fee_item", CARDS),
            number: number.parse()?,
            from: day,
            amount: Money::from_fen(CARD * 100),
            channel: self.community.pos.clone(),
            reference: Some(format!("P-{number}").parse()?),
            shift: None,
            value_on: day,
            plate: None,
        });
        orders.push(self.order(day, 18, number, "cashier", card));
        self.all(orders).await.map(|_| ())
    }
}

fn moment(day: CivilDate, (hour, minute): (u32, u32)) -> Result<Moment, DemoError> {
    at(day, hour, minute).map(Moment::from).ok_or(DemoError::Story("a stay has no time of day"))
}
