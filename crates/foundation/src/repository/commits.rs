//! Commits written into a repository.
//!
//! Only what `apply` was told to. Objects that nothing refers to change nothing; a reference is moved last, in `refs.rs`.

use std::fmt;

use record::domain::changeset::GitId;
use record::domain::time::Timestamp;

use crate::repository::error::{RepositoryError, shown};
use crate::repository::git::{Git, unreadable};
use crate::repository::keeping::{ids_of, transfer};
use crate::repository::repository::Repository;
use crate::repository::revisions::id;

/// Who stands in a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    name: String,
    address: String,
}

/// A commit to write.
#[derive(Clone, Copy, Debug)]
pub struct NewCommit<'a> {
    /// What it leaves.
    pub tree: &'a GitId,
    /// What it follows on.
    pub parents: &'a [GitId],
    /// Its message, whole.
    pub message: &'a str,
    /// Who made it.
    pub author: &'a Author,
    /// When.
    pub at: Timestamp,
}

impl Author {
    /// A name and an address, where both can stand in a commit as they are.
    pub fn new(name: &str, address: &str) -> Result<Self, RepositoryError> {
        // git quietly drops these, and a name that says something else than it was given is none.
        let is_plain = |text: &str| {
            text.trim_matches(|symbol: char| {
                symbol.is_whitespace() || ".,:;<>\"\\'".contains(symbol)
            }) == text
                && !text.is_empty()
                && !text.chars().any(|symbol| symbol.is_control() || "<>".contains(symbol))
        };
        for text in [name, address] {
            if !is_plain(text) {
                return Err(RepositoryError::Signature { text: shown(text.as_bytes()) });
            }
        }
        Ok(Self { name: name.to_owned(), address: address.to_owned() })
    }
}

impl fmt::Display for Author {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} <{}>", self.name, self.address)
    }
}

impl Repository {
    /// Writes a commit with all that its tree holds into the repository; no reference is moved.
    pub async fn commit(&self, commit: NewCommit<'_>) -> Result<GitId, RepositoryError> {
        let scratch = self.scratch()?;
        let all = scratch.git(&self.shadow.all_objects());
        let target = scratch.git_into(&self.target.objects(), &[]).lasting();
        transfer(&all, &target, ids_of(&all, commit.tree).await?).await?;
        let mut words = vec!["commit-tree", commit.tree.as_str(), "-F", "-"];
        words.extend(commit.parents.iter().flat_map(|parent| ["-p", parent.as_str()]));
        let git = signed(target, commit.author, commit.at);
        id(&git.run(&words, commit.message.as_bytes()).await?).ok_or_else(|| unreadable(&words))
    }
}

/// Calls git in somebody's name.
pub(super) fn signed(git: Git, author: &Author, at: Timestamp) -> Git {
    let date = format!("@{} +0000", at.millis().div_euclid(1_000));
    git.with("GIT_AUTHOR_NAME", &author.name)
        .with("GIT_AUTHOR_EMAIL", &author.address)
        .with("GIT_AUTHOR_DATE", &date)
        .with("GIT_COMMITTER_NAME", &author.name)
        .with("GIT_COMMITTER_EMAIL", &author.address)
        .with("GIT_COMMITTER_DATE", &date)
}
