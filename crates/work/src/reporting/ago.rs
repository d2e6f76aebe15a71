//! Says how long ago something was.
//!
//! People ask whether it was just now or long ago; programs get the time itself. Beyond a month the day says more.

use record::domain::time::Timestamp;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// Older moments are told by their day.
const LONG: i64 = 31 * DAY;

/// Tells a moment as of another; its day where one of them cannot be read, or the first is long past or still to come.
pub fn told(moment: &str, now: Option<&str>) -> String {
    let day = || moment.chars().take(10).collect();
    let read = |text: &str| text.parse::<Timestamp>().ok().map(Timestamp::millis);
    let (Some(then), Some(now)) = (read(moment), now.and_then(read)) else { return day() };
    match now.saturating_sub(then) {
        past if !(0..LONG).contains(&past) => day(),
        past if past < MINUTE => "just now".to_owned(),
        past if past < HOUR => format!("{} min ago", past / MINUTE),
        past if past < DAY => format!("{} h ago", past / HOUR),
        past if past < 2 * DAY => "1 day ago".to_owned(),
        past => format!("{} days ago", past / DAY),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn moments_are_told_as_people_say_them() {
        let now = Some("2026-11-24T12:00:00.000Z");
        let told = [
            "2026-11-24T11:59:30.000Z",
            "2026-11-24T11:55:00.000Z",
            "2026-11-24T09:00:00.000Z",
            "2026-11-23T09:00:00.000Z",
            "2026-11-20T09:00:00.000Z",
            "2026-01-20T09:00:00.000Z",
            "2026-11-25T09:00:00.000Z",
            "sometime",
        ]
        .map(|moment| super::told(moment, now));

        let expected = [
            "just now",
            "5 min ago",
            "3 h ago",
            "1 day ago",
            "4 days ago",
            "2026-01-20",
            "2026-11-25",
            "sometime",
        ];
        assert_eq!(told, expected);
    }
}
