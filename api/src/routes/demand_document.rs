//! Formal demands on paper: a letter with what is owed, and its advice of delivery.

use super::receipt_document::civil;
use crate::app::App;
use crate::document::{Document, Paper};
use crate::endpoint::Parameter;
use crate::names::Asker;
use crate::problem::Problem;
use crate::query::Ask;
use crate::stamp;
use mingzhang_documents::demand::{self, Demand};
use mingzhang_domain::dunning::{Claim, DunningEvent};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{FormalDemandId, LedgerId};
use mingzhang_domain::money::Money;
use mingzhang_domain::stream::Event;
use mingzhang_projections::formal_demand::DemandedCharge;
use mingzhang_store::log;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// Letters of a demand's id that name it on paper.
const NUMBER: usize = 12;

/// Prints a formal demand.
#[derive(Debug)]
pub struct GetDemandDocument;

impl Document for GetDemandDocument {
    const OPERATION: &'static str = "get_demand_document";
    const SUMMARY: &'static str = "Hands out a formal demand as a letter in PDF, with its charges as they were open when it was sent, and an advice of delivery. Names are whole for those who may look them up, masked for others.";
    fn parameters() -> Vec<Parameter> {
        Vec::new()
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Paper, Problem> {
        ask.parameters.finish()?;
        let id: FormalDemandId = ask.ids.get("demand")?;
        let asker = Asker::new(&app, ask.ledger, ask.caller)?;
        let read = app.read_models.formal_demand(ask.ledger, id).await?;
        let row = read.value.ok_or_else(Problem::not_found)?;
        let position = u64::try_from(row.position).map_err(|_| Problem::internal())?;
        let claims = claims(&app, ask.ledger, position).await?;
        let named = asker.parties(&app, [row.party_id].into()).await?;
        let number: String =
            id.to_string().to_uppercase().chars().filter(|letter| *letter != '-').take(NUMBER).collect();
        let letterhead = app.directory.letterhead(asker.company);
        let demand = Demand {
            number,
            company: asker.name(&app, asker.company),
            social_credit_code: letterhead.social_credit_code.map(|code| code.as_str().to_owned()),
            community: asker.name(&app, asker.community),
            unit: row.unit.map(|code| code.to_string()),
            party: named.get(&row.party_id).cloned().unwrap_or_default(),
            sent_on: civil(row.sent_on)?,
            pay_by: civil(row.pay_by)?,
            claims,
            amount: Money::from(row.amount),
            delivered_on: row.delivered_on.map(civil).transpose()?,
            position,
        };
        let name = format!("催告函-{}", demand.number);
        let job = demand::job(&demand, stamp::of(&app, asker.company).await?);
        Ok(Paper { job, name, plain_name: "demand", position: read.position })
    }
}

/// For which charges, as the fact itself says; what they are called is read.
async fn claims(app: &App, ledger: LedgerId, position: u64) -> Result<Vec<demand::Claim>, Problem> {
    let claims = demanded(app, ledger, position).await?;
    let ids = claims.iter().map(|claim| claim.charge.uuid()).collect();
    let charges = app.read_models.demanded_charges(ledger, ids).await?.value;
    let charges: HashMap<Uuid, DemandedCharge> = charges.into_iter().map(|charge| (charge.charge_id, charge)).collect();
    let shown = claims.into_iter().map(|claim| {
        let charge = charges.get(&claim.charge.uuid()).ok_or_else(Problem::internal)?;
        Ok(demand::Claim {
            item: charge.item.to_string(),
            service: (civil(charge.service_from)?, civil(charge.service_until)?.day_before()),
            due_on: civil(charge.due_on)?,
            open: claim.open,
        })
    });
    shown.collect()
}

async fn demanded(app: &App, ledger: LedgerId, position: u64) -> Result<Vec<Claim>, Problem> {
    let mut conn = app.writer.acquire().await?;
    let stored = log::events_between(&mut conn, ledger, position, position).await?.pop();
    let recorded = Recorded::from_body(&stored.ok_or_else(Problem::internal)?.body).map_err(|_| Problem::halted())?;
    match recorded.event {
        Event::Dunning(DunningEvent::FormalDemandSent(sent)) => Ok(sent.claims),
        _ => Err(Problem::internal()),
    }
}
