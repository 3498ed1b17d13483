//! Commands of a company, one file each.

mod create_company;
mod set_role_limit;
mod set_stamp;

pub use create_company::CreateCompany;
pub use set_role_limit::SetRoleLimit;
pub use set_stamp::SetStamp;
