//! Fixes of one file in the order in which they are found.
//!
//! Equal patches are kept once, and their number is bounded, so rooms can offer freely.

use crate::broken::Broken;
use record::domain::patch::{Edit, Patch};

/// Most fixes of one complaint before they are ranked.
const MAX_FIXES: usize = 2_000;

/// One fix.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fix {
    /// The word of its class.
    pub(crate) operator: &'static str,
    /// What it does, in one sentence.
    pub(crate) why: String,
    /// What is edited.
    pub(crate) patch: Patch,
}

/// Fixes of one file, best first.
pub(crate) struct Found<'b, 's> {
    /// The file.
    pub(crate) broken: &'b Broken<'s>,
    /// Those found so far.
    pub(crate) fixes: Vec<Fix>,
}

impl<'b, 's> Found<'b, 's> {
    /// Nothing yet.
    pub(crate) fn new(broken: &'b Broken<'s>) -> Self {
        Self { broken, fixes: Vec::new() }
    }

    /// One stretch gives way to a text; the line is added to the reason.
    pub(crate) fn put(
        &mut self,
        operator: &'static str,
        (start, end): (usize, usize),
        text: &str,
        what: &str,
    ) {
        self.all(operator, &[(start, end, text.to_owned())], what);
    }

    /// Several stretches at once.
    pub(crate) fn all(
        &mut self,
        operator: &'static str,
        stretches: &[(usize, usize, String)],
        what: &str,
    ) {
        let text = self.broken.text;
        let changes = |(start, end, new): &&(usize, usize, String)| {
            text.get(*start..*end) != Some(new.as_str())
        };
        let edits: Vec<Edit> = stretches
            .iter()
            .filter(changes)
            .map(|(start, end, text)| Edit {
                path: self.broken.path.clone(),
                start: *start,
                end: *end,
                text: text.clone(),
            })
            .collect();
        let Some(first) = edits.first() else { return };
        let line = self.broken.lines.partition_point(|line| line.start <= first.start);
        let fix = Fix { operator, why: format!("{what} in line {line}"), patch: Patch { edits } };
        if self.fixes.len() < MAX_FIXES && self.fixes.iter().all(|known| known.patch != fix.patch) {
            self.fixes.push(fix);
        }
    }
}
