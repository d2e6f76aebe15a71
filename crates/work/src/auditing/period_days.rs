//! The days of a report, and the entries that belong to them.
//!
//! The time in the log never goes back: after one clock that ran ahead, entries of today bear a later time. So an entry belongs to the days
//! by its time or by what the clock said; and one that a clock set back afterwards overtakes may be of any day before, so it is
//! counted in too. Both are named as uncertain.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::auditing::population::Deed;
use crate::contract::error::CommandError;
use record::audit::record::Record;
use record::domain::time::Timestamp;

/// The days reported on, as moments.
#[derive(Clone, Copy, Debug)]
pub struct Days {
    from: Timestamp,
    before: Timestamp,
}

impl Days {
    /// Reads two days, of which the last counts as a whole.
    pub fn of(from: Option<&str>, to: Option<&str>) -> Result<Self, CommandError> {
        let day = |text: &str| {
            Timestamp::of_day(text).map_err(|_| {
                CommandError::usage(format!("{text} is not a day"))
                    .hint("Write a UTC day as 2026-11-20.")
            })
        };
        let from = from.map(day).transpose()?;
        let before = to.map(day).transpose()?.map(|to| to.days_before(-1));
        let days = Self {
            from: from.unwrap_or(Timestamp::from_millis(i64::MIN)),
            before: before.unwrap_or(Timestamp::from_millis(i64::MAX)),
        };
        if days.from < days.before {
            return Ok(days);
        }
        Err(CommandError::usage("--to lies before --from"))
    }

    fn holds(self, at: Timestamp) -> bool {
        self.from <= at && at < self.before
    }

    /// Tells whether any moment between two lies in these days.
    pub fn meet(self, early: Timestamp, late: Timestamp) -> bool {
        early < self.before && self.from <= late
    }
}

/// Entries one after another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Span {
    /// The first entry.
    pub first: u64,
    /// The last one.
    pub last: u64,
}

impl Span {
    /// Says it in words.
    pub fn words(self) -> String {
        let Self { first, last } = self;
        if first == last { format!("entry {first}") } else { format!("entries {first} to {last}") }
    }

    const fn count(self) -> u64 {
        self.last - self.first + 1
    }
}

/// Adds an entry behind the others.
fn push(spans: &mut Vec<Span>, seq: u64) {
    match spans.last_mut() {
        Some(span) if span.last + 1 == seq => span.last = seq,
        Some(_) | None => spans.push(Span { first: seq, last: seq }),
    }
}

/// Tells entry by entry which of them belong to the days.
#[derive(Debug)]
pub struct Reach {
    days: Days,
    own: Vec<Span>,
    /// Those among them whose clock said another time than the log, or was found ahead later; in no order.
    doubted: Vec<Span>,
    /// Those among them of which neither is known, oldest first.
    trusted: Vec<(u64, Timestamp)>,
    /// Entries of a time after the days, and that of the first of them.
    later: Vec<Span>,
    later_since: Option<Timestamp>,
    /// The entry at which a clock was last found behind all of those.
    overtaken: Option<u64>,
}

/// The entries of the days.
#[derive(Debug, Default)]
pub struct Reached {
    /// How many there are.
    pub entries: u64,
    /// The first and the last of them.
    pub bounds: Option<Span>,
    /// Those whose time is uncertain.
    pub uncertain: Vec<Span>,
}

impl Reach {
    /// Begins with the first entry of the log.
    pub fn new(days: Days) -> Self {
        let (own, doubted, later) = (Vec::new(), Vec::new(), Vec::new());
        let trusted = Vec::new();
        Self { days, own, doubted, trusted, later, later_since: None, overtaken: None }
    }

    /// Takes the next entry.
    pub fn take(&mut self, record: &Record) {
        let seq = record.seq;
        if let Some(clock) = record.clock {
            self.find_ahead_of(clock);
        }
        if self.days.holds(record.ts) || record.clock.is_some_and(|clock| self.days.holds(clock)) {
            push(&mut self.own, seq);
            match record.clock {
                Some(_) => push(&mut self.doubted, seq),
                None => self.trusted.push((seq, record.ts)),
            }
        } else if record.clock.is_none() && record.ts >= self.days.before {
            push(&mut self.later, seq);
            self.later_since.get_or_insert(record.ts);
        }
        let is_overtaking =
            |clock| clock >= self.days.from && self.later_since.is_some_and(|since| clock < since);
        if record.clock.is_some_and(is_overtaking) {
            self.overtaken = Some(seq);
        }
    }

    /// Doubts the entries that say a later time than a clock which came after them.
    fn find_ahead_of(&mut self, clock: Timestamp) {
        while let Some((seq, _)) = self.trusted.pop_if(|(_, at)| *at > clock) {
            self.doubted.push(Span { first: seq, last: seq });
        }
    }

    /// Tells whether a deed belongs to the days, once all entries were taken.
    pub fn holds(&self, deed: &Deed) -> bool {
        let is_later = deed.clock.is_none() && deed.at >= self.days.before;
        self.days.holds(deed.at)
            || deed.clock.is_some_and(|clock| self.days.holds(clock))
            || is_later && self.overtaken.is_some_and(|end| deed.seq < end)
    }

    /// The entries that belong to the days.
    pub fn finish(&self) -> Reached {
        let end = self.overtaken.unwrap_or(0);
        let counted = self.later.iter().filter(|span| span.first < end);
        let counted: Vec<Span> =
            counted.map(|span| Span { last: span.last.min(end - 1), ..*span }).collect();
        let mut uncertain = [self.doubted.as_slice(), &counted].concat();
        uncertain.sort_by_key(|span| span.first);
        let uncertain = uncertain.into_iter().fold(Vec::new(), joined);
        let all = || self.own.iter().chain(&counted);
        let first = all().map(|span| span.first).min();
        let last = all().map(|span| span.last).max();
        Reached {
            entries: all().map(|span| span.count()).sum(),
            bounds: first.zip(last).map(|(first, last)| Span { first, last }),
            uncertain,
        }
    }
}

/// Joins a span to the one before it where none lies between them.
fn joined(mut spans: Vec<Span>, next: Span) -> Vec<Span> {
    match spans.last_mut() {
        Some(span) if span.last + 1 == next.first => span.last = next.last,
        Some(_) | None => spans.push(next),
    }
    spans
}
