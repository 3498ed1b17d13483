//! The claim on a unit code: what makes it unique in the community.

use crate::event::{events, facts};
use crate::id::UnitId;
use crate::value::Code;

facts! {
    /// The code belongs to a unit.
    pub struct UnitCodeTaken {
        /// The code.
        pub code: Code,
        /// The unit.
        pub unit: UnitId,
    }
    /// The code is free.
    pub struct UnitCodeReleased {
        /// The unit that had it.
        pub unit: UnitId,
    }
}

events! {
    /// Facts of a `unit_code` stream.
    pub enum UnitCodeEvent of "unit_code" {
        UnitCodeTaken = "unit_code_taken", 1;
        UnitCodeReleased = "unit_code_released", 1;
    }
}
