//! Evidence of a change of a repository: what its tests did before and after it.
//!
//! A green suite says little of a change: a failing test may have been deleted, skipped or emptied. So the base is run too, the
//! change's tests run on the base's code (the revert control), and the old tests on the new code. It is part of the evidence of
//! the run of the result and judged with it (`verdict.rs`); lists are bounded where they are made (`MAX_LISTED`).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::changeset::{Base, RepositoryName};

/// Most entries of one list.
pub const MAX_LISTED: usize = 2_000;

/// What was observed of a change, besides the run of its result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeEvidence {
    /// The repository, as the owner named it.
    pub repository: RepositoryName,
    /// Where the change starts.
    pub base: Base,
    /// The base's own run.
    pub baseline: BaselineFacts,
    /// Tests whose outcome the change turned.
    pub flips: Flips,
    /// Tests that fail on the base and on the result; they never count against the change.
    pub red_before_and_after: Vec<String>,
    /// Whether the change's tests need the change.
    pub control: Control,
    /// Coverage of the lines that the change adds.
    pub changed_lines: ChangedLines,
    /// Lint messages that the base has not.
    pub new_lint: Vec<NewLint>,
    /// Parts of the change that no test notices.
    pub survivors: Vec<Survivor>,
    /// How many hunks and small changes were tried.
    pub mutants_tried: u32,
    /// Signs that tests ask less than before.
    pub weakened: Vec<WeakenedTests>,
    /// Touched files that decide what runs: they may deselect, skip or hook.
    pub configuration: Vec<String>,
    /// Packages that it adds, drops or moves among those that the repository declares or locks; the suite ran without them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dependencies: Vec<String>,
    /// Tests as they were that fail on the new code, or files of them that cannot be collected: tested behaviour changes.
    pub old_tests_failing: Vec<String>,
    /// What was not done, and why.
    pub left_out: Vec<String>,
}

/// Facts about the run of the base.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BaselineFacts {
    /// Tests that ran or were skipped.
    pub tests: u32,
    /// Tests that fail.
    pub failed: Vec<String>,
    /// Tests that are skipped.
    pub skipped: u32,
    /// Functions whose tests have other names in every run, compared by their order.
    pub unstable: Vec<String>,
    /// Whether it was run for an earlier change.
    pub cached: bool,
    /// Why there is none; without it nothing can be said of the change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unavailable: Option<String>,
}

/// Tests whose outcome a change turned, by node id.
///
/// What went red to green is seen between the base with the change's tests and the result; a test that these do not have, or
/// that was not run there, is compared with the base.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Flips {
    /// From red to green.
    pub fixed: Vec<String>,
    /// From green to red.
    pub broken: Vec<String>,
    /// Tests that the base does not have.
    pub new: Vec<String>,
    /// Tests that passed on the base and are gone.
    pub removed: Vec<String>,
    /// Tests that passed on the base, or are new, and are skipped or declared to fail.
    pub skipped: Vec<String>,
    /// Tests that differ when they are repeated.
    pub flaky: Vec<String>,
    /// For a test that is gone, the one that probably took its place.
    pub partners: BTreeMap<String, String>,
    /// Tests of `removed` and `skipped` that nothing explains: what they asked is no longer asked, and the new code does not
    /// meet it, or nobody can tell.
    pub unexplained: Vec<String>,
    /// Tests that the new code fails as they were, and that pass now only by what the change adds beside them or no longer asks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hidden: Vec<String>,
}

impl Flips {
    /// Whether anything green went red, or is gone, left out or kept green without an explanation.
    pub fn is_worse(&self) -> bool {
        [&self.broken, &self.unexplained, &self.hidden].iter().any(|list| !list.is_empty())
    }
}

/// How well the change's tests need the change: they run on the code of the base.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Control {
    /// The best that any test shows.
    pub grade: ControlGrade,
    /// Tests that pass with the change and fail without.
    pub tests: Vec<ControlTest>,
    /// New or changed tests that pass without the change too.
    pub passing_on_base: Vec<String>,
    /// New or changed test functions.
    pub own_tests: u32,
}

/// The best that any test of a change shows.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ControlGrade {
    /// No test tells the change from the base.
    #[default]
    None,
    /// Without the change the tests cannot be collected: they use a name that is new.
    Collection,
    /// Without the change they run into a limit.
    Limit,
    /// Without the change a test fails.
    Holds,
}

/// A test that needs the change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ControlTest {
    /// Its node id.
    pub id: String,
    /// How it ends without the change.
    pub how: How,
}

/// How a test ends without the change.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// It was not collected.
    Collection,
    /// Time or memory ran out.
    Limit,
    /// Something else is raised than by an expectation: a new name may be missing.
    Error,
    /// An expectation does not hold.
    Assertion,
}

/// Executable lines that a change adds, and those that ran.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChangedLines {
    /// Executable lines; none is "nothing executable", not all of it.
    pub total: u32,
    /// Those that ran.
    pub covered: u32,
    /// Those that did not, `path:line`.
    pub missing: Vec<String>,
    /// Tests during which a line ran, where that is known.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by_test: BTreeMap<String, Vec<String>>,
}

/// A lint message that the base does not have, or a comment that hides such.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NewLint {
    /// The file.
    pub path: String,
    /// The line in the result, from 1.
    pub line: u32,
    /// The rule, or the kind of comment: `noqa`, `type: ignore`, `pragma: no cover`, `pylint: disable`.
    pub symbol: String,
    /// The message.
    pub message: String,
    /// The text of the line.
    pub text: String,
}

/// A part of a change that no test notices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Survivor {
    /// What was done.
    pub kind: SurvivorKind,
    /// The file.
    pub path: String,
    /// The first line in the result.
    pub line: u32,
    /// The last line in the result.
    pub last: u32,
    /// The same in plain words.
    pub what: String,
}

/// What was done to a part of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SurvivorKind {
    /// A hunk was undone.
    Hunk,
    /// A line that ran was changed a little.
    Mutant,
}

/// A sign that tests of a file ask less than before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WeakenedTests {
    /// The file.
    pub path: String,
    /// Against what it was compared.
    pub against: Against,
    /// A stable word, as [`Weakening`](crate::domain::weakening::Weakening) has them, or `no_assertion`.
    pub code: String,
    /// The same in plain words.
    pub message: String,
}

/// What the tests of a change are compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Against {
    /// The base.
    Base,
    /// The revision before.
    Parent,
    /// Nothing: it speaks of the test as it is.
    Itself,
}

impl Control {
    /// Whether a test fails in an assertion without the change.
    pub fn holds_in_assertion(&self) -> bool {
        self.tests.iter().any(|test| test.how == How::Assertion)
    }
}

impl ChangeEvidence {
    /// The evidence of a change of which nothing was observed yet.
    pub fn of(repository: RepositoryName, base: Base) -> Self {
        Self {
            repository,
            base,
            baseline: BaselineFacts::default(),
            flips: Flips::default(),
            red_before_and_after: Vec::new(),
            control: Control::default(),
            changed_lines: ChangedLines::default(),
            new_lint: Vec::new(),
            survivors: Vec::new(),
            mutants_tried: 0,
            weakened: Vec::new(),
            configuration: Vec::new(),
            dependencies: Vec::new(),
            old_tests_failing: Vec::new(),
            left_out: Vec::new(),
        }
    }

    /// Whether a test that fails is no fault of the change: it fails on the base too, or not always.
    pub fn excuses(&self, id: &str) -> bool {
        let has = |ids: &[String]| ids.iter().any(|known| known == id);
        has(&self.red_before_and_after) || has(&self.flips.flaky)
    }

    /// Whether something was found that an owner should weigh before signing.
    pub fn has_findings(&self) -> bool {
        let flips = &self.flips;
        let lists = [&flips.skipped, &flips.flaky, &flips.removed, &self.control.passing_on_base];
        self.control.own_tests == 0
            || lists.iter().any(|list| !list.is_empty())
            || !self.survivors.is_empty()
            || !self.weakened.is_empty()
            || !self.configuration.is_empty()
            || !self.dependencies.is_empty()
    }
}
