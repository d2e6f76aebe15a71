//! From evidence to verdict, in one function.
//!
//! A backend observes and never grades. Here, and only here, a policy meets evidence: what is critical, what fails a
//! revision and what is no evidence at all.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::change_evidence::{ChangeEvidence, ControlGrade};
use crate::domain::change_rules::ChangeRules;
use crate::domain::evidence::{
    Evidence, IntegrityState, RAN_ELSEWHERE, Stability, Termination, TestCase, TestOutcome, Tests,
    Touched,
};
use crate::domain::policy::Policy;

/// The three answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VerdictWord {
    /// The evidence speaks for the revision.
    Passed,
    /// The evidence speaks against it.
    Failed,
    /// There is no evidence to go by.
    Inconclusive,
}

impl VerdictWord {
    /// The word people and programs read.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Inconclusive => "inconclusive",
        }
    }
}

impl fmt::Display for VerdictWord {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

impl FromStr for VerdictWord {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Passed, Self::Failed, Self::Inconclusive]
            .into_iter()
            .find(|verdict| verdict.word() == text)
            .ok_or(())
    }
}

/// A reason why a verdict is not `passed`; the words are part of the contract.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Of a change: something that was green went red, or is gone or left out without an explanation.
    Regression,
    /// A test failed or its set-up raised.
    Tests,
    /// No test ran and passed.
    NoTests,
    /// A test known from the syntax tree never reported.
    MissingTests,
    /// The suite has nothing to do with the subject.
    Untouched,
    /// The suite could not be collected.
    Collection,
    /// A file does not parse.
    Syntax,
    /// The process ended before the harness was done.
    EarlyExit,
    /// Wall time.
    Timeout,
    /// Memory.
    Memory,
    /// Another limit.
    Limit,
    /// A lint message that the policy calls critical.
    LintCritical,
    /// The evidence cannot be believed.
    Integrity,
    /// Of a change: its tests do not need it as the policy demands.
    Control,
    /// Of a change: fewer of its lines run than the policy demands.
    ChangedLines,
    /// Of a change: it brings lint messages, which the policy denies.
    NewLint,
    /// The sandbox could not carry the execution out.
    Infrastructure,
    /// Of a change: its base cannot be run here, so that nothing can be said of the change.
    Environment,
    /// No linter could run.
    MissingLinter,
    /// Repeated runs disagree.
    Flaky,
    /// The execution was stopped.
    Cancelled,
}

impl Reason {
    /// The word people and programs read.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Regression => "regression",
            Self::Tests => "tests",
            Self::NoTests => "no_tests",
            Self::MissingTests => "missing_tests",
            Self::Untouched => "untouched",
            Self::Collection => "collection",
            Self::Syntax => "syntax",
            Self::EarlyExit => "early_exit",
            Self::Timeout => "timeout",
            Self::Memory => "memory",
            Self::Limit => "limit",
            Self::LintCritical => "lint_critical",
            Self::Integrity => "integrity",
            Self::Control => "control",
            Self::ChangedLines => "changed_lines",
            Self::NewLint => "new_lint",
            Self::Infrastructure => "infrastructure",
            Self::Environment => "environment",
            Self::MissingLinter => "missing_linter",
            Self::Flaky => "flaky",
            Self::Cancelled => "cancelled",
        }
    }

    /// What it means, in words for somebody who decides.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Regression => "what was green is red, gone, left out or asked no more",
            Self::Tests => "a test failed, or its set-up raised",
            Self::NoTests => "no test ran and passed",
            Self::MissingTests => "tests that are known were never reported",
            Self::Untouched => "the tests run nothing of what is proposed",
            Self::Collection => "tests could not be collected",
            Self::Syntax => "a file does not parse",
            Self::EarlyExit => "the run ended before all tests had",
            Self::Timeout => "the run took longer than it may",
            Self::Memory => "the run took more memory than it may",
            Self::Limit => "the run met a limit of the sandbox",
            Self::LintCritical => "the linter found what the policy calls critical",
            Self::Integrity => "the evidence cannot be believed",
            Self::Control => "the tests do not need the change as the policy demands",
            Self::ChangedLines => "fewer of the changed lines ran than the policy demands",
            Self::NewLint => "the change brings messages of the linter, which the policy denies",
            Self::Infrastructure => "the sandbox could not carry the run out",
            Self::Environment => "the base of the change, or its tests, cannot be run here",
            Self::MissingLinter => "no linter could run",
            Self::Flaky => "repeated runs disagree",
            Self::Cancelled => "the run was stopped",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

/// The answer and its reasons; `passed` has none, the others at least one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Verdict {
    /// The answer.
    pub word: VerdictWord,
    /// Why, gravest first.
    pub reasons: Vec<Reason>,
}

impl Verdict {
    /// Whether it ended passed, failed or flaky, so that the proposal counts as tested.
    pub fn is_tested(&self) -> bool {
        match self.word {
            VerdictWord::Passed | VerdictWord::Failed => true,
            VerdictWord::Inconclusive => self.reasons.contains(&Reason::Flaky),
        }
    }

    fn inconclusive(reason: Reason) -> Self {
        Self { word: VerdictWord::Inconclusive, reasons: vec![reason] }
    }
}

/// Marks in the evidence what the policy calls critical, and judges it; for whoever stores both.
pub fn decide(mut evidence: Evidence, policy: &Policy) -> (Evidence, Verdict) {
    evidence.lint.critical = policy.finds_critical(&evidence.lint);
    let verdict = judge(&evidence, policy);
    (evidence, verdict)
}

/// Judges evidence: total, and monotone (worse evidence never gives a better verdict).
///
/// What is critical follows from the messages and the policy, whatever the evidence says of itself.
pub fn judge(evidence: &Evidence, policy: &Policy) -> Verdict {
    match evidence.termination {
        Termination::Infrastructure(_) => return Verdict::inconclusive(Reason::Infrastructure),
        Termination::Cancelled => return Verdict::inconclusive(Reason::Cancelled),
        Termination::Completed
        | Termination::Timeout
        | Termination::Memory
        | Termination::Limit(_)
        | Termination::EarlyExit(_)
        | Termination::Collection(_)
        | Termination::Syntax(_) => {}
    }
    let change = evidence.change.as_deref();
    if change.is_some_and(|change| change.baseline.unavailable.is_some()) {
        return Verdict::inconclusive(Reason::Environment);
    }
    if matches!(evidence.stability, Stability::Flaky(_)) {
        return Verdict::inconclusive(Reason::Flaky);
    }
    let reasons = failures(evidence, policy);
    if !reasons.is_empty() {
        return Verdict { word: VerdictWord::Failed, reasons };
    }
    if evidence.lint.tool == "none" {
        return Verdict::inconclusive(Reason::MissingLinter);
    }
    Verdict { word: VerdictWord::Passed, reasons }
}

fn failures(evidence: &Evidence, policy: &Policy) -> Vec<Reason> {
    let tests = &evidence.tests;
    let change = evidence.change.as_deref();
    let is_complete = evidence.termination == Termination::Completed;
    let is_doubted = evidence.integrity.state < IntegrityState::Observed;
    let found = [
        (is_doubted, Reason::Integrity),
        (change.is_some_and(|change| change.flips.is_worse()), Reason::Regression),
        (has_red(tests, change), Reason::Tests),
        (is_complete && !tests.missing.is_empty(), Reason::MissingTests),
        (
            is_complete && tests.passed == 0 && tests.failed == 0 && tests.errors == 0,
            Reason::NoTests,
        ),
        (is_complete && is_untouched(evidence), Reason::Untouched),
        (policy.finds_critical(&evidence.lint), Reason::LintCritical),
    ];
    let ended = ending(&evidence.termination);
    let rules = policy.change.as_ref().zip(change);
    let demanded = rules.into_iter().flat_map(|(rules, change)| unmet(rules, change));
    ended
        .into_iter()
        .chain(found.into_iter().filter_map(|(holds, reason)| holds.then_some(reason)))
        .chain(demanded)
        .collect()
}

/// What the policy demands of a change and the evidence does not show.
fn unmet(rules: &ChangeRules, change: &ChangeEvidence) -> impl Iterator<Item = Reason> {
    let found = [
        (rules.has_control(change), Reason::Control),
        (rules.is_covered(change), Reason::ChangedLines),
        (rules.takes_lint(change), Reason::NewLint),
    ];
    found.into_iter().filter_map(|(is_met, reason)| (!is_met).then_some(reason))
}

/// Whether a test failed that is not excused; one that is counted and not listed is not.
fn has_red(tests: &Tests, change: Option<&ChangeEvidence>) -> bool {
    let Some(change) = change else { return tests.failed > 0 || tests.errors > 0 };
    let red = || {
        let is_red =
            |case: &&TestCase| matches!(case.outcome, TestOutcome::Failed | TestOutcome::Error);
        tests.cases.iter().filter(is_red)
    };
    let listed = u32::try_from(red().count()).unwrap_or(u32::MAX);
    tests.failed.saturating_add(tests.errors) > listed
        || red().any(|case| !change.excuses(&case.id))
}

/// Whether the suite has nothing to do with the subject: of a change, with the lines that it adds.
///
/// Lines that run in programs which the tests start are not measured; there a test that fails without the change shows that they did.
fn is_untouched(evidence: &Evidence) -> bool {
    let tests = &evidence.tests;
    match evidence.change.as_deref() {
        None => tests.passed > 0 && tests.touched != Touched::Yes,
        Some(change) => {
            let lines = &change.changed_lines;
            let is_shown = evidence.integrity.has(RAN_ELSEWHERE)
                && change.control.grade == ControlGrade::Holds;
            lines.total > 0 && lines.covered == 0 && !is_shown
        }
    }
}

const fn ending(termination: &Termination) -> Option<Reason> {
    match termination {
        Termination::Completed | Termination::Infrastructure(_) | Termination::Cancelled => None,
        Termination::Timeout => Some(Reason::Timeout),
        Termination::Memory => Some(Reason::Memory),
        Termination::Limit(_) => Some(Reason::Limit),
        Termination::EarlyExit(_) => Some(Reason::EarlyExit),
        Termination::Collection(_) => Some(Reason::Collection),
        Termination::Syntax(_) => Some(Reason::Syntax),
    }
}
