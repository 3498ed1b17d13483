//! What the rules of dunning refuse, in order of precedence.

use crate::refusal::refusals;

refusals! {
    /// Refusals of dunning.
    pub enum DunningRefusal {
        StagesMustRise = "stages_must_rise", Invalid, "提醒阶段须为 1–20 个递增的天数，每个在到期前 90 天至到期后 3650 天之间", "there are 1 to 20 stages, each later than the one before, from 90 days before to 3650 days after the due date";
        PauseMustBeInRange = "pause_must_be_in_range", Invalid, "两次提醒的间隔为 0–365 天", "the days between two reminders lie between 0 and 365";
    }
}
