//! The commits that are checked, and how they follow on each other.
//!
//! Whether one commit lies behind another is asked for approvals that are used twice and for merges; git's own walk would start a process
//! each time.

use std::collections::{BTreeMap, BTreeSet};

use foundation::repository::range::Commit;
use record::domain::changeset::GitId;

/// Commits, parents first, and the trees of the parents that lie before them.
#[derive(Clone, Debug)]
pub struct History {
    commits: Vec<Commit>,
    places: BTreeMap<GitId, usize>,
    before: BTreeMap<GitId, GitId>,
}

impl History {
    /// Takes commits, parents first.
    pub fn new(commits: Vec<Commit>) -> Self {
        let places = commits.iter().zip(0..).map(|(commit, place)| (commit.id.clone(), place));
        Self { places: places.collect(), commits, before: BTreeMap::new() }
    }

    /// The commits, parents first.
    pub fn commits(&self) -> &[Commit] {
        &self.commits
    }

    /// Names the parents that are not among the commits.
    pub fn outside(&self) -> BTreeSet<GitId> {
        let parents = self.commits.iter().flat_map(|commit| &commit.parents);
        parents.filter(|parent| !self.places.contains_key(parent)).cloned().collect()
    }

    /// Takes the parents that are not among the commits.
    pub fn know(&mut self, outside: Vec<Commit>) {
        self.before.extend(outside.into_iter().map(|commit| (commit.id, commit.tree)));
    }

    /// The tree of a commit or of a parent.
    pub fn tree(&self, id: &GitId) -> Option<&GitId> {
        let listed = self.places.get(id).and_then(|place| self.commits.get(*place));
        listed.map(|commit| &commit.tree).or_else(|| self.before.get(id))
    }

    /// Tells whether a commit follows on another, or is it.
    pub fn follows(&self, new: &GitId, old: &GitId) -> bool {
        // What stands before the older one in the list cannot follow on it.
        let first = self.places.get(old).copied().unwrap_or(0);
        let mut open = vec![new];
        let mut seen = BTreeSet::new();
        while let Some(id) = open.pop() {
            if id == old {
                return true;
            }
            let place = self.places.get(id).copied().filter(|place| *place >= first);
            let commit = place.and_then(|place| self.commits.get(place));
            if let Some(commit) = commit.filter(|commit| seen.insert(&commit.id)) {
                open.extend(&commit.parents);
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(digit: &str) -> GitId {
        digit.repeat(40).parse().unwrap()
    }

    #[test]
    fn commits_follow_on_their_parents_and_on_those_before_the_list() {
        let commit = |own: &str, parents: &[&str]| Commit {
            id: id(own),
            parents: parents.iter().map(|parent| id(parent)).collect(),
            tree: id("f"),
            committed_at: None,
            message: Vec::new(),
        };
        let history =
            History::new(vec![commit("1", &["0"]), commit("2", &["0"]), commit("3", &["1", "2"])]);

        assert_eq!(history.outside(), BTreeSet::from([id("0")]));
        assert!(history.follows(&id("3"), &id("2")) && history.follows(&id("3"), &id("0")));
        assert!(!history.follows(&id("2"), &id("1")) && !history.follows(&id("1"), &id("3")));
    }
}
