//! Which findings decided proposals took away.
//!
//! It is seen from the bytes of both sides, not from what a proposal says of itself: a finding that the base has and the result has no
//! more was mended. Only looks that need no run are asked, so that a build stays a matter of milliseconds.

use std::collections::{BTreeMap, BTreeSet};

use inspection::findings::finding::File;
use inspection::findings::looks::looks;
use record::domain::changeset::Changeset;
use record::domain::id::ProposalId;

use crate::memory::error::MemoryError;
use crate::memory::site::{Site, Writing, check, recall};
use foundation::store::beside::KeptMended;
use foundation::store::memory::Step;

/// Proposals that are looked into at once.
const AT_ONCE: u32 = 50;
/// Most bytes of a side that is looked at.
const MAX_BYTES: usize = 1 << 20;

/// Looks into decided proposals that were not looked into yet.
pub(super) async fn decided(site: &Site<'_>, writing: &mut Writing<'_>) -> Result<(), MemoryError> {
    loop {
        check(site.cancel)?;
        let row = writing.repository;
        let new = recall(site.store, |recall| recall.unlearnt(row, site.name, AT_ONCE))?;
        if new.is_empty() {
            return Ok(());
        }
        let mut mended = Vec::new();
        for (proposal, number) in new {
            let revision = site.store.revision(&proposal, number).await?;
            let change = revision.as_ref().and_then(|revision| revision.source.change());
            mended.extend(of(&proposal, change.map(taken_away).unwrap_or_default()));
        }
        writing.write(Step::Mended(mended)).await?;
    }
}

fn of(proposal: &ProposalId, rules: BTreeMap<String, u32>) -> Vec<KeptMended> {
    let kept = |(rule, count)| KeptMended { proposal: proposal.clone(), rule, count };
    if rules.is_empty() {
        return vec![kept((String::new(), 0))];
    }
    rules.into_iter().map(kept).collect()
}

/// How many findings of each rule the result of a change has less than its base.
fn taken_away(change: &Changeset) -> BTreeMap<String, u32> {
    let before = counted(change, |one| one.before.as_ref());
    let mut after = counted(change, |one| one.after.as_ref());
    let mut rules: BTreeMap<String, u32> = BTreeMap::new();
    for ((id, rule), count) in before {
        let left = after.remove(&(id, rule.clone())).unwrap_or_default();
        let gone = count.saturating_sub(left);
        if gone > 0 {
            *rules.entry(rule).or_default() += gone;
        }
    }
    rules
}

type Side = record::domain::changeset::Side;
type Touched = record::domain::changeset::Touched;

fn counted(
    change: &Changeset,
    side: impl Fn(&Touched) -> Option<&Side>,
) -> BTreeMap<(String, String), u32> {
    let file = |one: &Touched| {
        let content = &side(one)?.content;
        let text = std::str::from_utf8(content).ok().filter(|text| text.len() <= MAX_BYTES)?;
        Some(File { path: one.path.to_string(), role: one.role, text: text.to_owned() })
    };
    let files: Vec<File> = change.touched().iter().filter_map(file).collect();
    let mut counts = BTreeMap::new();
    for finding in looks(&files, &BTreeSet::new()) {
        *counts.entry((finding.id, finding.rule)).or_default() += 1;
    }
    counts
}
