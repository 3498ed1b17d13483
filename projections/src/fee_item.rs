//! Fee items 收费项目 with their tariff versions 标准.

use crate::column::{Quantity, Text, count, day, position};
use crate::projection::{FoldError, Models};
use crate::reader::{Read, ReadError, Reader};
use crate::supplier_bill;
use crate::table::table;
use chrono::NaiveDate;
use mingzhang_domain::book::{Fund, VatCategory};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::fee_item::{FeeItemEvent, MonthBasis, TariffSet, TaxCode, TaxPoint, Timing, Vat};
use mingzhang_domain::id::LedgerId;
use mingzhang_domain::value::Label;
use uuid::Uuid;

table! {
    /// One fee item with the newest of its tax treatments.
    pub struct FeeItem of "fee_item" {
        key {
            /// The fee item.
            fee_item_id: Uuid,
        }
        /// Name on bills.
        name: Text<Label>,
        /// What the money is for.
        fund: Text<Fund>,
        /// Lower is paid first.
        priority: i32,
        /// How the tax applies.
        vat_category: Text<VatCategory>,
        /// The rate; present exactly for `rated`.
        vat_rate: Option<Quantity>,
        /// First service day of that treatment; absent: from the beginning.
        vat_from: Option<NaiveDate>,
        /// Tax classification 税收分类编码, the newest; absent: it is not invoiced yet.
        tax_code: Option<Text<TaxCode>>,
        /// Its short name.
        tax_code_name: Option<Text<Label>>,
        /// Its first day.
        tax_code_from: Option<NaiveDate>,
        /// When its tax is due.
        tax_point: Text<TaxPoint>,
        /// Some of its tax waits for what is received or invoiced, in this treatment or one before it.
        tax_waits: bool,
    }
}

table! {
    /// One tariff version. Price and due rule are the JSON of the fact, as their kinds differ in shape.
    pub struct Tariff of "tariff" {
        key {
            /// The version.
            tariff_id: Uuid,
        }
        /// Where it was set: of two versions from one day the later one holds.
        position: i64,
        /// The fee item.
        fee_item_id: Uuid,
        /// First service day it prices.
        priced_from: NaiveDate,
        /// How the whole is computed, JSON.
        price: String,
        /// Months billed together.
        cycle_months: i32,
        /// What a month is.
        basis: Text<MonthBasis>,
        /// Whether the cycle is billed before or after the service.
        timing: Text<Timing>,
        /// When it is due, JSON.
        due: String,
        /// Where the whole is rounded to.
        round_to: String,
    }
}

/// Folds a fact of a fee item.
pub(crate) fn fold(fact: &FeeItemEvent, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    match fact {
        FeeItemEvent::FeeItemCreated(created) => models.fee_item.insert(FeeItem {
            fee_item_id: event.stream.id,
            name: Text(created.name.clone()),
            fund: Text(created.fund),
            priority: count(created.priority),
            vat_category: Text(created.vat.category),
            vat_rate: created.vat.rate.map(Quantity),
            vat_from: None,
            tax_code: None,
            tax_code_name: None,
            tax_code_from: None,
            tax_point: Text(created.vat.tax_point),
            tax_waits: !created.vat.tax_point.is_service(),
        }),
        FeeItemEvent::FeeItemVatSet(set) => {
            let row = models.fee_item.get_mut(&(event.stream.id,));
            let row = row.ok_or(FoldError("a fact about a fee item that was never created"))?;
            row.tax_waits |= !set.vat.tax_point.is_service();
            if row.vat_from.is_none_or(|have| have <= day(set.from)) {
                let Vat { category, rate, tax_point } = &set.vat;
                row.vat_category = Text(*category);
                row.vat_rate = rate.map(Quantity);
                row.vat_from = Some(day(set.from));
                row.tax_point = Text(*tax_point);
            }
        }
        FeeItemEvent::FeeItemTaxCodeSet(set) => {
            let row = models.fee_item.get_mut(&(event.stream.id,));
            let row = row.ok_or(FoldError("a fact about a fee item that was never created"))?;
            row.tax_code = Some(Text(set.code.clone()));
            row.tax_code_name = Some(Text(set.short_name.clone()));
            row.tax_code_from = Some(day(set.from));
        }
        FeeItemEvent::FeeItemUtilitySet(set) => supplier_bill::fold_item(event.stream.id, set.utility, models),
        FeeItemEvent::VacancyPolicySet(set) => crate::vacancy::policy(set, event, models),
        FeeItemEvent::TopUpRuleSet(set) => crate::fund::rule(set, event, models),
        FeeItemEvent::CampaignGranted(granted) => crate::campaign::granted(granted, event, models)?,
        FeeItemEvent::CampaignEnded(ended) => crate::campaign::ended(ended, models)?,
        FeeItemEvent::PrepaymentOfferSet(set) => crate::prepayment_offer::set(set, event, models),
        FeeItemEvent::PrepaymentOfferEnded(ended) => crate::prepayment_offer::ended(ended, models)?,
        FeeItemEvent::TariffSet(set) => {
            let tariff = new_tariff(set, event)?;
            models.tariff.insert(tariff);
        }
    }
    Ok(())
}

fn new_tariff(set: &TariffSet, event: &Recorded) -> Result<Tariff, FoldError> {
    let broken = |_| FoldError("a tariff cannot be written as JSON");
    let round_to = serde_json::to_value(set.round_to).map_err(broken)?;
    Ok(Tariff {
        tariff_id: set.tariff.uuid(),
        position: position(event.position),
        fee_item_id: event.stream.id,
        priced_from: day(set.from),
        price: serde_json::to_string(&set.price).map_err(broken)?,
        cycle_months: count(set.cycle_months),
        basis: Text(set.basis),
        timing: Text(set.timing),
        due: serde_json::to_string(&set.due).map_err(broken)?,
        round_to: round_to.as_str().unwrap_or_default().to_owned(),
    })
}

impl Reader {
    /// Every fee item, by priority.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn fee_items(&self, ledger: LedgerId) -> Result<Read<Vec<FeeItem>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(FeeItem, "sql/fee_items.sql", s.ledger, s.generation);
                Ok(rows.fetch_all(s.conn()).await?)
            })
        })
        .await
    }

    /// Every tariff version; those of an item together, the one that holds latest first.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn tariffs(&self, ledger: LedgerId) -> Result<Read<Vec<Tariff>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(Tariff, "sql/tariffs.sql", s.ledger, s.generation);
                Ok(rows.fetch_all(s.conn()).await?)
            })
        })
        .await
    }
}
