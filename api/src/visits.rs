//! Bounds how often one address looks at public pages, in memory: whoever tries addresses out has tried few in a year.

use mingzhang_domain::calendar::Instant;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Looks of one address in a minute; many people may share one.
const A_MINUTE: u32 = 120;
/// How many addresses are remembered.
const REMEMBERED: usize = 20_000;

/// Looks of late: the minute, and by address how many in it.
#[derive(Debug, Default)]
pub struct Visits(Mutex<(i64, HashMap<IpAddr, u32>)>);

impl Visits {
    /// Counts a look; answers the seconds to wait when there were too many.
    ///
    /// # Errors
    /// Seconds until the next minute.
    pub fn count(&self, address: IpAddr, now: Instant) -> Result<(), u32> {
        let (minute, second) = (now.timestamp().div_euclid(60), now.timestamp().rem_euclid(60));
        let mut visits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if visits.0 != minute {
            *visits = (minute, HashMap::new());
        }
        let wait = u32::try_from(60 - second).unwrap_or(60);
        if visits.1.len() >= REMEMBERED && !visits.1.contains_key(&address) {
            return Err(wait);
        }
        let count = visits.1.entry(address).or_default();
        *count = count.saturating_add(1);
        if *count > A_MINUTE { Err(wait) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_waits_for_the_next_minute_and_others_do_not() {
        let (visits, one, other) = (Visits::default(), IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2]));
        let at = |text: &str| text.parse::<Instant>().unwrap();
        for _ in 0..A_MINUTE {
            assert_eq!(visits.count(one, at("2026-01-01T00:00:10Z")), Ok(()));
        }
        assert_eq!(visits.count(one, at("2026-01-01T00:00:20Z")), Err(40));
        assert_eq!(visits.count(other, at("2026-01-01T00:00:20Z")), Ok(()));
        assert_eq!(visits.count(one, at("2026-01-01T00:01:00Z")), Ok(()));
    }
}
