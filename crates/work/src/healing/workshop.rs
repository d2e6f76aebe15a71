//! The sources of edits that the search uses.
//!
//! The search knows them as plain functions (`Tools`) and not by their crate, so that its tests can put in edits of their
//! own.

use crate::healing::search::bench::Tools;
use record::domain::probe::{Complaint, Traced};
use record::domain::source::Source;
use repair::examples::examples;
use repair::farfetched::{far_fetched, far_fetched_together};
use repair::mechanical;
use repair::mutate::{self, Breadth};
use repair::suggestion::Suggestion;

/// The sources of edits.
pub const TOOLS: Tools =
    Tools { suggest: mechanical::suggest, mutations, examples, far_fetched, far_fetched_together };

/// The same for a program whose suite is passed by whatever prints something: only what the complaint itself asks for, and
/// nothing that could hide it.
pub const SCRIPT_TOOLS: Tools = Tools { suggest: of_a_script, ..TOOLS };

/// Fixes that put a value, a way round or nothing in the place of what failed.
const HIDING: &[&str] = &[
    "argument",
    "call",
    "default",
    "drop_call",
    "exception",
    "first_attribute",
    "first_value",
    "lookup",
    "missing_return",
    "quote",
    "unpacking",
];

fn of_a_script(source: &Source, complaint: &Complaint, traced: Option<&Traced>) -> Vec<Suggestion> {
    let is_syntax =
        matches!(complaint.kind.as_str(), "SyntaxError" | "IndentationError" | "TabError");
    let mut found = mechanical::suggest(source, complaint, traced);
    found.retain(|fix| is_syntax || !HIDING.contains(&fix.operator));
    found
}

fn mutations(source: &Source, traced: &Traced, breadth: Breadth) -> Vec<Suggestion> {
    mutate::mutations(source, Some(traced), breadth)
}
