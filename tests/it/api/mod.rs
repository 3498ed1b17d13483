//! The API as callers see it: the real server on a loopback port and a database of its own per test.

mod bill_run_previews;
mod bill_runs;
mod commands;
mod corrections;
mod demands;
mod document;
mod duties;
mod events;
mod explanations;
mod figures;
mod files;
mod going_live;
pub(crate) mod imports;
mod input;
mod late_fees;
mod money;
mod openings;
mod owners;
mod periods;
mod privacy;
mod reactors;
mod reads;
mod reminders;
mod roles;
mod sessions;
mod suspense;
mod work;
