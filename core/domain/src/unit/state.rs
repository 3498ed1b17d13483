//! The fold of a `unit` stream: what held on which day.

use super::event::{UnitAreaSet, UnitEvent, UnitRegistered, UnitStatus, UnitTenancySet, VacancyFinding, VacancyStage};
use crate::account::Applied;
use crate::calendar::{CivilDate, DateRange};
use crate::dated::Dated;
use crate::draft::Fact;
use crate::fee_item::Price;
use crate::id::{FeeItemId, MeterId, PartyId, VacancyId};
use crate::supplier_bill::Utility;
use crate::value::{Code, Exact, Label, Variable};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A fee item is charged for `[from, until)`; without `until` for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attachment {
    /// The item.
    pub fee_item: FeeItemId,
    /// First day, and the anchor of anniversary cycles.
    pub from: CivilDate,
    /// Day after the last.
    pub until: Option<CivilDate>,
}

impl Attachment {
    /// True when both are of one item and share a day.
    pub fn overlaps(&self, other: &Self) -> bool {
        let before = |a: &Self, b: &Self| a.until.is_some_and(|until| until <= b.from);
        self.fee_item == other.fee_item && !before(self, other) && !before(other, self)
    }

    /// True when it shares a day with a range.
    pub fn is_within(&self, range: DateRange) -> bool {
        self.from < range.until() && self.until.is_none_or(|until| range.from() < until)
    }

    /// True when it is charged for a day.
    pub(crate) fn covers(&self, day: CivilDate) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }
}

/// A discount as it stands: it holds for `[from, until)`, which is nothing when it ended on its first day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// What lowers charges.
    pub applied: Applied,
    /// The item.
    pub fee_item: FeeItemId,
    /// First service day.
    pub from: CivilDate,
    /// Day after the last.
    pub until: CivilDate,
}

impl Granted {
    /// True when it holds on a day.
    pub fn covers(&self, day: CivilDate) -> bool {
        self.from <= day && day < self.until
    }
}

/// An application for a vacancy discount as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vacancy {
    /// Its id.
    pub vacancy: VacancyId,
    /// The item.
    pub fee_item: FeeItemId,
    /// The service days.
    pub days: DateRange,
    /// Why.
    pub reason: Label,
    /// Who applied.
    pub applied_by: Uuid,
    /// Who looked, and what he found.
    pub inspected: Option<(Uuid, VacancyFinding)>,
    /// How it stands.
    pub stage: VacancyStage,
}

/// The fold of a `unit` stream.
#[derive(Debug, Clone, Default)]
pub struct UnitState {
    registered: Option<UnitRegistered>,
    code: Option<Code>,
    areas: Dated<UnitAreaSet>,
    statuses: Dated<UnitStatus>,
    owners: Dated<PartyId>,
    tenancies: Vec<UnitTenancySet>,
    attachments: Vec<Attachment>,
    attributes: BTreeMap<Variable, Dated<Option<Exact>>>,
    prices: BTreeMap<FeeItemId, Dated<Option<Price>>>,
    meters: Vec<(MeterId, Utility)>,
    discounts: Vec<Granted>,
    vacancies: Vec<Vacancy>,
}

impl UnitState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &UnitEvent, fact: &Fact<'_>) {
        match event {
            UnitEvent::UnitRegistered(registered) => {
                self.code = Some(registered.code.clone());
                self.registered = Some(registered.clone());
            }
            UnitEvent::UnitCodeChanged(changed) => self.code = Some(changed.code.clone()),
            UnitEvent::UnitAreaSet(area) => self.areas.set(area.from, area.clone()),
            UnitEvent::UnitAttributeSet(set) => {
                self.attributes.entry(set.name.clone()).or_default().set(set.from, set.value);
            }
            UnitEvent::UnitPriceSet(set) => {
                self.prices.entry(set.fee_item).or_default().set(set.from, set.price.clone());
            }
            UnitEvent::UnitStatusSet(set) => self.statuses.set(set.from, set.status),
            UnitEvent::UnitOwnerSet(set) => self.owners.set(set.from, set.party),
            // Its owner is a fact of its own.
            UnitEvent::UnitTransferred(_) => {}
            UnitEvent::UnitTenancySet(tenancy) => {
                self.tenancies.retain(|have| !same_tenancy(have, tenancy));
                self.tenancies.push(tenancy.clone());
            }
            UnitEvent::MeterInstalled(installed) => self.meters.push((installed.meter, installed.utility)),
            UnitEvent::DiscountGranted(granted) => {
                self.discounts.push(Granted {
                    applied: Applied {
                        discount: granted.discount,
                        kind: granted.kind,
                        terms: granted.terms,
                        approval: granted.approved.as_ref().and_then(|approved| approved.approval),
                    },
                    fee_item: granted.fee_item,
                    from: granted.days.from(),
                    until: granted.days.until(),
                });
                self.vacancy(granted.vacancy, |vacancy| vacancy.stage = VacancyStage::Approved);
            }
            UnitEvent::VacancyApplied(applied) => self.vacancies.push(Vacancy {
                vacancy: applied.vacancy,
                fee_item: applied.fee_item,
                days: applied.days,
                reason: applied.reason.clone(),
                applied_by: fact.actor.id,
                inspected: None,
                stage: VacancyStage::Applied,
            }),
            UnitEvent::VacancyInspected(e) => self.vacancy(Some(e.vacancy), |vacancy| {
                (vacancy.inspected, vacancy.stage) = (Some((fact.actor.id, e.found)), VacancyStage::Inspected);
            }),
            UnitEvent::VacancyDeclined(e) => {
                self.vacancy(Some(e.vacancy), |vacancy| vacancy.stage = VacancyStage::Declined);
            }
            UnitEvent::DiscountEnded(ended) => {
                for have in self.discounts.iter_mut().filter(|have| have.applied.discount == ended.discount) {
                    have.until = ended.on;
                }
            }
            UnitEvent::FeeItemAttached(attached) => self.attachments.push(Attachment {
                fee_item: attached.fee_item,
                from: attached.from,
                until: attached.until,
            }),
            UnitEvent::FeeItemDetached(detached) => {
                for have in self.attachments.iter_mut().filter(|have| have.fee_item == detached.fee_item) {
                    if have.covers(detached.on) {
                        have.until = Some(detached.on);
                    }
                }
                self.attachments.retain(|have| have.until != Some(have.from));
            }
        }
    }

    /// What was said when it was registered: kind, place, account, developer; nothing until then.
    pub fn registered(&self) -> Option<&UnitRegistered> {
        self.registered.as_ref()
    }

    /// The code it has now.
    pub fn code(&self) -> Option<&Code> {
        self.code.as_ref()
    }

    /// The areas of a day, with their first day in the fact.
    pub fn area_on(&self, day: CivilDate) -> Option<&UnitAreaSet> {
        self.areas.on(day)
    }

    /// The floor as a number, below zero underground; nothing when it is none.
    pub fn floor(&self) -> Option<Exact> {
        let text = self.registered.as_ref()?.floor.as_ref()?.as_str();
        let (sign, digits) = match text.strip_prefix('B').or_else(|| text.strip_prefix('-')) {
            Some(digits) => ("-", digits),
            None => ("", text),
        };
        let digits = digits.strip_suffix(['F', '层', '楼']).unwrap_or(digits).trim_start_matches('0');
        let number = digits.len() <= 3 && digits.bytes().all(|byte| byte.is_ascii_digit());
        if number { format!("{sign}{digits}").parse().ok() } else { None }
    }

    /// The value of an attribute on a day, and since when it holds.
    pub fn attribute_on(&self, day: CivilDate, name: &str) -> Option<(CivilDate, Exact)> {
        self.attributes.get(name)?.since(day).and_then(|(since, value)| Some((since, (*value)?)))
    }

    /// A price of its own for a fee item on a day, and since when it holds.
    pub fn price_on(&self, day: CivilDate, fee_item: FeeItemId) -> Option<(CivilDate, &Price)> {
        let (since, price) = self.prices.get(&fee_item)?.since(day)?;
        Some((since, price.as_ref()?))
    }

    /// The first day of the latest price of its own for a fee item.
    pub fn last_price(&self, fee_item: FeeItemId) -> Option<CivilDate> {
        self.prices.get(&fee_item)?.last().map(|(from, _)| from)
    }

    /// The status of a day.
    pub fn status_on(&self, day: CivilDate) -> Option<UnitStatus> {
        self.statuses.on(day).copied()
    }

    /// The owner of a day; the day of a transfer belongs to the new owner.
    pub fn owner_on(&self, day: CivilDate) -> Option<PartyId> {
        self.owners.on(day).copied()
    }

    /// The tenancy in force on a day.
    pub fn tenancy_on(&self, day: CivilDate) -> Option<&UnitTenancySet> {
        self.tenancies.iter().find(|tenancy| tenancy.term.contains(day))
    }

    /// A tenancy of another party or first day that shares a day with this one.
    pub fn tenancy_against(&self, tenancy: &UnitTenancySet) -> Option<&UnitTenancySet> {
        self.tenancies.iter().find(|have| !same_tenancy(have, tenancy) && have.term.overlaps(tenancy.term))
    }

    /// Every party that owns, rents or holds it on any day, past and to come.
    pub fn parties(&self) -> impl Iterator<Item = PartyId> {
        let developer = self.registered.as_ref().and_then(|registered| registered.developer);
        let owners = self.owners.iter().map(|(_, party)| *party);
        developer.into_iter().chain(owners).chain(self.tenancies.iter().map(|tenancy| tenancy.party))
    }

    /// Who owes what is due for a day: the developer until the hand-over, then the owner. Nothing without a status.
    pub fn obligor_on(&self, day: CivilDate) -> Option<PartyId> {
        match self.status_on(day)? {
            UnitStatus::Unsold | UnitStatus::NotHandedOver => self.registered.as_ref()?.developer,
            UnitStatus::HandedOver | UnitStatus::Leased | UnitStatus::Vacant => self.owner_on(day),
        }
    }

    /// The tenant who by contract pays a fee item on a day: only while the status is leased.
    pub fn agreed_payer_on(&self, day: CivilDate, fee_item: FeeItemId) -> Option<PartyId> {
        let leased = self.status_on(day) == Some(UnitStatus::Leased);
        let tenancy = self.tenancy_on(day).filter(|tenancy| leased && tenancy.pays.contains(&fee_item));
        tenancy.map(|tenancy| tenancy.party)
    }

    /// The days inside a range on which areas, attributes, prices, discounts, status, owner or tenancy may change.
    pub fn changes_within(&self, range: DateRange) -> Vec<CivilDate> {
        let terms = self.tenancies.iter().flat_map(|tenancy| [tenancy.term.from(), tenancy.term.until()]);
        let mut days: Vec<CivilDate> = terms.filter(|day| range.from() < *day && *day < range.until()).collect();
        let discounts = self.discounts.iter().flat_map(|have| [have.from, have.until]);
        days.extend(discounts.filter(|day| range.from() < *day && *day < range.until()));
        days.extend(self.areas.changes_within(range));
        days.extend(self.attributes.values().flat_map(|values| values.changes_within(range)));
        days.extend(self.prices.values().flat_map(|prices| prices.changes_within(range)));
        days.extend(self.statuses.changes_within(range));
        days.extend(self.owners.changes_within(range));
        days
    }

    /// The meters that count what it uses, and those that did.
    pub fn meters(&self) -> &[(MeterId, Utility)] {
        &self.meters
    }

    fn vacancy(&mut self, id: Option<VacancyId>, change: impl FnOnce(&mut Vacancy)) {
        if let Some(vacancy) = self.vacancies.iter_mut().find(|have| Some(have.vacancy) == id) {
            change(vacancy);
        }
    }

    /// Every application for a vacancy discount, in order.
    pub fn vacancies(&self) -> &[Vacancy] {
        &self.vacancies
    }

    /// Every discount that was granted, in that order.
    pub fn discounts(&self) -> &[Granted] {
        &self.discounts
    }

    /// The discounts that lower a fee item's price on a day, in the order in which they do.
    pub fn discounts_on(&self, day: CivilDate, fee_item: FeeItemId) -> Vec<Applied> {
        let holding = self.discounts.iter().filter(|have| have.fee_item == fee_item && have.covers(day));
        Applied::in_order(holding.map(|have| have.applied.clone()).collect())
    }

    /// Which fee items are charged when, in the order in which they were attached.
    pub fn attachments(&self) -> &[Attachment] {
        &self.attachments
    }

    /// True when the item is attached on a day.
    pub fn is_attached_on(&self, fee_item: FeeItemId, day: CivilDate) -> bool {
        self.attachments.iter().any(|have| have.fee_item == fee_item && have.covers(day))
    }
}

/// One tenancy is one party from one first day; a later fact about it replaces the earlier one.
fn same_tenancy(a: &UnitTenancySet, b: &UnitTenancySet) -> bool {
    a.party == b.party && a.term.from() == b.term.from()
}
