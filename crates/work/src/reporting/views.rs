//! Pieces of answers that several commands share.
//!
//! A revision that was just made, its files, usage, statuses and verdicts look the same in every answer. Types here are part
//! of the published data; the cells are for people.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::contract::page::{Cell, Tone};
use crate::reporting::difference;
use foundation::knowledge::curated::curated;
use record::domain::changeset::Base;
use record::domain::entry_point::entry_point;
use record::domain::revision::{Origin, Revision};
use record::domain::role::Role;
use record::domain::status::Status;
use record::domain::usage::Usage;
use record::domain::verdict::VerdictWord;
use record::domain::word_fit::WordFit;

/// Files named in one line.
const MAX_NAMES: usize = 20;
/// First lines of a long text that are never left out.
const FIRST_LINES: usize = 3;
/// Signs that rules are made of, and how many make one.
const RULES: [char; 3] = ['=', '_', '-'];
const LEAST_RULE: usize = 10;

/// Says which words of a request a revision covers that came from the library as it is; nothing of any other.
pub fn fit(request: &str, revision: &Revision) -> Option<WordFit> {
    let is_retrieved = revision.authorship.origin == Origin::Retrieved;
    is_retrieved
        .then(|| curated().fit_of_code(request, &revision.source.text_of(Role::Code)))
        .flatten()
}

/// Writes the step that stores what somebody made by hand; a repository takes it as a difference.
pub fn by_hand(id: &str, is_change: bool, option: &str, what: &str) -> String {
    let option = if is_change { "--diff" } else { option };
    format!("/refine-code {id} {option} FILE <why>  {what}")
}

/// Makes the line that warns of an answer from the library to a part of the request.
pub fn fit_field(fit: Option<&WordFit>) -> Option<(&'static str, Cell)> {
    Some(("Fits", Cell::toned(fit?.warning()?, Tone::Warn)))
}

/// The first names of a list in a line, and how many more there are.
pub fn few(names: &[String], most: usize) -> String {
    let shown: Vec<&str> = names.iter().take(most).map(String::as_str).collect();
    let more = names.len().saturating_sub(most);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!("{}{more}", shown.join(", "))
}

/// One file in an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FileView {
    /// Where it lies.
    pub path: String,
    /// What it is for.
    pub role: Role,
    /// Its text; bytes that are not UTF-8 are replaced.
    pub content: String,
}

/// Tokens, cost and latency; unknown parts are null, never 0.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UsageView {
    /// Tokens sent.
    pub input_tokens: Option<u64>,
    /// Tokens received.
    pub output_tokens: Option<u64>,
    /// Cost in dollars.
    pub cost_usd: Option<f64>,
    /// Request to last token.
    pub latency_ms: Option<u64>,
}

/// A revision that was just made, as answers show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Written {
    /// The proposal.
    pub proposal_id: String,
    /// The number of the revision, from 1.
    pub revision: u32,
    /// The hash of its files.
    pub content_hash: String,
    /// `pending`.
    pub status: Status,
    /// How it came about.
    pub origin: Origin,
    /// The provider; null for given files.
    pub provider: Option<String>,
    /// The model; null for given files and the library.
    pub model: Option<String>,
    /// All files.
    pub files: Vec<FileView>,
    /// The code.
    pub code: String,
    /// The tests.
    pub tests: String,
    /// What its author says about it.
    pub explanation: String,
    /// What it used.
    pub usage: UsageView,
    /// The file that the program starts with, where there are several code files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry_point: Option<String>,
    /// The change of a repository that it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<ChangeView>,
}

/// A change of a repository in an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeView {
    /// The repository.
    pub repository: String,
    /// Where it starts.
    pub base: Base,
    /// Every path that it touches, those that it deletes included.
    pub paths: Vec<String>,
    /// The difference to the base.
    pub diff: String,
}

impl ChangeView {
    /// Shows the change that a revision is, where it is one.
    pub fn of(revision: &Revision) -> Option<Self> {
        let change = revision.source.change()?;
        Some(Self {
            repository: change.repository.to_string(),
            base: change.base.clone(),
            paths: revision.source.paths().map(ToString::to_string).collect(),
            diff: difference::diff(None, revision),
        })
    }
}

impl Written {
    /// Shows a revision that was just made, which is pending by rule.
    pub fn of(revision: &Revision) -> Self {
        let authorship = &revision.authorship;
        Self {
            proposal_id: revision.proposal.to_string(),
            revision: revision.number,
            content_hash: revision.content_hash.hex(),
            status: Status::Pending,
            origin: authorship.origin,
            provider: authorship.provider.clone(),
            model: authorship.model.clone(),
            files: files(revision),
            code: revision.source.text_of(Role::Code),
            tests: revision.source.text_of(Role::Test),
            explanation: revision.explanation.clone(),
            usage: usage(&authorship.usage),
            entry_point: entry_point(&revision.source).map(ToString::to_string),
            change: ChangeView::of(revision),
        }
    }
}

/// Shows the files of a revision.
pub fn files(revision: &Revision) -> Vec<FileView> {
    let view = |file: &record::domain::source::SourceFile| FileView {
        path: file.path.to_string(),
        role: file.role,
        content: file.shown(),
    };
    revision.source.files().iter().map(view).collect()
}

/// Names files with their roles, code first, as many as a line can hold.
pub fn names(files: &[FileView]) -> String {
    let mut files: Vec<&FileView> = files.iter().collect();
    files.sort_by_key(|file| file.role);
    let name = |file: &&FileView| format!("{} ({})", file.path, file.role);
    let shown: Vec<String> = files.iter().take(MAX_NAMES).map(name).collect();
    let more = match files.len().saturating_sub(MAX_NAMES) {
        0 => String::new(),
        count => format!(" and {count} more"),
    };
    format!("{}{more}", shown.join(", "))
}

/// Shows usage as answers do.
pub fn usage(usage: &Usage) -> UsageView {
    UsageView {
        input_tokens: usage.input_tokens,
        output_tokens: usage.output_tokens,
        cost_usd: usage.cost_microusd.map(dollars),
        latency_ms: usage.latency_ms,
    }
}

/// Converts millionths of a dollar into dollars.
#[expect(clippy::cast_precision_loss, reason = "costs stay far below 2^53 millionths")]
pub fn dollars(microusd: u64) -> f64 {
    microusd as f64 / 1_000_000.0
}

/// Makes the cell of a status with its icon; surfaces that are no terminal draw the word alone.
pub fn status_cell(status: Status) -> Cell {
    let (icon, tone) = match status {
        Status::Pending => ('⏳', Tone::Dim),
        Status::Tested => ('🧪', Tone::Plain),
        Status::Approved => ('✅', Tone::Good),
        Status::Rejected => ('❌', Tone::Bad),
    };
    Cell::toned(status.word(), tone).with_icon(icon)
}

/// Makes the cell of a verdict in its tone.
pub fn verdict_cell(verdict: VerdictWord) -> Cell {
    let tone = match verdict {
        VerdictWord::Passed => Tone::Good,
        VerdictWord::Failed => Tone::Bad,
        VerdictWord::Inconclusive => Tone::Warn,
    };
    Cell::toned(verdict.word().to_uppercase(), tone)
}

/// Shortens a text in its middle, and lines that are too long at their ends: how a failure begins says where, and how it ends says what.
pub fn both_ends(text: &str, characters: usize) -> String {
    let text = text.trim_end();
    if text.chars().count() <= characters {
        return text.to_owned();
    }
    // No line may push all others out.
    let lines: Vec<String> = text.lines().map(|line| preview(line, characters / 4)).collect();
    let size = |line: &String| line.chars().count() + 1;
    let mut room = characters / 3;
    let head = lines.iter().take_while(|line| taken(&mut room, size(line))).count();
    // Where it is, what the line says and what is wrong with it stand in the first ones.
    let head = head.max(FIRST_LINES).min(lines.len());
    let (head, rest) = lines.split_at(head);
    let mut room = characters.saturating_sub(head.iter().map(size).sum());
    let tail = rest.iter().rev().take_while(|line| taken(&mut room, size(line))).count();
    let (gap, tail) = rest.split_at(rest.len() - tail);
    let gap = if gap.is_empty() { &[][..] } else { &["…".to_owned()] };
    [head, gap, tail].concat().join("\n")
}

/// Takes so much of what is left, where there is enough.
fn taken(left: &mut usize, wanted: usize) -> bool {
    let rest = left.checked_sub(wanted);
    *left = rest.unwrap_or(0);
    rest.is_some()
}

/// What a program wrote for a terminal, as a page quotes it: without colours, and without rules that fill a line.
pub fn of_a_terminal(text: &str) -> String {
    without_rules(&without_colours(text))
}

/// Takes the colours out of what a program wrote for a terminal; every other escape sequence stays, to be shown as what it is.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|symbol: char| symbol.is_ascii_digit() || symbol == ';');
        match rest.strip_prefix('m') {
            Some(rest) => plain.push_str(rest),
            None => plain.extend(["\u{1b}[", part]),
        }
    }
    plain
}

/// Shortens the banners of pytest, whose rules would fill a line of any terminal.
fn without_rules(text: &str) -> String {
    let shortened = |line: &str| {
        let begins =
            |rule: &char| line.chars().take_while(|sign| sign == rule).count() >= LEAST_RULE;
        let rule = RULES.into_iter().find(|rule| begins(rule) && line.ends_with(*rule));
        let Some(rule) = rule else { return line.to_owned() };
        let title = line.trim_matches(rule).trim();
        if title.is_empty() { rule.to_string().repeat(3) } else { format!("{rule} {title} {rule}") }
    };
    text.lines().map(shortened).collect::<Vec<_>>().join("\n")
}

/// Cuts a text to its first characters, with a mark where more follows.
pub fn preview(text: &str, characters: usize) -> String {
    let mut cut: String = text.chars().take(characters).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_failure_keeps_its_first_lines_and_its_end() {
        let long = format!("    assert {}", "x".repeat(900));
        let between = "E     more\n".repeat(80);
        let text =
            format!("test_a.py:5: in test_a\n{long}\nE   AssertionError: it\n{between}the end\n");

        let cut = both_ends(&text, 600);

        let lines: Vec<&str> = cut.lines().collect();
        assert_eq!(lines[0], "test_a.py:5: in test_a");
        assert!(lines[1].starts_with("    assert xxx") && lines[1].ends_with('…'), "{cut}");
        assert_eq!((lines[2], lines[3]), ("E   AssertionError: it", "…"));
        assert_eq!(lines.last(), Some(&"the end"));
        assert!(cut.chars().count() <= 600, "{cut}");
        assert_eq!(both_ends("a\nb\n", 600), "a\nb");
    }

    #[test]
    fn banners_are_short() {
        let text = "============ test session starts ============\n----------\na == b\n__________ test_a __________";

        let coloured = "\u{1b}[32m.\u{1b}[0m\u{1b}[1;31mF\u{1b}[m\u{1b}[2J";
        assert_eq!(without_colours(coloured), ".F\u{1b}[2J");
        assert_eq!(without_rules(text), "= test session starts =\n---\na == b\n_ test_a _");
    }
}
