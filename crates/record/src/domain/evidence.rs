//! Evidence: everything observed during one execution, and how far it can be trusted.
//!
//! A backend fills it and never grades it; `verdict.rs` does that with a policy. It is stored as JSON and bound to records
//! by its digest, so fields may be added and never change their meaning.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::change_evidence::ChangeEvidence;
use crate::domain::controls::Controls;
use crate::domain::digest::Digest;
use crate::domain::environment::{Environment, Guarantees};
use crate::domain::evidence_form::Form;
use crate::domain::timings::Timings;

/// Everything an execution showed; its JSON is what reports, records and other programs read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// How the run of the tests ended.
    pub termination: Termination,
    /// What the tests did.
    pub tests: Tests,
    /// Line coverage of the code files; absent where it could not be measured.
    pub coverage: Option<Coverage>,
    /// Static analysis of the code files.
    pub lint: Lint,
    /// Whether the evidence could have been forged, and what looked odd.
    pub integrity: Integrity,
    /// The sandbox backend: `linux`.
    pub backend: String,
    /// What the backend proved.
    pub guarantees: Guarantees,
    /// What the suite ran with.
    pub environment: Environment,
    /// Where the time went.
    pub timings_ms: Timings,
    /// What the tests printed.
    pub output: Output,
    /// Whether repeated runs agreed.
    #[serde(default)]
    pub stability: Stability,
    /// What ran besides it so that a pass means something.
    #[serde(default)]
    pub controls: Controls,
    /// What else was observed of a change of a repository; absent for everything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Box<ChangeEvidence>>,
    /// The spelling that its digest is taken of.
    #[serde(default, skip_serializing_if = "Form::is_declared")]
    pub form: Form,
}

/// Whether repeated runs of the suite agreed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "kind", content = "runs")]
pub enum Stability {
    /// It ran once.
    #[default]
    Once,
    /// It ran this often with the same outcomes.
    Stable(u32),
    /// It ran this often with different outcomes.
    Flaky(u32),
}

/// How the run of the tests ended, as the outside observed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "kind", content = "detail")]
pub enum Termination {
    /// The harness reported the end of its session, and the process then ended by itself.
    Completed,
    /// The wall time ran out.
    Timeout,
    /// The memory of the tree ran out.
    Memory,
    /// Another limit ended it; the text names the limit.
    Limit(String),
    /// The process ended before the harness reported the end; the text says how.
    EarlyExit(String),
    /// The suite could not be collected; the text is the error.
    Collection(String),
    /// A code or test file does not parse; the text is the error with its line.
    Syntax(String),
    /// The sandbox itself failed; the text says where.
    Infrastructure(String),
    /// The owner or a shutdown stopped it.
    Cancelled,
}

/// How one test ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TestOutcome {
    /// It ran and held.
    Passed,
    /// It ran and did not hold.
    Failed,
    /// Set-up or tear-down raised.
    Error,
    /// It did not run.
    Skipped,
    /// It failed as it was declared to.
    Xfailed,
    /// It was declared to fail and passed, which is no failure unless it is strict, and then said as one; never counts as passed.
    Xpassed,
}

impl TestOutcome {
    /// Tells whether it counts against the code: what was declared to fail does not, whatever it did.
    pub const fn is_failure(self) -> bool {
        matches!(self, Self::Failed | Self::Error)
    }
}

/// One test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TestCase {
    /// The pytest node id relative to the box.
    pub id: String,
    /// How it ended.
    pub outcome: TestOutcome,
    /// Duration of all its phases.
    pub duration_ms: u64,
    /// Why, for anything but a pass; bounded.
    pub message: String,
}

/// Counts and cases of the suite.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tests {
    /// Tests pytest collected.
    pub collected: u32,
    /// Tests whose call phase ran.
    pub executed: u32,
    /// Tests that passed.
    pub passed: u32,
    /// Tests that failed, unexpected passes included.
    pub failed: u32,
    /// Tests whose set-up or tear-down raised.
    pub errors: u32,
    /// Tests that did not run.
    pub skipped: u32,
    /// Tests that failed as declared.
    pub xfailed: u32,
    /// Tests that were declared to fail and passed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub xpassed: u32,
    /// Names known from the syntax tree that never reported, and names that reported twice.
    #[serde(default)]
    pub missing: Vec<String>,
    /// Each test, in the order of execution; at most 10,000.
    pub cases: Vec<TestCase>,
    /// Whether any line of the subject ran, or any test uses a name imported from it.
    pub touched: Touched,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference over")]
const fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// Whether the suite has anything to do with the subject.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Touched {
    /// A line of the subject ran during a test, or a test uses a name imported from it.
    Yes,
    /// Neither.
    No,
    /// The run ended before it could be told.
    #[default]
    Unknown,
}

/// Line coverage over all code files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Coverage {
    /// `covered` of `total`, 0 to 100, to two decimals; 100 where there is nothing to cover.
    pub percent: f64,
    /// Executable lines that ran.
    pub covered: u32,
    /// Executable lines.
    pub total: u32,
    /// Lines that did not run: numbers where there is one code file, `path:line` each where there are several.
    pub missing: Vec<MissingLine>,
    /// The share of each code file, where there are several.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<String, Share>,
    /// The same with the lines that comments exclude; absent where none are excluded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unexcluded: Option<Share>,
    /// Lines of each code file that ran during each test, by node id and path; only where the job asked.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by_test: BTreeMap<String, BTreeMap<String, BTreeSet<u32>>>,
    /// Lines of each code file that can run; only where the job asked.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub executable: BTreeMap<String, BTreeSet<u32>>,
}

/// Lines that ran, of lines that can.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Share {
    /// `covered` of `total`, 0 to 100, to two decimals.
    pub percent: f64,
    /// Executable lines that ran.
    pub covered: u32,
    /// Executable lines.
    pub total: u32,
}

impl Share {
    /// A share from counts; nothing of nothing is all of it.
    pub fn of(covered: u32, total: u32) -> Self {
        let percent = if total == 0 {
            100.0
        } else {
            (f64::from(covered) * 10_000.0 / f64::from(total)).round() / 100.0
        };
        Self { percent, covered, total }
    }
}

/// A line that did not run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum MissingLine {
    /// A line of the only code file.
    Line(u32),
    /// `path:line`, where there are several code files.
    InFile(String),
}

impl Coverage {
    /// The percentage in hundredths, the form records hold.
    pub fn basis_points(&self) -> u32 {
        if self.total == 0 {
            return 10_000;
        }
        let points = u64::from(self.covered) * 10_000 / u64::from(self.total);
        u32::try_from(points).unwrap_or(10_000)
    }

    /// Coverage from counts.
    pub fn of(covered: u32, total: u32, missing: Vec<MissingLine>) -> Self {
        let Share { percent, .. } = Share::of(covered, total);
        let (files, by_test, executable) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self { percent, covered, total, missing, files, unexcluded: None, by_test, executable }
    }
}

/// How grave a lint message is, after pylint's categories.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// A matter of convention.
    Convention,
    /// Code that asks to be rewritten.
    Refactor,
    /// Probably not meant.
    Warning,
    /// Probably a bug.
    Error,
    /// The linter could not go on.
    Fatal,
}

/// One lint message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LintIssue {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 0.
    pub column: u32,
    /// The symbol, such as `undefined-variable`.
    pub symbol: String,
    /// How grave.
    pub severity: Severity,
    /// The message.
    pub message: String,
    /// The code file, where there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Whether it is a remark: what it is about ran without the error, or the file may have made the name.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ran: bool,
}

/// What static analysis found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Lint {
    /// `pylint 4.0.1`, `ruff 0.14.5`, or `none`.
    pub tool: String,
    /// pylint's own 0 to 10; absent for other tools.
    pub score: Option<f64>,
    /// Whether a message is critical by the policy.
    pub critical: bool,
    /// The messages, by line; at most 1,000.
    pub issues: Vec<LintIssue>,
    /// Why a better tool, or any, could not run; empty otherwise.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// Whether the evidence could have been forged by the code under test.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum IntegrityState {
    /// An anomaly that the run itself shows.
    Broken,
    /// A control failed.
    Suspect,
    /// Observed once, no control possible or built.
    Observed,
    /// The controls hold.
    Controlled,
    /// The controls hold and every replayable assertion was confirmed from outside.
    Confirmed,
}

/// The code of a finding that the code ran in programs which the tests start; a verdict goes by it.
pub const RAN_ELSEWHERE: &str = "ran_elsewhere";

impl Integrity {
    /// Whether there is a finding of this code.
    pub fn has(&self, code: &str) -> bool {
        self.findings.iter().any(|finding| finding.code == code)
    }
}

impl IntegrityState {
    /// The word people and programs read.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Broken => "broken",
            Self::Suspect => "suspect",
            Self::Observed => "observed",
            Self::Controlled => "controlled",
            Self::Confirmed => "confirmed",
        }
    }
}

/// Something about the run that an owner should know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// A stable word, such as `output_truncated`.
    pub code: String,
    /// The same in plain words.
    pub message: String,
}

/// The state and its reasons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Integrity {
    /// The grade.
    pub state: IntegrityState,
    /// What led to it, and other findings.
    pub findings: Vec<Finding>,
}

/// What the tests printed, bytes that are not UTF-8 replaced, head and tail kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Output {
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// Bytes left out of the middle.
    pub truncated: u64,
    /// Whether long texts were taken out of the home later, all but their beginnings; the record keeps the digest.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pruned: bool,
}

impl Evidence {
    /// The exact bytes of its JSON that the digest is taken of.
    pub fn bytes(&self) -> Vec<u8> {
        self.form.write(self)
    }

    /// The digest of the evidence as JSON: what a decision rests on.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.bytes())
    }
}
