//! Reminds an account: tells each party what it owes and has not paid, or says why not.

use crate::account::{AccountRefusal, AccountState};
use crate::calendar::CivilDate;
use crate::draft::{Decide, Draft};
use crate::dunning::{DunningRefusal, DunningState, ReminderChannel, ReminderSent, ReminderSkipped, SkipReason};
use crate::id::{AccountId, DunningId, PartyId};
use crate::money::Money;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Count;
use std::collections::{BTreeMap, BTreeSet};

/// Sends the reminders that are due on an account; whom and when to try is the caller's business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendReminder {
    /// The account.
    pub account: AccountId,
    /// Days after the due date on which stage 1, 2, 3 … begins, rising; negative before it.
    pub stages: Vec<i32>,
    /// Days between two reminders to one party at least.
    pub pause_days: Count,
    /// How it goes out.
    pub channel: ReminderChannel,
}

/// What one party is asked for.
#[derive(Debug, Clone, Copy)]
struct Asked {
    open: Money,
    oldest_due_on: CivilDate,
}

impl Decide for SendReminder {
    fn operation(&self) -> &'static str {
        "send_reminder"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.account.into(), DunningId::of_account(self.account).into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let account = draft.account(self.account);
        if account.unit().is_none() {
            return Err(AccountRefusal::AccountMustExist.with("account", self.account));
        }
        self.rules_must_be_sound()?;
        let dunning = draft.dunning(DunningId::of_account(self.account));
        let (asked, disputed) = self.asked(&account, &dunning, draft.context.today)?;
        if asked.is_empty() && disputed.is_empty() {
            self.skip(draft, None, 0, SkipReason::NothingOpen);
        }
        for party in disputed.into_iter().filter(|party| !asked.contains_key(party)) {
            self.skip(draft, Some(party), 0, SkipReason::Disputed);
        }
        for (party, asked) in asked {
            self.tell(draft, &dunning, party, asked);
        }
        Ok(())
    }
}

impl SendReminder {
    fn rules_must_be_sound(&self) -> Result<(), Refusal> {
        let rising = self.stages.windows(2).all(|pair| matches!(pair, [a, b] if a < b));
        let bounded =
            (1..=20).contains(&self.stages.len()) && self.stages.iter().all(|days| (-90..=3650).contains(days));
        if !rising || !bounded {
            return Err(DunningRefusal::StagesMustRise.at("/stages"));
        }
        if self.pause_days.0 > 365 { Err(DunningRefusal::PauseMustBeInRange.at("/pause_days")) } else { Ok(()) }
    }

    /// The stage of a charge on a day; 0 before the first.
    fn stage(&self, due_on: CivilDate, today: CivilDate) -> u32 {
        let late = due_on.days_until(today);
        let reached = self.stages.iter().take_while(|days| i64::from(**days) <= late);
        reached.fold(0, |stage, _| stage + 1)
    }

    /// Each obligor is asked for all his open charges, each agreed payer for those he pays; and who disputes some.
    fn asked(
        &self,
        account: &AccountState,
        dunning: &DunningState,
        today: CivilDate,
    ) -> Result<(BTreeMap<PartyId, Asked>, BTreeSet<PartyId>), Refusal> {
        let (mut all, mut disputed) = (BTreeMap::<PartyId, Asked>::new(), BTreeSet::new());
        for charge in account.charges() {
            if !charge.open().is_positive() || self.stage(charge.due_on, today) == 0 {
                continue;
            }
            if dunning.is_disputed(charge.charge) {
                disputed.insert(charge.booking.obligor);
                continue;
            }
            let payer = charge.agreed_payer.filter(|payer| *payer != charge.booking.obligor);
            for party in [Some(charge.booking.obligor), payer].into_iter().flatten() {
                let asked = all.entry(party).or_insert(Asked { open: Money::ZERO, oldest_due_on: charge.due_on });
                asked.open = asked.open.plus(charge.open())?;
                asked.oldest_due_on = asked.oldest_due_on.min(charge.due_on);
            }
        }
        Ok((all, disputed))
    }

    fn tell(&self, draft: &mut Draft<'_>, dunning: &DunningState, party: PartyId, asked: Asked) {
        let today = draft.context.today;
        let stage = self.stage(asked.oldest_due_on, today);
        let pauses = dunning.last_told_on(party).is_some_and(|last| today < last.plus_days(self.pause_days.0));
        if let Some(reason) = dunning.stop(party, today) {
            self.skip(draft, Some(party), stage, reason);
        } else if draft.party(party).contact().is_none() {
            self.skip(draft, Some(party), stage, SkipReason::NoContact);
        } else if pauses || dunning.was_told(party, asked.oldest_due_on, stage) {
            self.skip(draft, Some(party), stage, SkipReason::TooSoon);
        } else {
            let sent = ReminderSent {
                account: self.account,
                party,
                stage: Count(stage),
                open: asked.open,
                oldest_due_on: asked.oldest_due_on,
                channel: self.channel,
            };
            draft.push(DunningId::of_account(self.account), sent);
        }
    }

    fn skip(&self, draft: &mut Draft<'_>, party: Option<PartyId>, stage: u32, reason: SkipReason) {
        let skipped = ReminderSkipped { account: self.account, party, stage: Count(stage), reason };
        draft.push(DunningId::of_account(self.account), skipped);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::ChargeSpec;
    use crate::account::fixture::{account, charge, credit, item, month, of_fund, party, story};
    use crate::book::Fund;
    use crate::dunning::{DisputeCharge, PromisePayment, SettleDispute, StopDunning, StopReason};
    use crate::party::{Member, PartyFormed, PartyKind};
    use crate::testing::{Story, uuid};

    /// Three days before the due date, and 1, 15 and 30 days after it, a week apart.
    fn remind() -> SendReminder {
        SendReminder {
            account: account(1),
            stages: vec![-3, 1, 15, 30],
            pause_days: Count(7),
            channel: ReminderChannel::InApp,
        }
    }

    fn with_contact(n: u128) -> PartyFormed {
        let person = uuid(0x600 + n).into();
        PartyFormed {
            kind: PartyKind::Tenancy,
            members: vec![Member { person, share: None }],
            contact: Some(person),
            name: None,
        }
    }

    /// Party 1 has a contact.
    fn owner() -> Story {
        story().given(party(1), with_contact(1))
    }

    fn told(story: &mut Story) -> Vec<String> {
        crate::dunning::fixture::told(&story.accepted(&remind()))
    }

    #[test]
    fn the_stage_follows_the_oldest_open_charge() {
        let mut story = owner();
        charge(&mut story, month("2026-01", "100.00"));
        charge(&mut story, month("2026-02", "50.00"));
        let days = [
            ("2026-01-27", "skipped stage 0 nothing_open"),
            ("2026-01-28", "told stage 1 100.00 2026-01-31"),
            ("2026-02-01", "skipped stage 2 too_soon"),
            ("2026-02-04", "told stage 2 100.00 2026-01-31"),
            ("2026-02-12", "skipped stage 2 too_soon"),
            ("2026-02-15", "told stage 3 100.00 2026-01-31"),
            ("2026-03-02", "told stage 4 150.00 2026-01-31"),
        ];
        for (day, expected) in days {
            story = story.on(day);
            assert_eq!(told(&mut story), [expected], "{day}");
        }
    }

    #[test]
    fn after_a_part_payment_the_stage_is_computed_anew() {
        let mut story = owner();
        charge(&mut story, month("2026-01", "100.00"));
        let mut story = story.on("2026-03-05");
        assert_eq!(told(&mut story), ["told stage 4 100.00 2026-01-31"]);
        let mut story = story.given(account(1), credit(1, "100.00", "2026-03-06"));
        // The charge of February draws the credit down to the older charge first.
        charge(&mut story, month("2026-02", "50.00"));
        let mut story = story.on("2026-03-16");
        assert_eq!(told(&mut story), ["told stage 3 50.00 2026-02-28"]);
    }

    #[test]
    fn nobody_is_reminded_of_what_is_promised_disputed_or_in_court() {
        let mut story = owner();
        let charged = charge(&mut story, month("2026-01", "100.00"));
        let mut story = story.on("2026-02-05");
        let (on, party) = (account(1), party(1));
        story.accepted(&PromisePayment { account: on, party, pay_by: "2026-02-10".parse().unwrap() });
        let mut story = story.on("2026-02-10");
        assert_eq!(told(&mut story), ["skipped stage 2 promised"]);
        let reason: crate::value::Label = "no lift".parse().unwrap();
        story.accepted(&DisputeCharge { account: on, charge: charged, reason: reason.clone() });
        assert_eq!(told(&mut story), ["skipped stage 0 disputed"]);
        story.accepted(&SettleDispute { account: on, charge: charged, reason });
        let mut story = story.on("2026-02-11");
        story.accepted(&StopDunning { account: on, party, because: Some(StopReason::InCourt) });
        assert_eq!(told(&mut story), ["skipped stage 2 in_court"]);
        story.accepted(&StopDunning { account: on, party, because: None });
        assert_eq!(told(&mut story), ["told stage 2 100.00 2026-01-31"]);
    }

    #[test]
    fn everybody_is_told_his_own_amounts_only() {
        let mut story = owner().given(party(3), with_contact(3));
        let by_tenant = ChargeSpec {
            agreed_payer: Some(party(2)),
            ..of_fund(Fund::PassThrough, item(2), month("2026-01", "30.00"))
        };
        charge(&mut story, month("2026-01", "100.00"));
        charge(&mut story, by_tenant);
        charge(&mut story, ChargeSpec { obligor: party(3), ..month("2026-02", "7.00") });
        let mut story = story.on("2026-03-05");
        let expected = ["told stage 4 130.00 2026-01-31", "skipped stage 4 no_contact", "told stage 2 7.00 2026-02-28"];
        assert_eq!(told(&mut story), expected);
    }

    #[test]
    fn rules_that_make_no_sense_are_refused() {
        for stages in [vec![], vec![1, 1], vec![15, 1], vec![-91], vec![3651], (0..21).collect()] {
            assert_eq!(owner().refused(&SendReminder { stages, ..remind() }), "stages_must_rise");
        }
        assert_eq!(owner().refused(&SendReminder { pause_days: Count(366), ..remind() }), "pause_must_be_in_range");
        assert_eq!(owner().refused(&SendReminder { account: account(9), ..remind() }), "account_must_exist");
    }
}
