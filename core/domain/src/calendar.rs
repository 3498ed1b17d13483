//! Civil dates in Asia/Shanghai, months and half-open ranges. No clock: "today" is an argument.

use crate::envelope::{instant_micros, instant_parse, instant_text};
use chrono::{DateTime, Datelike, Days, FixedOffset, Months, NaiveDate, Utc};
use std::fmt;
use std::str::FromStr;

/// An instant in UTC with microseconds, as the log stores it.
pub type Instant = DateTime<Utc>;

/// An instant that stands in an event's data, written as `recorded_at` in the envelope.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Moment(Instant);

/// A text that is no instant as the log writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an instant is written YYYY-MM-DDThh:mm:ss.ffffffZ")]
pub struct NotAMoment;

impl Moment {
    /// The instant.
    pub fn instant(self) -> Instant {
        self.0
    }

    /// Its civil day in Shanghai.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`].
    pub fn day(self) -> Result<CivilDate, CalendarError> {
        CivilDate::of_instant(self.0)
    }
}

impl From<Instant> for Moment {
    fn from(at: Instant) -> Self {
        Self(instant_micros(at))
    }
}

impl FromStr for Moment {
    type Err = NotAMoment;
    fn from_str(text: &str) -> Result<Self, NotAMoment> {
        instant_parse(text).map(Self).ok_or(NotAMoment)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&instant_text(self.0))
    }
}
crate::wire::serde_as_str!(Moment);

/// A civil date between 1990-01-01 and 2100-12-31, written `YYYY-MM-DD`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CivilDate(NaiveDate);

/// A date or month that is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// Not a real date written `YYYY-MM-DD`, or not a month written `YYYY-MM`.
    #[error("a date is written YYYY-MM-DD, a month YYYY-MM")]
    Malformed,
    /// Outside 1990–2100.
    #[error("the date must lie between 1990-01-01 and 2100-12-31")]
    OutOfRange,
    /// A range that ends before it begins, or is empty.
    #[error("the range must end after it begins")]
    EmptyRange,
}

impl CivilDate {
    /// From its parts.
    ///
    /// # Errors
    /// [`CalendarError`] when there is no such date or it is out of range.
    pub fn new(year: i32, month: u32, day: u32) -> Result<Self, CalendarError> {
        Self::from_naive(NaiveDate::from_ymd_opt(year, month, day).ok_or(CalendarError::Malformed)?)
    }

    /// From a date without bounds.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`].
    pub fn from_naive(date: NaiveDate) -> Result<Self, CalendarError> {
        if (1990..=2100).contains(&date.year()) { Ok(Self(date)) } else { Err(CalendarError::OutOfRange) }
    }

    /// The civil day of an instant in Shanghai (UTC+8, no summer time since 1991).
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`].
    pub fn of_instant(at: Instant) -> Result<Self, CalendarError> {
        let shanghai = FixedOffset::east_opt(8 * 3600).ok_or(CalendarError::OutOfRange)?;
        Self::from_naive(at.with_timezone(&shanghai).date_naive())
    }

    /// When it begins and when the next day does, in Shanghai.
    pub fn instants(self) -> (Instant, Instant) {
        let begins = self.0.and_time(chrono::NaiveTime::MIN).and_utc() - chrono::Duration::hours(8);
        (begins, begins + chrono::Duration::days(1))
    }

    /// The same date for libraries.
    pub fn naive(self) -> NaiveDate {
        self.0
    }

    /// The month it lies in.
    pub fn month(self) -> Month {
        Month { year: self.0.year(), month: self.0.month() }
    }

    /// Day of the month, 1–31.
    pub fn day(self) -> u32 {
        self.0.day()
    }

    /// Days later (clamped to the last date there is).
    #[must_use]
    pub fn plus_days(self, days: u32) -> Self {
        self.0.checked_add_days(Days::new(u64::from(days))).and_then(|d| Self::from_naive(d).ok()).unwrap_or(Self::MAX)
    }

    /// The day before (clamped to the first date there is).
    #[must_use]
    pub fn day_before(self) -> Self {
        self.0.pred_opt().and_then(|d| Self::from_naive(d).ok()).unwrap_or(self)
    }

    /// The same day of a later month, clamped to that month's last day.
    #[must_use]
    pub fn plus_months(self, months: u32) -> Self {
        self.0.checked_add_months(Months::new(months)).and_then(|d| Self::from_naive(d).ok()).unwrap_or(Self::MAX)
    }

    /// Whole days from `self` to `later`; negative when it is earlier.
    pub fn days_until(self, later: Self) -> i64 {
        later.0.signed_duration_since(self.0).num_days()
    }

    /// 1990-01-01, before which nothing is dated.
    pub const MIN: Self = Self(match NaiveDate::from_ymd_opt(1990, 1, 1) {
        Some(date) => date,
        None => NaiveDate::MIN,
    });

    /// 2100-12-31, which stands for "open end" nowhere: an open end is an absent field.
    pub const MAX: Self = Self(match NaiveDate::from_ymd_opt(2100, 12, 31) {
        Some(date) => date,
        None => NaiveDate::MAX,
    });
}

/// Writes a number below 100 as two digits, on the hot path of every body.
pub(crate) fn two_digits(text: &mut [u8], at: usize, number: u32) {
    for (place, digit) in [(at, number / 10 % 10), (at + 1, number % 10)] {
        if let Some(byte) = text.get_mut(place) {
            *byte = b'0' + u8::try_from(digit).unwrap_or(0);
        }
    }
}

impl FromStr for CivilDate {
    type Err = CalendarError;
    fn from_str(text: &str) -> Result<Self, CalendarError> {
        let b = text.as_bytes();
        let shaped = b.len() == 10
            && b.iter().enumerate().all(|(i, c)| if i == 4 || i == 7 { *c == b'-' } else { c.is_ascii_digit() });
        if !shaped {
            return Err(CalendarError::Malformed);
        }
        let number = |from: usize, until: usize| text.get(from..until)?.parse::<u32>().ok();
        let ymd = || NaiveDate::from_ymd_opt(i32::try_from(number(0, 4)?).ok()?, number(5, 7)?, number(8, 10)?);
        Self::from_naive(ymd().ok_or(CalendarError::Malformed)?)
    }
}

impl fmt::Display for CivilDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = *b"0000-00-00";
        let year = self.0.year().unsigned_abs();
        for (at, number) in [(0, year / 100), (2, year % 100), (5, self.0.month()), (8, self.0.day())] {
            two_digits(&mut text, at, number);
        }
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}
impl fmt::Debug for CivilDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
crate::wire::serde_as_str!(CivilDate);

/// A calendar month, written `YYYY-MM`: an accounting period 账期 or a service month 归属月.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i32,
    month: u32,
}

impl Month {
    /// Its first day.
    pub fn first_day(self) -> CivilDate {
        NaiveDate::from_ymd_opt(self.year, self.month, 1).map_or(CivilDate::MAX, CivilDate)
    }

    /// Its last day.
    pub fn last_day(self) -> CivilDate {
        self.next().first_day().0.pred_opt().map_or(CivilDate::MAX, CivilDate)
    }

    /// The month after.
    #[must_use]
    pub fn next(self) -> Self {
        if self.month == 12 {
            Self { year: self.year + 1, month: 1 }
        } else {
            Self { year: self.year, month: self.month + 1 }
        }
    }

    /// The month before.
    #[must_use]
    pub fn previous(self) -> Self {
        if self.month == 1 {
            Self { year: self.year - 1, month: 12 }
        } else {
            Self { year: self.year, month: self.month - 1 }
        }
    }

    /// Days in it, 28–31.
    pub fn days(self) -> u32 {
        self.first_day().0.num_days_in_month().into()
    }

    /// Its year.
    pub fn year(self) -> i32 {
        self.year
    }
}

impl FromStr for Month {
    type Err = CalendarError;
    fn from_str(text: &str) -> Result<Self, CalendarError> {
        if text.len() != 7 || !text.is_ascii() {
            return Err(CalendarError::Malformed);
        }
        Ok(format!("{text}-01").parse::<CivilDate>()?.month())
    }
}
impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}
impl fmt::Debug for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
crate::wire::serde_as_str!(Month);

/// A half-open range of civil days `[from, until)`, never empty.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "RawRange")]
pub struct DateRange {
    from: CivilDate,
    until: CivilDate,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRange {
    from: CivilDate,
    until: CivilDate,
}

impl TryFrom<RawRange> for DateRange {
    type Error = CalendarError;
    fn try_from(raw: RawRange) -> Result<Self, CalendarError> {
        Self::new(raw.from, raw.until)
    }
}

impl DateRange {
    /// From both ends.
    ///
    /// # Errors
    /// [`CalendarError::EmptyRange`] unless `from < until`.
    pub fn new(from: CivilDate, until: CivilDate) -> Result<Self, CalendarError> {
        if from < until { Ok(Self { from, until }) } else { Err(CalendarError::EmptyRange) }
    }

    /// The whole of one calendar month.
    pub fn of_month(month: Month) -> Self {
        Self { from: month.first_day(), until: month.next().first_day() }
    }

    /// First day inside.
    pub fn from(self) -> CivilDate {
        self.from
    }

    /// First day after.
    pub fn until(self) -> CivilDate {
        self.until
    }

    /// Days inside.
    pub fn days(self) -> i64 {
        self.from.days_until(self.until)
    }

    /// True when both share a day.
    pub fn overlaps(self, other: Self) -> bool {
        self.from < other.until && other.from < self.until
    }

    /// True when the day lies inside.
    pub fn contains(self, day: CivilDate) -> bool {
        self.from <= day && day < self.until
    }

    /// The days both share, if any.
    pub fn intersection(self, other: Self) -> Option<Self> {
        Self::new(self.from.max(other.from), self.until.min(other.until)).ok()
    }
}
