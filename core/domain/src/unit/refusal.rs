//! Refusals of a unit.

use super::state::UnitState;
use crate::draft::Draft;
use crate::id::UnitId;
use crate::refusal::{Refusal, refusals};
use std::sync::Arc;

refusals! {
    /// Refusals of a unit in order of precedence.
    pub enum UnitRefusal {
        UnitMustBeNew = "unit_must_be_new", Conflict, "该房屋已登记", "the unit is registered already";
        UnitMustExist = "unit_must_exist", NotFound, "房屋不存在", "the unit does not exist";
        UnitCodeMustBeFree = "unit_code_must_be_free", Conflict, "房屋编号已被占用", "the unit code belongs to another unit";
        UnitCodeMustChange = "unit_code_must_change", Conflict, "新编号与原编号相同", "the new code is the old one";
        AreaMustBeInRange = "area_must_be_in_range", Invalid, "面积为 0–1000000 平方米", "an area lies between 0 and 1000000 square metres";
        InnerAreaMustNotExceedBuildingArea = "inner_area_must_not_exceed_building_area", Invalid, "套内面积不得大于建筑面积", "the inner area must not exceed the building area";
        AttributeMustBeDefined = "attribute_must_be_defined", Invalid, "该属性未定义", "nobody defined this attribute";
        AttributeMustBeInRange = "attribute_must_be_in_range", Invalid, "户数为 0–1000 的整数，系数为 0–1000，其他属性为 -1000000–1000000", "a household count is a whole number from 0 to 1000, a coefficient lies between 0 and 1000, any other attribute between -1000000 and 1000000";
        TooManyFeeItems = "too_many_fee_items", Invalid, "收费项目不得超过 50 个", "there are more than 50 fee items";
        TenancyMustNotOverlap = "tenancy_must_not_overlap", Conflict, "租期与另一租约重叠", "the term overlaps another tenancy";
        OwnerMustChange = "owner_must_change", Conflict, "该日业主已是此责任方", "the party owns the unit on that day already";
        CreditChoiceMustFit = "credit_choice_must_fit", Invalid, "退还须写金额，转移须写金额和凭证，保留两者都不写；每笔预存只写一次", "a refund has an amount, a move an amount and evidence, what is left neither; each lot stands once";
        CreditMustBeSellers = "credit_must_be_sellers", Conflict, "该预存不属于原责任方", "the credit is not of whoever owned the unit until then";
        CreditMustBeDecided = "credit_must_be_decided", Conflict, "原责任方尚有预存，请逐笔写明退还、保留或转移", "whoever owned the unit until then has credit: say of each lot whether it is refunded, left or moved";
        FeeItemMustBeAttachedOnce = "fee_item_must_be_attached_once", Conflict, "该收费项目在此期间已绑定", "the fee item is attached already for some of these days";
        FeeItemMustBeAttached = "fee_item_must_be_attached", Conflict, "该收费项目在此日未绑定", "the fee item is not attached on that day";
        AttachmentMustEndAfterBeginning = "attachment_must_end_after_beginning", Invalid, "结束日必须晚于开始日", "the attachment must end after it begins";
    }
}

/// The unit, or a refusal when it is not registered.
pub(super) fn existing(draft: &Draft<'_>, unit: UnitId) -> Result<Arc<UnitState>, Refusal> {
    let state = draft.unit(unit);
    if state.registered().is_some() { Ok(state) } else { Err(UnitRefusal::UnitMustExist.with("unit", unit)) }
}
