//! The claim on a meter's number: what makes it unique in the community.

use crate::event::{events, facts};
use crate::id::MeterId;
use crate::value::Code;

facts! {
    /// The number belongs to a meter.
    pub struct MeterCodeTaken {
        /// The number.
        pub code: Code,
        /// The meter.
        pub meter: MeterId,
    }
    /// The number is free.
    pub struct MeterCodeReleased {
        /// The meter that had it.
        pub meter: MeterId,
    }
}

events! {
    /// Facts of a `meter_code` stream.
    pub enum MeterCodeEvent of "meter_code" {
        MeterCodeTaken = "meter_code_taken", 1;
        MeterCodeReleased = "meter_code_released", 1;
    }
}
