//! Lines that stand too far left or right, and blocks without a body.
//!
//! The line that Python names fits nothing, but the one before it may be the one out of place, so both are moved.

use super::found::Found;
use crate::broken::Line;

/// The blanks that a tab counts for.
const TAB: &str = "    ";
/// Most lines that are moved together.
const MAX_MOVED: usize = 60;

/// Moves lines, gives blocks without a body one, and makes tabs blanks.
pub(super) fn find(found: &mut Found<'_, '_>) {
    let complaint = found.broken.complaint;
    let message = complaint.message.as_str();
    if found.broken.text.contains('\t') {
        tabs(found);
    }
    let is_indentation = complaint.kind != "SyntaxError" || message.contains("indent");
    let is_outside = message.contains("outside");
    if !is_indentation && !is_outside && !is_clause(found) {
        return;
    }
    let Some(here) =
        found.broken.here().filter(|line| !line.is_blank()).or_else(|| found.broken.before())
    else {
        return;
    };
    if message.contains("expected an indented block") {
        without_body(found, here);
    }
    let before = found.broken.lines.get(..here.number.saturating_sub(1)).unwrap_or(&[]);
    let before = before.iter().rev().find(|line| !line.is_blank()).copied();
    let is_wanted = message.contains("unexpected indent") || message.contains("unindent");
    for level in levels(found, here, before) {
        if is_wanted {
            moved(found, &[here], &level);
            moved(found, &block(found, here), &level);
        } else {
            moved(found, &block(found, here), &level);
            moved(found, &[here], &level);
        }
    }
    // The line before may be the one that is out of place.
    if let Some(before) = before {
        let levels = [here.indent().to_owned(), format!("{}{TAB}", here.indent())];
        for level in levels {
            moved(found, &[before], &level);
        }
        above(found, here, before);
    }
    if is_wanted {
        earlier(found, here);
    }
}

/// Tells whether the line of the complaint belongs to a statement that must stand as far right.
fn is_clause(found: &Found<'_, '_>) -> bool {
    let text = found.broken.here().map_or("", |line| line.text.trim_start());
    ["else", "elif", "except", "finally"].iter().any(|word| text.starts_with(word))
}

/// Each line above that stands further left than the one that fits nothing, moved there, or to where what follows it fits: it may
/// be out of place.
fn earlier(found: &mut Found<'_, '_>, here: Line<'_>) {
    let lines = found.broken.lines.get(..here.number.saturating_sub(1)).unwrap_or(&[]);
    let level = here.indent();
    for (at, line) in lines.iter().enumerate().rev().take(MAX_MOVED) {
        if line.is_blank() || line.indent().len() >= level.len() {
            continue;
        }
        moved(found, &[*line], level);
        let next = lines.get(at + 1..).unwrap_or(&[]).iter().find(|line| !line.is_blank());
        for level in next.map_or_else(Vec::new, |next| shallower(lines, next.indent())) {
            moved(found, &[*line], &level);
        }
    }
}

/// Columns at which a line may stand, the likeliest first.
fn levels(found: &Found<'_, '_>, here: Line<'_>, before: Option<Line<'_>>) -> Vec<String> {
    let mut levels: Vec<String> = Vec::new();
    let mut add = |level: String| {
        if level != here.indent() && !levels.contains(&level) {
            levels.push(level);
        }
    };
    if let Some(before) = before {
        let opens = before.text.trim_end().ends_with(':');
        let deeper = format!("{}{TAB}", before.indent());
        if opens {
            add(deeper);
        } else {
            add(before.indent().to_owned());
        }
    }
    if let Some(next) =
        found.broken.lines.get(here.number..).unwrap_or(&[]).iter().find(|line| !line.is_blank())
    {
        add(next.indent().to_owned());
    }
    let above = found.broken.lines.get(..here.number.saturating_sub(1)).unwrap_or(&[]);
    let mut nearest: Vec<&str> =
        above.iter().rev().take(60).filter(|line| !line.is_blank()).map(Line::indent).collect();
    nearest.sort_by_key(|level| level.len().abs_diff(here.indent().len()));
    for level in nearest {
        add(level.to_owned());
    }
    add(format!("{}{TAB}", here.indent()));
    levels
}

/// The lines that stand as far right as one, and those within them.
fn block<'s>(found: &Found<'_, 's>, first: Line<'s>) -> Vec<Line<'s>> {
    let width = first.indent().len();
    let rest = found.broken.lines.get(first.number..).unwrap_or(&[]);
    let inner = rest
        .iter()
        .take(MAX_MOVED)
        .take_while(|line| line.is_blank() || line.indent().len() >= width);
    let mut lines: Vec<Line<'s>> = [first].into_iter().chain(inner.copied()).collect();
    while lines.last().is_some_and(Line::is_blank) {
        lines.pop();
    }
    lines
}

fn moved(found: &mut Found<'_, '_>, lines: &[Line<'_>], level: &str) {
    let Some(first) = lines.first() else { return };
    let old = first.indent();
    let stretches: Vec<(usize, usize, String)> = lines
        .iter()
        .filter(|line| !line.text.trim().is_empty())
        .filter(|line| line.text.starts_with(old))
        .map(|line| (line.start, line.start + old.len(), level.to_owned()))
        .collect();
    found.all("indentation", &stretches, &format!("indents by {} blanks", level.len()));
}

/// All lines of the run above that stand elsewhere than the line of the complaint.
fn above(found: &mut Found<'_, '_>, here: Line<'_>, before: Line<'_>) {
    let width = before.indent();
    let lines = found.broken.lines.get(..before.number).unwrap_or(&[]);
    let mut run: Vec<Line<'_>> = lines
        .iter()
        .rev()
        .take(MAX_MOVED)
        .take_while(|line| line.is_blank() || line.indent() == width)
        .filter(|line| !line.is_blank())
        .copied()
        .collect();
    run.reverse();
    moved(found, &run, here.indent());
}

/// A header without a block: the next lines move in, or it gets `pass`.
fn without_body(found: &mut Found<'_, '_>, here: Line<'_>) {
    let lines = found.broken.lines.get(..here.number.saturating_sub(1)).unwrap_or(&[]);
    let Some(header) = lines.iter().rev().find(|line| !line.is_blank()).copied() else { return };
    let level = format!("{}{TAB}", header.indent());
    if header.indent().len() >= here.indent().len() {
        let same: Vec<Line<'_>> = block(found, here);
        moved(found, &[here], &level);
        moved(found, &same, &level);
        // The header may be what stands too far right.
        for level in shallower(lines, here.indent()) {
            moved(found, &[header], &level);
        }
    }
    found.put(
        "empty_block",
        (header.end(), header.end()),
        &format!("\n{level}pass"),
        "gives the block a `pass` after its header",
    );
    if found.broken.here().is_none_or(|line| line.number == header.number)
        || here.number == header.number
    {
        let at = here.end();
        let level = format!("{}{TAB}", here.indent());
        found.put(
            "empty_block",
            (at, at),
            &format!("\n{level}pass"),
            "gives the block a `pass` after its header",
        );
    }
}

/// Columns left of a level, the nearest first: one step, then where lines above stand.
fn shallower(above: &[Line<'_>], level: &str) -> Vec<String> {
    let step = level.strip_suffix(TAB);
    let others = above.iter().rev().take(MAX_MOVED).filter(|line| !line.is_blank());
    let mut others: Vec<&str> = others.map(Line::indent).collect();
    others.retain(|other| other.len() < level.len());
    others.sort_by_key(|other| std::cmp::Reverse(other.len()));
    let mut found: Vec<String> = Vec::new();
    for other in step.into_iter().chain(others) {
        if !found.iter().any(|known| known == other) {
            found.push(other.to_owned());
        }
    }
    found
}

/// Tabs of indentations as blanks.
fn tabs(found: &mut Found<'_, '_>) {
    for width in [4, 8, 2] {
        let stretches: Vec<(usize, usize, String)> = found
            .broken
            .around()
            .iter()
            .filter(|line| line.indent().contains('\t'))
            .map(|line| {
                let blanks = line.indent().replace('\t', &" ".repeat(width));
                (line.start, line.start + line.indent().len(), blanks)
            })
            .collect();
        found.all("tabs", &stretches, &format!("makes each tab {width} blanks, first"));
    }
}
