//! Lays out what was observed of a change of a repository.
//!
//! What turned stands among the lines that an owner decides on; what it rests on, and what speaks against signing, follows as lists.
//! Lists are cut so that the verdict stays in sight; the whole is in the data.

use crate::contract::page::{Block, Cell, Page, Tone, counted};
use crate::reporting::views;
use record::domain::change_evidence::{
    Against, ChangeEvidence, ChangedLines, ControlGrade, How, Survivor, SurvivorKind,
};

/// Entries of one list that are shown.
const MAX_SHOWN: usize = 10;
/// Missing lines shown.
const MAX_MISSING: usize = 10;
/// Digits of a commit that people are shown.
const SHORT: usize = 12;

/// The lines that an owner decides on; what ran is known where coverage was measured.
pub fn fields(change: &ChangeEvidence, is_measured: bool) -> Vec<(&'static str, Cell)> {
    let commit = change.base.commit.as_str();
    let base = commit.get(..SHORT).unwrap_or(commit);
    let mut fields = vec![
        ("Change", Cell::from(format!("{}, on {base}", change.repository))),
        ("Base", base_cell(change)),
    ];
    if change.baseline.unavailable.is_some() {
        return fields;
    }
    fields.push(("Turned", turned_cell(change)));
    fields.push(("Red before", red_cell(change)));
    fields.push(("Without it", control_cell(change)));
    fields.push(("Its lines", lines_cell(&change.changed_lines, is_measured)));
    fields.push(("Parts", parts_cell(change)));
    fields
}

fn base_cell(change: &ChangeEvidence) -> Cell {
    let facts = &change.baseline;
    if let Some(why) = &facts.unavailable {
        return Cell::toned(why.as_str(), Tone::Bad);
    }
    let known = if facts.cached { ", run before" } else { "" };
    let tests = counted(facts.tests, "test");
    Cell::from(format!("{tests}, {} failed, {} skipped{known}", facts.failed.len(), facts.skipped))
}

fn turned_cell(change: &ChangeEvidence) -> Cell {
    let flips = &change.flips;
    let text = format!(
        "{} from red to green, {} from green to red, {} new, {} gone, {} skipped, {} flaky",
        flips.fixed.len(),
        flips.broken.len(),
        flips.new.len(),
        flips.removed.len(),
        flips.skipped.len(),
        flips.flaky.len()
    );
    Cell::toned(text, if flips.is_worse() { Tone::Bad } else { Tone::Plain })
}

fn red_cell(change: &ChangeEvidence) -> Cell {
    match change.red_before_and_after.as_slice() {
        [] => Cell::from("no test is red on the base and on the result"),
        red => Cell::from(format!(
            "{} on the base and on the result, which never counts against it: {}",
            counted(red.len(), "test"),
            views::few(red, MAX_SHOWN)
        )),
    }
}

fn failing(count: usize) -> String {
    if count == 1 {
        "1 of its tests fails".to_owned()
    } else {
        format!("{count} of its tests fail")
    }
}

fn control_cell(change: &ChangeEvidence) -> Cell {
    let control = &change.control;
    let count = |how: How| control.tests.iter().filter(|test| test.how == how).count();
    let text = match control.grade {
        ControlGrade::Holds => format!(
            "{}: {} in an expectation, {} with another error",
            failing(control.tests.len()),
            count(How::Assertion),
            count(How::Error)
        ),
        ControlGrade::Limit => "its tests run into a limit".to_owned(),
        ControlGrade::Collection => {
            "its tests cannot be collected, which says little: a name may just be new".to_owned()
        }
        ControlGrade::None if control.own_tests == 0 => match change.flips.fixed.len() {
            0 => "it brings no test of its own".to_owned(),
            fixed => {
                let fixed = counted(fixed, "test");
                format!("it brings no test of its own; from red to green by it: {fixed}")
            }
        },
        ControlGrade::None if control.passing_on_base.is_empty() => {
            "not known: none of its own tests passes with it".to_owned()
        }
        ControlGrade::None => {
            "its tests pass too: no test tells the change from the base".to_owned()
        }
    };
    let is_held = control.grade == ControlGrade::Holds;
    Cell::toned(text, if is_held { Tone::Plain } else { Tone::Warn })
}

fn lines_cell(lines: &ChangedLines, is_measured: bool) -> Cell {
    if !is_measured {
        return Cell::toned("unknown: what ran could not be measured", Tone::Warn);
    }
    if lines.total == 0 {
        return Cell::from("nothing that can run");
    }
    let missing: Vec<&str> = lines.missing.iter().take(MAX_MISSING).map(String::as_str).collect();
    let more = if lines.missing.len() > MAX_MISSING { " …" } else { "" };
    let not_run = match missing.as_slice() {
        [] => String::new(),
        missing => format!("; not run: {}{more}", missing.join(", ")),
    };
    let text = format!("{} of {} run{not_run}", lines.covered, lines.total);
    Cell::toned(text, if lines.covered == 0 { Tone::Bad } else { Tone::Plain })
}

fn parts_cell(change: &ChangeEvidence) -> Cell {
    let (tried, survivors) = (change.mutants_tried, change.survivors.len());
    let text = format!("{} tried without, {survivors} noticed by no test", counted(tried, "part"));
    Cell::toned(text, if survivors == 0 { Tone::Plain } else { Tone::Warn })
}

/// What the lines rest on, by title; lists without entries are left out.
pub fn lists(change: &ChangeEvidence) -> Vec<(&'static str, Vec<String>)> {
    let flips = &change.flips;
    let weakened = change.weakened.iter().map(|sign| {
        let against = match sign.against {
            Against::Base => " against the base",
            Against::Parent => " against the revision before",
            Against::Itself => "",
        };
        format!("{}{against}: {}: {}", sign.path, sign.code, sign.message)
    });
    let lint = change.new_lint.iter().map(|new| {
        format!("{}:{}: {}: {}: {}", new.path, new.line, new.symbol, new.message, new.text)
    });
    let removed = flips.removed.iter().map(|id| match flips.partners.get(id) {
        Some(partner) => format!("{id}, probably now {partner}"),
        None => id.clone(),
    });
    let all = vec![
        ("From green to red", flips.broken.clone()),
        ("From red to green", flips.fixed.clone()),
        ("Gone", removed.collect()),
        ("Skipped or declared to fail", flips.skipped.clone()),
        ("Unexplained", flips.unexplained.clone()),
        ("Fail as they were, and are green", flips.hidden.clone()),
        ("Flaky", flips.flaky.clone()),
        ("Pass without the change", change.control.passing_on_base.clone()),
        ("Tested behaviour that changes", change.old_tests_failing.clone()),
        ("Noticed by no test", change.survivors.iter().map(survivor).collect()),
        ("Tests that ask less", weakened.collect()),
        ("New lint", lint.collect()),
        ("Settings that decide what runs", change.configuration.clone()),
        ("Packages that change", change.dependencies.clone()),
        ("Left out", change.left_out.clone()),
    ];
    all.into_iter().filter(|(_, entries): &(_, Vec<String>)| !entries.is_empty()).collect()
}

fn survivor(one: &Survivor) -> String {
    let kind = match one.kind {
        SurvivorKind::Hunk => "hunk",
        SurvivorKind::Mutant => "small change",
    };
    let lines = if one.last > one.line {
        format!("{}-{}", one.line, one.last)
    } else {
        one.line.to_string()
    };
    format!("{}:{lines}: {kind}: {}", one.path, one.what)
}

/// The lists as they are shown: so many entries of each, and how many more there are.
pub fn shown(change: &ChangeEvidence) -> Vec<(&'static str, Vec<String>)> {
    let cut = |(title, mut entries): (&'static str, Vec<String>)| {
        let more = entries.len().saturating_sub(MAX_SHOWN);
        entries.truncate(MAX_SHOWN);
        if more > 0 {
            entries.push(format!("and {more} more"));
        }
        (title, entries)
    };
    lists(change).into_iter().map(cut).collect()
}

/// Lays the lists out.
pub fn page(change: &ChangeEvidence) -> Page {
    shown(change).into_iter().fold(Page::new(), |page, (title, entries)| {
        let cells = entries.into_iter().map(Cell::from).collect();
        page.text(Cell::toned(title, Tone::Dim)).block(Block::List(cells))
    })
}
