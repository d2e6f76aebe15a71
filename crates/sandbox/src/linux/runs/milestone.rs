//! Milestones of a run, seen while it goes on.
//!
//! They are for display and for the engine's one answer to the harness. Whole frames are read later, once (`evidence/`);
//! here most messages are known by how they begin, because a slow look would hold up the run.

use std::time::Instant;

use crate::frame::Frame;
use crate::linux::outside::supervise::Message;
use record::domain::evidence::TestOutcome;

/// How the frames that count begin, as the guest writes them.
const OVER: &[u8] = br#"{"t": "over"}"#;
const MEASURED: &[u8] = br#"{"t": "measured"}"#;
const FAILING: &[u8] = br#"{"t": "failing","#;
const TEST: &[u8] = br#"{"t": "test","#;
const COLLECTED: &[u8] = br#"{"t": "collected","#;

/// A point that a run has reached: for display, but for [`Milestone::Over`], which the engine answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Milestone {
    /// A test raised, as the suite says; its report follows.
    Failing,
    /// A test ended, as the suite says; the one that comes after it is at work.
    TestDone { outcome: TestOutcome, of: usize, current: Option<String> },
    /// The suite is dead, and the harness, whose word alone this is, asks what else is wanted.
    Over,
    /// Tests and coverage are in.
    Measured { passed: usize, collected: usize, at: Instant },
}

impl Milestone {
    /// Gives the moment at which tests and coverage were in, if this says so.
    pub(crate) const fn measured_at(&self) -> Option<Instant> {
        match self {
            Self::Measured { at, .. } => Some(*at),
            Self::Failing | Self::TestDone { .. } | Self::Over => None,
        }
    }
}

/// The test of which a message says that it failed.
pub(crate) fn failed_test(message: &Message) -> Option<String> {
    if message.origin != b'C' || ![FAILING, TEST].iter().any(|kind| message.body.starts_with(kind))
    {
        return None;
    }
    match serde_json::from_slice::<Frame>(&message.body).ok()? {
        Frame::Failing { id }
        | Frame::Test { id, outcome: TestOutcome::Failed | TestOutcome::Error, .. } => Some(id),
        _ => None,
    }
}

/// Counts what the frames of one run say.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    collected: Vec<String>,
    done: usize,
    passed: usize,
}

impl Tally {
    /// Takes a message by how it begins, and reads on only where it counts; frames are judged elsewhere.
    pub(crate) fn take(&mut self, message: &Message) -> Option<Milestone> {
        let is_kind = |kind: &[u8]| message.body.starts_with(kind);
        match message.origin {
            b'P' if is_kind(OVER) => Some(Milestone::Over),
            b'P' if is_kind(MEASURED) => Some(Milestone::Measured {
                passed: self.passed,
                collected: self.collected.len(),
                at: Instant::now(),
            }),
            b'C' if is_kind(FAILING) => Some(Milestone::Failing),
            b'C' if is_kind(TEST) || is_kind(COLLECTED) => self.count(message),
            _ => None,
        }
    }

    fn count(&mut self, message: &Message) -> Option<Milestone> {
        match serde_json::from_slice::<Frame>(&message.body).ok()? {
            Frame::Collected { ids } => {
                self.collected.extend(ids);
                None
            }
            Frame::Test { id, outcome, .. } => {
                self.passed += usize::from(outcome == TestOutcome::Passed);
                // Tests end in the order in which they were collected, unless something reordered them.
                let ahead = self.collected.get(self.done..).unwrap_or_default();
                let place = ahead.iter().position(|known| *known == id);
                self.done = place.map_or(self.done, |place| self.done + place + 1);
                let current = self.collected.get(self.done).cloned();
                Some(Milestone::TestDone { outcome, of: self.collected.len(), current })
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Milestone, Tally};
    use crate::linux::outside::supervise::Message;
    use record::domain::evidence::TestOutcome;

    fn take(tally: &mut Tally, origin: u8, body: &str) -> Option<Milestone> {
        tally.take(&Message { origin, body: body.as_bytes().to_vec() })
    }

    #[test]
    fn only_the_harness_says_that_a_suite_is_over() {
        let over = r#"{"t": "over"}"#;
        let mut tally = Tally::default();

        assert_eq!(take(&mut tally, b'C', over), None);
        assert_eq!(take(&mut tally, b'J', over), None);
        assert_eq!(take(&mut tally, b'P', over), Some(Milestone::Over));
    }

    #[test]
    fn tests_are_counted_and_other_frames_are_not_read() {
        let mut tally = Tally::default();
        let test = |outcome: &str| {
            format!(
                r#"{{"t": "test", "id": "a", "outcome": "{outcome}", "ran": true, "ms": 1, "message": ""}}"#
            )
        };

        take(&mut tally, b'C', r#"{"t": "collected", "ids": ["a", "b"]}"#);
        let told = ["passed", "failed"].map(|outcome| take(&mut tally, b'C', &test(outcome)));
        let failing = take(&mut tally, b'C', r#"{"t": "failing", "id": "a"}"#);
        let foreign = take(&mut tally, b'P', r#"{"t": "failing", "id": "a"}"#);
        let torn = take(&mut tally, b'C', r#"{"t": "test", "id": "#);
        let lines = take(&mut tally, b'P', r#"{"t": "coverage", "path": "a", "kind": 1"#);

        let outcomes = [TestOutcome::Passed, TestOutcome::Failed];
        let current = Some("b".to_owned());
        let done = |outcome| Some(Milestone::TestDone { outcome, of: 2, current: current.clone() });
        assert_eq!(told, outcomes.map(done));
        assert_eq!((torn, lines), (None, None));
        assert_eq!((failing, foreign), (Some(Milestone::Failing), None));
        let measured = take(&mut tally, b'P', r#"{"t": "measured"}"#);
        let Some(Milestone::Measured { passed, collected, .. }) = measured else {
            panic!("{measured:?}");
        };
        assert_eq!((passed, collected), (1, 2));
    }
}
