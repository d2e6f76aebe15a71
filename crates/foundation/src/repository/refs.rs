//! References of a repository, read and moved.
//!
//! A reference is moved from where it was seen to where it shall be, or not at all. No hook runs: git looks for them in a folder of ours.

use record::domain::changeset::GitId;

use crate::repository::error::{RepositoryError, shown};
use crate::repository::git::unreadable;
use crate::repository::object_id;
use crate::repository::repository::Repository;

/// Longest name of a reference.
const MAX_NAME_BYTES: usize = 200;

impl Repository {
    /// Where a reference is, such as `refs/heads/main`.
    pub async fn read_ref(&self, name: &str) -> Result<Option<GitId>, RepositoryError> {
        check_name(name)?;
        let scratch = self.scratch()?;
        let git = scratch.git(&self.shadow.all_objects());
        let words = ["for-each-ref", "--format=%(objectname) %(refname)", name];
        let listing = git.run(&words, &[]).await?;
        let listing = String::from_utf8_lossy(&listing);
        let mut lines = listing.lines().filter_map(|line| line.split_once(' '));
        let found = lines.find(|(_, found)| *found == name);
        found.map(|(id, _)| id.parse().map_err(|_| unreadable(&words))).transpose()
    }

    /// Moves a reference from `old`, or makes it where `old` is none; fails by name where it is elsewhere by now.
    pub async fn update_ref(
        &self,
        name: &str,
        new: &GitId,
        old: Option<&GitId>,
    ) -> Result<(), RepositoryError> {
        check_name(name)?;
        let scratch = self.scratch()?;
        let git = self.writing(&scratch);
        let expected = old.map_or_else(|| object_id::nothing(new), |old| old.as_str().to_owned());
        let words = ["update-ref", "--no-deref", name, new.as_str(), &*expected];
        let answer = git.ask(&words, &[]).await?;
        if answer.code == Some(0) {
            return Ok(());
        }
        let found = self.read_ref(name).await?;
        if found.as_ref() != old {
            return Err(RepositoryError::RefMoved {
                name: name.to_owned(),
                expected: old.cloned(),
                found,
            });
        }
        Err(RepositoryError::Git {
            command: "update-ref".to_owned(),
            detail: shown(&answer.stderr),
        })
    }
}

/// Passes a whole name of a reference, by git's rules.
fn check_name(name: &str) -> Result<(), RepositoryError> {
    let is_part = |part: &str| {
        !part.is_empty()
            && !part.starts_with(['.', '-'])
            && !part.ends_with('.')
            && !part.to_ascii_lowercase().ends_with(".lock")
    };
    let is_symbol = |symbol: char| {
        !symbol.is_control() && !symbol.is_whitespace() && !"~^:?*[\\".contains(symbol)
    };
    let fits = name.len() <= MAX_NAME_BYTES
        && name.starts_with("refs/")
        && name.split('/').count() > 2
        && name.split('/').all(is_part)
        && name.chars().all(is_symbol)
        && !name.contains("..")
        && !name.contains("@{");
    if fits { Ok(()) } else { Err(RepositoryError::RefName { name: shown(name.as_bytes()) }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_git_or_a_system_takes_for_something_else_are_refused() {
        for name in [
            "main",
            "refs/main",
            "HEAD",
            "refs/heads/",
            "refs/heads/a..b",
            "refs/heads/.a",
            "refs/heads/a.lock",
            "refs/heads/a b",
            "refs/heads/-a",
            "refs/../HEAD",
            "refs/heads/a\nb",
            "refs/heads/a@{1}",
            "refs/heads/a*",
            "refs//heads/a",
        ] {
            assert!(check_name(name).is_err(), "{name}");
        }
        assert!(check_name("refs/notes/saraphina").is_ok());
        assert!(check_name("refs/heads/feature/größe").is_ok());
    }
}
