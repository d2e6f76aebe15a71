//! A file of code with the lines that can run and those that did.
//!
//! Coverage measures statements, not lines: one that goes on over several lines is told at its first, and a docstring is
//! none. Those that a comment excludes are here too, as a linter does not exclude them.

use std::collections::{BTreeMap, BTreeSet};

use crate::frame::Lines;

/// The lines of a code file that can run, and those that did.
pub(crate) struct File {
    pub(crate) text: String,
    /// Whether it makes its folder a package.
    pub(crate) is_package: bool,
    pub(crate) can_run: BTreeSet<u32>,
    pub(crate) ran: BTreeSet<u32>,
}

impl File {
    /// Reads what was measured of a file; `None` where nothing was.
    pub(crate) fn of(text: String, kinds: &BTreeMap<Lines, BTreeSet<u32>>) -> Option<Self> {
        // With those that a comment excludes, as a linter does not exclude them.
        let all = (kinds.get(&Lines::AllStatements), kinds.get(&Lines::AllMissing));
        let (can_run, missing) = match all {
            (Some(can_run), missing) => (can_run, missing),
            (None, _) => (kinds.get(&Lines::Statements)?, kinds.get(&Lines::Missing)),
        };
        let is_missing = |line: &u32| missing.is_some_and(|missing| missing.contains(line));
        let ran = can_run.iter().copied().filter(|line| !is_missing(line)).collect();
        Some(Self { text, is_package: false, can_run: can_run.clone(), ran })
    }

    /// The depth of a line, in characters.
    pub(crate) fn indent(&self, line: u32) -> usize {
        self.line(line).map_or(0, depth_of)
    }

    /// The text of a line.
    pub(crate) fn line(&self, number: u32) -> Option<&str> {
        let before = usize::try_from(number).ok()?.checked_sub(1)?;
        self.text.lines().nth(before)
    }
}

/// The depth of a text, in characters.
pub(crate) fn depth_of(line: &str) -> usize {
    line.len() - line.trim_start().len()
}
