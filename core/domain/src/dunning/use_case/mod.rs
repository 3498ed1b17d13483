//! Commands of dunning.

mod send_reminder;

pub use send_reminder::SendReminder;
