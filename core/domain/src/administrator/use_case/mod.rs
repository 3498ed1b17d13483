//! Commands of an administrator, one file each.

mod appoint_administrator;
mod dismiss_administrator;

pub use appoint_administrator::AppointAdministrator;
pub use dismiss_administrator::DismissAdministrator;
