//! Where edits come from.

use crate::domain::source::Source;
use crate::healing::bench::Tools;
use crate::repair::examples::examples;
use crate::repair::mechanical;
use crate::repair::mutate::{self, Breadth};
use crate::repair::suggestion::Suggestion;
use crate::sandbox::probe::Traced;

/// The sources of edits.
pub const TOOLS: Tools = Tools { suggest: mechanical::suggest, mutations, examples };

fn mutations(source: &Source, traced: &Traced, breadth: Breadth) -> Vec<Suggestion> {
    mutate::mutations(source, Some(traced), breadth)
}
