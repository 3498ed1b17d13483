//! The roster of a community: made up as a workbook, then imported as a user would: upload, preview, commit.
//!
//! The file says who and what; what it cannot say (fund, tax, priority, due rule) is answered here.

use super::DemoError;
use super::desk::{Desk, Order, at, entity};
use super::founding::{Community, Company};
use super::going_live::imported;
use super::old_books::{DEPOSIT_ITEM, OldBooks};
use super::service::REPAIR_ITEM;
use crate::import::commit::{self, Answers, FeeItemAnswer, Place};
use crate::import::community::{CommunityFile, FeeItemRow, Holder, Tenure, read_community};
use crate::import::demo_community::DemoCommunity;
use crate::import::found::{Found, ImportKind};
use crate::import::workbook::read_file;
use crate::importer::run::Work;
use mingzhang_domain::approval::Authority;
use mingzhang_domain::book::{Fund, VatCategory};
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::draft::Decide;
use mingzhang_domain::fee_item::{
    CreateFeeItem, DueRule, MonthBasis, Price, SetTariff, SetTaxCode, TaxCode, TaxPoint, Vat,
};
use mingzhang_domain::id::{FeeItemId, PersonId, UnitId};
use mingzhang_domain::money::RoundTo;
use mingzhang_domain::value::{Count, Digest, Exact};
use mingzhang_store::vault::IndexKey;
use rust_decimal::Decimal;
use sha2::Digest as _;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A roster on its way into a community.
pub(super) struct Roster<'a> {
    desk: &'a Desk,
    company: &'a Company,
    community: &'a Community,
    workbook: Vec<u8>,
    file: CommunityFile,
    answers: Answers,
    key: IndexKey,
}

/// Who pays for which units, and what is billed.
#[derive(Debug, Default)]
pub(super) struct Estate {
    /// Units in the order of the file.
    pub(super) units: Vec<UnitId>,
    /// Units of each payer, by a key that stays the same.
    pub(super) payers: BTreeMap<String, Vec<UnitId>>,
    /// The persons by their number in the file.
    pub(super) owners: BTreeMap<String, PersonId>,
    /// The fee item that is priced by area.
    pub(super) service_fee: Option<FeeItemId>,
}

impl<'a> Roster<'a> {
    /// Makes the roster up, and answers what it cannot say.
    pub(super) async fn made_up(
        desk: &'a Desk,
        company: &'a Company,
        community: &'a Community,
    ) -> Result<Self, DemoError> {
        let plan = community.plan;
        let from = company.first_month.first_day();
        let workbook = DemoCommunity { seed: plan.seed, units: plan.residences, from }.workbook();
        let workbook = workbook.map_err(|_| DemoError::Story("the roster could not be written"))?;
        let book = read_file(&workbook).map_err(|_| DemoError::Story("the roster could not be read"))?;
        let file = read_community(&book).file;
        let developer = Some(format!("{}置业（演示）", plan.name).parse()?);
        let answered = |row: &FeeItemRow| Ok((row.number.clone(), answer(row)?));
        let fee_items = file.fee_items.iter().map(answered).collect::<Result<_, DemoError>>()?;
        let answers = Answers { developer, from, fee_items };
        let key = desk.app.vault.index_key(company.ledger).await.map_err(crate::problem::Problem::from)?;
        Ok(Self { desk, company, community, workbook, file, answers, key })
    }

    /// The rows as the import posts them.
    fn rows(&self) -> commit::Roster<'_> {
        let file = Digest(sha2::Sha256::digest(&self.workbook).into());
        let place = Place {
            community: self.community.ledger,
            company: self.company.ledger,
            file,
            kind: ImportKind::Community,
            gone: 0,
        };
        commit::Roster::new(place, &self.file, &self.answers, &self.key)
    }

    /// The day before the first service day: the community is set up, and not live yet.
    fn day(&self) -> CivilDate {
        self.answers.from.day_before()
    }

    fn order(&self, key: impl Into<String>, command: Arc<dyn Decide>) -> Order {
        Order {
            ledger: self.community.ledger,
            at: at(self.day(), 11, 0),
            actor: self.company.actor("finance"),
            key: key.into(),
            command,
            personal: Vec::new(),
        }
    }

    /// Who pays what: from the file alone, so that a load that is taken up again need not import again.
    pub(super) fn estate(&self) -> Estate {
        let rows = self.rows();
        let owners = self.file.owners.iter().map(|owner| (owner.number.as_str().to_owned(), rows.person(owner)));
        let by_area = self.file.fee_items.iter().find(|row| matches!(row.price, Price::PerArea { .. }));
        let service_fee = by_area.map(|row| rows.fee_item(row));
        let mut estate = Estate { owners: owners.collect(), service_fee, ..Estate::default() };
        let mut add = |unit: UnitId, payer: String| {
            estate.units.push(unit);
            estate.payers.entry(payer).or_default().push(unit);
        };
        for unit in &self.file.units {
            // The developer pays building by building.
            let developer = || format!("developer-{}", unit.building.as_str());
            let payer = match &unit.holder {
                Holder::Developer => developer(),
                Holder::Owner(number) => format!("owner-{}", number.as_str()),
            };
            add(rows.unit(unit), payer);
        }
        for space in &self.file.parking_spaces {
            let payer = match (&space.holder, space.tenure) {
                (Holder::Developer, _) => "developer-parking".to_owned(),
                (Holder::Owner(number), Tenure::Sold) => format!("owner-{}", number.as_str()),
                (Holder::Owner(number), Tenure::Leased) => format!("tenant-{}", number.as_str()),
            };
            add(rows.space(space), payer);
        }
        estate
    }

    /// The code of a unit, to show something of.
    pub(super) fn some_unit(&self) -> String {
        let owned = self.file.units.iter().find(|unit| unit.holder != Holder::Developer);
        owned.map(|unit| unit.code.as_str().to_owned()).unwrap_or_default()
    }

    /// The codes of the units that are worth following.
    pub(super) fn followed(&self, estate: &Estate) -> Result<Vec<(&'static str, String)>, DemoError> {
        let mut followed = Vec::new();
        for (why, unit) in estate.followed()? {
            let rows = estate.units.iter().zip(&self.file.units);
            let code = rows.into_iter().find_map(|(of, row)| (*of == unit).then(|| row.code.as_str().to_owned()));
            followed.push((why, code.ok_or(DemoError::Story("a unit that is followed is no residence"))?));
        }
        Ok(followed)
    }

    /// Uploads the workbook, looks at the preview, commits it; then adds what no file says.
    pub(super) async fn import(&self) -> Result<(), DemoError> {
        let work = |found| match found {
            Found::Community(found) => Ok(Work::Community(found.file, self.answers.clone())),
            Found::Openings(_) | Found::History(_) | Found::Readings(_) => {
                Err(DemoError::Story("the roster is no community's"))
            }
        };
        let at = at(self.day(), 10, 0);
        imported(self.desk, self.company, self.community, self.workbook.clone(), at, work).await?;
        self.desk.all(self.raised()?).await?;
        self.desk.all(self.classified()?).await?;
        if self.community.plan.has_old_books() {
            self.desk.done(self.deposits()?).await?;
        }
        self.desk.done(self.repairs()?).await.map(|_| ())
    }

    /// What the old books say on the day before going live, if it goes live out of old books.
    pub(super) fn old_books(&self) -> Result<Option<OldBooks>, DemoError> {
        let plan = self.community.plan;
        let live = plan.go_live_on(self.company.first_month);
        plan.has_old_books().then(|| OldBooks::made_up(&self.file, live)).transpose()
    }

    /// The fee item of the deposits that the old books held.
    fn deposits(&self) -> Result<Order, DemoError> {
        let fee_item: FeeItemId = entity(self.community.ledger, "fee_item", DEPOSIT_ITEM);
        // A deposit is not taxed; what is kept of it is.
        let (fund, vat) = (Fund::Deposit, rated()?);
        let create = CreateFeeItem { fee_item, name: DEPOSIT_ITEM.parse()?, fund, priority: Count(950), vat };
        Ok(self.order(DEPOSIT_ITEM, Arc::new(create)))
    }

    /// The fee item of repairs, which no unit is attached to.
    fn repairs(&self) -> Result<Order, DemoError> {
        let fee_item: FeeItemId = entity(self.community.ledger, "fee_item", REPAIR_ITEM);
        let (name, fund, priority) = ("维修服务费".parse()?, Fund::Operating, Count(900));
        let create = CreateFeeItem { fee_item, name, fund, priority, vat: rated()? };
        Ok(self.order(REPAIR_ITEM, Arc::new(create)))
    }

    /// How what the company sells stands on invoices.
    fn classified(&self) -> Result<Vec<Order>, DemoError> {
        let (rows, mut orders) = (self.rows(), Vec::new());
        for row in &self.file.fee_items {
            let (code, short_name) = match answer(row)? {
                FeeItemAnswer { fund: Fund::Operating, vat, .. } if vat.tax_point.is_receipt() => {
                    ("3040502020200000000", "经营租赁")
                }
                FeeItemAnswer { fund: Fund::Operating, .. } => ("3040801010000000000", "企业管理服务"),
                FeeItemAnswer { .. } => continue,
            };
            let code: TaxCode = code.parse().map_err(|_| DemoError::Story("no tax classification"))?;
            let (fee_item, from) = (rows.fee_item(row), row.from);
            let set = SetTaxCode { fee_item, from, code, short_name: short_name.parse()? };
            orders.push(self.order(format!("{}-tax-code", row.number.as_str()), Arc::new(set)));
        }
        Ok(orders)
    }

    /// The prices of the second year: ten fen more. A price has a history, and no charge is re-priced.
    fn raised(&self) -> Result<Vec<Order>, DemoError> {
        let (rows, mut orders) = (self.rows(), Vec::new());
        for row in &self.file.fee_items {
            let Price::PerArea { area, unit_price } = &row.price else { continue };
            let unit_price = Exact::new(unit_price.decimal() + Decimal::new(10, 2))?;
            let raised = SetTariff {
                fee_item: rows.fee_item(row),
                from: row.from.plus_months(12),
                price: Price::PerArea { area: *area, unit_price },
                cycle_months: row.cycle_months,
                basis: MonthBasis::Calendar,
                timing: row.timing,
                due: DUE,
                round_to: RoundTo::Fen,
                units: Vec::new(),
                authority: Authority::default(),
            };
            orders.push(self.order(format!("{}-raised", row.number.as_str()), Arc::new(raised)));
        }
        Ok(orders)
    }
}

/// Every item is due on the twentieth.
const DUE: DueRule = DueRule::DayOfMonth { day: Count(20) };

/// What the file cannot say about a fee item: shared energy is passed through, all else is the company's own. What is leased
/// is taxed when it is paid.
fn answer(row: &FeeItemRow) -> Result<FeeItemAnswer, DemoError> {
    let shared = row.name.as_str().contains("能耗");
    let untaxed = Vat::of(VatCategory::NotTaxable, None);
    let vat = match row.name.as_str().contains("车位") {
        true => Vat { tax_point: TaxPoint::Receipt, ..Vat::of(VatCategory::Rated, Some("0.09".parse()?)) },
        false => rated()?,
    };
    let (fund, vat) = if shared { (Fund::PassThrough, untaxed) } else { (Fund::Operating, vat) };
    let priority = Count(row.row.saturating_mul(10));
    Ok(FeeItemAnswer { fund, vat, priority, due: DUE, request_digest: [0; 32] })
}

fn rated() -> Result<Vat, DemoError> {
    Ok(Vat::of(VatCategory::Rated, Some("0.06".parse()?)))
}
