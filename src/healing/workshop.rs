//! The sources of edits that the search uses.
//!
//! The search knows them as plain functions (`Tools`) and not by their crate, so that its tests can put in edits of their
//! own.

use crate::healing::search::bench::Tools;
use record::domain::probe::Traced;
use record::domain::source::Source;
use repair::examples::examples;
use repair::mechanical;
use repair::mutate::{self, Breadth};
use repair::suggestion::Suggestion;

/// The sources of edits.
pub const TOOLS: Tools = Tools { suggest: mechanical::suggest, mutations, examples };

fn mutations(source: &Source, traced: &Traced, breadth: Breadth) -> Vec<Suggestion> {
    mutate::mutations(source, Some(traced), breadth)
}
