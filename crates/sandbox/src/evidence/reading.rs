//! One run of a suite, read once.
//!
//! The frames of a run are hostile and many. They are parsed here and counted here, and whoever wants to know something
//! of the run, the controls before the evidence, asks this reading.

use crate::evidence::ending::{Outside, termination};
use crate::evidence::ran::Ran;
use crate::evidence::tests::{blame_hanging, tests_of};
use crate::evidence::transcript::Transcript;
use record::domain::evidence::{Termination, Tests, Touched};

/// The frames of a run, what the outside saw besides, and what follows from both.
pub(crate) struct Reading {
    pub(crate) transcript: Transcript,
    pub(crate) outside: Outside,
    pub(crate) tests: Tests,
    pub(crate) termination: Termination,
    pub(crate) ran: Ran,
    /// Tests that others hide, and that passed under names of their own.
    pub(crate) shadowed: Vec<String>,
}

impl Reading {
    /// Counts the tests of a run and decides how it ended.
    pub(crate) fn of(transcript: Transcript, outside: Outside) -> Self {
        let mut tests = tests_of(&transcript);
        let termination = termination(&transcript, &outside);
        if termination == Termination::Timeout {
            blame_hanging(&mut tests, &transcript);
        }
        let mut ran = Ran::of(&tests, &termination);
        ran.doubt(transcript.retried.iter());
        Self { transcript, outside, tests, termination, ran, shadowed: Vec::new() }
    }

    /// Whether the run is worth controls: it passed by itself.
    pub(crate) fn needs_controls(&self) -> bool {
        let ran = &self.ran;
        let is_sound = self.transcript.anomalies.is_empty() && !self.outside.is_held_open;
        let is_touched = self.tests.touched == Touched::Yes;
        ran.is_complete && ran.is_green && ran.passes > 0 && is_touched && is_sound
    }
}
