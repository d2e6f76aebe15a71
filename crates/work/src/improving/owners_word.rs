//! Holds findings against what owners said before of their like.
//!
//! Those that they dismissed stay away, and kinds that they had mended come first. Both are read from the record and from decided
//! proposals (`memory/learning.rs`). A dismissal hides one finding at one text of a line; weights only order, so that nothing is hidden
//! because much like it was rejected.

use std::collections::BTreeSet;

use crate::contract::dismissals;
use crate::contract::error::CommandError;
use crate::contract::invocation::Invocation;
use crate::contract::page::counted;
use crate::improving::subject::Subject;
use crate::memory::learning::{Dismissed, lessons, weights};
use crate::memory::site::recall;
use inspection::findings::finding::Finding;

/// Leaves out what was dismissed, says how many that are, and puts the rest into order anew.
pub async fn heeded(
    invocation: &Invocation,
    subject: &mut Subject,
    found: Vec<Finding>,
) -> Result<Vec<Finding>, CommandError> {
    let Some(name) = subject.repository.clone() else { return Ok(found) };
    let (mut hidden, mut dismissed) = (BTreeSet::new(), Vec::new());
    for ((repository, finding), known) in dismissals::all(invocation).await? {
        if repository.as_str() == name {
            hidden.insert(finding);
            dismissed.push(Dismissed { seq: known.seq, rule: known.dismissal.rule });
        }
    }
    let count = found.len();
    let mut left = found;
    left.retain(|finding| !hidden.contains(bare(&finding.id)));
    if left.len() < count {
        let told = counted(count - left.len(), "finding");
        subject.notes.push(format!(
            "{told} dismissed by the owner left out; `/dismiss-finding` lists them with the reasons"
        ));
    }
    let decided = recall(invocation.store()?, |recall| recall.decided_rules(&name))?;
    let weights = weights(&lessons(decided), &dismissed);
    for finding in &mut left {
        let factor = weights.get(&finding.rule).map_or(1.0, |weight| weight.factor());
        finding.heat = (finding.heat * factor * 100.0).round() / 100.0;
    }
    left.sort_by(|one, other| other.heat.total_cmp(&one.heat));
    Ok(left)
}

/// The id without the number that tells like lines of a file apart: who dismisses one means them all.
fn bare(id: &str) -> &str {
    id.split_once('-').map_or(id, |(bare, _)| bare)
}
