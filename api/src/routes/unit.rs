//! Units and the parties that own, rent or hold them.

use super::payment::authority;
use crate::body::bodies;
use crate::command::commands;
use crate::ids::mint;
use mingzhang_domain::calendar::{CivilDate, DateRange};
use mingzhang_domain::fee_item::Price;
use mingzhang_domain::id::{ApprovalId, FeeItemId, PartyId, PersonId};
use mingzhang_domain::party::{self, Member, PartyKind};
use mingzhang_domain::unit::{self, UnitAreaSet, UnitKind, UnitOwnerSet, UnitStatus, UnitStatusSet};
use mingzhang_domain::value::{Code, Exact, Label, Variable};

bodies! {
    /// A person in a party.
    pub struct MemberBody {
        /// The person, of the company's ledger.
        pub person: PersonId,
        /// Share of ownership, exactly in owner groups; all shares sum to 1.
        pub share: Option<Exact>,
    }

    /// Areas from a day on.
    pub struct AreaBody {
        /// First day.
        pub from: CivilDate,
        /// Building area, square metres.
        pub building_area_sqm: Exact,
        /// Inner area, square metres.
        pub inner_area_sqm: Option<Exact>,
    }

    /// Status from a day on.
    pub struct StatusBody {
        /// First day.
        pub from: CivilDate,
        /// The status.
        pub status: UnitStatus,
    }

    /// Owner from a day on.
    pub struct OwnerBody {
        /// First day; it belongs to the new owner.
        pub from: CivilDate,
        /// An owner group or the developer.
        pub party: PartyId,
    }
}

commands! {
    /// Forms a party: an owner group, a tenancy or a developer.
    pub FormParty(FormPartyBody) = "form_party" |call, body| {
        /// What it is.
        kind: PartyKind,
        /// 1–50 members, with shares in an owner group; none for a developer.
        members: Option<Vec<MemberBody>>,
        /// Whom to tell: one of the members.
        contact: Option<PersonId>,
        /// Name, exactly of a developer.
        name: Option<Label>,
    } => party::FormParty {
        party: mint(),
        kind: body.kind,
        members: body
            .members
            .unwrap_or_default()
            .into_iter()
            .map(|member| Member { person: member.person, share: member.share })
            .collect(),
        contact: body.contact,
        name: body.name,
    };

    /// Another member is told from now on.
    pub ChangePartyContact(ChangePartyContactBody) = "change_party_contact" |call, body| {
        /// One of its members.
        contact: PersonId,
    } => party::ChangePartyContact { party: call.id("party")?, contact: body.contact };

    /// Registers a unit and opens its account.
    pub RegisterUnit(RegisterUnitBody) = "register_unit" |call, body| {
        /// Unique in the community.
        code: Code,
        /// What it is.
        kind: UnitKind,
        /// 楼栋; absent for what stands in none.
        building: Option<Label>,
        /// 单元
        entrance: Option<Label>,
        /// Floor number as written.
        floor: Option<Label>,
        /// Owes while the unit is unsold or not handed over.
        developer: Option<PartyId>,
        /// Areas, if known.
        area: Option<AreaBody>,
        /// Status, if known.
        status: Option<StatusBody>,
        /// Owner, if there is one.
        owner: Option<OwnerBody>,
    } => unit::RegisterUnit {
        unit: mint(),
        code: body.code,
        kind: body.kind,
        building: body.building,
        entrance: body.entrance,
        floor: body.floor,
        developer: body.developer,
        area: body.area.map(|area| UnitAreaSet {
            from: area.from,
            building_area_sqm: area.building_area_sqm,
            inner_area_sqm: area.inner_area_sqm,
        }),
        status: body.status.map(|status| UnitStatusSet { from: status.from, status: status.status }),
        owner: body.owner.map(|owner| UnitOwnerSet { from: owner.from, party: owner.party }),
    };

    /// Gives a unit another code.
    pub ChangeUnitCode(ChangeUnitCodeBody) = "change_unit_code" |call, body| {
        /// The new code, unique in the community.
        code: Code,
    } => unit::ChangeUnitCode { unit: call.id("unit")?, code: body.code };

    /// Sets a unit's areas from a day on.
    pub SetArea(SetAreaBody) = "set_area" |call, body| {
        /// First day.
        from: CivilDate,
        /// Building area, square metres.
        building_area_sqm: Exact,
        /// Inner area, not above the building area.
        inner_area_sqm: Option<Exact>,
    } => unit::SetArea {
        unit: call.id("unit")?,
        from: body.from,
        building_area_sqm: body.building_area_sqm,
        inner_area_sqm: body.inner_area_sqm,
    };

    /// Sets a value of a unit that prices may rest on, from a day on.
    pub SetUnitAttribute(SetUnitAttributeBody) = "set_unit_attribute" |call, body| {
        /// `household_count`, `coefficient`, or what the community defined.
        name: Variable,
        /// First day.
        from: CivilDate,
        /// The value; absent: not known from that day on.
        value: Option<Exact>,
    } => unit::SetUnitAttribute {
        unit: call.id("unit")?,
        name: body.name,
        from: body.from,
        value: body.value,
    };

    /// Sets a price of a unit's own for a fee item, instead of the tariff's, from a day on.
    pub SetUnitPrice(SetUnitPriceBody) = "set_unit_price" |call, body| {
        /// The item.
        fee_item: FeeItemId,
        /// First service day it prices; not before that of the latest one.
        from: CivilDate,
        /// How the whole of a cycle is computed; absent: as the tariff says again.
        price: Option<Price>,
        /// Why.
        reason: Label,
        /// The approval; needed once the community is live.
        approval: Option<ApprovalId>,
    } asks unit::SetUnitPrice => unit::SetUnitPrice {
        unit: call.id("unit")?,
        fee_item: body.fee_item,
        from: body.from,
        price: body.price,
        reason: body.reason,
        authority: authority(call, body.approval)?,
    };

    /// Sets a unit's status from a day on.
    pub SetStatus(SetStatusBody) = "set_status" |call, body| {
        /// First day.
        from: CivilDate,
        /// The status.
        status: UnitStatus,
    } => unit::SetStatus { unit: call.id("unit")?, from: body.from, status: body.status };

    /// Sets a unit's owner from a day on; the day belongs to the new owner.
    pub SetOwner(SetOwnerBody) = "set_owner" |call, body| {
        /// First day.
        from: CivilDate,
        /// An owner group or the developer.
        party: PartyId,
    } => unit::SetOwner { unit: call.id("unit")?, from: body.from, party: body.party };

    /// Sets a tenancy of a unit, and which fee items the tenant pays by contract.
    pub SetTenancy(SetTenancyBody) = "set_tenancy" |call, body| {
        /// The tenancy.
        party: PartyId,
        /// From the first day to the day after the last.
        term: DateRange,
        /// Fee items that the tenant pays, at most 50.
        pays: Option<Vec<FeeItemId>>,
    } => unit::SetTenancy {
        unit: call.id("unit")?,
        party: body.party,
        term: body.term,
        pays: body.pays.unwrap_or_default(),
    };

    /// Charges a fee item to a unit from a day on.
    pub AttachFeeItem(AttachFeeItemBody) = "attach_fee_item" |call, body| {
        /// The item.
        fee_item: FeeItemId,
        /// First day.
        from: CivilDate,
        /// Day after the last; absent: open.
        until: Option<CivilDate>,
    } => unit::AttachFeeItem {
        unit: call.id("unit")?,
        fee_item: body.fee_item,
        from: body.from,
        until: body.until,
    };

    /// No longer charges a fee item from a day on.
    pub DetachFeeItem(DetachFeeItemBody) = "detach_fee_item" |call, body| {
        /// The item.
        fee_item: FeeItemId,
        /// First day without it.
        on: CivilDate,
    } => unit::DetachFeeItem { unit: call.id("unit")?, fee_item: body.fee_item, on: body.on };
}
