//! Hunks of a change, and the lines that it adds.
//!
//! Lines are compared as git does with no context: a hunk is the longest stretch between lines that both sides have. What a run
//! covered of the added lines is counted only where coverage says that a line can run.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use similar::{DiffOp, DiffTag, TextDiff};

use inspection::python;
use record::domain::change_evidence::{ChangedLines, MAX_LISTED};
use record::domain::changeset::{Mode, Side, Touched};
use record::domain::evidence::{Coverage, MissingLine};

/// A stretch of lines that differs; lines count from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// The lines of the base.
    pub old: Range<u32>,
    /// The lines that take their place.
    pub new: Range<u32>,
}

/// The text of a side; nothing where it is not there, no text, or a link.
pub fn text_of(side: Option<&Side>) -> Option<&str> {
    let side = side.filter(|side| side.mode != Mode::Link)?;
    std::str::from_utf8(&side.content).ok()
}

/// Whether a path holds Python.
pub fn is_python(touched: &Touched) -> bool {
    touched.path.module().is_some()
}

/// The hunks between both sides of a path.
pub fn hunks(touched: &Touched) -> Vec<Hunk> {
    let before = text_of(touched.before.as_ref()).unwrap_or_default();
    let after = text_of(touched.after.as_ref()).unwrap_or_default();
    let diff = TextDiff::from_lines(before, after);
    let mut found: Vec<Hunk> = Vec::new();
    for op in diff.ops().iter().filter(|op| op.tag() != DiffTag::Equal) {
        let hunk = hunk_of(op);
        match found.last_mut() {
            Some(last) if last.old.end == hunk.old.start && last.new.end == hunk.new.start => {
                last.old.end = hunk.old.end;
                last.new.end = hunk.new.end;
            }
            Some(_) | None => found.push(hunk),
        }
    }
    found
}

fn hunk_of(op: &DiffOp) -> Hunk {
    let numbered = |range: Range<usize>| {
        let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX).saturating_add(1);
        number(range.start)..number(range.end)
    };
    Hunk { old: numbered(op.old_range()), new: numbered(op.new_range()) }
}

/// The lines that a change adds to each Python file of these.
pub fn added<'a>(paths: impl Iterator<Item = &'a Touched>) -> BTreeMap<String, BTreeSet<u32>> {
    let of = |touched: &Touched| {
        let lines = hunks(touched).into_iter().flat_map(|hunk| hunk.new).collect();
        (touched.path.as_str().to_owned(), lines)
    };
    paths.filter(|touched| is_python(touched)).map(of).collect()
}

/// The first lines of the statements of each Python file that a change adds or adds to.
pub fn statements<'a>(paths: impl Iterator<Item = &'a Touched>) -> BTreeMap<String, BTreeSet<u32>> {
    let of = |touched: &Touched| {
        let beginnings = python::beginnings(text_of(touched.after.as_ref()).unwrap_or_default());
        let lines = hunks(touched).into_iter().flat_map(|hunk| hunk.new);
        let lines = lines.filter_map(|line| beginnings.get(&line).copied()).collect();
        (touched.path.as_str().to_owned(), lines)
    };
    paths.filter(|touched| is_python(touched)).map(of).collect()
}

/// The lines of the base that a change takes away, or beside which it puts something.
pub fn disturbed(touched: &Touched) -> BTreeSet<u32> {
    let around = |hunk: Hunk| {
        let is_insertion = hunk.old.is_empty();
        let start = if is_insertion { hunk.old.start.saturating_sub(1) } else { hunk.old.start };
        let end = if is_insertion { hunk.old.end.saturating_add(1) } else { hunk.old.end };
        start..end
    };
    hunks(touched).into_iter().flat_map(around).collect()
}

/// Counts the statements that a change touches and that can run, and those that did.
pub fn changed_lines(
    touched: &BTreeMap<String, BTreeSet<u32>>,
    coverage: Option<&Coverage>,
    by_test: &BTreeMap<String, Vec<String>>,
) -> ChangedLines {
    let Some(coverage) = coverage else { return ChangedLines::default() };
    let missed: BTreeSet<&str> = coverage.missing.iter().filter_map(in_file).collect();
    let mut lines = ChangedLines::default();
    for (path, executable) in &coverage.executable {
        let Some(touched) = touched.get(path) else { continue };
        for line in touched.intersection(executable) {
            let place = format!("{path}:{line}");
            lines.total = lines.total.saturating_add(1);
            if missed.contains(place.as_str()) {
                lines.missing.push(place);
                continue;
            }
            lines.covered = lines.covered.saturating_add(1);
            if let Some(tests) = by_test.get(&place) {
                lines.by_test.insert(place, tests.clone());
            }
        }
    }
    lines.missing.truncate(MAX_LISTED);
    lines
}

fn in_file(line: &MissingLine) -> Option<&str> {
    match line {
        MissingLine::InFile(place) => Some(place),
        MissingLine::Line(_) => None,
    }
}

/// Puts one hunk of a file back to what the base has.
pub fn without(touched: &Touched, hunk: &Hunk) -> Option<Vec<u8>> {
    let before: Vec<&str> =
        text_of(touched.before.as_ref()).unwrap_or_default().split_inclusive('\n').collect();
    let after: Vec<&str> = text_of(touched.after.as_ref())?.split_inclusive('\n').collect();
    let place = |number: u32| usize::try_from(number).unwrap_or(usize::MAX).saturating_sub(1);
    let head = after.get(..place(hunk.new.start))?;
    let old = before.get(place(hunk.old.start)..place(hunk.old.end))?;
    let tail = after.get(place(hunk.new.end)..)?;
    Some([head, old, tail].concat().concat().into_bytes())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use record::domain::role::Role;

    fn touched(before: &str, after: &str) -> Touched {
        let side = |text: &str| Some(Side::file(text.as_bytes()));
        let path = "a.py".parse().unwrap();
        Touched { path, role: Role::Code, before: side(before), after: side(after) }
    }

    #[test]
    fn hunks_have_the_lines_of_both_sides() {
        let change = touched("a\nb\nc\n", "a\nB\nc\nd\n");

        let found = hunks(&change);

        assert_eq!(found, [Hunk { old: 2..3, new: 2..3 }, Hunk { old: 4..4, new: 4..5 }]);
        assert_eq!(added([change].iter()), [("a.py".to_owned(), [2, 4].into())].into());
    }

    #[test]
    fn a_line_within_a_statement_counts_where_the_statement_begins() {
        let before = "@keep(\n    1,\n)\ndef one():\n    \"\"\"Text.\"\"\"\n    return max(\n        a,\n        b + 1,\n    )\n";
        let after = before.replace("    1,", "    2,").replace("b + 1", "# Note.\n        b + 9");
        let change = touched(before, &format!("{after}\n# The end.\n"));

        assert_eq!(statements([change].iter()), [("a.py".to_owned(), [1, 6].into())].into());
    }

    #[test]
    fn only_lines_that_can_run_are_counted() {
        let added = [("a.py".to_owned(), [1, 2, 3].into())].into();
        let mut coverage = Coverage::of(1, 2, vec![MissingLine::InFile("a.py:3".to_owned())]);
        coverage.executable = [("a.py".to_owned(), [2, 3, 9].into())].into();

        let lines = changed_lines(&added, Some(&coverage), &BTreeMap::new());

        assert_eq!((lines.total, lines.covered), (2, 1));
        assert_eq!(lines.missing, ["a.py:3"]);
    }

    proptest! {
        #[test]
        fn a_file_without_each_of_its_hunks_is_the_base(
            before in "[ab\n]{0,30}", after in "[ab\n]{0,30}",
        ) {
            let mut change = touched(&before, &after);
            // From behind, so that the lines of the others stay where they are.
            for hunk in hunks(&change).into_iter().rev() {
                let text = without(&change, &hunk).unwrap();
                change.after = Some(Side::file(text));
            }
            prop_assert_eq!(text_of(change.after.as_ref()), Some(before.as_str()));
        }
    }
}
