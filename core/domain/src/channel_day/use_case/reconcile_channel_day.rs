//! Writes down what a provider's bill and the log say of a day, as often as either changes.

use crate::calendar::CivilDate;
use crate::channel_account::ChannelKind;
use crate::channel_day::matching::DIFFERENCES_LIMIT;
use crate::channel_day::{
    ChannelDayReconciled, ChannelDayRefusal, ChannelDaySplit, ChannelDayState, ChannelDifferenceFound,
    ChannelDifferenceGone, Difference, DifferenceKind, DifferenceStanding, Reconciled,
};
use crate::draft::{Decide, Draft};
use crate::id::{ChannelAccountId, ChannelDayId, ChannelDifferenceId, LedgerId};
use crate::ledger::{LedgerKind, Seen, must_be};
use crate::money::Money;
use crate::refusal::{CommonRefusal, Refusal};
use crate::stream::StreamRef;
use crate::value::{Count, Digest, Label};
use std::collections::{BTreeMap, HashSet};

/// A bill was read and matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReconcileChannelDay {
    /// The channel account, of this ledger.
    pub channel_account: ChannelAccountId,
    /// The day.
    pub day: CivilDate,
    /// SHA-256 of the bill.
    pub bill: Digest,
    /// What was found.
    pub reconciled: Reconciled,
    /// Up to where each community's log was read.
    pub seen: BTreeMap<LedgerId, Seen>,
}

impl Decide for ReconcileChannelDay {
    fn operation(&self) -> &'static str {
        "reconcile_channel_day"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.channel_account.into(), ChannelDayId::of_day(self.channel_account, self.day).into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Company])?;
        if draft.channel_account(self.channel_account).kind() != Some(ChannelKind::Online) {
            return Err(ChannelDayRefusal::ChannelDayMustBeOnline.at("/channel_account"));
        }
        if self.day >= draft.context.today {
            return Err(ChannelDayRefusal::ChannelDayMustBeOver.at("/day"));
        }
        let stream = ChannelDayId::of_day(self.channel_account, self.day);
        let state = draft.channel_day(stream);
        if state.is_signed_off() {
            return Err(ChannelDayRefusal::ChannelDayMustBeOpen.into());
        }
        if self.reconciled.differences.len() > DIFFERENCES_LIMIT {
            return Err(ChannelDayRefusal::DifferencesMustBeFew.into());
        }
        let read = self.read()?;
        let found = self.reconciled.differences.iter().map(fact).collect::<Result<Vec<_>, Refusal>>()?;
        let standing: Vec<_> = state.differences().filter(|(_, stands)| *stands != DifferenceStanding::Gone).collect();
        let before: HashSet<Said<'_>> = standing.iter().map(|(fact, _)| said(fact)).collect();
        let now: HashSet<Said<'_>> = found.iter().map(said).collect();
        let gone: Vec<_> = standing.iter().filter(|(fact, _)| !now.contains(&said(fact))).collect();
        let new: Vec<_> = found.iter().filter(|fact| !before.contains(&said(fact))).collect();
        let same = state.reconciled().is_some_and(|before| **before == read) && self.splits_stand(&state);
        if same && gone.is_empty() && new.is_empty() {
            return Err(CommonRefusal::CommandMustChangeSomething.into());
        }
        draft.push(stream, read);
        for split in &self.reconciled.splits {
            let seen = split.community.and_then(|community| self.seen.get(&community)).cloned();
            draft.push(
                stream,
                ChannelDaySplit {
                    community: split.community,
                    paid: split.paid,
                    refunded: split.refunded,
                    fee: split.fee,
                    seen: seen.into_iter().collect(),
                },
            );
        }
        for (fact, _) in gone {
            draft.push(stream, ChannelDifferenceGone { difference: fact.difference });
        }
        for fact in new {
            let difference = draft.mint("difference");
            draft.push(stream, ChannelDifferenceFound { difference, ..fact.clone() });
        }
        Ok(())
    }
}

impl ReconcileChannelDay {
    fn read(&self) -> Result<ChannelDayReconciled, Refusal> {
        let (paid, refunded, fee) = self.reconciled.totals();
        let few = |count: usize| u32::try_from(count).map(Count).map_err(|_| ChannelDayRefusal::DifferencesMustBeFew);
        Ok(ChannelDayReconciled {
            channel_account: self.channel_account,
            day: self.day,
            bill: self.bill,
            lines: Count(self.reconciled.lines),
            matched: Count(self.reconciled.matched),
            differences: few(self.reconciled.differences.len())?,
            paid,
            refunded,
            fee,
        })
    }

    fn splits_stand(&self, state: &ChannelDayState) -> bool {
        let same = |split: &crate::channel_day::Split| {
            state.split(split.community).is_some_and(|before| {
                (before.paid, before.refunded, before.fee) == (split.paid, split.refunded, split.fee)
            })
        };
        self.reconciled.splits.len() == state.splits().count() && self.reconciled.splits.iter().all(same)
    }
}

/// What makes two differences the same.
type Said<'a> = (DifferenceKind, &'a Label, Option<LedgerId>, Option<Money>, Option<Money>);

fn said(fact: &ChannelDifferenceFound) -> Said<'_> {
    (fact.kind, &fact.reference, fact.community, fact.theirs, fact.ours)
}

/// A difference as a fact says it; it gets its id when it is new.
fn fact(difference: &Difference) -> Result<ChannelDifferenceFound, Refusal> {
    let short: String = difference.reference.chars().take(100).collect();
    let reference: Label = short.parse().map_err(|_| ChannelDayRefusal::DifferenceMustExist)?;
    Ok(ChannelDifferenceFound {
        difference: ChannelDifferenceId(uuid::Uuid::nil()),
        kind: difference.kind,
        reference,
        community: difference.community,
        theirs: difference.theirs,
        ours: difference.ours,
    })
}
