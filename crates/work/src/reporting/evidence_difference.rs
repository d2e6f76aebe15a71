//! What differs between two executions of the same revision.
//!
//! Times, memory and what tests printed differ each time and are left out. What the execution ran on is told and is no difference of
//! what came of it: it may explain one.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use record::domain::evidence::{Coverage, Evidence, LintIssue, MissingLine, TestOutcome};
use record::domain::execution::Execution;
use record::domain::verdict::Verdict;

/// Longest path or message of one difference, in characters.
const MAX_TEXT: usize = 200;

/// The part of an execution that differs.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The verdict with its reasons.
    Verdict,
    /// How a test ended.
    Test,
    /// Whether a line of the code ran.
    Coverage,
    /// What the linter told.
    Lint,
    /// Whether the evidence could have been forged, and what led to it.
    Integrity,
    /// What it ran on: its limits, the toolchain, packages, the kernel.
    Environment,
}

impl Part {
    /// The word that people read.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Verdict => "verdict",
            Self::Test => "test",
            Self::Coverage => "coverage",
            Self::Lint => "lint",
            Self::Integrity => "integrity",
            Self::Environment => "environment",
        }
    }
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Differing {
    /// What it is a part of.
    pub part: Part,
    /// What differs.
    pub name: String,
    /// How it was in the first execution; empty where it was not there.
    pub before: String,
    /// How it is in the second one; empty where it is not there.
    pub after: String,
}

/// All differences of two executions, gravest first.
pub fn differences(first: &Execution, second: &Execution) -> Vec<Differing> {
    let mut found = Vec::new();
    let mut add = |part, before: BTreeMap<String, String>, after: BTreeMap<String, String>| {
        found.extend(differing(part, &before, &after));
    };
    let both = [first, second];
    let [one, other] = both.map(|it| [("verdict".to_owned(), verdict(&it.verdict))].into());
    add(Part::Verdict, one, other);
    for (part, read) in PARTS {
        let [one, other] = both.map(|it| read(&it.evidence));
        add(part, one, other);
    }
    found
}

/// Reads a part of the evidence, by the names of what it tells.
type Read = fn(&Evidence) -> BTreeMap<String, String>;

const PARTS: [(Part, Read); 5] = [
    (Part::Test, tests),
    (Part::Coverage, lines),
    (Part::Lint, lint),
    (Part::Integrity, integrity),
    (Part::Environment, |evidence| evidence.environment.0.clone()),
];

fn differing(
    part: Part,
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
) -> Vec<Differing> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let text = |from: &BTreeMap<String, String>, name: &String| {
        from.get(name).map(|text| bounded(text)).unwrap_or_default()
    };
    let all = names.into_iter().filter(|name| before.get(*name) != after.get(*name));
    all.map(|name| Differing {
        part,
        name: bounded(name),
        before: text(before, name),
        after: text(after, name),
    })
    .collect()
}

fn bounded(text: &str) -> String {
    text.chars().take(MAX_TEXT).collect()
}

fn verdict(verdict: &Verdict) -> String {
    let reasons: Vec<&str> = verdict.reasons.iter().map(|reason| reason.word()).collect();
    match reasons.as_slice() {
        [] => verdict.word.word().to_owned(),
        _ => format!("{} ({})", verdict.word.word(), reasons.join(", ")),
    }
}

fn tests(evidence: &Evidence) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for case in &evidence.tests.cases {
        found.insert(case.id.clone(), outcome(case.outcome).to_owned());
    }
    found
}

const fn outcome(outcome: TestOutcome) -> &'static str {
    match outcome {
        TestOutcome::Passed => "passed",
        TestOutcome::Failed => "failed",
        TestOutcome::Error => "error",
        TestOutcome::Skipped => "skipped",
        TestOutcome::Xfailed => "xfailed",
        TestOutcome::Xpassed => "xpassed",
    }
}

fn lines(evidence: &Evidence) -> BTreeMap<String, String> {
    let Some(coverage) = &evidence.coverage else { return BTreeMap::new() };
    let Coverage { covered, total, missing, .. } = coverage;
    let line = |line: &MissingLine| match line {
        MissingLine::Line(number) => format!("line {number}"),
        MissingLine::InFile(place) => place.clone(),
    };
    let missing = missing.iter().map(|missing| (line(missing), "did not run".to_owned()));
    let whole = ("lines that ran".to_owned(), format!("{covered} of {total}"));
    missing.chain([whole]).collect()
}

fn lint(evidence: &Evidence) -> BTreeMap<String, String> {
    let place = |issue: &LintIssue| {
        let path = issue.path.as_deref().unwrap_or("line");
        format!("{path}:{} {}", issue.line, issue.symbol)
    };
    // Behind the places of a copy its code is quoted, and pylint chooses each time anew which.
    let words = |issue: &LintIssue| {
        let words = issue.message.split(" ==").next();
        words.unwrap_or_default().to_owned()
    };
    let issues = evidence.lint.issues.iter().map(|issue| (place(issue), words(issue)));
    let tool = ("tool".to_owned(), evidence.lint.tool.clone());
    issues.chain([tool]).collect()
}

fn integrity(evidence: &Evidence) -> BTreeMap<String, String> {
    let integrity = &evidence.integrity;
    let state = ("state".to_owned(), integrity.state.word().to_owned());
    let findings =
        integrity.findings.iter().map(|finding| (finding.code.clone(), "told".to_owned()));
    findings.chain([state]).collect()
}

#[cfg(test)]
mod tests_of_differences {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn what_one_side_has_alone_or_otherwise_is_a_difference() {
        let before = map(&[("a", "passed"), ("b", "passed"), ("c", "failed")]);
        let after = map(&[("b", "passed"), ("c", "passed"), ("d", "skipped")]);

        let found: Vec<(String, String, String)> = differing(Part::Test, &before, &after)
            .into_iter()
            .map(|it| (it.name, it.before, it.after))
            .collect();

        let expected = [("a", "passed", ""), ("c", "failed", "passed"), ("d", "", "skipped")];
        assert_eq!(
            found,
            expected.map(|(name, one, other)| (name.to_owned(), one.to_owned(), other.to_owned()))
        );
    }
}
