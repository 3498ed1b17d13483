//! Commands of a community, one file each.

mod create_community;
mod define_unit_attribute;
mod go_live;
mod set_community_rules;
mod set_fee_bundle;
mod set_late_fee_policy;
mod set_meter_check;

pub use create_community::CreateCommunity;
pub use define_unit_attribute::DefineUnitAttribute;
pub use go_live::GoLive;
pub use set_community_rules::SetCommunityRules;
pub use set_fee_bundle::SetFeeBundle;
pub use set_late_fee_policy::SetLateFeePolicy;
pub(crate) use set_late_fee_policy::late_fee_must_fit;
pub use set_meter_check::SetMeterCheck;
