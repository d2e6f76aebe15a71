//! Moments in UTC with millisecond resolution, in one spelling.
//!
//! The clock enters at the composition root and is passed down; nothing in this crate reads one.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A moment in UTC with millisecond resolution, written as RFC 3339 `2026-11-20T08:47:00.000Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Timestamp(i64);

/// Text that is no moment in RFC 3339.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("not a time: expected RFC 3339, such as 2026-11-20T08:47:00.000Z")]
pub struct TimestampError;

impl Timestamp {
    /// A moment from milliseconds since 1970-01-01T00:00:00Z.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// The UTC day, as `2026-11-20`.
    pub fn day(self) -> String {
        self.to_string().chars().take(10).collect()
    }

    /// Midnight UTC of a day written as `2026-11-20`.
    pub fn of_day(text: &str) -> Result<Self, TimestampError> {
        let day: NaiveDate = text.parse().map_err(|_| TimestampError)?;
        let midnight = day.and_hms_opt(0, 0, 0).ok_or(TimestampError)?;
        Ok(Self(midnight.and_utc().timestamp_millis()))
    }

    /// This moment moved back by whole days.
    #[must_use]
    pub const fn days_before(self, days: i64) -> Self {
        Self(self.0.saturating_sub(days.saturating_mul(86_400_000)))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = DateTime::<Utc>::from_timestamp_millis(self.0).unwrap_or_default();
        formatter.write_str(&moment.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        let moment = DateTime::parse_from_rfc3339(text).map_err(|_| TimestampError)?;
        Ok(Self(moment.timestamp_millis()))
    }
}

impl TryFrom<String> for Timestamp {
    type Error = TimestampError;

    fn try_from(text: String) -> Result<Self, TimestampError> {
        text.parse()
    }
}

impl From<Timestamp> for String {
    fn from(timestamp: Timestamp) -> Self {
        timestamp.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_round_trips_to_the_millisecond() {
        let moment = Timestamp::from_millis(1_795_000_000_123);

        assert_eq!(moment.to_string().parse(), Ok(moment));
        assert_eq!(Timestamp::of_day(&moment.day()).map(|day| day <= moment), Ok(true));
    }
}
