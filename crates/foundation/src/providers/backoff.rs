//! Decides when a model server is asked again.
//!
//! Waits double and are half random, so that clients that failed together do not return together; a server that says
//! how long to wait is obeyed within a bound.

use std::time::Duration;

use chrono::DateTime;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

/// A random number from 0 to the given one; randomness comes from outside.
pub type Jitter = fn(u64) -> u64;

/// Number and length of the waits.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    /// Most tries, the first included.
    pub tries: u32,
    /// The wait after the first try; it doubles with each further one.
    pub first_wait: Duration,
    /// Longest single wait; a server that asks for more is not asked again.
    pub longest_wait: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self {
            tries: 4,
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(20),
        }
    }
}

impl Backoff {
    /// The wait before another try, after `tries` of them; `None` where there is to be none.
    ///
    /// Half of a wait is fixed and half random, so that clients that failed together do not return together.
    pub fn wait(self, tries: u32, asked: Option<Duration>, jitter: Jitter) -> Option<Duration> {
        if tries >= self.tries {
            return None;
        }
        let doubled = 1_u32.checked_shl(tries.saturating_sub(1)).unwrap_or(u32::MAX);
        let planned = self.first_wait.saturating_mul(doubled).min(self.longest_wait);
        let half = planned / 2;
        let spread = jitter(u64::try_from(half.as_millis()).unwrap_or(u64::MAX));
        let own = half + Duration::from_millis(spread).min(half);
        match asked {
            Some(asked) if asked > self.longest_wait => None,
            Some(asked) => Some(asked.max(own)),
            None => Some(own),
        }
    }
}

/// Reads `Retry-After`, in seconds or as a date; a date is compared with the server's own `Date`.
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let until = DateTime::parse_from_rfc2822(text).ok()?;
    let now = DateTime::parse_from_rfc2822(headers.get(DATE)?.to_str().ok()?).ok()?;
    Some((until - now).to_std().unwrap_or_default())
}

/// Tells whether a status means that the same request may succeed later.
pub const fn is_passing(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504 | 529)
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_end() {
        let backoff = Backoff {
            tries: 5,
            first_wait: Duration::from_secs(1),
            longest_wait: Duration::from_secs(3),
        };
        let seconds = |jitter| {
            [1, 2, 3, 4, 5]
                .map(|tries| backoff.wait(tries, None, jitter).map(|wait| wait.as_secs_f32()))
        };

        assert_eq!(seconds(|_| 0), [Some(0.5), Some(1.0), Some(1.5), Some(1.5), None]);
        assert_eq!(seconds(|most| most), [Some(1.0), Some(2.0), Some(3.0), Some(3.0), None]);
    }

    #[test]
    fn a_server_is_obeyed_unless_it_asks_too_much() {
        let wait = |seconds| Backoff::default().wait(1, Some(Duration::from_secs(seconds)), |_| 0);

        assert_eq!(
            [wait(0), wait(7), wait(21)],
            [Some(Duration::from_millis(250)), Some(Duration::from_secs(7)), None]
        );
    }

    #[test]
    fn retry_after_is_read_as_seconds_or_date() {
        let read = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, HeaderValue::from_static(text));
            headers.insert(DATE, HeaderValue::from_static("Wed, 21 Oct 2015 07:28:00 GMT"));
            retry_after(&headers)
        };

        assert_eq!(read("3"), Some(Duration::from_secs(3)));
        assert_eq!(read("0.5"), Some(Duration::from_millis(500)));
        assert_eq!(read("Wed, 21 Oct 2015 07:28:09 GMT"), Some(Duration::from_secs(9)));
        assert_eq!(read("Wed, 21 Oct 2015 07:27:00 GMT"), Some(Duration::ZERO));
        assert_eq!([read("-1"), read("soon"), read("nan"), read("1e400")], [None; 4]);
    }
}
