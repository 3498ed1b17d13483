//! What was seen of a run before it was posted, as digests: a charge that would be another now is not posted.

use super::event::UnitDraft;
use crate::account::{ChargeSpec, Discount, Source};
use crate::book::{Fund, VatCategory};
use crate::calendar::DateRange;
use crate::canonical::{data_bytes, string_array};
use crate::id::{FeeItemId, PartyId, TariffId, UnitId};
use crate::money::Money;
use crate::refusal::{CommonRefusal, Refusal};
use crate::value::{Digest, Exact};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// A charge as whoever approves it sees it. When it is due and in which period it stands follows from the day it is
/// posted on.
#[derive(serde::Serialize)]
struct SeenCharge {
    /// The item.
    fee_item: FeeItemId,
    /// Its fund.
    fund: Fund,
    /// Who owes it.
    obligor: PartyId,
    /// A tenant who pays it by contract.
    agreed_payer: Option<PartyId>,
    /// What it is charged for besides time.
    source: Option<Source>,
    /// Service time.
    service: DateRange,
    /// The tariff version.
    tariff: Option<TariffId>,
    /// Before discounts.
    gross: Money,
    /// Discounts.
    discounts: Vec<Discount>,
    /// How tax applies.
    vat_category: VatCategory,
    /// The rate.
    vat_rate: Option<Exact>,
}

/// The charges of a unit.
#[derive(serde::Serialize)]
struct SeenCharges {
    /// In the order of the plan.
    charges: Vec<SeenCharge>,
}

impl SeenCharge {
    fn of(spec: &ChargeSpec) -> Self {
        Self {
            fee_item: spec.fee_item,
            fund: spec.fund,
            obligor: spec.obligor,
            agreed_payer: spec.agreed_payer,
            source: spec.source,
            service: spec.service,
            tariff: spec.tariff,
            gross: spec.gross,
            discounts: spec.discounts.clone(),
            vat_category: spec.vat_category,
            vat_rate: spec.vat_rate,
        }
    }
}

/// SHA-256 over the canonical array `["mingzhang/bill_run_unit/1", charges]`; none of no charge.
///
/// # Errors
/// [`CommonRefusal::AmountMustBeInRange`] for what has no canonical form.
pub(super) fn of_unit(specs: &[ChargeSpec]) -> Result<Option<Digest>, Refusal> {
    if specs.is_empty() {
        return Ok(None);
    }
    let beyond = CommonRefusal::AmountMustBeInRange;
    let charges = SeenCharges { charges: specs.iter().map(SeenCharge::of).collect() };
    let text = String::from_utf8(data_bytes(&charges).map_err(|_| beyond)?).map_err(|_| beyond)?;
    Ok(Some(Digest(Sha256::digest(string_array(&["mingzhang/bill_run_unit/1", &text])).into())))
}

/// SHA-256 over the canonical array `["mingzhang/bill_run/1", unit, digest, unit, digest, …]` of the units that would be
/// charged for something, by unit.
pub(super) fn of_run(drafts: &BTreeMap<UnitId, UnitDraft>) -> Digest {
    let charged = drafts.values().filter_map(|draft| Some([draft.unit.to_string(), draft.digest?.to_string()]));
    let parts: Vec<String> = std::iter::once("mingzhang/bill_run/1".to_owned()).chain(charged.flatten()).collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    Digest(Sha256::digest(string_array(&parts)).into())
}
