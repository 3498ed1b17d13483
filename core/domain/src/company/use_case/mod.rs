//! Commands of a company, one file each.

mod create_company;

pub use create_company::CreateCompany;
