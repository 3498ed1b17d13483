//! Facts about a unit 房屋/商铺/车位: what owes fees. Dated attributes; a later fact supersedes an earlier one of the same day.

use crate::account::{DiscountKind, DiscountTerms};
use crate::approval::Approved;
use crate::calendar::{CivilDate, DateRange};
use crate::event::{events, facts};
use crate::fee_item::Price;
use crate::id::{AccountId, ChargeId, DiscountId, FeeItemId, LotId, MeterId, OfferId, PartyId, VacancyId};
use crate::ledger::Seen;
use crate::money::Money;
use crate::supplier_bill::Utility;
use crate::value::{Code, Digest, Exact, Label, Variable};
use crate::wire::words;

words! {
    /// Kinds of units.
    pub enum UnitKind {
        /// 住宅
        Residence = "residence",
        /// 商铺
        Shop = "shop",
        /// 车位
        Parking = "parking",
        /// 储藏室
        Storage = "storage",
    }
}

words! {
    /// Status of a unit.
    pub enum UnitStatus {
        /// 未售
        Unsold = "unsold",
        /// 已售未交房
        NotHandedOver = "not_handed_over",
        /// 已交房
        HandedOver = "handed_over",
        /// 出租
        Leased = "leased",
        /// 空置
        Vacant = "vacant",
    }
}

words! {
    /// What somebody saw who looked at a unit.
    pub enum VacancyFinding {
        /// 空置
        Vacant = "vacant",
        /// 有人使用
        Occupied = "occupied",
    }
}

words! {
    /// How an application for a vacancy discount stands.
    pub enum VacancyStage {
        /// Somebody is to look.
        Applied = "applied",
        /// Somebody looked; another is to approve or decline.
        Inspected = "inspected",
        /// There is a discount.
        Approved = "approved",
        /// There is none.
        Declined = "declined",
    }
}

words! {
    /// What a transfer does with charges of the new party's days that are paid in full.
    pub enum PaidAhead {
        /// They stay with whoever paid them: the two settle it between themselves.
        Kept = "kept",
        /// They are charged to the new party, and what paid them is credit of whoever paid it.
        Freed = "freed",
    }
}

words! {
    /// What becomes of a seller's lot of credit.
    pub enum CreditFate {
        /// It stays his.
        Left = "left",
        /// It is paid out to him.
        Refunded = "refunded",
        /// It goes to the new party, by what he signed.
        Moved = "moved",
    }
}

facts! {
    /// What becomes of one lot of credit of whoever owned the unit until then; never by default.
    pub struct CreditChoice {
        /// The lot.
        pub lot: LotId,
        /// What becomes of it.
        pub fate: CreditFate,
        /// How much is refunded or moved; the rest stays his.
        pub amount: Option<Money>,
        /// Commitment to what he signed; present exactly when it is moved.
        pub evidence: Option<Digest>,
    }
    /// A transfer 过户 was settled: who owned it until then, what stays with him, what became of his credit.
    pub struct UnitTransferred {
        /// First day of the new party.
        pub from: CivilDate,
        /// The new party.
        pub party: PartyId,
        /// Who owned the unit or owed its days until then.
        #[serde(default)]
        pub sellers: Vec<PartyId>,
        /// What was done with charges that are paid in full.
        pub paid_ahead: PaidAhead,
        /// Charges of the new party's days that stay with whom they name.
        #[serde(default)]
        pub kept: Vec<ChargeId>,
        /// What became of the credit of those before.
        #[serde(default)]
        pub credit: Vec<CreditChoice>,
        /// Why.
        pub reason: Label,
        /// On whose word.
        pub approved: Approved,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// The unit exists; its account is opened with it.
    pub struct UnitRegistered {
        /// Unique in the community.
        pub code: Code,
        /// What it is.
        pub kind: UnitKind,
        /// 楼栋; absent for what stands in none.
        pub building: Option<Label>,
        /// 单元
        pub entrance: Option<Label>,
        /// Floor number as written.
        pub floor: Option<Label>,
        /// Its account.
        pub account: AccountId,
        /// The developer's party: owes while the unit is unsold or not handed over.
        pub developer: Option<PartyId>,
    }
    /// The code changed; the unit stays the same.
    pub struct UnitCodeChanged {
        /// The new code.
        pub code: Code,
        /// The old code, now free.
        pub old_code: Code,
    }
    /// Areas from a day on.
    pub struct UnitAreaSet {
        /// First day.
        pub from: CivilDate,
        /// Building area, square metres.
        pub building_area_sqm: Exact,
        /// Inner area, square metres.
        pub inner_area_sqm: Option<Exact>,
    }
    /// A value that prices may rest on, from a day on: the number of households, a coefficient, what the community defined.
    pub struct UnitAttributeSet {
        /// Which.
        pub name: Variable,
        /// First day.
        pub from: CivilDate,
        /// The value; absent: not known from that day on.
        pub value: Option<Exact>,
    }
    /// A price of this unit's own for a fee item, instead of the tariff's, from a day on.
    pub struct UnitPriceSet {
        /// The item.
        pub fee_item: FeeItemId,
        /// First service day it prices.
        pub from: CivilDate,
        /// How the whole of a cycle is computed; absent: as the tariff says again.
        pub price: Option<Price>,
        /// Why.
        pub reason: Label,
        /// Who approved it; absent for what was set before the community went live.
        pub approved: Option<Approved>,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// Less is owed for a fee item for some days 优惠; a line of every charge that is billed for them from now on.
    pub struct DiscountGranted {
        /// The discount.
        pub discount: DiscountId,
        /// The item.
        pub fee_item: FeeItemId,
        /// Why, in a word.
        pub kind: DiscountKind,
        /// How much it takes off.
        pub terms: DiscountTerms,
        /// The service days it lowers.
        pub days: DateRange,
        /// The vacancy that was found; present exactly for that kind.
        pub vacancy: Option<VacancyId>,
        /// The prepayment offer that was accepted; present exactly for that kind.
        pub offer: Option<OfferId>,
        /// Why.
        pub reason: Label,
        /// Who approved it; absent for what was granted before the community went live.
        pub approved: Option<Approved>,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// A unit is said to stand empty 空置, and a discount is asked for.
    pub struct VacancyApplied {
        /// The application.
        pub vacancy: VacancyId,
        /// The item.
        pub fee_item: FeeItemId,
        /// The service days.
        pub days: DateRange,
        /// Why.
        pub reason: Label,
    }
    /// Somebody looked at it.
    pub struct VacancyInspected {
        /// The application.
        pub vacancy: VacancyId,
        /// The day he looked.
        pub on: CivilDate,
        /// What he found.
        pub found: VacancyFinding,
        /// Digests of photos.
        #[serde(default)]
        pub photos: Vec<Digest>,
    }
    /// Nothing comes of it.
    pub struct VacancyDeclined {
        /// The application.
        pub vacancy: VacancyId,
        /// Why.
        pub reason: Label,
    }
    /// A discount ends early.
    pub struct DiscountEnded {
        /// The discount.
        pub discount: DiscountId,
        /// First service day without it.
        pub on: CivilDate,
        /// Why.
        pub reason: Label,
    }
    /// Status from a day on.
    pub struct UnitStatusSet {
        /// First day.
        pub from: CivilDate,
        /// The status.
        pub status: UnitStatus,
    }
    /// Who owns it from a day on; the day belongs to the new owner.
    pub struct UnitOwnerSet {
        /// First day.
        pub from: CivilDate,
        /// An owner group or the developer.
        pub party: PartyId,
    }
    /// Who rents it, and which fee items the tenant pays by contract. Replaces the tenancy of the same party and first day.
    pub struct UnitTenancySet {
        /// The tenancy.
        pub party: PartyId,
        /// From the first day to the day after the last.
        pub term: DateRange,
        /// Fee items with an agreed payer.
        #[serde(default)]
        pub pays: Vec<FeeItemId>,
    }
    /// A fee item is charged from a day on.
    pub struct FeeItemAttached {
        /// The item.
        pub fee_item: FeeItemId,
        /// First day.
        pub from: CivilDate,
        /// Day after the last; absent: open.
        pub until: Option<CivilDate>,
    }
    /// A fee item is no longer charged from a day on.
    pub struct FeeItemDetached {
        /// The item.
        pub fee_item: FeeItemId,
        /// First day without it.
        pub on: CivilDate,
    }
    /// A meter counts what the unit uses.
    pub struct MeterInstalled {
        /// The meter.
        pub meter: MeterId,
        /// What it counts.
        pub utility: Utility,
    }
}

events! {
    /// Facts of a `unit` stream.
    pub enum UnitEvent of "unit" {
        UnitRegistered = "unit_registered", 1;
        UnitCodeChanged = "unit_code_changed", 1;
        UnitAreaSet = "unit_area_set", 1;
        UnitStatusSet = "unit_status_set", 1;
        UnitOwnerSet = "unit_owner_set", 1;
        UnitTenancySet = "unit_tenancy_set", 1;
        FeeItemAttached = "fee_item_attached", 1;
        FeeItemDetached = "fee_item_detached", 1;
        UnitTransferred = "unit_transferred", 1;
        UnitAttributeSet = "unit_attribute_set", 1;
        UnitPriceSet = "unit_price_set", 1;
        MeterInstalled = "meter_installed", 1;
        DiscountGranted = "discount_granted", 1;
        DiscountEnded = "discount_ended", 1;
        VacancyApplied = "vacancy_applied", 1;
        VacancyInspected = "vacancy_inspected", 1;
        VacancyDeclined = "vacancy_declined", 1;
    }
}
