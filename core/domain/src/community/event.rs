//! Facts about a community 小区: its creation (in the company's ledger) and its rules (in its own).

use crate::approval::Approved;
use crate::calendar::CivilDate;
use crate::event::{events, facts};
use crate::fee_item::Vat;
use crate::id::{FeeItemId, LedgerId};
use crate::ledger::{LedgerClock, Seen};
use crate::money::{Money, RoundTo};
use crate::rule::late_fee::GraceMode;
use crate::unit::UnitKind;
use crate::value::{Code, Count, Exact, Label, Variable};
use crate::wire::words;

words! {
    /// What a payment settles first; named charges are a first group, the policy orders inside each group.
    pub enum AllocationPolicy {
        /// Within a charge principal, then its late fee.
        PrincipalFirst = "principal_first",
        /// Within a charge late fee, then principal.
        LateFeeFirst = "late_fee_first",
        /// All principal before any late fee.
        PrincipalFirstAcross = "principal_first_across",
    }
}

facts! {
    /// A community was created; its ledger is opened right after.
    pub struct CommunityCreated {
        /// The ledger to open.
        pub community: LedgerId,
        /// Short code, unique in the company; part of receipt numbers.
        pub code: Code,
        /// Name of the community.
        pub name: Label,
        /// The clock its ledger will live by.
        pub clock: LedgerClock,
    }
    /// How the community allocates money and gives notice, from now on.
    pub struct CommunityRulesSet {
        /// Order of principal and late fee.
        pub allocation_policy: AllocationPolicy,
        /// Days between publication and due date at least.
        pub notice_days: Count,
        /// First day that is billed here, as rules said it before `community_went_live` did; absent since.
        pub go_live_on: Option<CivilDate>,
        /// The highest daily rate that a late-fee policy may have; 0.001 when absent.
        pub late_fee_ceiling: Option<Exact>,
        /// Bill runs are drafted, and posted on another's word; not when absent.
        pub bill_runs_need_approval: Option<bool>,
        /// So much of a payment in cash may be let go at most 抹零; nothing when absent.
        pub cash_rounding_limit: Option<Money>,
    }
    /// What paying late costs 违约金, for charges due on or after a day, until the next version's.
    pub struct LateFeePolicySet {
        /// The fee item it is for; absent: every operating one that has none of its own.
        pub fee_item: Option<FeeItemId>,
        /// First due date.
        pub from: CivilDate,
        /// Of the open principal per day; 0 ends late fees.
        pub daily_rate: Exact,
        /// Days after the due date without a fee.
        pub grace_days: Count,
        /// What they do once they are over.
        pub grace_mode: GraceMode,
        /// At most so much of the principal open at the end of the due date; absent: no cap.
        pub cap_ratio: Option<Exact>,
        /// Where the total is rounded to.
        pub round_to: RoundTo,
        /// Tax in a late fee that is paid.
        pub vat: Vat,
        /// Who approved it; absent for what was set before the community went live.
        pub approved: Option<Approved>,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// Units have another value that prices may rest on; defined once, and its name stays.
    pub struct UnitAttributeDefined {
        /// How formulas call it.
        pub name: Variable,
        /// How people call it.
        pub label: Label,
    }
    /// From when on what a meter counts is far from its own history, for readings recorded from now on.
    pub struct MeterCheckSet {
        /// So many times the average a day.
        pub factor: Exact,
        /// Readings that a history has at least, besides the opening one.
        pub readings: Count,
        /// Used a day at most, whatever the history; absent: no limit.
        pub daily_limit: Option<Exact>,
    }
    /// What units of a kind are usually charged from a day on 收费套餐, until the next one's; what is attached to units stays.
    pub struct FeeBundleSet {
        /// The kind.
        pub kind: UnitKind,
        /// First day.
        pub from: CivilDate,
        /// The fee items; none: nothing any more.
        pub fee_items: Vec<FeeItemId>,
    }
    /// The community goes live on a day, once for ever: before it stand openings only.
    pub struct CommunityWentLive {
        /// First day that is billed here, and the first on which anything but openings counts.
        pub go_live_on: CivilDate,
    }
}

events! {
    /// Facts of a `community` stream.
    pub enum CommunityEvent of "community" {
        CommunityCreated = "community_created", 1;
        CommunityRulesSet = "community_rules_set", 1;
        CommunityWentLive = "community_went_live", 1;
        LateFeePolicySet = "late_fee_policy_set", 1;
        UnitAttributeDefined = "unit_attribute_defined", 1;
        MeterCheckSet = "meter_check_set", 1;
        FeeBundleSet = "fee_bundle_set", 1;
    }
}
