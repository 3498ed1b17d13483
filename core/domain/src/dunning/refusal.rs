//! What the rules of dunning refuse, in order of precedence.

use crate::refusal::refusals;

refusals! {
    /// Refusals of dunning.
    pub enum DunningRefusal {
        StagesMustRise = "stages_must_rise", Invalid, "提醒阶段须为 1–20 个递增的天数，每个在到期前 90 天至到期后 3650 天之间", "there are 1 to 20 stages, each later than the one before, from 90 days before to 3650 days after the due date";
        PauseMustBeInRange = "pause_must_be_in_range", Invalid, "两次提醒的间隔为 0–365 天", "the days between two reminders lie between 0 and 365";
        DeadlineMustLieAhead = "deadline_must_lie_ahead", Invalid, "期限须在今天之后、一年之内", "the deadline lies after today and within a year";
        DunningMustNotBeStopped = "dunning_must_not_be_stopped", Conflict, "对该责任方的催缴已暂停（已承诺付款、已故或诉讼中）", "the party is not to be pressed now: it promised, has died, or a court decides";
        DunningMustBeStopped = "dunning_must_be_stopped", Conflict, "对该责任方的催缴并未暂停", "the party is pressed as usual: there is nothing to resume";
        PartyMustBeInArrears = "party_must_be_in_arrears", Conflict, "该责任方在此户账没有逾期且无争议的未收款", "the party owes nothing on this account that is overdue and undisputed";
        FormalDemandMustExist = "formal_demand_must_exist", NotFound, "该户账没有此催告", "the account has no such formal demand";
        FormalDemandMustNotBeDelivered = "formal_demand_must_not_be_delivered", Conflict, "该催告已登记送达", "the formal demand is delivered already";
        DeliveryMustFollowSending = "delivery_must_follow_sending", Invalid, "送达日须在发出日至今天之间", "the day of delivery lies between the day of sending and today";
        DisputedChargeMustBeOpen = "disputed_charge_must_be_open", Conflict, "该应收没有未收金额，无需登记争议", "nothing of the charge is open to dispute";
        ChargeMustNotBeDisputed = "charge_must_not_be_disputed", Conflict, "该应收已在争议中", "the charge is disputed already";
        ChargeMustBeDisputed = "charge_must_be_disputed", Conflict, "该应收不在争议中", "the charge is not disputed";
    }
}
