//! The frames of one run, read in the only order they may come in.
//!
//! Everything is hostile bytes here: a frame that does not parse, comes from the wrong side or at the wrong time is an
//! anomaly, and one anomaly breaks the integrity of the run. Reading always ends, and never fails.

use std::collections::{BTreeMap, BTreeSet};

use crate::evidence::expectations::Told;
use crate::evidence::plan::ControlPlan;
use crate::evidence::remarks::{self, Remarks};
use crate::frame::{Exit, Frame, Lines, Origin, Shadow};
use record::domain::evidence::{Finding, TestCase, TestOutcome};

/// Most anomalies that are told; the first is enough to break integrity.
const MOST_ANOMALIES: usize = 20;
/// Longest message of a test that is kept, in characters.
const MESSAGE_CHARACTERS: usize = 8 << 10;

/// A test that ended, and whether its body ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reported {
    pub(crate) case: TestCase,
    pub(crate) has_run: bool,
}

/// Where a line of the code ran after collection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Met {
    #[default]
    Nothing,
    /// In a program that the suite started, as that says.
    Elsewhere,
    /// In the process of the suite.
    Here,
}

impl Met {
    const fn of(touched: bool, elsewhere: bool) -> Self {
        match (touched, elsewhere) {
            (true, _) => Self::Here,
            (false, true) => Self::Elsewhere,
            (false, false) => Self::Nothing,
        }
    }
}

/// Everything the frames of a run say.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Transcript {
    pub(crate) versions: BTreeMap<String, String>,
    pub(crate) expected: Vec<String>,
    pub(crate) doubled: Vec<String>,
    pub(crate) shadows: Vec<Shadow>,
    pub(crate) uses_subject: bool,
    pub(crate) suppressions: BTreeMap<String, u64>,
    pub(crate) suspicions: BTreeMap<String, u64>,
    /// The first places of each.
    pub(crate) suspected: BTreeMap<String, Vec<String>>,
    pub(crate) not_utf8: Vec<String>,
    /// Functions of the code that hold the answers to their tests.
    pub(crate) answering: Vec<String>,
    pub(crate) remarks: Remarks,
    /// Files that do not parse, what is wrong there, and whether they are tests.
    syntax: Vec<(String, String, bool)>,
    pub(crate) collected: BTreeSet<String>,
    pub(crate) collect_errors: Vec<String>,
    /// Tests that a line of the code ended as skipped.
    pub(crate) aside: BTreeSet<String>,
    /// Parts of tests that were skipped, and why the first of them was.
    pub(crate) parts_aside: (u64, String),
    /// By test file that was not collected: why, in the words of whoever left it out.
    pub(crate) left_out: BTreeMap<String, String>,
    pub(crate) reported: Vec<Reported>,
    /// What ran shortly before time was out: a test, and where it was.
    pub(crate) hanging: Option<(String, Vec<String>)>,
    /// Tests that raised, as was told before their report.
    failing: BTreeSet<String>,
    /// Tests that raised where pytest called them and have not held since.
    raised: BTreeSet<String>,
    /// Tests that raised first, and held when they were tried again.
    pub(crate) retried: BTreeSet<String>,
    /// By test file: code files that it surely imports.
    pub(crate) reached: BTreeMap<String, Vec<String>>,
    /// By code file: its lines that ran, and its statements that an import runs.
    pub(crate) ran: BTreeMap<String, (u64, u64)>,
    pub(crate) met: Met,
    /// Code files that programs which the suite started say they ran.
    pub(crate) elsewhere: Vec<String>,
    pub(crate) done: Option<i32>,
    pub(crate) has_lost_tracer: bool,
    pub(crate) lines: BTreeMap<String, BTreeMap<Lines, BTreeSet<u32>>>,
    pub(crate) lines_by_test: BTreeMap<String, BTreeMap<String, BTreeSet<u32>>>,
    pub(crate) unmeasured: Vec<String>,
    pub(crate) forged_lines: u64,
    /// The first of them in each file.
    pub(crate) forged_at: BTreeSet<String>,
    pub(crate) plan: ControlPlan,
    pub(crate) answers: BTreeMap<usize, Option<serde_json::Value>>,
    /// Values that tests told, by the number of their comparison.
    pub(crate) told: Told,
    pub(crate) exit: Option<Exit>,
    pub(crate) anomalies: Vec<String>,
    ids_reported: BTreeSet<String>,
    twice: BTreeSet<String>,
}

impl Transcript {
    /// Reads all frames; whatever they hold, this ends.
    pub(crate) fn read<'a>(frames: impl Iterator<Item = (Origin, &'a [u8])>) -> Self {
        let mut transcript = Self::default();
        for (origin, body) in frames {
            if origin == Origin::Jail {
                continue;
            }
            match serde_json::from_slice::<Frame>(body) {
                Ok(frame) if frame.may_come_from(origin) => transcript.take(frame, origin),
                Ok(_) => transcript.doubt("a frame from the wrong side"),
                Err(_) => transcript.doubt("a frame that does not parse"),
            }
        }
        transcript
    }

    /// Tests that reported more than once.
    pub(crate) fn twice(&self) -> impl Iterator<Item = &String> {
        self.twice.iter()
    }

    /// Anomalies as findings.
    pub(crate) fn doubts(&self) -> impl Iterator<Item = Finding> {
        self.anomalies
            .iter()
            .map(|message| Finding { code: "protocol".to_owned(), message: message.clone() })
    }

    fn doubt(&mut self, anomaly: &str) {
        if self.anomalies.len() < MOST_ANOMALIES {
            self.anomalies.push(anomaly.to_owned());
        }
    }

    fn take(&mut self, frame: Frame, origin: Origin) {
        if self.exit.is_some() {
            return self.doubt("a frame after the end");
        }
        if origin == Origin::Suite && self.done.is_some() {
            return self.doubt("a frame of the suite after its end");
        }
        match frame {
            Frame::Hello { python, implementation, packages } => {
                self.greet(python, implementation, packages);
            }
            Frame::Expected { names } => self.expected.extend(names),
            Frame::Doubled { names } => self.doubled.extend(names),
            Frame::Shadowed { shadows } => self.shadows.extend(shadows),
            Frame::Syntax { path, message, test } => self.syntax.push((path, message, test)),
            Frame::Collected { .. } | Frame::CollectError { .. } | Frame::CollectSkip { .. } => {
                self.take_collected(frame);
            }
            Frame::Over {} | Frame::Measured {} => {}
            Frame::Facts { .. }
            | Frame::Reached { .. }
            | Frame::Ran { .. }
            | Frame::Answers { .. }
            | Frame::Remarks { .. }
            | Frame::Names { .. } => {
                self.take_code(frame);
            }
            Frame::Failing { .. }
            | Frame::Raised { .. }
            | Frame::Held { .. }
            | Frame::Test { .. }
            | Frame::Aside { .. }
            | Frame::Parts { .. } => self.take_test(frame),
            Frame::Touched { touched, elsewhere } => self.take_touched(touched, elsewhere),
            Frame::Done { status, tracer } => {
                self.done = Some(status);
                self.has_lost_tracer = !tracer;
            }
            Frame::Coverage { path, kind, lines } => {
                self.lines.entry(path).or_default().entry(kind).or_default().extend(lines);
            }
            Frame::TestLines { id, path, lines } => {
                let of_test = self.lines_by_test.entry(id).or_default();
                of_test.entry(path).or_default().extend(lines);
            }
            Frame::CoverageUnavailable { path, message } => {
                self.unmeasured.push(format!("{path}: {message}"));
            }
            Frame::CoverageForged { path, line, count } => self.take_forged(&path, line, count),
            Frame::Answer { index, value } => self.answer(index, value),
            Frame::Told { number, row, value } => {
                self.told.entry(number).or_default().push((row, value));
            }
            Frame::Hanging { id, stack } => self.hanging = Some((id, stack)),
            Frame::Exit(exit) => self.exit = Some(exit),
            Frame::Issues { .. } | Frame::Lint { .. } => self.doubt("lint among the tests"),
            plan => self.plan.take(plan),
        }
    }

    /// Whether no test, and no file of tests, was set aside.
    pub(crate) fn is_whole(&self) -> bool {
        let is_aside = |outcome| matches!(outcome, TestOutcome::Skipped | TestOutcome::Xfailed);
        self.left_out.is_empty() && !self.reported.iter().any(|test| is_aside(test.case.outcome))
    }

    fn take_touched(&mut self, touched: bool, elsewhere: Vec<String>) {
        self.met = Met::of(touched, !elsewhere.is_empty());
        self.elsewhere = elsewhere;
    }

    fn take_forged(&mut self, path: &str, line: u64, count: u64) {
        self.forged_lines = self.forged_lines.saturating_add(count);
        self.forged_at.insert(format!("{path}:{line}"));
    }

    fn take_collected(&mut self, frame: Frame) {
        match frame {
            Frame::Collected { ids } => self.collected.extend(ids),
            Frame::CollectError { path, message } => {
                self.collect_errors.push(format!("{path}: {}", bounded(message)));
            }
            Frame::CollectSkip { path, message } => {
                self.left_out.insert(path, bounded(message));
            }
            _ => {}
        }
    }

    /// The first thing wrong in a file that does not parse; tests that the project itself leaves out are not run.
    pub(crate) fn unparsed(&self) -> Option<&String> {
        let is_run = |(path, _, is_test): &&(String, String, bool)| {
            !is_test || !self.left_out.contains_key(path)
        };
        self.syntax.iter().find(is_run).map(|(_, message, _)| message)
    }

    /// Takes what the harness says of code files: what has to run of them, what did, and what they hold.
    fn take_code(&mut self, frame: Frame) {
        match frame {
            Frame::Facts { uses_subject, suppressions, suspicions, suspected, not_utf8 } => {
                self.uses_subject = uses_subject;
                self.suppressions = suppressions;
                self.suspicions = suspicions;
                self.suspected = suspected;
                self.not_utf8 = not_utf8;
            }
            Frame::Reached { path, code } => {
                self.reached.insert(path, code);
            }
            Frame::Ran { path, lines, statements } => {
                self.ran.insert(path, (lines, statements));
            }
            Frame::Answers { functions } => self.answering = functions,
            Frame::Remarks { remarks } => self.remarks.extend(remarks),
            Frame::Names { path, names } => remarks::look(&mut self.remarks, &path, &names),
            _ => {}
        }
    }

    /// Takes what is said of a single test.
    fn take_test(&mut self, frame: Frame) {
        match frame {
            Frame::Failing { id } => {
                self.failing.insert(id);
            }
            Frame::Raised { id } => {
                self.raised.insert(id);
            }
            Frame::Aside { id } => {
                self.aside.insert(id);
            }
            Frame::Parts { skipped, message } => {
                let (count, why) = &mut self.parts_aside;
                if why.is_empty() {
                    *why = bounded(message);
                }
                *count = count.saturating_add(skipped);
            }
            Frame::Held { id } => {
                let has_raised = self.raised.remove(&id);
                self.retried.extend(has_raised.then_some(id));
            }
            Frame::Test { id, outcome, ran, ms, message } => {
                let case = TestCase { id, outcome, duration_ms: ms, message: bounded(message) };
                self.report(Reported { case, has_run: ran });
            }
            _ => {}
        }
    }

    /// Who answers twice has not answered.
    fn answer(&mut self, index: usize, value: serde_json::Value) {
        let is_first = !self.answers.contains_key(&index);
        self.answers.insert(index, is_first.then_some(value));
    }

    fn greet(
        &mut self,
        python: String,
        implementation: String,
        packages: BTreeMap<String, String>,
    ) {
        if !self.versions.is_empty() {
            return self.doubt("two beginnings");
        }
        self.versions = packages;
        self.versions.retain(|_, version| !version.is_empty());
        self.versions.insert("python".to_owned(), python);
        self.versions.insert("implementation".to_owned(), implementation);
    }

    fn report(&mut self, reported: Reported) {
        let id = &reported.case.id;
        if !self.collected.contains(id) {
            return self.doubt("a test that was not collected");
        }
        let has_failed = matches!(reported.case.outcome, TestOutcome::Failed | TestOutcome::Error);
        if self.failing.contains(id) && !has_failed {
            self.doubt("a test that raised and is said not to have failed");
        }
        if self.raised.contains(id) && reported.case.outcome == TestOutcome::Passed {
            self.doubt("a test that raised and is said to have passed");
        }
        if !self.ids_reported.insert(id.clone()) {
            self.twice.insert(id.clone());
            return;
        }
        self.reported.push(reported);
    }
}

fn bounded(message: String) -> String {
    match message.char_indices().nth(MESSAGE_CHARACTERS) {
        Some((end, _)) => message.get(..end).unwrap_or_default().to_owned(),
        None => message,
    }
}
