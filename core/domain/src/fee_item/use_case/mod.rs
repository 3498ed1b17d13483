//! Commands of a fee item, one file each.

mod create_fee_item;
mod end_campaign;
mod end_prepayment_offer;
mod grant_campaign;
mod set_prepayment_offer;
mod set_tariff;
mod set_tax_code;
mod set_top_up_rule;
mod set_utility;
mod set_vacancy_policy;
mod set_vat;

pub use create_fee_item::CreateFeeItem;
pub use end_campaign::EndCampaign;
pub use end_prepayment_offer::EndPrepaymentOffer;
pub use grant_campaign::GrantCampaign;
pub use set_prepayment_offer::SetPrepaymentOffer;
pub use set_tariff::SetTariff;
pub use set_tax_code::SetTaxCode;
pub use set_top_up_rule::SetTopUpRule;
pub use set_utility::SetUtility;
pub use set_vacancy_policy::SetVacancyPolicy;
pub use set_vat::SetVat;
