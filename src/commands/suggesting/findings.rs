//! Derives from evidence what would make it stronger, strongest first.
//!
//! Pure functions, one for each kind: integrity, mutants that survive, lines that never run, tests left out, lint. Each
//! finding says what to do, and lists are bounded, so that the first lines are the ones worth reading.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use record::domain::change_evidence::{ChangeEvidence, SurvivorKind};
use record::domain::evidence::{
    Evidence, Finding as Observed, IntegrityState, MissingLine, TestOutcome,
};
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};
use record::domain::verdict::Reason;
use repair::outline::outline;
use sandbox::backend::PACKAGES_INSTALLED;
use work::healing::mutation::{Mutation, Survivor};
use work::reporting::views;

/// Coverage below which it is a finding, in percent.
const ENOUGH_COVERAGE: f64 = 90.0;
/// Lint score below which it is one.
const ENOUGH_LINT: f64 = 9.0;
/// Mutation score below which it is one.
const ENOUGH_KILLED: f64 = 0.8;
/// Most findings of one kind.
const MAX_OF_KIND: usize = 10;
/// Most lint messages that are told.
const MAX_LINT: usize = 3;
/// Longest text of a line or an answer, in characters.
const MAX_TEXT: usize = 100;

/// How much a finding weighs.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// Something wrong would pass.
    High,
    /// Something is not looked at.
    Medium,
    /// Something could be better.
    Low,
}

impl Weight {
    /// Returns the word that people and programs read.
    pub const fn word(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

/// One thing that would make the evidence stronger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// How much it weighs.
    pub severity: Weight,
    /// A stable word, such as `missing_line`.
    pub kind: String,
    /// The same in plain words.
    pub message: String,
    /// `path:line`; null where it is about no place.
    pub place: Option<String>,
    /// What to do about it.
    pub hint: String,
}

/// The files and evidence that are looked at.
pub struct Looked<'a> {
    /// The files.
    pub source: &'a Source,
    /// The evidence of an execution of them.
    pub evidence: &'a Evidence,
    /// The reason why it did not pass; `None` where it did.
    pub trouble: Option<&'a str>,
    /// Why the verdict on it is not `passed`.
    pub reasons: &'a [Reason],
    /// The mutants that tests noticed, where any were tried.
    pub mutation: Option<&'a Mutation>,
}

/// Lists the findings, strongest first; none where the evidence is excellent.
pub fn findings(looked: &Looked<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    found.extend(looked.trouble.map(|trouble| not_passed(looked, trouble)));
    found.extend(integrity(looked.evidence));
    found.extend(looked.evidence.change.as_deref().into_iter().flat_map(unnoticed));
    // Of a change its own tests alone are asked, which tell what a call answers and not what the repository notices.
    let mutation_of_all = looked.mutation.filter(|_| looked.evidence.change.is_none());
    found.extend(mutation_of_all.into_iter().flat_map(mutation));
    found.extend(coverage(looked));
    found.extend(left_out(looked.evidence));
    found.extend(lint(looked.evidence));
    found.sort_by_key(|finding| finding.severity);
    found
}

fn finding(severity: Weight, kind: &str, message: String, hint: &str) -> Finding {
    Finding { severity, kind: kind.to_owned(), message, place: None, hint: hint.to_owned() }
}

fn not_passed(looked: &Looked<'_>, trouble: &str) -> Finding {
    let message = format!("the newest execution did not pass: {trouble}");
    // No repair of the code mends tests that are at fault, and none is tried.
    let are_tests_at_fault = looked.reasons == [Reason::Integrity];
    let hint = if are_tests_at_fault {
        "Give it other tests first: `/refine-code <id> --tests FILE`."
    } else {
        "Repair it first: `/auto-refine <id>` or `/refine-code <id>`."
    };
    finding(Weight::High, "not_passed", message, hint)
}

fn integrity(evidence: &Evidence) -> Vec<Finding> {
    let state = evidence.integrity.state;
    let is_vacuous = |observed: &&Observed| observed.code == "vacuous_tests";
    let (vacuous, others): (Vec<&Observed>, Vec<&Observed>) =
        evidence.integrity.findings.iter().partition(is_vacuous);
    // What was installed is told as a finding, and is no fault.
    let is_reason = |observed: &&&Observed| observed.code != PACKAGES_INSTALLED;
    let reasons: Vec<&str> =
        others.iter().filter(is_reason).map(|observed| observed.message.as_str()).collect();
    let is_change = evidence.change.is_some();
    let hint = "Let every test compare a result with a value that only right code gives.";
    let vacuous = vacuous
        .into_iter()
        .map(|observed| finding(Weight::High, "vacuous_tests", observed.message.clone(), hint));
    let severity = match state {
        // Controls are for suites that pass; that this one does not is told already.
        IntegrityState::Observed if evidence.integrity.has("controls_skipped") => {
            return vacuous.collect();
        }
        // A change is run by its repository's tests, which no controls are made for.
        IntegrityState::Observed if is_change && reasons.is_empty() => return vacuous.collect(),
        IntegrityState::Broken => Weight::High,
        IntegrityState::Suspect | IntegrityState::Observed => Weight::Medium,
        IntegrityState::Controlled | IntegrityState::Confirmed => return vacuous.collect(),
    };
    let mut message = format!("the evidence is merely {}", state.word());
    if !reasons.is_empty() {
        message = format!("{message}: {}", reasons.join("; "));
    }
    let hint = if is_change {
        "Mend what is named, or say in the request why it has to stay."
    } else {
        "Compare results with literal values (`assert f(2) == 4`), which controls can change."
    };
    vacuous.chain([finding(severity, "integrity", message, hint)]).collect()
}

/// Names the parts of a change that no test of its repository noticed.
fn unnoticed(change: &ChangeEvidence) -> impl Iterator<Item = Finding> {
    let hint = "Add a test that fails without it, and run it again: `/sandbox-code <id>`.";
    change.survivors.iter().take(MAX_OF_KIND).map(move |part| {
        let weight = match part.kind {
            SurvivorKind::Hunk => Weight::High,
            SurvivorKind::Mutant => Weight::Medium,
        };
        let place = Some(format!("{}:{}", part.path, part.line));
        Finding { place, ..finding(weight, "unnoticed_part", part.what.clone(), hint) }
    })
}

fn mutation(mutation: &Mutation) -> Vec<Finding> {
    let separated = mutation.survivors.iter().filter_map(survivor).take(MAX_OF_KIND);
    let low = mutation.score().filter(|score| *score < ENOUGH_KILLED).map(|score| {
        let (killed, tried) = (mutation.killed, mutation.tried);
        let message = format!("the tests notice {killed} of {tried} small changes ({score:.2})");
        let hint = "A reason to look at the survivors, no verdict: some change nothing.";
        finding(Weight::Low, "mutation_score", message, hint)
    });
    separated.chain(low).collect()
}

fn survivor(survivor: &Survivor) -> Option<Finding> {
    let separating = survivor.separating.as_ref()?;
    let (ours, others) = (separating.answers.first()?, separating.answers.get(1)?);
    let short = |text: &str| views::preview(text, MAX_TEXT);
    let message = format!(
        "no test notices that {}, line {}: {}",
        survivor.changed,
        survivor.line,
        differs(&short(&separating.call), &short(ours), &short(others))
    );
    let hint = "Add a test of this call, once you know which answer is right.";
    Some(Finding {
        place: Some(format!("{}:{}", survivor.path, survivor.line)),
        ..finding(Weight::High, "surviving_mutant", message, hint)
    })
}

/// Says how a call would answer otherwise; answers that are no values are sentences already.
fn differs(call: &str, ours: &str, others: &str) -> String {
    let is_act = |answer: &str| {
        answer.starts_with("raises ") || matches!(answer, "does not end" | "ends its process")
    };
    if ours == others {
        return format!("{call} would change its arguments otherwise");
    }
    match (is_act(ours), is_act(others)) {
        (false, false) => format!("{call} would be {others} instead of {ours}"),
        (true, false) => format!("{call} {ours}, and would be {others}"),
        (false, true) => format!("{call} is {ours}, and then {others}"),
        (true, true) => format!("{call} {ours}, and then {others}"),
    }
}

fn coverage(looked: &Looked<'_>) -> Vec<Finding> {
    let Some(coverage) = &looked.evidence.coverage else { return Vec::new() };
    let mut found = Vec::new();
    if coverage.percent < ENOUGH_COVERAGE {
        let message = format!(
            "coverage is {} %: {} of {} lines run",
            coverage.percent, coverage.covered, coverage.total
        );
        let hint = "Add tests that reach the lines below.";
        found.push(finding(Weight::Medium, "coverage", message, hint));
    }
    let missing = missing(looked);
    found.extend(uncalled(looked.source, &missing).into_iter().take(MAX_OF_KIND));
    found.extend(missing.iter().take(MAX_OF_KIND).map(|(path, line)| {
        let text = views::preview(&text_of(looked.source, path, *line), MAX_TEXT);
        let message = format!("line {line} never runs: {text}");
        Finding {
            place: Some(format!("{path}:{line}")),
            ..finding(Weight::Medium, "missing_line", message, "Add a test that reaches it.")
        }
    }));
    found
}

/// Lists path and line of what did not run.
fn missing(looked: &Looked<'_>) -> BTreeSet<(String, u32)> {
    let first = looked.source.of_role(Role::Code).next();
    let first = first.map_or("", |file| file.path.as_str());
    let missing = looked.evidence.coverage.iter().flat_map(|coverage| &coverage.missing);
    let place = |line: &MissingLine| match line {
        MissingLine::Line(line) => Some((first.to_owned(), *line)),
        MissingLine::InFile(place) => {
            let (path, line) = place.rsplit_once(':')?;
            Some((path.to_owned(), line.parse().ok()?))
        }
    };
    missing.filter_map(place).collect()
}

/// Finds functions whose first statement never runs.
fn uncalled(source: &Source, missing: &BTreeSet<(String, u32)>) -> Vec<Finding> {
    let functions = outline(source).into_iter();
    let never = functions.filter(|it| missing.contains(&(it.path.as_str().to_owned(), it.first)));
    never
        .map(|function| Finding {
            place: Some(format!("{}:{}", function.path, function.line)),
            ..finding(
                Weight::Medium,
                "uncalled_function",
                format!("no test calls {}", function.name),
                "Add a test that calls it, or drop it.",
            )
        })
        .collect()
}

fn text_of(source: &Source, path: &str, line: u32) -> String {
    let file = source.files().iter().find(|file| file.path.as_str() == path);
    let text = file.map(SourceFile::text).unwrap_or_default();
    let index = usize::try_from(line).unwrap_or(usize::MAX).saturating_sub(1);
    text.split('\n').nth(index).unwrap_or_default().trim().to_owned()
}

fn left_out(evidence: &Evidence) -> Vec<Finding> {
    let hint = "Let it run, or drop it: what does not run shows nothing.";
    let told = [
        (TestOutcome::Skipped, "skipped", "did not run"),
        (TestOutcome::Xfailed, "xfailed", "failed as declared"),
    ];
    let of = |(outcome, kind, words): (TestOutcome, &str, &str)| {
        let cases: Vec<&str> = evidence
            .tests
            .cases
            .iter()
            .filter(|case| case.outcome == outcome)
            .map(|case| case.id.as_str())
            .collect();
        let shown = cases.iter().take(MAX_LINT).copied().collect::<Vec<_>>().join(", ");
        let message = format!("tests that {words}: {} ({shown})", cases.len());
        (!cases.is_empty()).then(|| finding(Weight::Low, kind, message, hint))
    };
    told.into_iter().filter_map(of).collect()
}

fn lint(evidence: &Evidence) -> Option<Finding> {
    let lint = &evidence.lint;
    let score = lint.score.filter(|score| *score < ENOUGH_LINT)?;
    let first: Vec<String> = lint
        .issues
        .iter()
        .take(MAX_LINT)
        .map(|issue| format!("line {}: {} ({})", issue.line, issue.message, issue.symbol))
        .collect();
    let message = format!("lint score {score} of 10; {}", first.join("; "));
    let message = message.trim_end_matches("; ").to_owned();
    Some(finding(Weight::Low, "lint", message, "The report shows all messages."))
}
