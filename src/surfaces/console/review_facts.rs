//! The figures at the head of a review, one cell each.
//!
//! Every cell is a value, its unit in words, and a link to what it rests on. A cell is coloured only where it speaks against.

use crate::surfaces::console::marks::{Mark, Tone, counted, duration};
use record::domain::evidence::IntegrityState;
use work::reporting::evidence_report::Report;

/// A guarantee that was not established begins with this word.
const ABSENT: &str = "absent";

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// Its value.
    pub value: String,
    /// What else is to say.
    pub note: String,
    /// What it is to the reader.
    pub tone: Tone,
    /// Where it is shown; empty where it is all there is.
    pub href: &'static str,
}

impl Fact {
    /// Makes a cell that neither speaks for nor against.
    pub fn plain(label: &str, value: impl Into<String>, note: impl Into<String>) -> Self {
        Self {
            label: label.to_owned(),
            value: value.into(),
            note: note.into(),
            tone: Tone::None,
            href: "",
        }
    }

    fn toned(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }

    fn at(self, href: &'static str) -> Self {
        Self { href, ..self }
    }
}

/// The cells of an execution.
pub fn facts(report: &Report) -> Vec<Fact> {
    let mut facts = vec![verdict(report), tests(report), coverage(report), lint(report)];
    facts.extend(controls(report));
    if let Some(change) = report.change.as_deref() {
        let (fixed, broken) = (change.flips.fixed.len(), change.flips.broken.len());
        let turned = Fact::plain("Turned", format!("{fixed} fixed"), format!("{broken} broken"));
        facts.push(turned.toned(if broken > 0 { Tone::Fail } else { Tone::None }).at("#change"));
        let (tried, left) = (change.mutants_tried, change.survivors.len());
        let noticed = u64::from(tried).saturating_sub(left as u64);
        let parts = Fact::plain("Parts", format!("{noticed} of {tried}"), "noticed when left out");
        facts.push(parts.toned(if left > 0 { Tone::Warn } else { Tone::None }).at("#change"));
    }
    facts.push(isolation(report));
    facts.push(Fact::plain("Time", duration(report.timings_ms.total), "request to verdict"));
    facts
}

fn verdict(report: &Report) -> Fact {
    let findings = u32::try_from(report.integrity.findings.len()).unwrap_or(u32::MAX);
    let mark = Mark::of_verdict(Some(report.verdict), findings);
    let reasons: Vec<String> =
        report.reasons.iter().map(|reason| reason.word().replace('_', " ")).collect();
    let why = if reasons.is_empty() { String::new() } else { format!("{}; ", reasons.join(", ")) };
    let note = format!("{why}evidence {}", report.integrity.state.word());
    Fact::plain(&format!("Verdict, r{}", report.revision), mark.word, note)
        .toned(mark.tone)
        .at("#evidence")
}

fn tests(report: &Report) -> Fact {
    let tests = &report.tests;
    let value = format!("{} of {}", tests.passed, tests.collected.max(tests.executed));
    let bad = tests.failed + tests.errors + tests.xpassed;
    let mut notes = vec![format!("{} skipped", tests.skipped)];
    if bad > 0 {
        notes.insert(0, format!("{bad} failed"));
    }
    if tests.xfailed > 0 {
        notes.push(format!("{} expected failures", tests.xfailed));
    }
    let tone = if bad > 0 || tests.passed == 0 { Tone::Fail } else { Tone::None };
    Fact::plain("Tests", value, notes.join(", ")).toned(tone).at("#tests")
}

fn coverage(report: &Report) -> Fact {
    let Some(covered) = report.coverage.as_ref().map(|covered| &covered.all) else {
        return Fact::plain("Coverage", "–", "not measured").toned(Tone::Warn).at("#code");
    };
    if covered.total == 0 {
        return Fact::plain("Coverage", "–", "no line of code to run").at("#code");
    }
    let note = match covered.missing.len() {
        0 => "every line ran".to_owned(),
        count => format!("{} never ran", counted(count, "line")),
    };
    Fact::plain("Coverage", format!("{:.1} %", covered.percent), note).at("#code")
}

fn lint(report: &Report) -> Fact {
    let lint = &report.lint;
    let value = lint.score.map_or_else(|| "–".to_owned(), |score| format!("{score:.1}"));
    let note = format!("{}, {}", lint.tool, counted(lint.issues.len(), "message"));
    let tone = if lint.critical { Tone::Fail } else { Tone::None };
    Fact::plain("Lint", value, note).toned(tone).at("#lint")
}

/// Of a change of a repository the controls are its own, and stand in other cells.
fn controls(report: &Report) -> Option<Fact> {
    let controls = &report.controls;
    if report.change.is_some() {
        return None;
    }
    if controls.phases.is_empty() {
        return Some(Fact::plain("Controls", "–", "none was possible").at("#evidence"));
    }
    let value = format!("{} of {}", controls.caught, controls.mutated);
    let tone =
        if report.integrity.state < IntegrityState::Observed { Tone::Fail } else { Tone::None };
    Some(Fact::plain("Controls", value, "changed expectations noticed").toned(tone).at("#evidence"))
}

fn isolation(report: &Report) -> Fact {
    let all = report.guarantees.len();
    let missing = report.guarantees.values().filter(|value| value.starts_with(ABSENT)).count();
    let value = format!("{} of {all}", all - missing);
    let note = format!("layers, {}", report.backend);
    let tone = if missing > 0 { Tone::Warn } else { Tone::None };
    Fact::plain("Isolation", value, note).toned(tone).at("#isolation")
}
