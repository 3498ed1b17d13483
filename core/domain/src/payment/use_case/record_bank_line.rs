//! Records a line of a bank statement at once, whoever it is for: its money waits in suspense.

use super::record_payment::{must_be_money, receive};
use crate::calendar::CivilDate;
use crate::channel_account::ChannelKind;
use crate::draft::{Decide, Draft};
use crate::id::{CommunityId, LedgerStreamId, PaymentOrderId, ReferenceId, UnitId, VaultItemId};
use crate::money::Money;
use crate::payment::{Channel, PaymentReceived, PaymentRefusal};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Code;

/// Money that a bank statement says came in. It happened outside, so it is never refused for a closed month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordBankLine {
    /// The bank account.
    pub channel: Channel,
    /// The bank's serial, else a keyed digest of the line and its occurrence that day.
    pub reference: Code,
    /// How much.
    pub amount: Money,
    /// The bank day.
    pub booked_on: CivilDate,
    /// Payer's name in the vault.
    pub payer: Option<VaultItemId>,
    /// The account it came from, in the vault.
    pub payer_account: Option<VaultItemId>,
    /// What the payer wrote, in the vault.
    pub remark: Option<VaultItemId>,
    /// Units whose code the remark names.
    pub named_units: Vec<UnitId>,
    /// Payment orders whose number the remark names.
    pub named_orders: Vec<PaymentOrderId>,
}

impl Decide for RecordBankLine {
    fn operation(&self) -> &'static str {
        "record_bank_line"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![ReferenceId::of_reference(self.channel.id, self.reference.as_str()).into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let _ = draft.ledger(LedgerStreamId::of_ledger(draft.context.ledger_id));
        let _ = draft.community(CommunityId(draft.context.ledger_id.uuid()));
        if self.channel.kind != ChannelKind::Bank {
            return Err(PaymentRefusal::BankLineMustBeOfBankAccount.at("/channel_account"));
        }
        must_be_money(draft, self.amount, (self.booked_on, "/booked_on"))?;
        let received = PaymentReceived {
            payer: self.payer,
            payer_account: self.payer_account,
            remark: self.remark,
            named_units: self.named_units.clone(),
            named_orders: self.named_orders.clone(),
            ..self.channel.received(self.reference.clone(), self.amount, self.booked_on)
        };
        receive(draft, received).map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::fixture::{day, money, told};
    use crate::approval::fixture::limit;
    use crate::payment::ReversePayment;
    use crate::payment::fixture::{bank, cash_box, story, transfer};
    use crate::stream::StreamType;

    fn line(reference: &str, amount: &str, on: &str) -> RecordBankLine {
        RecordBankLine {
            channel: bank(),
            reference: reference.parse().unwrap(),
            amount: money(amount),
            booked_on: day(on),
            payer: None,
            payer_account: None,
            remark: None,
            named_units: Vec::new(),
            named_orders: Vec::new(),
        }
    }

    #[test]
    fn a_line_waits_in_suspense_and_stands_once() {
        let mut story = story();
        assert_eq!(
            told(&story.accepted(&line("20260101001", "88.00", "2026-01-01"))),
            ["received 88.00", "reference_claimed"]
        );
        assert_eq!(story.refused(&line("20260101001", "88.00", "2026-01-01")), "reference_must_be_unused");
        let typed = transfer("20260101001", "88.00", "2026-01-01", crate::payment::Spending::default());
        assert_eq!(story.refused(&typed), "reference_must_be_unused", "typed at the counter it is the same money");
    }

    #[test]
    fn the_reference_of_a_reversed_line_is_free_again() {
        let mut story = story();
        let events = story.when(&line("1", "88.00", "2026-01-01")).unwrap();
        let first = events.iter().find(|event| event.stream.stream_type == StreamType::Payment).unwrap().stream.id;
        let reverse = ReversePayment {
            payment: first.into(),
            reason: "wrong amount".parse().unwrap(),
            authority: limit("88.00"),
        };
        story.accepted(&reverse);
        story.accepted(&line("1", "80.00", "2026-01-01"));
        assert_eq!(story.refused(&line("1", "80.00", "2026-01-01")), "reference_must_be_unused");
    }

    #[test]
    fn what_is_no_line_of_a_bank_account_is_refused() {
        let mut story = story();
        let cash = RecordBankLine { channel: cash_box(), ..line("1", "1.00", "2026-01-01") };
        assert_eq!(story.refused(&cash), "bank_line_must_be_of_bank_account");
        assert_eq!(story.refused(&line("1", "0.00", "2026-01-01")), "amount_must_be_positive");
        assert_eq!(story.refused(&line("1", "1.00", "2026-01-02")), "value_date_must_not_be_in_future");
    }
}
