//! How often somebody may ask.
//!
//! A bucket holds as many requests as may come at once and fills up again at a steady pace. It bounds what one program or address can
//! do to the others; a process of the owner's at the socket has no bucket.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Most names that are remembered; those with a full bucket are forgotten first.
const MOST_NAMES: usize = 1_024;

/// The pace at which requests may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Requests that may come at once.
    burst: u32,
    /// Time after which one more may come.
    every: Duration,
}

/// Looking: 50 a second.
pub const READ: Pace = Pace { burst: 100, every: Duration::from_millis(20) };
/// Making something: 5 a second, 20 at once.
pub const PROPOSE: Pace = Pace { burst: 20, every: Duration::from_millis(200) };
/// Signing in: 5 a minute.
pub const SIGN_IN: Pace = Pace { burst: 5, every: Duration::from_secs(12) };

/// The buckets of everybody at one pace.
pub struct Buckets {
    pace: Pace,
    /// For each name the moment at which its bucket is full again.
    full_at: Mutex<HashMap<String, Instant>>,
}

impl Buckets {
    /// Makes full buckets.
    pub fn at(pace: Pace) -> Self {
        Self { pace, full_at: Mutex::default() }
    }

    /// Takes one request out of a bucket; the time to wait where it is empty.
    pub fn take(&self, name: &str, now: Instant) -> Result<(), Duration> {
        let Pace { burst, every } = self.pace;
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if full_at.len() >= MOST_NAMES && !full_at.contains_key(name) {
            full_at.retain(|_, full| *full > now);
            if full_at.len() >= MOST_NAMES {
                return Err(every);
            }
        }
        let full = full_at.get(name).copied().unwrap_or(now).max(now) + every;
        let missing = full.saturating_duration_since(now);
        let most = every.saturating_mul(burst);
        if missing > most {
            return Err(missing.saturating_sub(most));
        }
        full_at.insert(name.to_owned(), full);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_fills_up_again() {
        let buckets = Buckets::at(SIGN_IN);
        let now = Instant::now();

        let first: Vec<bool> = (0..6).map(|_| buckets.take("a", now).is_ok()).collect();
        let wait = buckets.take("a", now);
        let later = buckets.take("a", now + Duration::from_secs(12));

        assert_eq!(first, [true, true, true, true, true, false]);
        assert_eq!((wait, later), (Err(Duration::from_secs(12)), Ok(())));
        assert_eq!(buckets.take("b", now), Ok(()));
    }

    #[test]
    fn names_without_end_do_not_fill_the_memory() {
        let buckets = Buckets::at(READ);
        let now = Instant::now();

        let taken = (0..2 * MOST_NAMES).filter(|name| buckets.take(&name.to_string(), now).is_ok());

        assert_eq!(taken.count(), MOST_NAMES);
        assert_eq!(buckets.take("later", now + Duration::from_secs(1)), Ok(()));
    }
}
