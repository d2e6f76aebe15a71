//! Suggestions: a patch with its reason and its promise.
//!
//! Only code is edited, never the suite, so that a suggestion cannot make tests pass by weakening them.

use record::domain::patch::Patch;
use record::domain::role::Role;
use record::domain::source::Source;

/// A small edit of the code under repair; the suite is never edited.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// What is edited.
    pub patch: Patch,
    /// The word of the operator that made it: `compare`, `off_by_one`, `missing_import`.
    pub operator: &'static str,
    /// The same for a person, in one sentence that names the place.
    pub why: String,
    /// How promising it is: suspicion of its lines times the weight of its operator; larger is chosen earlier.
    pub promise: f64,
}

impl Suggestion {
    /// The reason, with the file before it where a source has several files of code.
    pub fn told(&self, source: &Source) -> String {
        match self.patch.edits.first() {
            Some(edit) if source.of_role(Role::Code).count() > 1 => {
                format!("{}: {}", edit.path, self.why)
            }
            _ => self.why.clone(),
        }
    }
}

/// An edit, and how likely it is to make the tests pass.
#[derive(Clone, Debug, PartialEq)]
pub struct Likely {
    /// Only to be compared with that of other edits; larger is tried earlier.
    pub likely: f64,
    /// The edit.
    pub suggestion: Suggestion,
}
