//! Fixes as rooms find them.

use crate::domain::patch::{Edit, Patch};
use crate::repair::broken::Broken;

/// Most fixes of one complaint before they are ranked.
const MAX_FIXES: usize = 2_000;

/// One fix.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::repair) struct Fix {
    /// The word of its class.
    pub(in crate::repair) operator: &'static str,
    /// What it does, in one sentence.
    pub(in crate::repair) why: String,
    /// What is edited.
    pub(in crate::repair) patch: Patch,
}

/// Fixes of one file, best first.
pub(in crate::repair) struct Found<'b, 's> {
    /// The file.
    pub(in crate::repair) broken: &'b Broken<'s>,
    /// Those found so far.
    pub(in crate::repair) fixes: Vec<Fix>,
}

impl<'b, 's> Found<'b, 's> {
    /// Nothing yet.
    pub(in crate::repair) fn new(broken: &'b Broken<'s>) -> Self {
        Self { broken, fixes: Vec::new() }
    }

    /// One stretch gives way to a text; the line is added to the reason.
    pub(in crate::repair) fn put(
        &mut self,
        operator: &'static str,
        (start, end): (usize, usize),
        text: &str,
        what: &str,
    ) {
        self.all(operator, &[(start, end, text.to_owned())], what);
    }

    /// Several stretches at once.
    pub(in crate::repair) fn all(
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
