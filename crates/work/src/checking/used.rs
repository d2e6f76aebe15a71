//! What commits so far were covered by, for those that follow on them.
//!
//! An approval is for one application: after a revert it needs another. And policies only ever get later along a history, so that an old
//! and weaker one cannot be brought back with the decisions that were made under it.

use std::collections::BTreeMap;

use crate::checking::history::History;
use crate::checking::judging::Cover;
use crate::checking::reason::Reason;
use foundation::repository::range::Commit;
use record::audit::statement::Nonce;
use record::domain::changeset::GitId;

/// What the commits so far used.
#[derive(Debug, Default)]
pub struct Used {
    /// The latest policy behind a commit, with the commit that brought it.
    policies: BTreeMap<GitId, (u64, GitId)>,
    /// The commits that each approval covers.
    approvals: BTreeMap<[u8; 16], Vec<GitId>>,
}

impl Used {
    /// Hands the latest policy of its parents on to a commit.
    pub fn inherit(&mut self, commit: &Commit) {
        let parents = commit.parents.iter().filter_map(|parent| self.policies.get(parent));
        if let Some(latest) = parents.max().cloned() {
            self.policies.insert(commit.id.clone(), latest);
        }
    }

    /// Passes a cover under no older policy than the commits before it, whose approvals none of them used.
    pub fn take<'a>(
        &mut self,
        history: &History,
        commit: &Commit,
        cover: Cover<'a>,
    ) -> Result<Cover<'a>, Reason> {
        let latest = self.policies.get(&commit.id);
        if let Some((_, by)) = latest.filter(|(latest, _)| *latest > cover.policy) {
            return Err(Reason::OlderPolicy { commit: by.clone() });
        }
        let nonce = |Nonce(bytes): Nonce| bytes;
        for approval in &cover.approvals {
            let users = self.approvals.get(&nonce(approval.statement.predicate.nonce));
            let mut users = users.into_iter().flatten();
            if let Some(first) = users.find(|user| history.follows(&commit.id, user)) {
                return Err(Reason::Replayed { commit: first.clone() });
            }
        }
        for approval in &cover.approvals {
            let users = self.approvals.entry(nonce(approval.statement.predicate.nonce));
            users.or_default().push(commit.id.clone());
        }
        if latest.is_none_or(|(latest, _)| *latest < cover.policy) {
            self.policies.insert(commit.id.clone(), (cover.policy, commit.id.clone()));
        }
        Ok(cover)
    }
}
