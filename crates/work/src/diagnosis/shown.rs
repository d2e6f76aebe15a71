//! Selects what a model is shown of an execution.
//!
//! A diagnosis is one sentence for people; who repairs needs the lines and values behind it, what was printed, and where it ran. Failures that differ go before those
//! that repeat one, because a prompt has room for few. All of it is hostile text and bounded; the prompt fences it.

use std::collections::BTreeSet;

use crate::diagnosis::raised::{Raised, without_addresses};
use record::domain::evidence::{Evidence, Termination, TestCase};
use sandbox::backend::PACKAGES_INSTALLED;

/// Most failures that are shown.
const MAX_FAILURES: usize = 5;
/// Most lines of one, and most characters; its end says most.
const MAX_LINES: usize = 24;
const MAX_CHARS: usize = 1_600;
/// Most packages that are named.
const MAX_PACKAGES: usize = 12;
/// Most characters of what the suite printed.
const MAX_PRINTED: usize = 1_500;

/// What a model is shown of an execution.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Failures that differ, each with its traceback.
    pub failures: Vec<String>,
    /// The end of what the suite printed.
    pub printed: String,
    /// Where it ran, one line each.
    pub surroundings: Vec<String>,
}

impl Shown {
    /// Reads it from the evidence of an execution.
    pub fn of(evidence: &Evidence) -> Self {
        Self {
            failures: failures(evidence),
            printed: printed(evidence),
            surroundings: surroundings(evidence),
        }
    }
}

fn failures(evidence: &Evidence) -> Vec<String> {
    let failing: Vec<&TestCase> =
        evidence.tests.cases.iter().filter(|case| case.outcome.is_failure()).collect();
    let mut seen = BTreeSet::new();
    let (first, again): (Vec<&TestCase>, Vec<&TestCase>) =
        failing.iter().copied().partition(|case| seen.insert(Raised::read(&case.message).text()));
    let chosen = first.into_iter().chain(again).take(MAX_FAILURES);
    let mut shown: Vec<String> = ended(&evidence.termination).map(end_of).into_iter().collect();
    shown.extend(chosen.map(|case| format!("{}\n{}", case.id, end_of(&case.message))));
    let left = failing.len().saturating_sub(MAX_FAILURES);
    if left > 0 {
        shown.push(format!("{left} more tests fail."));
    }
    shown
}

/// The text of a run that did not come to its tests.
fn ended(termination: &Termination) -> Option<&str> {
    match termination {
        Termination::Syntax(text)
        | Termination::Collection(text)
        | Termination::EarlyExit(text)
        | Termination::Limit(text) => Some(text),
        Termination::Completed
        | Termination::Timeout
        | Termination::Memory
        | Termination::Infrastructure(_)
        | Termination::Cancelled => None,
    }
}

fn printed(evidence: &Evidence) -> String {
    let output = &evidence.output;
    let parts = [&output.stdout, &output.stderr].map(|text| last(text.trim_end(), MAX_PRINTED / 2));
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

fn surroundings(evidence: &Evidence) -> Vec<String> {
    let value = |name: &str| evidence.environment.0.get(name);
    let number = |name: &str| value(name).and_then(|text| text.parse::<u64>().ok());
    let versions: Vec<String> = ["python", "pytest"]
        .iter()
        .filter_map(|name| Some(format!("{name} {}", value(name)?)))
        .collect();
    let packages = packages(evidence);
    let limits = [
        number("limit_tests_ms").map(|ms| format!("{} s for all tests", ms / 1_000)),
        number("limit_memory_bytes").map(|bytes| format!("{} MiB of memory", bytes >> 20)),
        number("limit_processes").map(|count| format!("{count} processes and threads")),
    ];
    let limits: Vec<String> = limits.into_iter().flatten().collect();
    let mut lines = Vec::new();
    if !versions.is_empty() {
        lines.push(format!("{}; the standard library and {packages}", versions.join(", ")));
    }
    if !limits.is_empty() {
        lines.push(format!("at most {}", limits.join(", ")));
        lines.push("no network but the machine's own loopback, and no input".to_owned());
    }
    lines
}

/// Names the packages that a suite had besides the tools, each with its version.
fn packages(evidence: &Evidence) -> String {
    let told = evidence.integrity.findings.iter().find(|one| one.code == PACKAGES_INSTALLED);
    let Some(told) = told else { return "no further packages".to_owned() };
    let name = |one: &str| one.split(" (").next().unwrap_or(one).to_owned();
    let names: Vec<String> = told.message.split("; ").map(name).take(MAX_PACKAGES).collect();
    names.join(", ")
}

fn end_of(text: &str) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let from = lines.len().saturating_sub(MAX_LINES);
    let lines = lines.iter().skip(from).map(|line| without_addresses(line));
    last(&lines.collect::<Vec<_>>().join("\n"), MAX_CHARS)
}

fn last(text: &str, most: usize) -> String {
    let from = text.chars().count().saturating_sub(most);
    text.chars().skip(from).collect()
}
