//! Facts about a ledger 账套 itself: its first event, the codes of its children, and the hand-over of its clock.

use crate::event::{events, facts};
use crate::id::LedgerId;
use crate::ledger::LedgerPosition;
use crate::value::Code;
use crate::wire::words;

words! {
    /// Kinds of ledgers.
    pub enum LedgerKind {
        /// The installation: administrators and companies.
        Installation = "installation",
        /// 物业公司
        Company = "company",
        /// 小区
        Community = "community",
    }
}

words! {
    /// Whose clock a ledger lives by.
    pub enum LedgerClock {
        /// The machine's; checked against the database's.
        System = "system",
        /// Given with each command: demo and tests.
        Given = "given",
    }
}

facts! {
    /// The ledger begins: always its first event.
    pub struct LedgerOpened {
        /// Installation, company or community.
        pub kind: LedgerKind,
        /// The ledger whose command created it; absent for the installation.
        pub parent: Option<LedgerId>,
        /// Short code for numbers that leave us.
        pub code: Code,
        /// Whose clock it lives by.
        pub clock: LedgerClock,
        /// The event of the parent that created it.
        pub created_by: Option<LedgerPosition>,
    }
    /// A short code belongs to a ledger that this ledger creates: what makes the code unique among its children.
    pub struct ChildCodeTaken {
        /// The code.
        pub code: Code,
        /// The company or community that has it.
        pub child: LedgerId,
    }
    /// A ledger on a given clock lives by the system's from now on.
    pub struct ClockHandedOver {
    }
}

events! {
    /// Facts of a `ledger` stream.
    pub enum LedgerEvent of "ledger" {
        LedgerOpened = "ledger_opened", 1;
        ChildCodeTaken = "child_code_taken", 1;
        ClockHandedOver = "clock_handed_over", 1;
    }
}
