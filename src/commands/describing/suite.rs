//! What the suite of a repository did, for the owner who adds it.
//!
//! How long it takes and what is red already is worth knowing before changes are judged by it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use work::contract::page::{Cell, Tone, counted};
use work::executing::changes::baseline::Baseline;

/// Most red tests that the line names.
const NAMED: usize = 3;

/// What the suite of HEAD did.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct SuiteView {
    /// Tests that ran or were skipped.
    pub tests: u32,
    /// Tests that are red already.
    pub red: Vec<String>,
    /// Tests that are skipped.
    pub skipped: u32,
    /// Files of tests that cannot be collected here, so that none of theirs ran.
    pub not_collected: Vec<String>,
    /// How long it took.
    pub took_ms: u64,
    /// Why nothing can be said of changes of this base; null where something can.
    pub unavailable: Option<String>,
}

impl SuiteView {
    /// Tells a run.
    pub fn of(run: &Baseline) -> Self {
        let facts = run.facts(false);
        Self {
            tests: facts.tests,
            red: facts.failed,
            skipped: facts.skipped,
            not_collected: run.not_collected.iter().cloned().collect(),
            took_ms: run.took_ms,
            unavailable: facts.unavailable,
        }
    }

    /// The same in one line.
    pub fn cell(&self) -> Cell {
        if let Some(why) = &self.unavailable {
            return Cell::toned(why.as_str(), Tone::Warn);
        }
        let Self { skipped, took_ms, .. } = self;
        let (tests, red) = (counted(self.tests, "test"), self.red.len());
        let more = if red > NAMED { format!(" and {} more", red - NAMED) } else { String::new() };
        let names: Vec<&str> = self.red.iter().take(NAMED).map(String::as_str).collect();
        let names = if red == 0 { String::new() } else { format!(" ({}{more})", names.join(", ")) };
        let words = format!("{tests}, {red} red{names}, {skipped} skipped, {took_ms} ms");
        if self.not_collected.is_empty() {
            return Cell::toned(words, if red == 0 { Tone::Plain } else { Tone::Warn });
        }
        let files = self.not_collected.join(", ");
        Cell::toned(format!("{words}; cannot be collected: {files}"), Tone::Warn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_cannot_be_collected_are_named() {
        let told = |not_collected: &[&str]| {
            let not_collected = not_collected.iter().map(|path| (*path).to_owned()).collect();
            let cell = SuiteView::of(&Baseline { not_collected, ..Baseline::default() }).cell();
            (cell.text, cell.tone)
        };

        let count = "0 tests, 0 red, 0 skipped, 0 ms";
        assert_eq!(told(&[]), (count.to_owned(), Tone::Plain));
        let named = format!("{count}; cannot be collected: tests/test_a.py");
        assert_eq!(told(&["tests/test_a.py"]), (named, Tone::Warn));
    }

    #[test]
    fn red_tests_are_named_as_far_as_a_line_goes() {
        let red = |count: u32| SuiteView {
            tests: 9,
            red: (1..=count).map(|at| format!("t.py::test_{at}")).collect(),
            skipped: 0,
            not_collected: Vec::new(),
            took_ms: 5,
            unavailable: None,
        };

        let one = "9 tests, 1 red (t.py::test_1), 0 skipped, 5 ms";
        assert_eq!(red(1).cell().text, one);
        let four = red(4).cell().text;
        assert!(four.contains("(t.py::test_1, t.py::test_2, t.py::test_3 and 1 more)"), "{four}");
    }
}
