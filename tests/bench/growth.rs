//! Does an append cost more in a long log? The mix in a ledger of ten thousand and of two million events.
//!
//! Accounts have a hundred events each, so a load costs the same in both. Each rate is divided by a raw insert of the very
//! rows in the same minute; half of the rounds begin with lanes that know nothing, as after a restart.

use super::community::{self, Community};
use super::lane::{self, Until, Work};
use super::report::Figure;
use super::{database, limit, median};
use mingzhang_store::postgres::Role;
use mingzhang_store::postgres::testing::TestDatabase;

const SHORT: u64 = 10_000;
const LONG: u64 = 2_000_000;
const PER_ACCOUNT: u64 = 100;
/// Submitters of the fill, and of a round, which works on a hundred accounts.
const FILLERS: usize = 100;
const SUBMITTERS: usize = 50;
const MEASURED: usize = 100;
const ROUNDS: usize = 6;
const SECONDS: f64 = 2.0;

pub(crate) async fn run() -> Vec<Figure> {
    let mut short = Vec::new();
    for round in 0..ROUNDS {
        let ledger = Ledger::fill(SHORT).await;
        short.push(ledger.round(round).await);
    }
    let long_ledger = Ledger::fill(LONG).await;
    long_ledger.tidy().await;
    let mut long = Vec::new();
    for round in 0..ROUNDS {
        long.push(long_ledger.round(round).await);
    }
    let rate = |rounds: &[(f64, f64)]| median(rounds.iter().map(|(value, _)| *value).collect());
    let share = |rounds: &[(f64, f64)]| median(rounds.iter().map(|(value, limit)| value / limit).collect());
    let (at_short, at_long) = (share(&short), share(&long));
    vec![Figure {
        case: "growth".into(),
        value: rate(&long),
        unit: "events/s",
        limit: Some(rate(&short)),
        ratio: Some(at_long / at_short),
        remark: format!(
            "{at_long:.2} of raw inserts at {LONG} events (after a restart {:.2}), {at_short:.2} at {SHORT} ({:.2}), aim at least 0.85",
            share(&restarted(&long)),
            share(&restarted(&short)),
        ),
    }]
}

/// The rounds that began with lanes that know nothing.
fn restarted(rounds: &[(f64, f64)]) -> Vec<(f64, f64)> {
    rounds.iter().skip(1).step_by(2).copied().collect()
}

struct Ledger {
    database: TestDatabase,
    community: Community,
    lanes: mingzhang_store::lane::Lanes,
}

impl Ledger {
    async fn fill(events: u64) -> Self {
        let database = database().await;
        let lanes = lane::process(&database).await;
        let accounts = usize::try_from(events / PER_ACCOUNT).unwrap();
        let community = community::open(&lanes, 0, accounts).await;
        let share = accounts / FILLERS;
        let work = community.accounts.chunks(share).map(|own| Work {
            lanes: lanes.clone(),
            community: community.clone(),
            own: own.to_vec(),
        });
        lane::drive(work.collect(), Until::Events(events)).await;
        Self { database, community, lanes }
    }

    /// What Postgres does by itself in the months in which such a ledger fills, so that it does not in the measured seconds.
    async fn tidy(&self) {
        let owner = self.database.pool(Role::Owner).await.unwrap();
        for statement in ["VACUUM (ANALYZE) event", "VACUUM (ANALYZE) command"] {
            sqlx::raw_sql(statement).execute(&owner).await.unwrap();
        }
    }

    /// Events per second of the lane, and of raw inserts of the same rows.
    async fn round(&self, round: usize) -> (f64, f64) {
        let all = &self.community.accounts;
        let step = all.len() / MEASURED;
        let measured: Vec<_> = all.iter().skip(round % step).step_by(step).take(MEASURED).copied().collect();
        let restarted = !round.is_multiple_of(2);
        let lanes = if restarted { lane::process(&self.database).await } else { self.lanes.clone() };
        let before = self.size().await;
        let work = measured.chunks(MEASURED / SUBMITTERS).map(|own| Work {
            lanes: lanes.clone(),
            community: self.community.clone(),
            own: own.to_vec(),
        });
        let (_, rate) = lane::drive(work.collect(), Until::Seconds(SECONDS)).await;
        if restarted {
            lanes.stop().await;
        }
        let rows = limit::read(&self.database, self.community.ledger, before).await;
        (rate, limit::unnest(vec![rows], 1).await)
    }

    async fn size(&self) -> i64 {
        let pool = self.database.pool(Role::Auditor).await.unwrap();
        let sql = "SELECT size FROM log_head WHERE ledger_id = $1";
        sqlx::query_scalar(sql).bind(self.community.ledger.uuid()).fetch_one(&pool).await.unwrap()
    }
}
