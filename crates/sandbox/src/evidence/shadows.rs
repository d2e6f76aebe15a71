//! Tests that another of the same name replaces, so that pytest never sees them.
//!
//! Of two tests of one name in a file only the second exists when pytest looks. What the first asks is lost, and may be the one
//! thing that fails; mostly it is a slip that nobody noticed. So it runs once under a name of its own, beside all others: where
//! it passes, nothing was hidden but the slip, which is told.

use crate::evidence::reading::Reading;
use crate::frame::Shadow;
use record::domain::evidence::{Finding, IntegrityState};
use record::domain::source::{Source, SourceFile};

/// Most names that a message lists.
const MOST_NAMED: usize = 3;

fn is_of(shadow: &Shadow, test: &str) -> bool {
    let rest = test.strip_prefix(&shadow.name);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// The files in which each of these has a name of its own, where that is all that keeps a run from being green.
pub(crate) fn revealed(reading: &Reading, source: &Source) -> Option<Source> {
    let shadows = &reading.transcript.shadows;
    let tests = &reading.tests;
    let is_hidden = |test: &String| shadows.iter().any(|shadow| is_of(shadow, test));
    let is_all = !tests.missing.is_empty() && tests.missing.iter().all(is_hidden);
    if !is_all || !reading.ran.is_complete || tests.failed + tests.errors > 0 {
        return None;
    }
    let mut files = Vec::new();
    for file in source.files() {
        let path = file.path.as_str();
        let of_file = shadows.iter().filter(|shadow| shadow.name.split("::").next() == Some(path));
        let mut content = file.content.clone();
        for shadow in of_file {
            content = renamed(&content, shadow)?;
        }
        files.push(SourceFile { content, ..file.clone() });
    }
    Source::new(files).ok()
}

/// A file in which one definition is called otherwise; lines keep their numbers.
fn renamed(content: &[u8], shadow: &Shadow) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(content).ok()?;
    let name = shadow.name.rsplit("::").next()?;
    let start = text.split_inclusive('\n').take(shadow.line.checked_sub(1)?).map(str::len).sum();
    let (before, after) = text.split_at_checked(start)?;
    let line = after.lines().next()?;
    let heads = ["def ", "class "].map(|word| format!("{word}{name}"));
    let end = heads.iter().find_map(|head| Some(line.find(head)? + head.len()))?;
    let is_whole =
        |rest: &str| !rest.starts_with(|next: char| next == '_' || next.is_alphanumeric());
    let (head, rest) = after.split_at_checked(end).filter(|(_, rest)| is_whole(rest))?;
    Some(format!("{before}{head}_of_line_{}{rest}", shadow.line).into_bytes())
}

/// Takes what the run under names of their own showed: tests that passed there are missed by nobody.
pub(crate) fn settle(reading: &mut Reading, apart: &Reading) {
    if !apart.needs_controls() {
        return;
    }
    let shadows = std::mem::take(&mut reading.transcript.shadows);
    let is_shown = |test: &String| !shadows.iter().any(|shadow| is_of(shadow, test));
    reading.tests.missing.retain(is_shown);
    reading
        .transcript
        .expected
        .retain(|test| is_shown(test) || reading.ran.cases.contains_key(test));
    reading.ran.is_green = reading.tests.missing.is_empty();
    reading.shadowed = shadows.into_iter().map(|shadow| shadow.name).collect();
}

/// Tells of tests that never run and pass under another name.
///
/// No control holds that pass against anything, so that a suite with such tests is never confirmed.
pub(crate) fn told(shadowed: &[String]) -> Option<(Finding, IntegrityState)> {
    let words = match shadowed.len() {
        0 => return None,
        1 => "another of the same name hides this from pytest; under a name of its own it passes",
        _ => "others of the same names hide these from pytest; under names of their own they pass",
    };
    let named = shadowed.iter().take(MOST_NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = if shadowed.len() > MOST_NAMED { " …" } else { "" };
    let message = format!("{words}: {named}{more}");
    Some((Finding { code: "shadowed_tests".to_owned(), message }, IntegrityState::Controlled))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_definition_is_renamed_on_its_line_and_nowhere_else() {
        let text = "def test_a(): pass\n\nclass TestA:\n    @mark\n    def test_a(self):\n        test_a()\n    def test_a(self): pass\n";
        let at = |line, name: &str| Shadow { name: format!("t.py::{name}"), line };
        let renamed = |shadow| String::from_utf8(renamed(text.as_bytes(), &shadow)?).ok();

        let method = renamed(at(5, "TestA::test_a")).unwrap();

        assert_eq!(
            method,
            text.replacen("    def test_a(self):", "    def test_a_of_line_5(self):", 1)
        );
        assert!(renamed(at(3, "TestA")).unwrap().contains("class TestA_of_line_3:"));
        for (line, name) in [(2, "test_a"), (90, "test_a"), (0, "test_a"), (1, "test_")] {
            assert_eq!(renamed(at(line, name)), None, "{line} {name}");
        }
    }

    #[test]
    fn a_class_hides_its_tests_and_no_other() {
        let shadow = Shadow { name: "t.py::TestA".to_owned(), line: 1 };

        assert!(is_of(&shadow, "t.py::TestA::test_a") && is_of(&shadow, "t.py::TestA"));
        assert!(!is_of(&shadow, "t.py::TestAll::test_a") && !is_of(&shadow, "u.py::TestA::test_a"));
    }
}
