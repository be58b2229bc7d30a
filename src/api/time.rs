//! Simulated time.

use std::fmt;
use std::ops::{Add, Range, Sub};

use serde_json::Value;

use super::record::{Json, Reader};

/// Milliseconds since the cluster was started.
///
/// Written as Kubernetes writes times: RFC 3339 in seconds, counted from [`EPOCH_SECONDS`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SimTime(pub u64);

/// The Unix time at which every simulated cluster starts: Monday, 2 November 2026, 09:00 UTC.
pub const EPOCH_SECONDS: u64 = 1_793_610_000;

const DAY_SECONDS: u64 = 86_400;

impl SimTime {
    /// Milliseconds from `earlier` to this time, 0 when it lies ahead.
    pub fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Date and time of day: year, month, day, hour, minute, second.
    pub fn civil(self) -> (u64, u64, u64, u64, u64, u64) {
        let unix = EPOCH_SECONDS + self.0 / 1000;
        let (days, seconds) = (unix / DAY_SECONDS, unix % DAY_SECONDS);
        let (year, month, day) = date_of_day(days);
        (year, month, day, seconds / 3600, seconds / 60 % 60, seconds % 60)
    }

    /// Day of the week, 0 is Sunday.
    pub fn weekday(self) -> usize {
        let days = (EPOCH_SECONDS + self.0 / 1000) / DAY_SECONDS;
        usize::try_from((days + 4) % 7).unwrap_or(0)
    }

    /// Reads an RFC 3339 time in UTC; times before the epoch become 0.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let number = |range: Range<usize>| text.get(range)?.parse::<u64>().ok();
        let days = day_of_date(number(0..4)?, number(5..7)?, number(8..10)?);
        let seconds = number(11..13)? * 3600 + number(14..16)? * 60 + number(17..19)?;
        let unix = days * DAY_SECONDS + seconds;
        Some(Self(unix.saturating_sub(EPOCH_SECONDS) * 1000))
    }
}

/// Seconds of a manifest in milliseconds: none below zero, and no more than 136 years, so that
/// sums of such spans stay within their bounds.
pub fn seconds_ms(seconds: i64) -> u64 {
    u64::try_from(seconds).unwrap_or(0).min(u64::from(u32::MAX)) * 1000
}

/// The day count since 1970-01-01 as a date of the Gregorian calendar.
fn date_of_day(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + u64::from(month <= 2), month, day)
}

/// The inverse of [`date_of_day`].
fn day_of_date(year: u64, month: u64, day: u64) -> u64 {
    let year = if month <= 2 { year.saturating_sub(1) } else { year };
    let (era, year_of_era) = (year / 400, year % 400);
    let shifted_month = (month + 9) % 12;
    let day_of_year = (153 * shifted_month + 2) / 5 + day.saturating_sub(1);
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    (era * 146_097 + day_of_era).saturating_sub(719_468)
}

impl Add<u64> for SimTime {
    type Output = Self;
    fn add(self, ms: u64) -> Self {
        Self(self.0.saturating_add(ms))
    }
}

impl Sub for SimTime {
    type Output = u64;
    fn sub(self, earlier: Self) -> u64 {
        self.since(earlier)
    }
}

impl fmt::Display for SimTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day, hour, minute, second) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

impl Json for SimTime {
    fn read(&mut self, value: Value, reader: &mut Reader) {
        let time = value.as_str().and_then(Self::parse_rfc3339);
        *self = reader.expect(time, "RFC 3339 time");
    }
    fn to_json(&self) -> Value {
        Value::String(self.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_and_reads_the_epoch() {
        assert_eq!(SimTime(0).to_string(), "2026-11-02T09:00:00Z");
        assert_eq!(SimTime(0).weekday(), 1);
        let later = SimTime(120 * 86_400_000 + 1000);
        assert_eq!(later.to_string(), "2027-03-02T09:00:01Z");
        assert_eq!(SimTime::parse_rfc3339("2027-03-02T09:00:01Z"), Some(later));
        assert_eq!(SimTime::parse_rfc3339("soon"), None);
    }
}
