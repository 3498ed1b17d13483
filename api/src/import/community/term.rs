//! The end of a term, which offices write either way: the last day, or the day after it.
//!
//! Start plus n whole cycles is the day after the last; the day before that is the last day itself. Every other end is
//! a finding, because guessing it would charge a day too many or too few.

use super::super::finding::Rule;
use chrono::Months;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::value::Count;

/// The day after the last. Without a cycle every end is taken as the last day.
pub(super) fn until(
    from: CivilDate,
    written: Option<CivilDate>,
    cycle_months: Option<Count>,
) -> Result<Option<CivilDate>, Rule> {
    let Some(written) = written else { return Ok(None) };
    let day_after = written.naive().succ_opt().and_then(|day| CivilDate::from_naive(day).ok());
    let Some(Count(cycle)) = cycle_months else {
        return if written < from { Err(Rule::EndBeforeStart) } else { Ok(day_after) };
    };
    if written <= from && day_after.is_none_or(|after| !is_whole(from, after, cycle)) {
        return Err(Rule::EndBeforeStart);
    }
    if is_whole(from, written, cycle) {
        return Ok(Some(written));
    }
    // 2100-12-31 is the last day there is; as an inclusive end it has no day after and stays open.
    let Some(after) = day_after else { return Ok(None) };
    if is_whole(from, after, cycle) { Ok(Some(after)) } else { Err(Rule::EndOffCycle) }
}

/// Is `until` one or more whole cycles after `from`, clamped to the end of shorter months?
fn is_whole(from: CivilDate, until: CivilDate, cycle_months: u32) -> bool {
    let limit = 12 * 111;
    let mut months = cycle_months;
    while cycle_months > 0 && months <= limit {
        match from.naive().checked_add_months(Months::new(months)) {
            Some(day) if day == until.naive() => return true,
            Some(day) if day < until.naive() => months += cycle_months,
            _ => return false,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(from: &str, written: &str, cycle: u32) -> Result<Option<String>, Rule> {
        let day = |text: &str| text.parse().unwrap();
        until(day(from), Some(day(written)), Some(Count(cycle))).map(|until| until.map(|day| day.to_string()))
    }

    #[test]
    fn an_end_is_read_either_way() {
        let some = |text: &str| Ok(Some(text.to_owned()));
        assert_eq!(ends("2024-01-01", "2036-12-31", 3), some("2037-01-01"));
        assert_eq!(ends("2024-01-01", "2037-01-01", 3), some("2037-01-01"));
        assert_eq!(ends("2024-01-15", "2024-02-14", 1), some("2024-02-15"));
        // From the 31st the anchor clamps, always from the original day.
        assert_eq!(ends("2024-01-31", "2024-02-29", 1), some("2024-02-29"));
        assert_eq!(ends("2024-01-31", "2024-02-28", 1), some("2024-02-29"));
        assert_eq!(ends("2024-02-29", "2025-02-28", 12), some("2025-02-28"));
    }

    #[test]
    fn any_other_end_is_a_finding() {
        assert_eq!(ends("2024-01-01", "2036-12-30", 1), Err(Rule::EndOffCycle));
        assert_eq!(ends("2024-01-01", "2024-02-29", 3), Err(Rule::EndOffCycle));
        assert_eq!(ends("2024-01-01", "2024-01-01", 1), Err(Rule::EndBeforeStart));
        assert_eq!(ends("2024-01-01", "2023-12-31", 1), Err(Rule::EndBeforeStart));
        assert_eq!(ends("1990-01-01", "2100-12-31", 12), Ok(None));
        assert_eq!(until("2024-01-01".parse().unwrap(), None, Some(Count(1))), Ok(None));
    }
}
