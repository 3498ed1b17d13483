//! Whatever units, weights and amounts: what is charged and what is left out sum to the pool, also after it was cut off.

use super::fixture::{POOL, bare, home, open, owed, post, taken_back, town, unit};
use super::{PostPoolChunk, ReversePool};
use crate::account::fixture::{day, unexplained};
use crate::approval::fixture::limit;
use crate::id::AccountId;
use crate::money::Money;
use crate::testing::Story;
use crate::unit::UnitAreaSet;
use crate::value::Count;
use proptest::prelude::*;

/// Areas in hundredths of a square metre, and whether somebody owns the unit.
fn estate(units: &[(u32, bool)]) -> Story {
    let from = day("2020-01-01");
    (1_u128..).zip(units).fold(town(&[]), |story, (n, (hundredths, owned))| {
        let area = rust_decimal::Decimal::new(i64::from(*hundredths), 2).normalize().to_string();
        let code = format!("1-{n}");
        if *owned {
            return home(story, n, &code, &area);
        }
        let set = UnitAreaSet { from, building_area_sqm: area.parse().unwrap(), inner_area_sqm: None };
        bare(story, n, &code).given(unit(n), set)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn charges_and_what_is_left_out_are_the_pool(
        units in prop::collection::vec((0_u32..20_000, prop::bool::weighted(0.9)), 1..70),
        fen in 1_i64..5_000_000,
        back in prop::bool::ANY,
    ) {
        prop_assume!(units.iter().any(|(area, _)| *area > 0));
        let mut story = estate(&units);
        let n = u128::try_from(units.len()).unwrap();
        let pool = Money::from_fen(fen);
        story.accepted(&open(n, &pool.to_string()));
        let state = story.draft().pool(POOL);
        prop_assert_eq!(state.shares().map(|share| share.amount).sum::<Money>(), pool);
        let uncharged = state.opened().unwrap().uncharged;
        let chunks = state.chunks();
        drop(state);
        story.accepted(&post(POOL, &pool.minus(uncharged).unwrap().to_string()));
        // The chunks come in any order.
        for chunk in (1..=chunks).rev() {
            story.accepted(&PostPoolChunk { pool: POOL, chunk: Count(chunk) });
        }
        let charged = |story: &Story| owed(story, n).iter().map(|amount| amount.parse().unwrap()).sum::<Money>();
        prop_assert_eq!(charged(&story).plus(story.draft().pool(POOL).uncharged_amount()).unwrap(), pool);
        for n in 1..=n {
            prop_assert_eq!(unexplained(&story, AccountId::of_unit(unit(n))), Vec::<String>::new());
        }
        if back {
            let reason = "重摊".parse().unwrap();
            story.accepted(&ReversePool { pool: POOL, reason, authority: limit("50000.00") });
            taken_back(&mut story, POOL);
            prop_assert_eq!(charged(&story), Money::ZERO);
        }
    }
}
