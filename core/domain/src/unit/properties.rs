//! Whatever is sold when, each owes his own days once, and as much as if the sale had been known when it was billed, but for
//! a fen of rounding in what stands.

use super::fixture::{BUYER, OWNER, UNIT, registered};
use super::stories::{bill, sold};
use super::{FeeItemAttached, SetOwner, Transfer, TransferUnit, UnitOwnerSet, UnitStatus, UnitStatusSet};
use crate::account::AccountState;
use crate::account::fixture::unexplained;
use crate::calendar::CivilDate;
use crate::fee_item::{AmountPer, DueRule, MonthBasis, Price, TariffSet, Timing};
use crate::id::{AccountId, PartyId, TariffId};
use crate::money::{Money, RoundTo};
use crate::testing::{Story, uuid};
use crate::unit::fixture::ITEM;
use crate::value::Count;
use proptest::prelude::*;

/// Days counted from 2025-12-01.
fn day(offset: u32) -> CivilDate {
    CivilDate::new(2025, 12, 1).unwrap().plus_days(offset)
}

#[derive(Debug, Clone)]
struct Terms {
    fen: i64,
    cycle: usize,
    anniversary: bool,
    per_cycle: bool,
    attached: u32,
    dearer: u32,
}

fn terms() -> impl Strategy<Value = Terms> {
    (1_i64..99_999, 0_usize..4, any::<[bool; 2]>(), 0_u32..60, 0_u32..300).prop_map(
        |(fen, cycle, [anniversary, per_cycle], attached, dearer)| Terms {
            fen,
            cycle,
            anniversary,
            per_cycle,
            attached,
            dearer,
        },
    )
}

fn tariff(n: u128, from: u32, fen: i64, terms: &Terms) -> TariffSet {
    let amount = Money::from_fen(fen).decimal();
    TariffSet {
        tariff: TariffId(uuid(n)),
        from: day(from),
        price: Price::Fixed {
            amount: crate::value::Exact::new(amount).unwrap(),
            per: if terms.per_cycle { AmountPer::Cycle } else { AmountPer::Month },
        },
        cycle_months: Count([1, 2, 3, 6][terms.cycle]),
        basis: if terms.anniversary { MonthBasis::Anniversary } else { MonthBasis::Calendar },
        timing: Timing::Advance,
        due: DueRule::DayOfMonth { day: Count(10) },
        round_to: RoundTo::Fen,
        approved: None,
        seen: Vec::new(),
    }
}

fn home(terms: &Terms) -> Story {
    let attached = FeeItemAttached { fee_item: ITEM, from: day(terms.attached), until: None };
    registered()
        .given(UNIT, UnitStatusSet { from: day(0), status: UnitStatus::HandedOver })
        .given(UNIT, UnitOwnerSet { from: day(0), party: OWNER })
        .given(UNIT, attached)
        .given(ITEM, tariff(1, 0, terms.fen, terms))
        .given(ITEM, tariff(2, terms.dearer, terms.fen + 77, terms))
}

/// Live days with who owes them, each once and in order, and what each party owes in all.
fn owed(account: &AccountState) -> (Vec<(CivilDate, PartyId)>, [Money; 2]) {
    let live = || account.charges().filter(|charge| !charge.reversed);
    let mut days: Vec<(CivilDate, PartyId)> = live()
        .flat_map(|charge| {
            let each = std::iter::successors(Some(charge.service.from()), |day| Some(day.plus_days(1)));
            each.take_while(|day| charge.service.contains(*day)).map(|day| (day, charge.booking.obligor))
        })
        .collect();
    days.sort_unstable();
    let sum = |party| live().filter(|charge| charge.booking.obligor == party).map(|charge| charge.owed).sum();
    (days, [sum(OWNER), sum(BUYER)])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn a_transfer_charges_as_if_it_had_been_known(
        terms in terms(),
        sales in prop::collection::btree_set(0_u32..300, 1..3),
    ) {
        let (mut late, mut known) = (home(&terms), home(&terms));
        let year = bill("2025-12", "2026-09");
        late.accepted(&year);
        for (from, party) in sales.iter().zip([BUYER, OWNER]) {
            let sold = sold(&day(*from).to_string());
            // Who owns it already cannot buy it.
            let _ = late.when(&TransferUnit { transfer: Transfer { party, ..sold.transfer }, ..sold });
            known.accepted(&SetOwner { unit: UNIT, from: day(*from), party });
        }
        known.accepted(&year);
        prop_assert_eq!(unexplained(&late, AccountId::of_unit(UNIT)), Vec::<String>::new());
        let [late, known] = [late, known].map(|story| owed(&story.draft().account(AccountId::of_unit(UNIT))));
        prop_assert_eq!(late.0, known.0);
        // A line that is cut at the border of a month leaves the months before as they were charged: a fen of their share
        // may have been rounded into the whole of the line.
        let cuts = i64::try_from(sales.len()).unwrap();
        for (late, known) in late.1.iter().zip(known.1) {
            prop_assert!((late.fen() - known.fen()).abs() <= cuts, "{late} and {known}");
        }
    }
}
