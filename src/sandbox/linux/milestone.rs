//! What a run tells while it goes on.

use std::time::Instant;

use crate::domain::evidence::TestOutcome;
use crate::sandbox::frame::Frame;
use crate::sandbox::linux::supervise::Message;

/// Something that a waiting person wants to know; for display only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Milestone {
    /// A test ended.
    TestDone,
    /// The suite is over, and the harness asks what else is wanted.
    Over,
    /// Tests and coverage are in.
    Measured { passed: usize, collected: usize, at: Instant },
}

impl Milestone {
    /// When tests and coverage were in, if this says so.
    pub(crate) const fn measured_at(self) -> Option<Instant> {
        match self {
            Self::Measured { at, .. } => Some(at),
            Self::TestDone | Self::Over => None,
        }
    }
}

/// Counts what the frames of one run say.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    collected: usize,
    passed: usize,
}

impl Tally {
    /// Takes a message; frames that do not parse are judged elsewhere.
    pub(crate) fn take(&mut self, message: &Message) -> Option<Milestone> {
        if !matches!(message.origin, b'C' | b'P') {
            return None;
        }
        match (message.origin, serde_json::from_slice::<Frame>(&message.body).ok()?) {
            (b'C', Frame::Collected { ids }) => {
                self.collected += ids.len();
                None
            }
            (b'C', Frame::Test { outcome, .. }) => {
                self.passed += usize::from(outcome == TestOutcome::Passed);
                Some(Milestone::TestDone)
            }
            (b'P', Frame::Over {}) => Some(Milestone::Over),
            (b'P', Frame::Measured {}) => Some(Milestone::Measured {
                passed: self.passed,
                collected: self.collected,
                at: Instant::now(),
            }),
            _ => None,
        }
    }
}
