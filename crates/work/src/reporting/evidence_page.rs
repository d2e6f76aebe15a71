//! Lays evidence out for a person.
//!
//! The same lines stand in `/report-code`, in the question of an approval, and in the Markdown and HTML forms, which take
//! [`summary`] from here. Lists are cut so that the verdict stays in sight; the whole evidence is in the data.

use crate::contract::acts;
use crate::contract::error::Exit;
use crate::contract::outcome::Outcome;
use crate::contract::page::{Block, Cell, Page, Tone, counted};
use crate::diagnosis::outside::Outside as Missing;
use crate::reporting::change_page;
use crate::reporting::evidence_report::Report;
use crate::reporting::file_reports;
use crate::reporting::repaired;
use crate::reporting::views;
use record::domain::controls::{HeldOut, Outside};
use record::domain::evidence::{Finding, IntegrityState, MissingLine, TestCase};
use record::domain::policy::Policy;
use record::domain::timings::{Scope, StoredTimings};
use record::domain::verdict::{Reason, VerdictWord};
use sandbox::backend::{MISSING_PACKAGE, NO_PACKAGE};
use verifier::verified::EmergencyView;

/// Failed tests shown in full.
const MAX_FAILURES: usize = 3;
/// Characters of a message shown.
const MAX_MESSAGE: usize = 600;
/// The line of a report whose output was pruned.
pub const PRUNED: &str =
    "The output was pruned: only its beginning is left; the record keeps the digest of the whole.";

/// Missing lines shown.
const MAX_MISSING: usize = 10;
/// Lint messages shown.
const MAX_ISSUES: usize = 5;

impl Outcome for Report {
    fn page(&self) -> Page {
        page(self).next(self.next_steps())
    }

    fn exit(&self) -> Exit {
        match self.verdict {
            VerdictWord::Passed => Exit::Done,
            VerdictWord::Failed => Exit::Negative,
            VerdictWord::Inconclusive if self.reasons.contains(&Reason::Flaky) => Exit::Negative,
            VerdictWord::Inconclusive => Exit::Unavailable,
        }
    }
}

/// Lays the whole report out.
pub fn page(report: &Report) -> Page {
    let title = format!("{} revision {}", report.proposal_id, report.revision);
    Page::new()
        .title(title)
        .fields(summary(report))
        .then(files(report))
        .then(ending(report))
        .then(failures(report))
        .then(lint(report))
        .then(findings(report))
        .then(output(report))
}

/// Lays out what a change turned, every file with its results, and the packages wanted of the sandbox.
pub fn files(report: &Report) -> Page {
    let change = report.change.as_deref().map_or_else(Page::new, change_page::page);
    let files = file_reports::listing(&report.listed, &report.files)
        .then(file_reports::requirements_page(&report.requirements));
    change.then(files)
}

/// Lists the lines that an owner decides on.
pub fn summary(report: &Report) -> Vec<(&'static str, Cell)> {
    let tests = &report.tests;
    let told = |reason: &Reason| format!("{} ({})", reason.word(), reason.meaning());
    let reasons: Vec<String> = report.reasons.iter().map(told).collect();
    let mut fields = vec![
        ("Verdict", views::verdict_cell(report.verdict)),
        ("Executed", Cell::from(format!("{} ({})", report.executed_at, report.execution_id))),
        ("Content hash", Cell::from(report.content_hash.as_str())),
    ];
    if !reasons.is_empty() {
        fields.push(("Reasons", Cell::toned(reasons.join(", "), Tone::Bad)));
    }
    // Packages that are missing are named below, each with what is done about it.
    if let Some(outside) =
        report.outside.as_ref().filter(|_| !report.integrity.has(MISSING_PACKAGE))
    {
        fields.push(("Outside", Cell::from(outside_text(outside))));
    }
    fields.extend(views::fit_field(report.fit.as_ref()));
    if let Some(entry) = &report.entry_point {
        fields.push(("Entry point", Cell::from(entry.as_str())));
    }
    if let Some(repaired) = &report.repaired {
        fields.extend(repaired::fields(&report.proposal_id, repaired));
    }
    fields.push(("Ended", Cell::from(report.termination_text())));
    let unexpected = match tests.xpassed {
        0 => String::new(),
        count => format!(", {count} passed that were to fail"),
    };
    fields.push((
        "Tests",
        Cell::from(format!(
            "{} collected, {} run, {} passed, {} failed, {}, {} skipped, {}{unexpected}",
            tests.collected,
            tests.executed,
            tests.passed,
            tests.failed,
            counted(tests.errors, "error"),
            tests.skipped,
            counted(tests.xfailed, "expected failure")
        )),
    ));
    if let Some(change) = &report.change {
        fields.extend(change_page::fields(change, report.coverage.is_some()));
    }
    fields.push(("Coverage", coverage_cell(report)));
    fields.push(("Lint", lint_cell(report)));
    fields.push(("Integrity", integrity_cell(report)));
    fields.push(("Backend", Cell::from(report.backend.as_str())));
    if !report.variables().is_empty() {
        let told = format!("{}, given by whoever ran the tests", report.variables());
        fields.push(("Variables", Cell::toned(told, Tone::Warn)));
    }
    let timings = &report.timings_ms;
    fields.push(("Time", Cell::toned(split(timings), Tone::Dim)));
    fields
}

/// Writes where the time went, the whole first.
fn split(times: &StoredTimings) -> String {
    let store = times.store.map_or_else(String::new, |store| format!(", storing {store}"));
    format!(
        "{} ms (waiting {}, making the sandbox {}, tests {}, lint beside them {}, first answer after {}, controls {}{store})",
        times.total, times.queue, times.spawn, times.tests, times.lint, times.first, times.controls,
    )
}

/// Lists what a report tells besides its execution: the times of recent ones, and what owners did without the quorum.
pub fn besides(report: &Report) -> Vec<(&'static str, Cell)> {
    let warn = |one: &EmergencyView| ("Emergency", Cell::toned(one.words(), Tone::Warn));
    recent(report).into_iter().chain(report.emergencies.iter().map(warn)).collect()
}

fn recent(report: &Report) -> Vec<(&'static str, Cell)> {
    let Some(spread) = &report.recent_ms else { return Vec::new() };
    let of = match spread.scope {
        Scope::Proposal => "of this proposal",
        Scope::Home => "of the home",
    };
    let dim = |text: String| Cell::toned(text, Tone::Dim);
    vec![
        ("Recent", dim(format!("{} {of}, part by part", counted(spread.executions, "execution")))),
        ("p50", dim(split(&spread.p50))),
        ("p95", dim(split(&spread.p95))),
    ]
}

/// Says what failures miss outside of the code, and whether that is all.
fn outside_text(outside: &Missing) -> String {
    let told: Vec<&str> = outside.missing.iter().map(String::as_str).collect();
    let rest =
        if outside.is_all { "every failure misses this" } else { "not every failure misses this" };
    format!("{} ({rest})", told.join(" "))
}

fn coverage_cell(report: &Report) -> Cell {
    let Some(coverage) = report.coverage.as_ref().map(|covered| &covered.all) else {
        return Cell::toned("not measured", Tone::Warn);
    };
    if coverage.total == 0 {
        return Cell::from("no line of code to run");
    }
    let missing: Vec<String> =
        coverage.missing.iter().take(MAX_MISSING).map(missing_line).collect();
    let more = if coverage.missing.len() > MAX_MISSING { " …" } else { "" };
    let lines = if missing.is_empty() {
        String::new()
    } else {
        format!("; not run: {}{more}", missing.join(", "))
    };
    let excluded = coverage.unexcluded.as_ref().map_or_else(String::new, |all| {
        format!("; {:.1} % ({}/{}) with excluded lines", all.percent, all.covered, all.total)
    });
    Cell::from(format!(
        "{:.1} % ({}/{}){excluded}{lines}",
        coverage.percent, coverage.covered, coverage.total
    ))
}

fn integrity_cell(report: &Report) -> Cell {
    let state = report.integrity.state;
    let controls = &report.controls;
    let tone = if state < IntegrityState::Observed { Tone::Bad } else { Tone::Plain };
    if controls.phases.is_empty() || report.change.is_some() {
        return Cell::toned(state.word(), tone);
    }
    // Older evidence knows of no comparison outside.
    let outside = if controls.outside.is_empty() {
        String::new()
    } else {
        let Outside { tests, decided, .. } = controls.outside;
        format!("; {decided} of {} decided outside", counted(tests, "test"))
    };
    let HeldOut { tried, held } = controls.held_out;
    let examples = if tried == 0 {
        String::new()
    } else {
        format!("; {held} of {} met", counted(tried, "example"))
    };
    let replayed = match controls.replayed {
        0 => String::new(),
        all => {
            let all = counted(all, "assertion");
            format!("; {} of {all} confirmed by replay", controls.confirmed)
        }
    };
    let text = format!(
        "{} ({}; {} of {} noticed{outside}{replayed}{examples})",
        state.word(),
        counted(controls.phases.len(), "control"),
        controls.caught,
        counted(controls.mutated, "changed expectation"),
    );
    Cell::toned(text, tone)
}

fn missing_line(line: &MissingLine) -> String {
    match line {
        MissingLine::Line(number) => number.to_string(),
        MissingLine::InFile(place) => place.clone(),
    }
}

fn lint_cell(report: &Report) -> Cell {
    let lint = &report.lint;
    let score = lint.score.map(|score| format!(" {score:.2}/10")).unwrap_or_default();
    let critical = if lint.critical { ", critical" } else { "" };
    let note = if lint.note.is_empty() { String::new() } else { format!("; {}", lint.note) };
    let messages = counted(lint.issues.len(), "message");
    let text = format!("{}{score}, {messages}{critical}{note}", lint.tool);
    Cell::toned(text, if lint.critical { Tone::Bad } else { Tone::Plain })
}

/// Quotes what is told of an end, where that is more than the line that stands above.
fn ending(report: &Report) -> Page {
    let detail = acts::termination_detail(&report.termination).unwrap_or_default();
    if detail.trim_end().lines().count() < 2 {
        return Page::new();
    }
    let word = acts::termination_word(&report.termination);
    Page::new()
        .text(Cell::toned(word, Tone::Bad))
        .block(Block::Quote(views::both_ends(&views::of_a_terminal(detail), MAX_MESSAGE)))
}

fn failures(report: &Report) -> Page {
    let mut page = Page::new();
    let (word, cases) = report.telling_tests();
    let is_cut = |case: &&TestCase| case.message.trim_end().chars().count() > MAX_MESSAGE;
    let has_more = cases.iter().take(MAX_FAILURES).any(is_cut);
    for case in cases.iter().take(MAX_FAILURES) {
        page = page.text(Cell::toned(format!("{word}: {}", case.id), Tone::Bad)).block(
            Block::Quote(views::both_ends(&views::of_a_terminal(&case.message), MAX_MESSAGE)),
        );
    }
    if has_more {
        let whole = format!("All of it: `/report-code {} --format json`.", report.proposal_id);
        page = page.text(Cell::toned(whole, Tone::Dim));
    }
    if cases.len() > MAX_FAILURES {
        let more = counted(cases.len() - MAX_FAILURES, &format!("more {word} test"));
        page = page.text(format!("and {more}"));
    }
    // Where nothing could be collected, nothing could report.
    if !report.tests.missing.is_empty() && report.tests.collected > 0 {
        page = page.text(Cell::toned(
            format!("never reported: {}", views::few(&report.tests.missing, MAX_MISSING)),
            Tone::Bad,
        ));
    }
    page
}

fn lint(report: &Report) -> Page {
    if report.lint.issues.is_empty() {
        return Page::new();
    }
    let row = |issue: &record::domain::evidence::LintIssue| {
        vec![
            Cell::from(match &issue.path {
                Some(path) => format!("{path}:{}:{}", issue.line, issue.column),
                None => format!("{}:{}", issue.line, issue.column),
            }),
            Cell::from(issue.symbol.as_str()),
            Cell::from(issue.message.as_str()),
        ]
    };
    // What decides comes first, then what is gravest; messages of one kind stay in the order of the files.
    let policy = Policy::default();
    let mut issues: Vec<_> = report.lint.issues.iter().collect();
    issues.sort_by_key(|issue| (!policy.is_critical(issue), std::cmp::Reverse(issue.severity)));
    let rows = issues.into_iter().take(MAX_ISSUES).map(row).collect();
    let head = ["line", "symbol", "message"].map(str::to_owned).to_vec();
    Page::new().block(Block::Table { head, rows })
}

fn findings(report: &Report) -> Page {
    if report.integrity.findings.is_empty() {
        return Page::new();
    }
    let mut lines: Vec<(&str, String)> = Vec::new();
    for Finding { code, message } in &report.integrity.findings {
        match lines.iter_mut().find(|(of, _)| of == code && code == MISSING_PACKAGE) {
            Some((_, line)) => {
                let short =
                    message.strip_prefix(NO_PACKAGE).filter(|_| line.starts_with(NO_PACKAGE));
                *line = format!("{line}; {}", short.unwrap_or(message));
            }
            None => lines.push((code, message.clone())),
        }
    }
    let line = |(code, message)| Cell::toned(format!("{code}: {message}"), Tone::Warn);
    Page::new().block(Block::List(lines.into_iter().map(line).collect()))
}

fn output(report: &Report) -> Page {
    let mut page = Page::new();
    for (name, text) in [("stdout", &report.output.stdout), ("stderr", &report.output.stderr)] {
        if !text.trim().is_empty() {
            page = page
                .text(Cell::toned(name, Tone::Dim))
                .block(Block::Quote(views::both_ends(&views::of_a_terminal(text), MAX_MESSAGE)));
        }
    }
    if report.output.pruned {
        page = page.text(Cell::toned(PRUNED, Tone::Warn));
    }
    page
}
