//! How providers write instants: in Shanghai, to the second.

use chrono::{DateTime, FixedOffset, NaiveDateTime, Offset, SecondsFormat, Utc};
use mingzhang_domain::calendar::{CivilDate, Instant};

const PLAIN: &str = "%Y-%m-%d %H:%M:%S";

/// Shanghai, where days begin.
fn shanghai() -> FixedOffset {
    // Eight hours are within the range of offsets.
    FixedOffset::east_opt(8 * 3600).unwrap_or_else(|| Utc.fix())
}

/// As WeChat Pay writes it: `2026-10-05T10:30:00+08:00`.
pub fn rfc3339(at: Instant) -> String {
    at.with_timezone(&shanghai()).to_rfc3339_opts(SecondsFormat::Secs, false)
}

/// An instant in RFC 3339.
pub fn of_rfc3339(text: &str) -> Option<Instant> {
    DateTime::parse_from_rfc3339(text).ok().map(|at| at.to_utc())
}

/// As Alipay and all bill files write it: `2026-10-05 10:30:00`.
pub fn plain(at: Instant) -> String {
    at.with_timezone(&shanghai()).format(PLAIN).to_string()
}

/// An instant without a zone, which is Shanghai's.
pub fn of_plain(text: &str) -> Option<Instant> {
    let at = NaiveDateTime::parse_from_str(text, PLAIN).ok()?;
    at.and_local_timezone(shanghai()).single().map(|at| at.to_utc())
}

/// The civil day of an instant in RFC 3339.
pub fn day_of_rfc3339(text: &str) -> Option<CivilDate> {
    CivilDate::of_instant(of_rfc3339(text)?).ok()
}

/// The civil day of an instant without a zone.
pub fn day_of_plain(text: &str) -> Option<CivilDate> {
    CivilDate::of_instant(of_plain(text)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_say_the_same_instant_in_shanghai() {
        let at: Instant = "2026-10-04T18:30:05Z".parse().unwrap();
        assert_eq!((rfc3339(at).as_str(), plain(at).as_str()), ("2026-10-05T02:30:05+08:00", "2026-10-05 02:30:05"));
        assert_eq!((of_rfc3339(&rfc3339(at)), of_plain(&plain(at))), (Some(at), Some(at)));
        assert_eq!(day_of_plain("2026-10-05 02:30:05").unwrap().to_string(), "2026-10-05");
        assert_eq!(day_of_rfc3339("2026-10-04T18:30:05Z").unwrap().to_string(), "2026-10-05");
        for wrong in ["", "2026-10-05", "2026-10-05 25:00:00", "2026-02-30 00:00:00"] {
            assert_eq!((of_plain(wrong), of_rfc3339(wrong)), (None, None), "{wrong}");
        }
    }
}
