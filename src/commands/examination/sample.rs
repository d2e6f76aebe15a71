//! Judges whether a sandbox saw through a suite that is known.
//!
//! Each sample states what must come of it: an honest suite passes or fails, a forgery is not believed, an attack is held
//! off. The checks are pure: evidence in, proof out. An attack that was never made proves nothing and counts as failed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use record::domain::evidence::{Evidence, IntegrityState, Termination, TestOutcome};
use record::domain::policy::Policy;
use record::domain::verdict::{Reason, VerdictWord, judge};

/// A suite whose worth is known beforehand.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// Its name; where it is an attack in several ways, the first part of the names of its checks.
    pub name: &'static str,
    /// The code.
    pub code: &'static str,
    /// The tests.
    pub tests: &'static str,
    /// The result that a sandbox has to come to.
    pub expected: Expected,
}

/// The result that must come of a sample.
#[derive(Clone, Copy, Debug)]
pub enum Expected {
    /// It passes, and its controls hold.
    Passes,
    /// It fails by its tests.
    Fails,
    /// It ends before its session is over, and is not believed.
    EndsEarly,
    /// It passes by itself, and its controls give it away.
    Suspected,
    /// Every test is an attack that does not get out: test and what it tries.
    Walled(&'static [(&'static str, &'static str)]),
}

/// What became of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// As expected.
    Held,
    /// Not as expected: what the sandbox says is not to be relied on.
    Failed,
    /// Nothing was tried.
    NotEstablished,
}

/// One line: what was tried, expected and seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Check {
    /// The backend it ran in; `none` where there is none.
    pub backend: String,
    /// What was tried.
    pub sample: String,
    /// What must come of it.
    pub expected: String,
    /// What was seen.
    pub observed: String,
    /// Whether that is the same.
    pub proof: Proof,
    /// What to do; empty where nothing is.
    pub remedy: String,
}

/// Remedy for a sandbox that does not hold.
const DO_NOT_RELY: &str = "Approve nothing on the word of this sandbox; try `/setup`, then report this with the \
                           output of `/doctor --samples --json`.";

impl Sample {
    /// Checks this sample on its evidence; `leaks` are attacks that the outside saw succeed.
    pub fn checks(&self, backend: &str, evidence: &Evidence, leaks: &[&str]) -> Vec<Check> {
        let Expected::Walled(attacks) = self.expected else {
            let (holds, observed) = self.whole(evidence);
            return vec![self.check(backend, self.name, holds, observed)];
        };
        let one = |(test, words): &(&str, &str)| {
            let name = format!("{}: {words}", self.name);
            let (holds, observed) = attack(evidence, test, leaks.contains(test));
            self.check(backend, &name, holds, observed)
        };
        attacks.iter().map(one).collect()
    }

    /// Makes the checks of this sample where nothing was or could be tried.
    pub fn untried(&self, backend: &str, proof: Proof, why: &str, remedy: &str) -> Vec<Check> {
        let names = match self.expected {
            Expected::Walled(attacks) => {
                attacks.iter().map(|(_, words)| format!("{}: {words}", self.name)).collect()
            }
            Expected::Passes | Expected::Fails | Expected::EndsEarly | Expected::Suspected => {
                vec![self.name.to_owned()]
            }
        };
        let check = |sample| Check {
            backend: backend.to_owned(),
            sample,
            expected: self.expected.words().to_owned(),
            observed: why.to_owned(),
            proof,
            remedy: remedy.to_owned(),
        };
        names.into_iter().map(check).collect()
    }

    fn check(&self, backend: &str, name: &str, holds: bool, observed: String) -> Check {
        Check {
            backend: backend.to_owned(),
            sample: name.to_owned(),
            expected: self.expected.words().to_owned(),
            observed,
            proof: if holds { Proof::Held } else { Proof::Failed },
            remedy: if holds { String::new() } else { DO_NOT_RELY.to_owned() },
        }
    }

    fn whole(&self, evidence: &Evidence) -> (bool, String) {
        let verdict = judge(evidence, &Policy::default());
        let state = evidence.integrity.state;
        // Lint has no time here where it does not matter, so a verdict may want nothing but a linter.
        let is_believed = verdict.word == VerdictWord::Passed
            || verdict.reasons.as_slice() == [Reason::MissingLinter];
        let has = |reason: Reason| verdict.reasons.contains(&reason);
        let holds = match self.expected {
            Expected::Passes => {
                verdict.word == VerdictWord::Passed && state >= IntegrityState::Controlled
            }
            Expected::Fails => has(Reason::Tests) && evidence.termination == Termination::Completed,
            Expected::EndsEarly => !is_believed && has(Reason::EarlyExit),
            Expected::Suspected => {
                !is_believed && state == IntegrityState::Suspect && evidence.tests.failed == 0
            }
            Expected::Walled(_) => false,
        };
        (holds, seen(evidence, verdict.word, &verdict.reasons))
    }
}

impl Expected {
    /// Returns the words for a person.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Passes => "passed, and its controls hold",
            Self::Fails => "failed by its tests",
            Self::EndsEarly => "not believed: it left early",
            Self::Suspected => "not believed: its controls give it away",
            Self::Walled(_) => "held off",
        }
    }
}

fn seen(evidence: &Evidence, word: VerdictWord, reasons: &[Reason]) -> String {
    let reasons: Vec<&str> = reasons.iter().map(|reason| reason.word()).collect();
    let codes: Vec<&str> =
        evidence.integrity.findings.iter().map(|finding| finding.code.as_str()).collect();
    let mut words = word.word().to_owned();
    if !reasons.is_empty() {
        words = format!("{words} ({})", reasons.join(", "));
    }
    words = format!("{words}, integrity {}", evidence.integrity.state.word());
    if codes.is_empty() { words } else { format!("{words}: {}", codes.join(", ")) }
}

/// Judges one attack: a test that passes has got out; one that did not report has shown nothing.
fn attack(evidence: &Evidence, test: &str, is_seen_outside: bool) -> (bool, String) {
    let is_it = |id: &str| id.rsplit("::").next() == Some(test);
    let case = evidence.tests.cases.iter().find(|case| is_it(&case.id));
    match case.map(|case| case.outcome) {
        // The outside is believed before the test, which runs where the attack runs.
        _ if is_seen_outside => (false, "it got out: the outside saw it".to_owned()),
        Some(TestOutcome::Failed) => (true, "held off".to_owned()),
        Some(TestOutcome::Passed | TestOutcome::Xpassed) => (false, "it got out".to_owned()),
        Some(TestOutcome::Error | TestOutcome::Skipped | TestOutcome::Xfailed) | None => {
            (false, "the attack was never made, so nothing is shown".to_owned())
        }
    }
}
