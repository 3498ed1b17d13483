//! Records money received and spends it in the order of the allocation policy.

use crate::books::outside_on;
use crate::calendar::CivilDate;
use crate::channel_account::ChannelKind;
use crate::draft::{Decide, Draft};
use crate::id::{ChannelAccountId, CommunityId, LedgerStreamId, PaymentId, ReferenceId, ShiftId, VaultItemId};
use crate::money::Money;
use crate::payment::spending::spend;
use crate::payment::{Channel, PaymentMethod, PaymentReceived, PaymentRefusal, Spending};
use crate::reference::ReferenceClaimed;
use crate::refusal::{CommonRefusal, Refusal};
use crate::shift;
use crate::stream::StreamRef;
use crate::value::{Code, Count};

/// Money came in; the accounts it is for are known, or it waits in suspense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordPayment {
    /// Where it lies.
    pub channel: Channel,
    /// The channel's own number; for cash it is decided here from shift and slip.
    pub reference: Option<Code>,
    /// The cashier's open shift; exactly for cash.
    pub shift: Option<ShiftId>,
    /// How much.
    pub amount: Money,
    /// The day it was really the company's; it happened outside, so it counts on that day, if its month is open.
    pub value_on: CivilDate,
    /// Payer's name in the vault.
    pub payer: Option<VaultItemId>,
    /// By what it is paid; absent: what is usual for the channel account.
    pub method: Option<PaymentMethod>,
    /// What the payer put on the counter, for cash; the rest is his change.
    pub tendered: Option<Money>,
    /// What of the amount he need not put down 抹零, for cash that pays charges: at most the community's limit.
    pub rounding: Option<Money>,
    /// What it pays.
    pub spending: Spending,
}

impl Decide for RecordPayment {
    fn operation(&self) -> &'static str {
        "record_payment"
    }

    fn needs(&self) -> Vec<StreamRef> {
        let mut needs: Vec<StreamRef> = self.spending.pays.iter().map(|pays| pays.account.into()).collect();
        needs.extend(self.spending.rest_to.map(StreamRef::from));
        needs.extend(self.shift.map(StreamRef::from));
        let reference = self.reference.as_ref().map(|r| ReferenceId::of_reference(self.channel.id, r.as_str()));
        needs.extend(reference.map(StreamRef::from));
        needs
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        // Asked for at once, so that the streams every payment rests on are loaded in the first round.
        let _ = draft.ledger(LedgerStreamId::of_ledger(draft.context.ledger_id));
        let _ = draft.community(CommunityId(draft.context.ledger_id.uuid()));
        must_be_money(draft, self.amount, (self.value_on, "/value_on"))?;
        if self.method == Some(PaymentMethod::Cheque) && self.channel.kind != ChannelKind::Bank {
            return Err(PaymentRefusal::ChequeMustBeOfBankAccount.at("/method"));
        }
        let rounding = self.rounding(draft)?;
        let cash = self.amount.minus(rounding.unwrap_or_default())?;
        let change = self.change(cash)?;
        let (slip, reference) = identity(draft, &self.channel, self.reference.as_ref(), self.shift)?;
        let received = PaymentReceived {
            shift: self.shift,
            slip,
            payer: self.payer,
            method: self.method,
            tendered: self.tendered,
            change,
            rounding,
            ..self.channel.received(reference, self.amount, self.value_on)
        };
        let (payment, on) = receive(draft, received)?;
        if let Some((shift, slip)) = self.shift.zip(slip) {
            shift::take(draft, shift, payment, slip, cash);
        }
        spend(draft, payment, self.amount, &self.spending, on, None)?;
        if rounding.is_some() { must_be_spent(draft, payment) } else { Ok(()) }
    }
}

impl RecordPayment {
    /// What is let go of the amount, within what the community allows.
    fn rounding(&self, draft: &Draft<'_>) -> Result<Option<Money>, Refusal> {
        let Some(rounding) = self.rounding else { return Ok(None) };
        if self.channel.kind != ChannelKind::Cash {
            return Err(PaymentRefusal::RoundingMustBeCash.at("/rounding"));
        }
        let limit = draft.community(CommunityId(draft.context.ledger_id.uuid())).cash_rounding_limit();
        if !rounding.is_positive() || rounding > limit || rounding >= self.amount {
            return Err(PaymentRefusal::RoundingMustBeWithinLimit.with("limit", limit).at("/rounding"));
        }
        Ok(Some(rounding))
    }

    /// What the payer gets back of what he put on the counter.
    fn change(&self, cash: Money) -> Result<Option<Money>, Refusal> {
        let Some(tendered) = self.tendered else { return Ok(None) };
        if self.channel.kind != ChannelKind::Cash {
            return Err(PaymentRefusal::TenderedMustBeCash.at("/tendered"));
        }
        let change = tendered.minus(cash)?;
        if change.is_negative() {
            return Err(PaymentRefusal::TenderedMustCoverAmount.with("amount", cash).at("/tendered"));
        }
        Ok(Some(change))
    }
}

/// All of the money pays charges: nobody gets credit for what he did not put down.
fn must_be_spent(draft: &Draft<'_>, payment: PaymentId) -> Result<(), Refusal> {
    let state = draft.payment(payment);
    let is_spent = |(account, lot): &(_, _)| draft.account(*account).lot(*lot).is_none_or(|lot| lot.rest.is_zero());
    if state.suspense().is_positive() || !state.lots().iter().all(is_spent) {
        return Err(PaymentRefusal::RoundingMustPayCharges.at("/rounding"));
    }
    Ok(())
}

/// Money above zero that is there already.
///
/// # Errors
/// Another amount or day.
pub(crate) fn must_be_money(
    draft: &Draft<'_>,
    amount: Money,
    (value_on, field): (CivilDate, &'static str),
) -> Result<(), Refusal> {
    if !amount.is_positive() {
        return Err(CommonRefusal::AmountMustBePositive.at("/amount"));
    }
    must_be_dated(draft, (value_on, field))
}

/// A day that is not ahead.
///
/// # Errors
/// [`PaymentRefusal::ValueDateMustNotBeInFuture`].
pub(super) fn must_be_dated(draft: &Draft<'_>, (on, field): (CivilDate, &'static str)) -> Result<(), Refusal> {
    if on > draft.context.today { Err(PaymentRefusal::ValueDateMustNotBeInFuture.at(field)) } else { Ok(()) }
}

/// Takes money into suspense under its reference, which no other payment that is not reversed may have; it happened
/// outside, so it counts on its day, if its month is open.
///
/// # Errors
/// [`PaymentRefusal::ReferenceMustBeUnused`].
pub(crate) fn receive(draft: &mut Draft<'_>, received: PaymentReceived) -> Result<(PaymentId, CivilDate), Refusal> {
    let payment: PaymentId = draft.mint("payment");
    let (channel_account, reference) = (received.channel_account, received.reference.clone());
    let on = outside_on(draft, received.value_on);
    draft.push_on(payment, on, received);
    claim_reference(draft, channel_account, reference, payment)?;
    Ok((payment, on))
}

/// What makes the money the same money: the channel's reference, or shift and slip for cash.
///
/// # Errors
/// [`PaymentRefusal`] for a reference or shift too many or too few; as the shift's own rules.
pub(crate) fn identity(
    draft: &Draft<'_>,
    channel: &Channel,
    reference: Option<&Code>,
    shift: Option<ShiftId>,
) -> Result<(Option<Count>, Code), Refusal> {
    match (channel.kind, reference, shift) {
        (ChannelKind::Cash, None, Some(shift)) => {
            let (slip, reference) = shift::next_slip(draft, shift, channel.id)?;
            Ok((Some(slip), reference))
        }
        (ChannelKind::Cash, Some(_), _) => Err(PaymentRefusal::ReferenceMustNotBeGiven.at("/reference")),
        (ChannelKind::Cash, None, None) => Err(PaymentRefusal::ShiftMustBeGiven.at("/shift")),
        (ChannelKind::Bank | ChannelKind::Pos | ChannelKind::Online, Some(reference), None) => {
            Ok((None, reference.clone()))
        }
        (ChannelKind::Bank | ChannelKind::Pos | ChannelKind::Online, None, _) => {
            Err(PaymentRefusal::ReferenceMustBeGiven.at("/reference"))
        }
        (ChannelKind::Bank | ChannelKind::Pos | ChannelKind::Online, Some(_), Some(_)) => {
            Err(PaymentRefusal::ShiftMustNotBeGiven.at("/shift"))
        }
    }
}

/// Claims the reference of money, which no other that is not reversed may have.
///
/// # Errors
/// [`PaymentRefusal::ReferenceMustBeUnused`].
pub(crate) fn claim_reference(
    draft: &mut Draft<'_>,
    channel_account: ChannelAccountId,
    reference: Code,
    payment: PaymentId,
) -> Result<(), Refusal> {
    let claim = ReferenceId::of_reference(channel_account, reference.as_str());
    if let Some(holder) = draft.reference(claim).payment() {
        return Err(PaymentRefusal::ReferenceMustBeUnused.with("payment", holder).at("/reference"));
    }
    draft.push(claim, ReferenceClaimed { channel_account, reference, payment });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::fixture::{Post, account, charge, charge_on, item, money, month, of_fund, party, told};
    use crate::account::{AccountEvent, ChargeSpec};
    use crate::book::{Fund, Purse};
    use crate::payment::Pays;
    use crate::payment::fixture::{
        cash_payment, channel, fund_bank, pays, receipt_lines, rests, story, story_with_shift, to_account, transfer,
    };
    use crate::stream::Event;

    #[test]
    fn the_oldest_charge_is_paid_first_and_the_rest_is_credit() {
        let mut story = story();
        charge(&mut story, month("2026-02", "100.00"));
        charge(&mut story, month("2026-01", "100.00"));
        let mut story = story.on("2026-03-01");
        let events = story.accepted(&transfer("T1", "230.00", "2026-02-27", to_account(1)));
        assert_eq!(
            told(&events),
            [
                "received 230.00",
                "reference_claimed",
                "credit 230.00 operating",
                "identified 230.00",
                "paid 100.00 direct",
                "paid 100.00 direct",
                "receipt_numbered",
                "receipt TESTF2026-000001 230.00"
            ]
        );
        assert_eq!(receipt_lines(&events), ["credit 30.00", "2026-01-01..2026-03-01 200.00"]);
        assert_eq!(rests(&story, account(1)), ["30.00"]);
    }

    #[test]
    fn it_counts_on_the_day_of_the_money_but_no_allocation_before_its_charge() {
        let mut story = story().on("2026-03-01");
        charge(&mut story, month("2026-01", "100.00"));
        let mut story = story.on("2026-03-05");
        let events = story.when(&transfer("T1", "100.00", "2026-02-20", to_account(1))).unwrap();
        let day_of = |name: &str| {
            let event = events.iter().find(|e| e.event.event_type() == name).unwrap();
            event.effective_on.to_string()
        };
        assert_eq!(day_of("payment_received"), "2026-02-20");
        assert_eq!(day_of("credit_received"), "2026-02-20");
        assert_eq!(day_of("charge_paid"), "2026-03-01");
    }

    #[test]
    fn one_payment_pays_two_units_in_one_order() {
        let mut story = story();
        let named = charge_on(&mut story, account(2), month("2026-03", "40.00"));
        charge_on(&mut story, account(2), month("2026-02", "50.00"));
        charge_on(&mut story, account(1), month("2026-01", "60.00"));
        let spending =
            Spending { pays: vec![pays(1, &[]), pays(2, &[named])], rest_to: Some(account(2)), ..Spending::default() };
        let events = story.accepted(&transfer("T1", "120.00", "2026-01-01", spending));
        let paid: Vec<String> = told(&events).into_iter().filter(|t| t.starts_with("paid")).collect();
        assert_eq!(paid, ["paid 40.00 direct", "paid 20.00 direct", "paid 60.00 direct"]);
        assert_eq!((rests(&story, account(1)), rests(&story, account(2))), (vec!["0.00".into()], vec!["0.00".into()]));
    }

    #[test]
    fn an_amount_of_an_account_stays_with_it() {
        let mut story = story();
        charge_on(&mut story, account(1), month("2026-01", "60.00"));
        charge_on(&mut story, account(2), month("2026-01", "60.00"));
        let part = |n, amount: &str| Pays { amount: Some(money(amount)), ..pays(n, &[]) };
        let spending = Spending { pays: vec![part(1, "80.00"), part(2, "20.00")], ..Spending::default() };
        story.accepted(&transfer("T1", "130.00", "2026-01-01", spending.clone()));
        assert_eq!((rests(&story, account(1)), rests(&story, account(2))), (vec!["20.00".into()], vec!["0.00".into()]));
        assert_eq!(story.refused(&transfer("T2", "99.99", "2026-01-01", spending)), "parts_must_not_exceed_amount");
    }

    #[test]
    fn money_without_an_account_waits_in_suspense() {
        let mut story = story();
        let events = story.accepted(&transfer("T1", "10.00", "2026-01-01", Spending::default()));
        assert_eq!(told(&events), ["received 10.00", "reference_claimed"]);
    }

    #[test]
    fn only_named_charges_are_paid_when_the_payer_says_so() {
        let mut story = story();
        charge(&mut story, month("2026-01", "50.00"));
        let named = charge(&mut story, month("2026-02", "50.00"));
        let spending = Spending { pays: vec![pays(1, &[named])], charges_only: true, ..to_account(1) };
        story.accepted(&transfer("T1", "70.00", "2026-01-01", spending));
        assert_eq!(rests(&story, account(1)), ["20.00"]);
        // What is kept back is not drawn down.
        let events = story.accepted(&Post(account(1), vec![month("2026-03", "10.00")]));
        assert_eq!(told(&events), ["charged 10.00"]);
    }

    #[test]
    fn each_obligor_and_fund_has_a_lot_and_a_receipt() {
        let mut story = story();
        let deposit = charge(&mut story, of_fund(Fund::Deposit, item(3), month("2026-01", "500.00")));
        charge(&mut story, ChargeSpec { obligor: party(2), ..month("2026-01", "30.00") });
        charge(&mut story, month("2026-02", "30.00"));
        let spending = Spending { pays: vec![pays(1, &[deposit])], ..to_account(1) };
        let events = story.accepted(&transfer("T1", "600.00", "2026-01-01", spending));
        let texts = told(&events);
        let some = |start: &str| texts.iter().filter(|t| t.starts_with(start)).cloned().collect::<Vec<_>>();
        assert_eq!(some("credit"), ["credit 500.00 deposit", "credit 30.00 operating", "credit 70.00 operating"]);
        assert_eq!(
            some("receipt "),
            ["receipt TESTF2026-000001 70.00", "receipt TESTF2026-000002 30.00", "receipt TESTD2026-000001 500.00"]
        );
        let held: Vec<_> = events
            .iter()
            .filter_map(|e| if let Event::Account(AccountEvent::CreditReceived(e)) = e { Some(e.holder) } else { None })
            .collect();
        // The rest is held by whoever's debt was paid first.
        assert_eq!(held, [party(1), party(2), party(1)]);
    }

    #[test]
    fn purses_are_never_mixed() {
        let mut story = story();
        let fund = of_fund(Fund::MaintenanceFund, item(4), month("2026-01", "80.00"));
        let demand = charge(&mut story, fund);
        let fee = charge(&mut story, month("2026-01", "10.00"));
        let to = |named| Spending { pays: vec![pays(1, &[named])], rest_to: Some(account(1)), ..Spending::default() };
        assert_eq!(story.refused(&transfer("T1", "90.00", "2026-01-01", to(demand))), "purses_must_not_mix");
        let fund = |spending| RecordPayment { channel: fund_bank(), ..transfer("T1", "90.00", "2026-01-01", spending) };
        assert_eq!(story.refused(&fund(to(fee))), "purses_must_not_mix");
        let owners = RecordPayment {
            channel: channel(4, ChannelKind::Bank, Purse::OwnersIncome),
            ..transfer("T1", "90.00", "2026-01-01", to_account(1))
        };
        assert_eq!(story.refused(&owners), "purses_must_not_mix");
        let events = story.accepted(&fund(to(demand)));
        assert_eq!(told(&events)[2], "credit 90.00 maintenance_fund");
        assert_eq!(rests(&story, account(1)), ["10.00"]);
    }

    #[test]
    fn a_reference_is_recorded_once_per_channel_account() {
        let mut story = story();
        story.accepted(&transfer("wx-1", "10.00", "2026-01-01", Spending::default()));
        let again = transfer("WX-1", "20.00", "2026-01-01", Spending::default());
        assert_eq!(story.refused(&again), "reference_must_be_unused");
        story.accepted(&RecordPayment { channel: fund_bank(), ..again });
    }

    #[test]
    fn cash_is_taken_in_the_cashiers_own_open_shift() {
        let mut story = story_with_shift("0.00");
        let texts = told(&story.accepted(&cash_payment("10.00")));
        assert_eq!(texts, ["received 10.00", "reference_claimed", "cash_taken"]);
        assert_eq!(told(&story.accepted(&cash_payment("20.00"))).len(), 3, "the next slip is another reference");
        let no_shift = RecordPayment { shift: None, ..cash_payment("1.00") };
        assert_eq!(story.refused(&no_shift), "shift_must_be_given");
        let referenced = RecordPayment { reference: Some("X".parse().unwrap()), ..cash_payment("1.00") };
        assert_eq!(story.refused(&referenced), "reference_must_not_be_given");
        let elsewhere =
            RecordPayment { channel: channel(9, ChannelKind::Cash, Purse::Company), ..cash_payment("1.00") };
        assert_eq!(story.refused(&elsewhere), "shift_must_be_of_cash_box");
        let banked = RecordPayment {
            shift: cash_payment("1.00").shift,
            ..transfer("T", "1.00", "2026-01-01", Spending::default())
        };
        assert_eq!(story.refused(&banked), "shift_must_not_be_given");
        let other = crate::envelope::Actor { id: crate::testing::uuid(2), kind: crate::envelope::ActorKind::Staff };
        assert_eq!(story.by(other).refused(&cash_payment("1.00")), "shift_must_be_of_cashier");
    }

    #[test]
    fn what_cannot_be_is_refused_by_name() {
        let mut story = story();
        let open = charge(&mut story, month("2026-01", "10.00"));
        let mut refused = |amount, day, spending| story.refused(&transfer("T1", amount, day, spending));
        assert_eq!(refused("0.00", "2026-01-01", to_account(1)), "amount_must_be_positive");
        assert_eq!(refused("-1.00", "2026-01-01", to_account(1)), "amount_must_be_positive");
        assert_eq!(refused("1.00", "2026-01-02", to_account(1)), "value_date_must_not_be_in_future");
        assert_eq!(refused("1.00", "2026-01-01", to_account(9)), "account_must_exist");
        assert_eq!(refused("1.00", "2026-01-01", to_account(2)), "holder_must_be_known");
        let on = |pays| Spending { pays, ..Spending::default() };
        assert_eq!(refused("1.00", "2026-01-01", on(vec![pays(1, &[]), pays(1, &[])])), "account_must_be_named_once");
        assert_eq!(refused("1.00", "2026-01-01", on(vec![pays(2, &[open])])), "charge_must_exist");
        assert_eq!(refused("1.00", "2026-01-01", on(vec![pays(1, &[open, open])])), "charge_must_be_named_once");
        let many = (0..201).map(|n| pays(n, &[])).collect();
        assert_eq!(refused("1.00", "2026-01-01", on(many)), "accounts_must_be_few");
        let no_reference = RecordPayment { reference: None, ..transfer("T1", "1.00", "2026-01-01", to_account(1)) };
        assert_eq!(story.refused(&no_reference), "reference_must_be_given");
    }

    #[test]
    fn a_receipt_of_very_many_lines_is_summed() {
        let mut story = story();
        for n in 0..60 {
            let part = ChargeSpec { fee_item: item(n % 3), ..month("2026-01", "1.00") };
            let source = crate::account::Source::OneOff { bill_line: crate::id::BillLineId(crate::testing::uuid(n)) };
            charge(&mut story, ChargeSpec { source: Some(source), ..part });
        }
        let events = story.accepted(&transfer("T1", "60.00", "2026-01-01", to_account(1)));
        assert_eq!(receipt_lines(&events), ["credit 20.00", "credit 20.00", "credit 20.00"]);
    }
}
