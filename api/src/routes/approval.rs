//! Approvals: requested by one, granted by another, bound to the digest of what they approve.

use super::commands::PathIds;
use super::{
    account, bill_run, books, deposit, discount, fee_item, fund, fund_spend, late_fee, meter, opening, payment, pool,
    prepayment, supplier_bill, suspense, taking, transfer, unit, vacancy,
};
use crate::body::{Errors, Field, bodies, rules};
use crate::command::{Ask, Asks, Call, Command, ask, commands};
use crate::problem::Problem;
use mingzhang_domain::approval::{self, ApprovalEvent, ApprovalRefusal};
use mingzhang_domain::draft::Decide;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{ApprovalId, PersonId};
use mingzhang_domain::refusal::Refusal;
use mingzhang_domain::stream::Event;
use mingzhang_domain::value::{Digest, Label};
use mingzhang_store::log;
use serde_json::{Value, json};
use std::sync::Arc;

/// The operations an approval can be asked for.
const ASKABLE: &[(&str, Ask)] = &[
    askable::<account::WaiveCharges>(),
    askable::<late_fee::WaiveLateFee>(),
    askable::<late_fee::AdjudgeLateFee>(),
    askable::<account::ReduceCharge>(),
    askable::<account::ReverseCharge>(),
    askable::<account::WriteOffCharge>(),
    askable::<account::SetAllowance>(),
    askable::<account::MoveCredit>(),
    askable::<account::ApproveRefund>(),
    askable::<deposit::ReturnDeposit>(),
    askable::<deposit::ForfeitDeposit>(),
    askable::<deposit::ReverseForfeiture>(),
    askable::<transfer::TransferUnit>(),
    askable::<payment::IdentifySuspense>(),
    askable::<payment::UnidentifySuspense>(),
    askable::<payment::ReturnSuspense>(),
    askable::<suspense::UndoBankMatch>(),
    askable::<suspense::SetAsideBankLine>(),
    askable::<payment::ReversePayment>(),
    askable::<fee_item::SetTariff>(),
    askable::<unit::SetUnitPrice>(),
    askable::<discount::GrantDiscount>(),
    askable::<fund::SetTopUpRule>(),
    askable::<fund_spend::PostFundSpend>(),
    askable::<fund_spend::ReverseFundSpendPayment>(),
    askable::<fund_spend::ReverseFundSpend>(),
    askable::<discount::GrantCampaign>(),
    askable::<prepayment::SetPrepaymentOffer>(),
    askable::<vacancy::SetVacancyPolicy>(),
    askable::<vacancy::ApproveVacancy>(),
    askable::<late_fee::SetLateFeePolicy>(),
    askable::<meter::CorrectReading>(),
    askable::<books::ReopenPeriod>(),
    askable::<opening::PostOpening>(),
    askable::<opening::ReverseOpening>(),
    askable::<bill_run::PostBillRun>(),
    askable::<bill_run::ReverseBillRun>(),
    askable::<pool::PostPool>(),
    askable::<pool::ReversePool>(),
    askable::<supplier_bill::ReverseSupplierPayment>(),
    askable::<supplier_bill::ReverseSupplierBill>(),
    askable::<supplier_bill::SetOwnUse>(),
    askable::<supplier_bill::CarryDifference>(),
    askable::<taking::ReverseTaking>(),
];

const fn askable<A: Asks>() -> (&'static str, Ask) {
    (A::OPERATION, ask::<A>)
}

/// One of `ASKABLE`.
#[derive(Debug, Clone, Copy)]
pub struct AskableOperation(Ask);

impl Field for AskableOperation {
    fn read(value: &Value, pointer: &str, errors: &mut Errors) -> Option<Self> {
        let found = ASKABLE.iter().find(|(name, _)| value.as_str() == Some(name));
        if found.is_none() {
            errors.push(pointer, rules::WORD);
        }
        found.map(|(_, ask)| Self(*ask))
    }
    fn schema() -> Value {
        let names: Vec<_> = ASKABLE.iter().map(|(name, _)| name).collect();
        json!({"type": "string", "enum": names})
    }
}

bodies! {
    /// What is to be approved.
    pub struct RequestApprovalBody {
        /// The operation id of the command.
        pub operation: AskableOperation,
        /// The ids of the command's path beyond the community's.
        pub path: PathIds,
        /// The command's body, without `approval`.
        pub body: Value,
        /// Why.
        pub reason: Label,
    }
}

/// Asks for the approval of a command, which is sealed as it would be carried out.
#[derive(Debug)]
pub struct RequestApproval;

impl Command for RequestApproval {
    const OPERATION: &'static str = "request_approval";
    const SUMMARY: &'static str = "Asks for the approval of a command, which is sealed as it would be carried out.";
    type Body = RequestApprovalBody;
    async fn wish(call: &mut Call<'_>, body: RequestApprovalBody) -> Result<Arc<dyn Decide>, Problem> {
        let ids = call.ids.clone().with(body.path.0);
        let mut inner = Call { ids: &ids, personal: Vec::new(), ..*call };
        (body.operation.0)(&mut inner, &body.body, body.reason)
    }
}

/// The rule's second guard, from the read models: nobody approves for a unit of his own.
async fn must_not_be_own(call: &Call<'_>, approval: ApprovalId, person: Option<PersonId>) -> Result<(), Problem> {
    let (models, ledger) = (&call.app.read_models, call.ledger);
    let (Some(person), Some(row)) = (person, models.approval(ledger, approval).await?.value) else { return Ok(()) };
    let parties = models.memberships(ledger, person).await?.value;
    let parties = parties.iter().map(|member| member.party_id).collect();
    let own = models.units_of_parties(ledger, parties).await?.value;
    let position = u64::try_from(row.position).map_err(|_| Problem::internal())?;
    let asked = log::events_between(&mut *call.app.writer.acquire().await?, ledger, position, position).await?;
    for event in &asked {
        let recorded = Recorded::from_body(&event.body).map_err(|_| Problem::halted().retry_after(60))?;
        if let Event::Approval(ApprovalEvent::ApprovalRequested(asked)) = recorded.event
            && own.iter().any(|unit| asked.accounts.contains(&unit.account_id.into()))
        {
            return Err(Refusal::from(ApprovalRefusal::UnitMustNotBeOwn).into());
        }
    }
    Ok(())
}

commands! {
    /// Grants an approval of exactly what was seen; nobody grants what they asked for.
    pub GrantApproval(GrantApprovalBody) = "grant_approval" |call, body| {
        /// Digest of what was seen.
        digest: Digest,
    } => {
        let (approval, standing) = (call.id("approval")?, call.standing()?);
        must_not_be_own(call, approval, standing.person).await?;
        approval::GrantApproval { approval, digest: body.digest, standing }
    };

    /// Declines an approval.
    pub DeclineApproval(DeclineApprovalBody) = "decline_approval" |call, body| {
        /// Why.
        reason: Label,
    } => approval::DeclineApproval { approval: call.id("approval")?, reason: body.reason };

    /// Withdraws what was asked and is not done yet.
    pub WithdrawApproval(WithdrawApprovalBody) = "withdraw_approval" |call, body| {
    } => approval::WithdrawApproval { approval: call.id("approval")? };
}
