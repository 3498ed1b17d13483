//! Facts about a unit 房屋/商铺/车位: what owes fees. Dated attributes; a later fact supersedes an earlier one of the same day.

use crate::calendar::{CivilDate, DateRange};
use crate::event::{events, facts};
use crate::id::{AccountId, FeeItemId, PartyId};
use crate::value::{Code, Exact, Label};
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

facts! {
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
    }
}
