//! Vouchers 记账凭证: the money facts of a log, cut and numbered as bookkeepers file them (ADR 32).
//!
//! A voucher is what one command posted in one purse on one accounting day. Its number is its rank, by the position where it
//! begins, among the vouchers of its purse and accounting month: a function of the log's prefix, so that no later fact moves it
//! and whoever has the log counts the same. May never happen here: a money fact in no voucher, or in two of one purse.

use crate::book::Purse;
use crate::calendar::{CivilDate, Month};
use crate::envelope::Recorded;
use crate::id::CommandId;
use std::collections::BTreeMap;

/// The one kind of voucher that there is.
pub const KIND: &str = "记";

/// The numbers of one purse in one month: from 1 to the last, without gaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Series {
    /// Whose money.
    pub purse: Purse,
    /// The accounting month.
    pub period: Month,
    /// The last number.
    pub last: u32,
}

/// Counts the vouchers of a log that it sees from its first event on.
#[derive(Debug, Clone, Default)]
pub struct Numbering {
    last: BTreeMap<(Month, Purse), u32>,
    /// The command whose events are seen, and the vouchers it has begun: the events of a command stand together.
    command: Option<CommandId>,
    begun: Vec<(Purse, CivilDate, u32)>,
}

impl Numbering {
    /// Takes in the next event; answers the voucher of each purse it posts to.
    pub fn see(&mut self, event: &Recorded) -> Vec<(Purse, u32)> {
        if self.command != Some(event.command_id) {
            self.command = Some(event.command_id);
            self.begun.clear();
        }
        let lines = event.postings.as_deref().unwrap_or_default();
        let purses = Purse::ALL.iter().copied().filter(|purse| lines.iter().any(|line| line.purse == *purse));
        purses.map(|purse| (purse, self.number(purse, event.effective_on))).collect()
    }

    fn number(&mut self, purse: Purse, day: CivilDate) -> u32 {
        let begun = self.begun.iter().find(|(of, on, _)| (*of, *on) == (purse, day));
        if let Some((_, _, number)) = begun {
            return *number;
        }
        let last = self.last.entry((day.month(), purse)).or_default();
        *last = last.saturating_add(1);
        self.begun.push((purse, day, *last));
        *last
    }

    /// The series of a month, by purse.
    pub fn series(&self, period: Month) -> Vec<Series> {
        let of = self.last.range((period, Purse::Company)..);
        let of = of.take_while(|((month, _), _)| *month == period);
        of.map(|((_, purse), last)| Series { purse: *purse, period, last: *last }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::CreditReleased;
    use crate::book::Book;
    use crate::envelope::{Actor, ActorKind};
    use crate::id::{AccountId, EventId, LedgerId, LotId};
    use crate::posting::Posting;
    use crate::testing::uuid;

    /// What is posted, whatever the fact.
    fn event(position: u64, command: u128, day: &str, purses: &[Purse]) -> Recorded {
        let line = |purse: &Purse| {
            [1, -1].map(|fen| Posting { amount: crate::money::Money::from_fen(fen), ..Posting::on(Book::Bank, *purse) })
        };
        Recorded {
            ledger_id: LedgerId(uuid(1)),
            position,
            event_id: EventId(uuid(position.into())),
            stream: AccountId(uuid(2)).into(),
            stream_version: position,
            effective_on: day.parse().unwrap(),
            recorded_at: "2026-02-01T00:00:00Z".parse().unwrap(),
            actor: Actor { kind: ActorKind::Service, id: uuid(3) },
            command_id: CommandId(uuid(command)),
            correlation_id: CommandId(uuid(command)),
            causation_id: None,
            salt: [0; 16],
            event: CreditReleased { lot: LotId(uuid(4)) }.into(),
            postings: Some(purses.iter().flat_map(line).collect()),
        }
    }

    #[test]
    fn a_voucher_is_what_a_command_posts_in_a_purse_on_a_day_and_its_number_is_its_rank_in_the_month() {
        use Purse::{Company, MaintenanceFund};
        let mut numbering = Numbering::default();
        let mut see = |position, command, day, purses: &[Purse]| numbering.see(&event(position, command, day, purses));
        assert_eq!(see(1, 1, "2026-01-05", &[Company]), [(Company, 1)]);
        assert_eq!(see(2, 1, "2026-01-05", &[]), [], "no lines, no voucher");
        assert_eq!(see(3, 1, "2026-01-07", &[Company]), [(Company, 2)], "another day");
        assert_eq!(see(4, 1, "2026-01-05", &[Company]), [(Company, 1)], "the first again");
        assert_eq!(see(5, 1, "2026-01-05", &[MaintenanceFund]), [(MaintenanceFund, 1)], "a series of its own");
        assert_eq!(see(6, 2, "2026-01-05", &[Company]), [(Company, 3)], "another command");
        assert_eq!(see(7, 3, "2026-02-01", &[Company]), [(Company, 1)], "another month");
        assert_eq!(see(8, 4, "2026-01-01", &[Company]), [(Company, 4)], "ranked by the log, not by the day");
        let period = "2026-01".parse().unwrap();
        let series = |purse, last| Series { purse, period, last };
        assert_eq!(numbering.series(period), [series(Company, 4), series(MaintenanceFund, 1)]);
        assert_eq!(numbering.series("2026-03".parse().unwrap()), []);
    }
}
