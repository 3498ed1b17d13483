//! Formal demands 催告, and what pressing for a charge leaves on it: disputes, and when its limitation began anew.

use crate::column::{Amount, Text, day, position};
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader, newest_first};
use crate::table::table;
use chrono::NaiveDate;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::dunning::{DunningEvent, FormalDemandSent};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{AccountId, ChargeId, FormalDemandId, LedgerId, PartyId};
use mingzhang_domain::value::{Code, Digest, Label};
use uuid::Uuid;

table! {
    /// One formal demand.
    pub struct FormalDemand of "formal_demand" {
        key {
            /// The demand.
            demand_id: Uuid,
        }
        /// Where it was sent.
        position: i64,
        /// The account.
        account_id: Uuid,
        /// Of whom.
        party_id: Uuid,
        /// How much.
        amount: Amount,
        /// The last day to pay.
        pay_by: NaiveDate,
        /// When it was sent.
        sent_on: NaiveDate,
        /// When it reached the party.
        delivered_on: Option<NaiveDate>,
        /// Commitment to the evidence of that.
        evidence: Option<Text<Digest>>,
    }
}

/// One formal demand as it is printed; for which charges stands in its fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedDemand {
    /// Where it was sent.
    pub position: i64,
    /// The account.
    pub account_id: Uuid,
    /// Of whom.
    pub party_id: Uuid,
    /// How much.
    pub amount: Amount,
    /// The last day to pay.
    pub pay_by: NaiveDate,
    /// When it was sent.
    pub sent_on: NaiveDate,
    /// When it reached the party.
    pub delivered_on: Option<NaiveDate>,
    /// The code of the account's unit.
    pub unit: Option<Text<Code>>,
}

/// A charge as a demand names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemandedCharge {
    /// The charge.
    pub charge_id: Uuid,
    /// The fee item's name.
    pub item: Text<Label>,
    /// First day of the service.
    pub service_from: NaiveDate,
    /// Day after the last.
    pub service_until: NaiveDate,
    /// When it was due.
    pub due_on: NaiveDate,
}

/// Folds a fact of dunning; runs after the charges' own fold.
pub(crate) fn fold(fact: &DunningEvent, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    match fact {
        DunningEvent::FormalDemandSent(sent) => models.formal_demand.insert(new(sent, event)),
        DunningEvent::FormalDemandDelivered(delivered) => {
            let row = models.formal_demand.get_mut(&(delivered.demand.uuid(),));
            let row = row.ok_or(FoldError("a formal demand was delivered that was never sent"))?;
            row.delivered_on = Some(day(delivered.delivered_on));
            row.evidence = Some(Text(delivered.evidence));
            interrupt(delivered.charges.iter().copied(), delivered.delivered_on, models)?;
        }
        DunningEvent::PaymentPromised(promised) => {
            interrupt(promised.claims.iter().map(|claim| claim.charge), event.effective_on, models)?;
        }
        DunningEvent::DisputeRaised(raised) => crate::charge::row(raised.charge, models)?.disputed = true,
        DunningEvent::DisputeSettled(settled) => crate::charge::row(settled.charge, models)?.disputed = false,
        DunningEvent::ReminderSent(_)
        | DunningEvent::ReminderSkipped(_)
        | DunningEvent::DunningStopped(_)
        | DunningEvent::DunningResumed(_) => {}
    }
    Ok(())
}

fn new(sent: &FormalDemandSent, event: &Recorded) -> FormalDemand {
    FormalDemand {
        demand_id: sent.demand.uuid(),
        position: position(event.position),
        account_id: sent.account.uuid(),
        party_id: sent.party.uuid(),
        amount: sent.amount.into(),
        pay_by: day(sent.pay_by),
        sent_on: day(event.effective_on),
        delivered_on: None,
        evidence: None,
    }
}

/// Limitation of charges begins anew.
fn interrupt(charges: impl Iterator<Item = ChargeId>, on: CivilDate, models: &mut Models) -> Result<(), FoldError> {
    for charge in charges {
        let row = crate::charge::row(charge, models)?;
        row.interrupted_on = row.interrupted_on.max(Some(day(on)));
    }
    Ok(())
}

impl Reader {
    /// One formal demand as it is printed.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn formal_demand(
        &self,
        ledger: LedgerId,
        demand: FormalDemandId,
    ) -> Result<Read<Option<PrintedDemand>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let (of, generation) = (s.ledger, s.generation);
                let row = sqlx::query_file_as!(PrintedDemand, "sql/formal_demand.sql", of, generation, demand.uuid());
                Ok(row.fetch_optional(s.conn()).await?)
            })
        })
        .await
    }

    /// Charges as a demand names them.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn demanded_charges(
        &self,
        ledger: LedgerId,
        charges: Vec<Uuid>,
    ) -> Result<Read<Vec<DemandedCharge>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let (of, generation) = (s.ledger, s.generation);
                let rows = sqlx::query_file_as!(DemandedCharge, "sql/demanded_charges.sql", of, generation, &charges);
                Ok(rows.fetch_all(s.conn()).await?)
            })
        })
        .await
    }

    /// The formal demands of an account or of all, of one party or of all, the newest first; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn formal_demands(
        &self,
        ledger: LedgerId,
        account: Option<AccountId>,
        party: Option<PartyId>,
        ask: Ask<i64>,
    ) -> Result<Read<Page<FormalDemand>>, ReadError> {
        let (account, party) = (account.map(|id| id.uuid()), party.map(|id| id.uuid()));
        newest_first!(self, ledger, ask, FormalDemand, "sql/formal_demands.sql", account, party)
    }
}
