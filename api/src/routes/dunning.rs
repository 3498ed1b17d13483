//! Formal demands, promises, disputes, and what stops reminders.

use crate::command::commands;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::dunning::{self, StopReason};
use mingzhang_domain::id::PartyId;
use mingzhang_domain::value::{Digest, Label};

commands! {
    /// Demands everything of a party that is open, overdue and undisputed, with a deadline.
    pub SendFormalDemand(SendFormalDemandBody) = "send_formal_demand" |call, body| {
        /// Who owes, or pays by contract.
        party: PartyId,
        /// The last day to pay: after today and within a year.
        pay_by: CivilDate,
    } => dunning::SendFormalDemand { account: call.id("account")?, party: body.party, pay_by: body.pay_by };

    /// Records that a formal demand was delivered; limitation of its charges begins anew.
    pub RecordDemandDelivery(RecordDemandDeliveryBody) = "record_demand_delivery" |call, body| {
        /// The day it reached the party.
        delivered_on: CivilDate,
        /// Commitment to the evidence, such as the SHA-256 of the signed advice of delivery; the evidence is kept elsewhere.
        evidence: Digest,
    } => dunning::RecordDemandDelivery {
        account: call.id("account")?,
        demand: call.id("demand")?,
        delivered_on: body.delivered_on,
        evidence: body.evidence,
    };

    /// Records a promise to pay by a day: the party is not pressed until then, and limitation begins anew.
    pub PromisePayment(PromisePaymentBody) = "promise_payment" |call, body| {
        /// Who promised.
        party: PartyId,
        /// The last day of the promise: after today and within a year.
        pay_by: CivilDate,
    } => dunning::PromisePayment { account: call.id("account")?, party: body.party, pay_by: body.pay_by };

    /// Records that a charge is disputed: nobody is pressed for it until that is settled.
    pub DisputeCharge(DisputeChargeBody) = "dispute_charge" |call, body| {
        /// What is disputed.
        reason: Label,
    } => dunning::DisputeCharge { account: call.id("account")?, charge: call.id("charge")?, reason: body.reason };

    /// Records that a dispute is settled.
    pub SettleDispute(SettleDisputeBody) = "settle_dispute" |call, body| {
        /// How.
        reason: Label,
    } => dunning::SettleDispute { account: call.id("account")?, charge: call.id("charge")?, reason: body.reason };

    /// Stops pressing a party of an account.
    pub StopDunning(StopDunningBody) = "stop_dunning" |call, body| {
        /// Why.
        because: StopReason,
    } => dunning::StopDunning {
        account: call.id("account")?,
        party: call.id("party")?,
        because: Some(body.because),
    };

    /// Goes on pressing a party of an account.
    pub ResumeDunning(ResumeDunningBody) = "resume_dunning" |call, body| {
    } => dunning::StopDunning { account: call.id("account")?, party: call.id("party")?, because: None };
}
