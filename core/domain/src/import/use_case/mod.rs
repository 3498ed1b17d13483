//! Commands of an import, one file each.

mod complete_import;
mod start_import;

pub use complete_import::CompleteImport;
pub use start_import::StartImport;
