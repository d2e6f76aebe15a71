//! Frames: messages of the processes inside a jail.
//!
//! Each frame is one JSON object with a kind. Who sent it is marked outside of the tested code's reach, and a frame counts
//! only where that origin may send its kind: a suite cannot speak for the harness.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::evidence::expectations::{Body, Edit, Expectation, Helper};
use crate::evidence::witness::{Example, Witness};
use record::domain::digest::Digest;
use record::domain::evidence::{LintIssue, TestOutcome};

/// A test, or a class of tests, that one below of the same name replaces.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub(crate) struct Shadow {
    /// Its name with its file in front: `tests/test_a.py::TestShop::test_price`.
    pub(crate) name: String,
    /// The line of its name, from 1.
    pub(crate) line: usize,
}

/// The sender of a frame; the outside marks it, the suite cannot choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Our own process around the worker.
    Jail,
    /// The harness, which never imports untrusted code.
    Harness,
    /// The process that ran the code under test.
    Suite,
}

/// One frame; unknown kinds do not parse.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub(crate) enum Frame {
    /// The harness began.
    Hello { python: String, implementation: String, packages: BTreeMap<String, String> },
    /// Tests that the syntax trees promise.
    Expected { names: Vec<String> },
    /// Tests that are defined twice, so that one hides the other.
    Doubled { names: Vec<String> },
    /// The definitions that are hidden so.
    Shadowed { shadows: Vec<Shadow> },
    /// Everything else that the syntax trees say.
    Facts {
        uses_subject: bool,
        suppressions: BTreeMap<String, u64>,
        #[serde(default)]
        suspicions: BTreeMap<String, u64>,
        #[serde(default)]
        suspected: BTreeMap<String, Vec<String>>,
        not_utf8: Vec<String>,
    },
    /// Code files that are imported wherever a test of this file runs.
    Reached { path: String, code: Vec<String> },
    /// A file does not parse; whether it is one of tests.
    Syntax { path: String, message: String, test: bool },
    /// Tests pytest collected.
    Collected { ids: Vec<String> },
    /// A file could not be collected.
    CollectError { path: String, message: String },
    /// A file skipped itself.
    CollectSkip { path: String, message: String },
    /// A test raised; its report takes a while and follows.
    Failing { id: String },
    /// A test raised, as pytest's own call of it saw, within all that a `conftest.py` adds.
    Raised { id: String },
    /// A test that had raised was tried again and held.
    Held { id: String },
    /// A test ended.
    Test { id: String, outcome: TestOutcome, ran: bool, ms: u64, message: String },
    /// Parts of a test (subtests) were skipped.
    Parts { skipped: u64, message: String },
    /// A line of the code ended a test as skipped.
    Aside { id: String },
    /// The test that ran shortly before time was out, and the calls of the box on its stacks, innermost first.
    Hanging { id: String, stack: Vec<String> },
    /// Whether a line of the subject ran after collection, and the code files that programs which the suite started say they ran.
    Touched {
        touched: bool,
        #[serde(default)]
        elsewhere: Vec<String>,
    },
    /// Types that functions of one code file were seen to return, by the first line of the function.
    Types { path: String, types: Vec<(u32, String)> },
    /// Lines of one code file that ran during a test.
    TestLines { id: String, path: String, lines: Vec<u32> },
    /// The answer of a replayed call.
    Answer { index: usize, value: serde_json::Value },
    /// A value that a test has where its box holds no expectation, with its row in a table.
    Told { number: u32, row: i64, value: serde_json::Value },
    /// The session is over.
    Done { status: i32, tracer: bool },
    /// Lines of one code file.
    Coverage { path: String, kind: Lines, lines: Vec<u32> },
    /// How many lines of a code file ran, of its text as it was given, and how many statements an import runs.
    Ran { path: String, lines: u64, statements: u64 },
    /// Functions of the code in which the answers to their tests are written down.
    Answers { functions: Vec<String> },
    /// By kind, how many places of tests and code speak against what they show, and the first of them.
    Remarks { remarks: BTreeMap<String, (u64, Vec<String>)> },
    /// The names of a code file that has one in foreign letters, with their lines.
    Names { path: String, names: Vec<(usize, String)> },
    /// Coverage cannot parse a code file.
    CoverageUnavailable { path: String, message: String },
    /// More lines ran, the suite says, than one code file has; and the first of these.
    CoverageForged { path: String, line: u64, count: u64 },
    /// The process that ran the suite is dead, after it said that it was done.
    Over {},
    /// Names of the subject that test files forgot to import, by file and module, for controls.
    Injections { names: Injections },
    /// A piece of a test file as pytest compiles it, for controls that have the same one.
    Rewritten { path: String, text: String },
    /// Tests and coverage are in; what follows is about controls.
    Measured {},
    /// A piece of a code file without its bodies.
    Stub { path: String, text: String },
    /// A piece of a code file in which one definition only has no body.
    Alone { path: String, name: String, text: String },
    /// Functions that tests surely call.
    Bodies { cases: Vec<Body> },
    /// What tests expect.
    Expectations { cases: Vec<Expectation> },
    /// Edits that remove comments of a test file.
    Comments { path: String, edits: Vec<Edit> },
    /// Definitions with tests that name them, and whether these claim to test them.
    Claims { pairs: Vec<(String, String, bool)> },
    /// Definitions of the code that no test file has too, with their files.
    Defined { places: Vec<(String, String)> },
    /// Assertions outside of tests.
    Helpers { cases: Vec<Helper> },
    /// Tests that may want an assertion to fail.
    Wanting { tests: Vec<String> },
    /// Tests have something in common that one may leave otherwise for the next.
    Shared,
    /// Assertions that can be replayed.
    Witnesses { cases: Vec<Witness> },
    /// Examples of docstrings and of the request.
    Examples { cases: Vec<Example> },
    /// No controls could be made of these files.
    ControlsUnavailable { message: String },
    /// The end of the suite's process.
    Exit(Exit),
    /// Lint messages.
    Issues { issues: Vec<LintIssue> },
    /// Which linter ran.
    Lint { tool: String, score: Option<f64>, note: String },
}

/// Names that are bound in test files, by path, each with the module that has them.
pub(crate) type Injections = BTreeMap<String, Vec<(String, Vec<String>)>>;

/// What a list of lines is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Lines {
    /// Lines that can run.
    Statements,
    /// Those of them that did not.
    Missing,
    /// Lines that can run, those that a comment excludes too.
    AllStatements,
    /// Those of all lines that did not.
    AllMissing,
}

/// How the suite's process ended, as its parent saw it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Exit {
    /// Exit status.
    pub(crate) code: Option<i32>,
    /// Signal that ended it.
    pub(crate) signal: Option<i32>,
    /// From its fork to its end.
    pub(crate) ms: u64,
    /// Whether it had to be killed after its session was over.
    pub(crate) lingered: bool,
    /// Processes that it left behind.
    pub(crate) leftovers: u64,
    /// Why its frames stopped being read; empty otherwise.
    pub(crate) broken: String,
    /// Whether the box was full at the end.
    pub(crate) disk_full: bool,
}

impl Frame {
    /// Whether a frame of this kind is believed from this origin.
    pub(crate) const fn may_come_from(&self, origin: Origin) -> bool {
        let is_suite = matches!(
            self,
            Self::Collected { .. }
                | Self::CollectError { .. }
                | Self::CollectSkip { .. }
                | Self::Failing { .. }
                | Self::Raised { .. }
                | Self::Held { .. }
                | Self::Test { .. }
                | Self::Aside { .. }
                | Self::Parts { .. }
                | Self::Touched { .. }
                | Self::Types { .. }
                | Self::TestLines { .. }
                | Self::Answer { .. }
                | Self::Told { .. }
                | Self::Done { .. }
        );
        match origin {
            Origin::Suite => is_suite,
            Origin::Harness => !is_suite,
            Origin::Jail => false,
        }
    }
}

/// What a run did where its files lie.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Changed {
    /// Files that are no longer those that were laid out.
    pub(crate) files: Vec<String>,
    /// What these hold in the end, where they still are files.
    #[serde(default)]
    pub(crate) held: BTreeMap<String, Digest>,
    /// Files that were not laid out; some of them.
    pub(crate) beside: Vec<String>,
}
