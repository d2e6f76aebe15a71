//! Static analysis of a job's code, by the first linter that can run.
//!
//! Which linter stands in for one that cannot run is decided here and not by the guest, which sees untrusted files. pylint
//! and flake8 are modules of the guest and tell frames; ruff is a program whose whole output is read as JSON.

use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::CancellationToken;

use crate::backend::Job;
use crate::error::SandboxError;
use crate::evidence::lint::lint_of;
use crate::evidence::ruff::issues_of;
use crate::linux::boundary::paths::SOURCES;
use crate::linux::outside::supervise::Cause;
use crate::linux::runs::ended::Ended;
use crate::linux::runs::jails::Jails;
use crate::linux::runs::milestone::Milestone;
use crate::linux::runs::order::Order;
use crate::linux::runs::ruff;
use crate::toolchain::linter::Linter;
use crate::toolchain::python::Toolchain;
use record::domain::evidence::Lint;

/// The tool of a lint that never was.
const NOBODY: &str = "none";
/// Least time of a linter that stands in: one that ran out of time leaves none.
const STAND_IN: Duration = Duration::from_secs(10);
/// Longest reason of one linter, in characters.
const NOTE_CHARACTERS: usize = 300;

/// Findings of static analysis, which nobody has graded yet, and the time it took.
#[derive(Debug)]
pub(crate) struct Linted {
    pub(crate) lint: Lint,
    pub(crate) took: Duration,
}

impl Linted {
    /// Nothing, where nothing is to be linted.
    pub(crate) fn nothing() -> Self {
        let tool = "nothing to lint".to_owned();
        Self { lint: Lint { tool, ..Lint::default() }, took: Duration::ZERO }
    }

    /// Nothing, for a run that was stopped as a whole.
    pub(crate) fn stopped() -> Self {
        let (tool, note) = (NOBODY.to_owned(), "stopped".to_owned());
        Self { lint: Lint { tool, note, ..Lint::default() }, took: Duration::ZERO }
    }
}

/// Code to lint, with all that its jails need.
pub(crate) struct Linting<'a> {
    pub(crate) jails: &'a Jails,
    pub(crate) toolchain: &'a Toolchain,
    pub(crate) job: &'a Job,
    pub(crate) cancel: &'a CancellationToken,
}

/// The answer of one linter.
enum Said {
    /// It linted.
    Lint(Lint),
    /// It cannot run or did not end in its time, for this reason; another may.
    Unable(String),
    /// It died; nobody else is asked.
    Nothing(String),
}

impl Linting<'_> {
    /// Asks this linter, and those that stand in for it as long as one after the other cannot run or does not end.
    pub(crate) async fn run(
        self,
        first: Linter,
        told: UnboundedSender<Milestone>,
    ) -> Result<Linted, SandboxError> {
        let started = Instant::now();
        let mut notes = Vec::new();
        let mut lint = None;
        for linter in first.and_stand_ins() {
            let order = Order::lint(self.job, linter);
            let left = order.deadline.saturating_sub(started.elapsed());
            let deadline = if notes.is_empty() { left } else { left.max(STAND_IN) };
            let order = Order { deadline, ..order };
            let running = self.jails.start(self.toolchain, &order, told.clone())?;
            let ended = running.ended(self.cancel).await?;
            if ended.observed.cause == Cause::Cancelled {
                // Who stops a run stops all of it: without its lint there is no evidence to keep.
                return Err(SandboxError::Cancelled);
            }
            match self.hear(linter, &ended) {
                Said::Lint(said) => lint = Some(said),
                Said::Unable(why) => {
                    notes.push(why);
                    continue;
                }
                Said::Nothing(why) => notes.push(why),
            }
            break;
        }
        let notes: Vec<String> = notes.iter().map(|note: &String| bounded(note)).collect();
        let nothing = || Lint { tool: NOBODY.to_owned(), ..Lint::default() };
        let lint = Lint { note: notes.join("; "), ..lint.unwrap_or_else(nothing) };
        Ok(Linted { lint, took: started.elapsed() })
    }

    fn hear(&self, linter: Linter, ended: &Ended) -> Said {
        match linter {
            Linter::Ruff => self.hear_ruff(ended),
            Linter::Pylint | Linter::Flake8 => match lint_of(ended.frames()) {
                Some(lint) if lint.tool == NOBODY => Said::Unable(lint.note),
                Some(lint) => Said::Lint(lint),
                None => self.silent(linter, ended),
            },
        }
    }

    fn hear_ruff(&self, ended: &Ended) -> Said {
        if ended.observed.cause != Cause::Itself {
            return self.silent(Linter::Ruff, ended);
        }
        match self.read_ruff(ended) {
            Ok(lint) => Said::Lint(lint),
            Err(why) => Said::Unable(format!("{}: {why}", Linter::Ruff.word())),
        }
    }

    /// Large tables keep pylint busy for minutes; what is fast may still tell.
    fn silent(&self, linter: Linter, ended: &Ended) -> Said {
        let why = why_silent(ended, self.job.limits.lint_ms);
        match ended.observed.cause {
            Cause::Deadline => Said::Unable(format!("{}: {why}", linter.word())),
            Cause::Itself | Cause::Flood | Cause::Enough | Cause::Cancelled => Said::Nothing(why),
        }
    }

    fn read_ruff(&self, ended: &Ended) -> Result<Lint, String> {
        if let Some(failure) = &ended.report.failure {
            return Err(failure.clone());
        }
        let observed = &ended.observed;
        match (ended.report.status, ended.report.signal) {
            (Some(0), _) => {}
            (Some(status), _) => {
                let words = observed.stderr.text();
                let last = words.lines().last().unwrap_or("it said nothing").to_owned();
                return Err(format!("it ended with status {status}: {last}"));
            }
            (None, signal) => {
                return Err(format!("it was ended by signal {}", signal.unwrap_or(0)));
            }
        }
        if observed.stdout.dropped() > 0 {
            return Err("it said more than is read".to_owned());
        }
        let code: Vec<String> = self.job.linted().map(|file| file.path.to_string()).collect();
        let issues = issues_of(&observed.stdout.text(), SOURCES, &code)?;
        let tool = ruff::name(self.toolchain).ok_or("nothing tells its version")?;
        Ok(Lint { tool, issues, ..Lint::default() })
    }
}

fn bounded(note: &str) -> String {
    note.chars().take(NOTE_CHARACTERS).collect()
}

fn why_silent(lint: &Ended, limit_ms: u64) -> String {
    match (lint.observed.cause, &lint.report.failure) {
        (_, Some(failure)) => format!("the linter's jail could not be made: {failure}"),
        (Cause::Deadline, None) => format!("the linter did not end within {limit_ms} ms"),
        (Cause::Itself | Cause::Flood | Cause::Enough | Cause::Cancelled, None) => {
            let words = lint.observed.stderr.text();
            let last = words.lines().last().unwrap_or("it said nothing").to_owned();
            format!("the linter gave no result: {last}")
        }
    }
}
