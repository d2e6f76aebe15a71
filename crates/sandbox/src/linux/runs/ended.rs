//! A jail that came to its end, and what was seen of it.
//!
//! Whoever reads evidence starts here: frames with their origin, and what the outside saw besides. What the frames mean
//! is decided in `evidence/`.

use crate::evidence::ending::{Outside, Stop};
use crate::evidence::said::last_words;
use crate::frame::{Exit, Origin};
use crate::linux::boundary::plan::JailReport;
use crate::linux::outside::supervise::{Cause, Observed};
use crate::linux::runs::pace::Pace;

/// The end of a jail: what the outside observed, and what the jail said of it.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) observed: Observed,
    pub(crate) pace: Pace,
    pub(crate) report: JailReport,
    /// Whether the jail itself said how it ended.
    pub(crate) has_reported: bool,
    pub(crate) memory_kills: u64,
    pub(crate) process_refusals: u64,
    pub(crate) most_processes: u32,
}

impl Ended {
    /// Whether this is the end of a run, and not of the machinery around it.
    pub(crate) fn has_ended(&self) -> bool {
        let is_silent = self.observed.cause == Cause::Itself && !self.has_reported;
        let worker = (self.report.status, self.report.signal);
        !is_silent
            && (self.report.failure.is_none() && worker != (None, None)
                || self.observed.cause != Cause::Itself)
    }

    /// Gives the frames of its messages, by whose word they are.
    pub(crate) fn frames(&self) -> impl Iterator<Item = (Origin, &[u8])> {
        self.observed.messages.iter().map(|message| {
            let origin = match message.origin {
                b'P' => Origin::Harness,
                b'C' => Origin::Suite,
                _ => Origin::Jail,
            };
            (origin, message.body.as_slice())
        })
    }

    /// Gives what the outside saw besides frames.
    pub(crate) fn outside(&self) -> Outside {
        let observed = &self.observed;
        let is_over_memory = self.report.is_over_memory;
        let stop = match (&self.report.failure, observed.cause) {
            (_, Cause::Cancelled) => Stop::Cancelled,
            (Some(failure), _) => Stop::Setup(failure.clone()),
            (None, Cause::Deadline) => Stop::Deadline,
            (None, Cause::Flood) => Stop::Flood,
            (None, Cause::Itself | Cause::Enough) => Stop::Itself,
        };
        let harness =
            Exit { code: self.report.status, signal: self.report.signal, ..Exit::default() };
        Outside {
            stop,
            harness,
            memory_kills: self.memory_kills + u64::from(is_over_memory),
            process_refusals: self.process_refusals,
            most_processes: self.most_processes,
            changed: self.report.changed.clone(),
            output_dropped: observed.stdout.dropped() + observed.stderr.dropped(),
            is_held_open: observed.is_held_open,
            last_words: last_words(observed.stderr.text(), &observed.stdout.text()),
        }
    }
}
