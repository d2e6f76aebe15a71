//! Who knows a file: the people who changed it, by how much and how lately.
//!
//! Names are those of the commits, which anybody can write. They are told to ask somebody, never to let anybody do something.

use std::collections::{HashMap, HashSet};

use crate::memory::loaded::{Loaded, shown};
use foundation::store::error::StoreError;
use foundation::store::memory::Recall;
use record::domain::changeset::GitId;
use record::domain::lookalike::composed;

/// Most commits that are looked at.
const MOST_COMMITS: u32 = 300;
/// Commits after which one counts for a third.
const FADING: f64 = 800.0;
/// Most people that are told.
const MOST_OWNERS: usize = 3;

/// Somebody who changed a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Owner {
    /// The name, escaped.
    pub name: String,
    /// Their part of what was changed, 0 to 1, newer commits counting more.
    pub part: f64,
    /// How many commits.
    pub commits: u32,
    /// The newest of them.
    pub newest: GitId,
}

/// Tells who knows some files.
pub fn owners(
    recall: &dyn Recall,
    loaded: &Loaded,
    files: &[u32],
) -> Result<Vec<Owner>, StoreError> {
    let mut found: HashMap<String, (f64, u32, u32, GitId)> = HashMap::new();
    // A commit that changed several of the files is one commit.
    let mut seen = HashSet::new();
    for file in files {
        for commit in recall.commits_of(loaded.row, *file, MOST_COMMITS)? {
            if !seen.insert(commit.number) {
                continue;
            }
            let age = loaded.newest.saturating_sub(commit.number);
            let weight = (-f64::from(age) / FADING).exp();
            let entry =
                found.entry(one_form(&commit.author)).or_insert((0.0, 0, 0, commit.id.clone()));
            entry.0 += weight;
            entry.1 += 1;
            if commit.number > entry.2 {
                (entry.2, entry.3) = (commit.number, commit.id);
            }
        }
    }
    let all: f64 = found.values().map(|(weight, ..)| weight).sum();
    let mut owners: Vec<Owner> = found
        .into_iter()
        .map(|(name, (weight, commits, _, newest))| Owner {
            name: shown(name.as_bytes()),
            part: if all > 0.0 { weight / all } else { 0.0 },
            commits,
            newest,
        })
        .collect();
    owners.sort_by(|left, right| right.part.total_cmp(&left.part).then(left.name.cmp(&right.name)));
    owners.truncate(MOST_OWNERS);
    Ok(owners)
}

/// A name in the one form that looks alike: letters with their marks as one, single blanks.
fn one_form(name: &str) -> String {
    composed(name).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_forms_of_one_name_are_one() {
        assert_eq!(one_form("Se\u{301}bastien  Eustace"), one_form("S\u{e9}bastien Eustace"));
    }
}
