//! Facts about a community 小区: its creation (in the company's ledger) and its rules (in its own).

use crate::calendar::CivilDate;
use crate::event::{events, facts};
use crate::id::LedgerId;
use crate::ledger::LedgerClock;
use crate::value::{Code, Count, Label};
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
    }
}
