//! Refusals of a party.

use super::event::PartyKind;
use crate::draft::Draft;
use crate::id::PartyId;
use crate::refusal::{Refusal, refusals};

refusals! {
    /// Refusals of a party in order of precedence.
    pub enum PartyRefusal {
        PartyMustBeNew = "party_must_be_new", Conflict, "责任方已存在", "the party exists already";
        PartyMustExist = "party_must_exist", NotFound, "责任方不存在", "the party does not exist";
        PartyMustBeOfKind = "party_must_be_of_kind", Invalid, "责任方类型不符", "a party of this kind cannot stand here";
        DeveloperMustHaveName = "developer_must_have_name", Invalid, "开发商须有名称，其他责任方不设名称", "a developer has a name here, other parties have none";
        MembersMustFitKind = "members_must_fit_kind", Invalid, "业主组与租户须有 1–50 名成员，开发商没有成员", "owner groups and tenancies have 1 to 50 members, a developer has none";
        MemberMustStandOnce = "member_must_stand_once", Invalid, "成员不得重复", "a person stands once in a party";
        SharesMustFitKind = "shares_must_fit_kind", Invalid, "只有业主组的成员有份额，且每人份额大于零", "exactly the members of an owner group have a share, each above zero";
        SharesMustSumToOne = "shares_must_sum_to_one", Invalid, "份额合计必须等于 1", "the shares must sum to exactly 1";
        ContactMustBeMember = "contact_must_be_member", Invalid, "联系人必须是成员", "the contact must be one of the members";
    }
}

/// Refuses unless the party exists and is of one of these kinds; blames a field of the command.
pub(crate) fn party_must_be(
    draft: &Draft<'_>,
    party: PartyId,
    kinds: &[PartyKind],
    pointer: &'static str,
) -> Result<(), Refusal> {
    match draft.party(party).kind() {
        None => Err(PartyRefusal::PartyMustExist.at(pointer)),
        Some(kind) if kinds.contains(&kind) => Ok(()),
        Some(kind) => Err(PartyRefusal::PartyMustBeOfKind.at(pointer).with("kind", kind)),
    }
}
