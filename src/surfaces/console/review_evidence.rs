//! What one run of a revision showed, laid out for a review.
//!
//! It is made from the report that every other surface shows. Long lists are cut where they are made, and say so.

use std::collections::BTreeMap;

use crate::surfaces::console::review_facts::{Fact, facts};
use crate::surfaces::console::review_parts::{self, Beside, Ground, IssueRow, TestGroup};
use crate::surfaces::render::ink::Typing;
use crate::surfaces::render::typed::hint;
use work::reporting::evidence_report::Report;
use work::reporting::hidden_text::HiddenText;
use work::reporting::views::of_a_terminal;
use work::reporting::{change_page, repaired};

/// Most characters of an output.
const MAX_OUTPUT: usize = 20_000;
/// Most characters of a value of the environment.
const MAX_VALUE: usize = 200;

/// A name with a value.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

/// A list with a heading.
#[derive(Clone, Debug)]
pub struct Named {
    /// The heading.
    pub title: &'static str,
    /// The entries.
    pub entries: Vec<String>,
}

/// What one run showed.
#[derive(Clone, Debug)]
pub struct EvidenceView {
    /// The cells at the head.
    pub facts: Vec<Fact>,
    /// What speaks against signing, and for it.
    pub grounds: Vec<Ground>,
    /// The tests, those that went wrong first.
    pub tests: Vec<TestGroup>,
    /// Tests that are not listed.
    pub tests_hidden: usize,
    /// Tests that are known and never reported.
    pub missing: Vec<String>,
    /// What files hide, each with its path.
    pub hidden: Vec<Pair>,
    /// Messages of the linter.
    pub issues: Vec<IssueRow>,
    /// What a change of a repository turned.
    pub change: Vec<Pair>,
    /// What that rests on.
    pub lists: Vec<Named>,
    /// Findings about integrity.
    pub findings: Vec<Ground>,
    /// What automatic repairs did.
    pub repaired: Vec<Pair>,
    /// What the sandbox proved.
    pub guarantees: Vec<Pair>,
    /// What it ran with.
    pub environment: Vec<Pair>,
    /// How it was controlled.
    pub controls: Vec<Pair>,
    /// How it ended.
    pub termination: String,
    /// What it printed.
    pub stdout: String,
    /// What it printed as complaints.
    pub stderr: String,
    /// Its id.
    pub execution: String,
    /// When its verdict was computed.
    pub at: String,
}

impl EvidenceView {
    /// Lays a report out.
    pub fn of(report: &Report, beside: &Beside<'_>) -> Self {
        let (tests, tests_hidden) = review_parts::tests(report);
        let change = report.change.as_deref();
        let fields = change
            .map(|change| change_page::fields(change, report.coverage.is_some()))
            .unwrap_or_default();
        let lists = change.map(change_page::lists).unwrap_or_default();
        let repairs = report.repaired.as_ref();
        let repairs = repairs.map(|one| repaired::fields(&report.proposal_id, one));
        let pair = |(name, cell): (&str, work::contract::page::Cell)| Pair {
            name: name.to_owned(),
            value: hint(&cell.text, Typing::Shell),
        };
        Self {
            facts: facts(report),
            grounds: review_parts::grounds(report, beside),
            tests,
            tests_hidden,
            missing: report.tests.missing.clone(),
            hidden: beside.hidden.iter().map(hides).collect(),
            issues: review_parts::issues(report),
            change: fields.into_iter().map(pair).collect(),
            lists: lists.into_iter().map(|(title, entries)| Named { title, entries }).collect(),
            findings: review_parts::findings(report),
            repaired: repairs.unwrap_or_default().into_iter().map(pair).collect(),
            guarantees: pairs(&report.guarantees),
            environment: pairs(&report.environment),
            controls: controls(report),
            termination: report.termination_text(),
            stdout: cut(&of_a_terminal(&report.output.stdout), MAX_OUTPUT),
            stderr: cut(&of_a_terminal(&report.output.stderr), MAX_OUTPUT),
            execution: report.execution_id.clone(),
            at: report.executed_at.clone(),
        }
    }
}

fn hides(hidden: &HiddenText) -> Pair {
    Pair { name: hidden.path.clone(), value: hidden.named.clone() }
}

fn pairs(all: &BTreeMap<String, String>) -> Vec<Pair> {
    let pair = |(name, value): (&String, &String)| Pair {
        name: name.replace('_', " "),
        value: cut(value, MAX_VALUE),
    };
    all.iter().map(pair).collect()
}

fn controls(report: &Report) -> Vec<Pair> {
    let controls = &report.controls;
    let state = report.integrity.state.word();
    let pair = |name: &str, value: String| Pair { name: name.to_owned(), value };
    let mut pairs = vec![pair("Integrity", state.to_owned())];
    // Of a change of a repository the controls are its own, and stand with what it turned.
    if controls.phases.is_empty() || report.change.is_some() {
        return pairs;
    }
    let share = |part: u32, all: u32| format!("{part} of {all}");
    pairs.push(pair("Expectations changed and noticed", share(controls.caught, controls.mutated)));
    pairs
        .push(pair("Assertions confirmed by replay", share(controls.confirmed, controls.replayed)));
    let outside = controls.outside;
    if outside.tests > 0 {
        pairs.push(pair("Tests decided outside the box", share(outside.decided, outside.tests)));
    }
    if controls.held_out.tried > 0 {
        let held = controls.held_out;
        pairs.push(pair("Examples of the request met", share(held.held, held.tried)));
    }
    pairs
}

fn cut(text: &str, most: usize) -> String {
    let mut shown: String = text.chars().take(most).collect();
    if shown.len() < text.len() {
        shown.push_str("\n… the rest is not shown");
    }
    shown
}
