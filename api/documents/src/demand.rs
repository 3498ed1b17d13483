//! Formal demands 催告函 on paper: what is owed, by when it is to be paid, and the advice of delivery.

use crate::amount::grouped;
use crate::render::Job;
use crate::stamp::Stamp;
use crate::template::Template;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::money::Money;
use mingzhang_domain::rule::amount_in_words;
use serde::Serialize;

/// A charge that is demanded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The fee item's name.
    pub item: String,
    /// First day and last day of the service.
    pub service: (CivilDate, CivilDate),
    /// When it was due.
    pub due_on: CivilDate,
    /// Open when it was demanded.
    pub open: Money,
}

/// A formal demand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demand {
    /// Names it: the beginning of its id.
    pub number: String,
    /// Who demands.
    pub company: String,
    /// The company's unified social credit code.
    pub social_credit_code: Option<String>,
    /// For which community.
    pub community: String,
    /// The code of the unit; absent for an account of no unit.
    pub unit: Option<String>,
    /// Of whom it is demanded; masked for whoever may not see names.
    pub party: String,
    /// When it was sent.
    pub sent_on: CivilDate,
    /// The last day to pay.
    pub pay_by: CivilDate,
    /// For which charges, the oldest first.
    pub claims: Vec<Claim>,
    /// Sum of them.
    pub amount: Money,
    /// When it reached the party, once that was recorded.
    pub delivered_on: Option<CivilDate>,
    /// Where its fact stands in the log.
    pub position: u64,
}

#[derive(Serialize)]
struct Shown<'a> {
    number: &'a str,
    company: &'a str,
    social_credit_code: Option<&'a str>,
    community: &'a str,
    unit: Option<&'a str>,
    party: &'a str,
    sent_on: String,
    pay_by: String,
    claims: Vec<ShownClaim<'a>>,
    amount: String,
    amount_in_words: String,
    delivered_on: Option<String>,
    position: u64,
    stamped: bool,
}

#[derive(Serialize)]
struct ShownClaim<'a> {
    item: &'a str,
    from: String,
    to: String,
    due_on: String,
    open: String,
}

/// A formal demand as a document.
pub fn job(demand: &Demand, stamp: Option<Stamp>) -> Job {
    let claims = demand.claims.iter().map(|claim| ShownClaim {
        item: &claim.item,
        from: claim.service.0.to_string(),
        to: claim.service.1.to_string(),
        due_on: claim.due_on.to_string(),
        open: grouped(claim.open),
    });
    let shown = Shown {
        number: &demand.number,
        company: &demand.company,
        social_credit_code: demand.social_credit_code.as_deref(),
        community: &demand.community,
        unit: demand.unit.as_deref(),
        party: &demand.party,
        sent_on: demand.sent_on.to_string(),
        pay_by: demand.pay_by.to_string(),
        claims: claims.collect(),
        amount: grouped(demand.amount),
        amount_in_words: amount_in_words::of(demand.amount),
        delivered_on: demand.delivered_on.map(|day| day.to_string()),
        position: demand.position,
        stamped: stamp.is_some(),
    };
    Job::new(Template::Demand, &shown, stamp, demand.sent_on)
}
