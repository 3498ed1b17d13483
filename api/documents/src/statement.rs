//! Statements 对账单 on paper: what was open before the first day, every fact, what is open after the last.

use crate::amount::grouped;
use crate::render::Job;
use crate::stamp::Stamp;
use crate::template::Template;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::money::Money;
use serde::Serialize;

/// A fact of the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The day it counts.
    pub on: CivilDate,
    /// What happened, in words.
    pub what: String,
    /// The fee item's name.
    pub item: Option<String>,
    /// The month of the charge.
    pub period: Option<String>,
    /// How much it is about.
    pub amount: Money,
    /// By how much it changes the balance; zero when it moves nothing.
    pub effect: Money,
}

/// A payment that an old system recorded 历史: it changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remembered {
    /// When it was paid.
    pub on: CivilDate,
    /// What for, as the old system called it.
    pub item: String,
    /// How much.
    pub amount: Money,
}

/// A statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Who keeps the account.
    pub company: String,
    /// In which community.
    pub community: String,
    /// The code of the account's unit.
    pub unit: Option<String>,
    /// Of whom alone, with a balance of its own; of the whole account when absent.
    pub party: Option<String>,
    /// The first day and the last.
    pub days: (CivilDate, CivilDate),
    /// Open charges less credit before the first day: positive is owed.
    pub opening: Money,
    /// In the order of the days.
    pub facts: Vec<Fact>,
    /// What an old system recorded.
    pub history: Vec<Remembered>,
    /// Up to which position of the log it says what was known.
    pub position: u64,
}

#[derive(Serialize)]
struct Shown<'a> {
    company: &'a str,
    community: &'a str,
    unit: Option<&'a str>,
    party: Option<&'a str>,
    from: String,
    to: String,
    opening: String,
    raised: String,
    lowered: String,
    closing: String,
    /// What is open after the last day is owed; credit, when false.
    owed: bool,
    facts: Vec<ShownFact<'a>>,
    history: Vec<ShownRemembered<'a>>,
    position: u64,
    stamped: bool,
}

#[derive(Serialize)]
struct ShownFact<'a> {
    on: String,
    what: &'a str,
    item: Option<&'a str>,
    period: Option<&'a str>,
    amount: String,
    raised: Option<String>,
    lowered: Option<String>,
    balance: String,
}

#[derive(Serialize)]
struct ShownRemembered<'a> {
    on: String,
    item: &'a str,
    amount: String,
}

/// A statement as a document.
pub fn job(statement: &Statement, stamp: Option<Stamp>) -> Job {
    let (mut balance, mut raised, mut lowered) = (statement.opening, Money::ZERO, Money::ZERO);
    let mut facts = Vec::with_capacity(statement.facts.len());
    for fact in &statement.facts {
        balance = balance.fold(fact.effect);
        let (up, down) = (fact.effect.is_positive(), fact.effect.is_negative());
        raised = raised.fold(if up { fact.effect } else { Money::ZERO });
        lowered = lowered.fold(if down { fact.effect.negated() } else { Money::ZERO });
        facts.push(ShownFact {
            on: fact.on.to_string(),
            what: &fact.what,
            item: fact.item.as_deref(),
            period: fact.period.as_deref(),
            amount: grouped(fact.amount),
            raised: up.then(|| grouped(fact.effect)),
            lowered: down.then(|| grouped(fact.effect.negated())),
            balance: grouped(balance),
        });
    }
    let history = statement.history.iter();
    let history =
        history.map(|old| ShownRemembered { on: old.on.to_string(), item: &old.item, amount: grouped(old.amount) });
    let shown = Shown {
        company: &statement.company,
        community: &statement.community,
        unit: statement.unit.as_deref(),
        party: statement.party.as_deref(),
        from: statement.days.0.to_string(),
        to: statement.days.1.to_string(),
        opening: grouped(statement.opening),
        raised: grouped(raised),
        lowered: grouped(lowered),
        closing: grouped(balance),
        owed: balance.is_positive(),
        facts,
        history: history.collect(),
        position: statement.position,
        stamped: stamp.is_some(),
    };
    Job::new(Template::Statement, &shown, stamp, statement.days.1)
}
