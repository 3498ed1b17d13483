//! Cars that stay in the town for a while: taken for, and now and then taken back.

use super::{CHANNEL, Town, approved};
use mingzhang_domain::account::VatSplit;
use mingzhang_domain::book::{Fund, Purse, VatCategory};
use mingzhang_domain::calendar::{DateRange, Instant};
use mingzhang_domain::channel_account::ChannelKind;
use mingzhang_domain::fee_item::{Parking, ParkingBlock};
use mingzhang_domain::id::{AccountId, ChannelAccountId, ChargeId, PaymentId, TakingId, TariffId};
use mingzhang_domain::money::{Money, RoundTo};
use mingzhang_domain::taking::{ParkingVersion, TakenFor, TakingOf, TakingRecorded, TakingReversed};
use mingzhang_domain::value::Count;
use uuid::Uuid;

/// An amount outside the tax.
pub(super) fn untaxed(amount: Money) -> VatSplit {
    VatSplit { category: VatCategory::NotTaxable, rate: None, net: amount, tax: Money::ZERO }
}

impl Town {
    /// The same money for a month of a card.
    fn as_card(&self, recorded: TakingRecorded) -> TakingRecorded {
        let taken_for = TakenFor::Card {
            number: recorded.taken_for.number().clone(),
            service: DateRange::new(self.today, self.today.plus_months(1)).unwrap(),
            anchor_day: Count(self.today.day()),
            tariff: TariffId(Uuid::from_u128(0x9b)),
            from: "2026-01-01".parse().unwrap(),
            price: recorded.of.amount.decimal().normalize().to_string().parse().unwrap(),
            round_to: RoundTo::Fen,
        };
        TakingRecorded { taken_for, ..recorded }
    }

    /// Half an hour of a car in the morning.
    pub(super) fn stay(&mut self) {
        let number = format!("G{}", self.events.len());
        let taking = TakingId::of_stay(self.ledger_id, &number);
        let amount = self.money();
        let of = TakingOf {
            account: AccountId::walk_in(self.ledger_id),
            charge: ChargeId(self.id()),
            payment: PaymentId(self.id()),
            fee_item: self.items[0].0,
            fund: Fund::Operating,
            period: self.today.month(),
            channel_account: ChannelAccountId(Uuid::from_u128(CHANNEL)),
            channel: ChannelKind::Bank,
            amount,
            vat: untaxed(amount),
        };
        let block = |amount| ParkingBlock { minutes: Count(60), amount };
        let price =
            Parking { free_minutes: Count(15), first: block(amount), further: block(amount), steps: vec![], cap: None };
        let at = |minute: u32| format!("{}T01:{minute}:00Z", self.today).parse::<Instant>().unwrap().into();
        let recorded = TakingRecorded {
            of: of.clone(),
            taken_for: TakenFor::Stay {
                number: number.parse().unwrap(),
                entered_at: at(10),
                left_at: at(40),
                versions: vec![ParkingVersion {
                    tariff: TariffId(Uuid::from_u128(0x9a)),
                    from: "2026-01-01".parse().unwrap(),
                    price,
                }],
            },
            purse: Purse::Company,
            seen: vec![],
            reference: format!("P{}", self.events.len()).parse().unwrap(),
            shift: None,
            slip: None,
            value_on: self.today,
            plate: None,
        };
        let recorded = if self.below(2) == 0 { self.as_card(recorded) } else { recorded };
        self.push(taking.into(), recorded.into());
        if self.below(3) == 0 {
            let reason = "录错".parse().unwrap();
            self.push(taking.into(), TakingReversed { of, reason, approved: Some(approved()), seen: vec![] }.into());
        }
        self.order();
    }
}
