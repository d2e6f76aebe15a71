//! The pace of a run.
//!
//! How long its suite took, and how long it said nothing at most: a control that is silent far longer than the real run
//! ever was hangs at a test, and waiting for its deadline would show nothing more.

use std::time::{Duration, Instant};

/// How fast a suite went, what the harness did after it left aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pace {
    /// Time until the suite was over.
    pub(crate) suite: Duration,
    /// The longest time between two of its messages.
    pub(crate) silence: Duration,
}

/// Takes the time of a run's messages until its suite is over.
#[derive(Debug)]
pub(crate) struct Metronome {
    started: Instant,
    heard: Instant,
    is_over: bool,
    pace: Pace,
}

impl Metronome {
    pub(crate) const fn new(started: Instant) -> Self {
        let pace = Pace { suite: Duration::ZERO, silence: Duration::ZERO };
        Self { started, heard: started, is_over: false, pace }
    }

    /// Takes a message; `is_over` says that it tells of the suite's end.
    pub(crate) fn hear(&mut self, now: Instant, is_over: bool) {
        if self.is_over {
            return;
        }
        self.is_over = is_over;
        self.pace.suite = now.saturating_duration_since(self.started);
        self.pace.silence = self.pace.silence.max(now.saturating_duration_since(self.heard));
        self.heard = now;
    }

    pub(crate) const fn pace(&self) -> Pace {
        self.pace
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_silence_of_a_suite_counts_and_what_comes_after_it_does_not() {
        let started = Instant::now();
        let at = |ms| started + Duration::from_millis(ms);
        let mut metronome = Metronome::new(started);
        metronome.hear(at(40), false);
        metronome.hear(at(100), false);
        metronome.hear(at(110), true);
        metronome.hear(at(900), false);
        let (suite, silence) = (Duration::from_millis(110), Duration::from_millis(60));
        assert_eq!(metronome.pace(), Pace { suite, silence });
    }
}
