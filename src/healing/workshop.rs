//! Where edits come from.

use crate::domain::source::Source;
use crate::healing::bench::Tools;
use crate::repair::suggestion::Suggestion;
use crate::sandbox::probe::{Complaint, Traced};

/// The sources of edits.
pub const TOOLS: Tools = Tools { suggest, mutations };

fn suggest(_: &Source, _: &Complaint, _: Option<&Traced>) -> Vec<Suggestion> {
    Vec::new()
}

fn mutations(_: &Source, _: &Traced) -> Vec<Suggestion> {
    Vec::new()
}
