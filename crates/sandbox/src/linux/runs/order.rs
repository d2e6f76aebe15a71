//! Orders: what one jail of a job is to do, and when that is enough.
//!
//! The suite, each control, each linter and each probe is an order of its own. What an order is for stays with the engine:
//! a jail learns its files, its limits and a word that tells nothing, and only at the end what else is wanted.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use crate::backend::Job;
use crate::evidence::ran::base_name;
use crate::evidence::witness::Call;
use crate::frame::Injections;
use crate::linux::stage::Stage;
use crate::toolchain::linter::Linter;
use record::domain::digest::Digest;

/// Most bytes of a request that examples are looked for in.
const MAX_REQUEST_BYTES: usize = 20_000;

/// A wish to the harness when the suite is over; nothing in the box knows before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Coverage, and the files of the controls; with the request, for the examples in it.
    Plan(Arc<str>),
    /// Coverage.
    Measure,
    /// That it ends.
    Nothing,
}

impl Wish {
    /// The wish as the harness hears it.
    pub(crate) fn words(&self) -> Vec<u8> {
        match self {
            Self::Plan(request) => {
                let asked = request.get(..request.floor_char_boundary(MAX_REQUEST_BYTES));
                format!("plan {}", asked.unwrap_or_default()).into_bytes()
            }
            Self::Measure => b"measure".to_vec(),
            Self::Nothing => b"end".to_vec(),
        }
    }
}

/// The moment at which a jail has shown all that is asked of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Enough {
    /// When it ends.
    AtItsEnd,
    /// When a test has failed, of each of these groups of tests one: only whether all of any pass is asked.
    WhenFailed(Vec<BTreeSet<String>>),
}

impl Enough {
    /// Whether a test that failed is the last that was waited for.
    pub(crate) fn is_met_by(&mut self, id: &str) -> bool {
        let Self::WhenFailed(groups) = self else { return false };
        groups.retain(|group| !group.contains(base_name(id)));
        groups.is_empty()
    }
}

/// Knowledge of test files, so that a harness need not find it out again.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Known<'a> {
    /// The files as pytest compiles them, in base64.
    pub(crate) rewritten: Option<&'a BTreeMap<String, String>>,
    /// Names that they forgot to import.
    pub(crate) injections: Option<&'a Injections>,
}

/// One jail of a job.
#[derive(Clone, Debug)]
pub(crate) struct Order<'a> {
    pub(crate) job: &'a Job,
    pub(crate) stage: Stage,
    /// Which jail of the job this is; nothing that the jail sees tells what it is for.
    pub(crate) turn: u32,
    /// Time after which it must be over; the jail itself knows the limit of the real run only.
    pub(crate) deadline: Duration,
    /// Time after which it is over where it says nothing more; none where only the deadline counts.
    pub(crate) patience: Option<Duration>,
    /// Calls to replay.
    pub(crate) calls: Vec<&'a Call>,
    /// The linter to run, where this is for lint.
    pub(crate) linter: Option<Linter>,
    /// The wish to the harness when the suite is over.
    pub(crate) wish: Wish,
    /// The moment at which it may be stopped; nothing in the box knows.
    pub(crate) enough: Enough,
    /// Knowledge from an earlier run of these tests.
    pub(crate) known: Option<Known<'a>>,
    /// Whether the tests run from the last to the first.
    pub(crate) is_reversed: bool,
    /// The question of a probe.
    pub(crate) question: Option<&'a Value>,
}

impl<'a> Order<'a> {
    /// The real suite.
    pub(crate) fn tests(job: &'a Job) -> Self {
        let deadline = Duration::from_millis(job.limits.tests_ms);
        Self {
            job,
            stage: Stage::Tests,
            turn: 0,
            deadline,
            patience: None,
            calls: Vec::new(),
            linter: None,
            wish: match job.part {
                Some(_) => Wish::Measure,
                None => Wish::Plan(Arc::clone(&job.request)),
            },
            enough: Enough::AtItsEnd,
            known: None,
            is_reversed: false,
            question: None,
        }
    }

    /// Static analysis of the real code.
    pub(crate) fn lint(job: &'a Job, linter: Linter) -> Self {
        let deadline = Duration::from_millis(job.limits.lint_ms);
        let (stage, linter) = (Stage::Lint, Some(linter));
        Self { stage, linter, turn: 1, deadline, wish: Wish::Nothing, ..Self::tests(job) }
    }

    /// A quick question.
    pub(crate) fn probe(job: &'a Job, question: &'a Value, deadline: Duration) -> Self {
        let (stage, question) = (Stage::Probe, Some(question));
        Self { stage, question, deadline, wish: Wish::Nothing, ..Self::tests(job) }
    }

    /// A study.
    pub(crate) fn study(job: &'a Job, question: &'a Value, deadline: Duration) -> Self {
        Self { stage: Stage::Study, ..Self::probe(job, question, deadline) }
    }

    /// A word that differs from jail to jail and tells nothing.
    pub(crate) fn word(&self) -> String {
        let whole = format!("{} {}", self.job.seed, self.turn);
        Digest::of(whole.as_bytes()).hex().chars().take(16).collect()
    }
}
