//! Which merge brought a commit in.
//!
//! Along first parents a history is the course of its branch. A commit off that course came with the first merge from which it can be
//! reached; the words of that merge often name the pull request. Commits that were known before have their merge already.

use std::collections::HashMap;

use record::domain::changeset::GitId;

use foundation::repository::walking::WalkedCommit;

/// New commits with their parents.
#[derive(Debug, Default)]
pub(super) struct Merges {
    commits: HashMap<GitId, (u32, Vec<GitId>)>,
}

impl Merges {
    /// Adds a commit.
    pub(super) fn add(&mut self, number: u32, commit: &WalkedCommit) {
        self.commits.insert(commit.id.clone(), (number, commit.parents.clone()));
    }

    /// The commits that merges of the course to `head` brought in, each with its merge.
    pub(super) fn brought(mut self, head: &GitId) -> Vec<(u32, u32)> {
        let mut course = Vec::new();
        let mut next = Some(head.clone());
        while let Some((number, parents)) = next.and_then(|id| self.commits.remove(&id)) {
            next = parents.first().cloned();
            course.push((number, parents));
        }
        let mut brought = Vec::new();
        for (merge, parents) in course.into_iter().rev() {
            let mut waiting: Vec<GitId> = parents.into_iter().skip(1).collect();
            while let Some(id) = waiting.pop() {
                let known = self.commits.remove(&id);
                let (number, parents) = known.unzip();
                brought.extend(number.map(|number| (number, merge)));
                waiting.extend(parents.into_iter().flatten());
            }
        }
        brought
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_came_with_the_first_merge_that_reaches_it() {
        let id = |digit: u32| -> GitId { format!("{digit:040}").parse().unwrap() };
        let commit = |own: u32, parents: &[u32]| WalkedCommit {
            id: id(own),
            parents: parents.iter().map(|parent| id(*parent)).collect(),
            authored_at: 0,
            author: String::new(),
            message: String::new(),
            changes: Vec::new(),
        };
        let mut merges = Merges::default();
        let history: [(u32, &[u32]); 6] =
            [(1, &[]), (2, &[1]), (3, &[2]), (4, &[1, 3]), (5, &[3]), (6, &[4, 5])];
        for (number, parents) in history {
            merges.add(number, &commit(number, parents));
        }

        let mut brought = merges.brought(&id(6));

        brought.sort_unstable();
        assert_eq!(brought, [(2, 4), (3, 4), (5, 6)]);
    }
}
