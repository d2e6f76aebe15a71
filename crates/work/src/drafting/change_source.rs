//! Where the change of a repository comes from.
//!
//! A change is taken from the work tree, from a range of commits, from a difference or from given files: one of them, and always
//! against a commit. What the arguments say is made into that choice here.

use std::path::{Path, PathBuf};

use crate::contract::error::CommandError;
use crate::drafting::submission::{self, Given};
use record::domain::digest::unhex;
use record::domain::source::SourceFile;
use record::domain::source_path::SourcePath;

/// Where a change comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// What lies in the work tree, against HEAD, without these parts.
    WorkTree(Vec<String>),
    /// `A..B`.
    Range(String),
    /// A difference as git writes it, against HEAD.
    Diff(Vec<u8>),
    /// Files put into their paths, against HEAD.
    Files(Vec<(SourcePath, Vec<u8>)>),
}

impl Wanted {
    /// Names it in a request that nobody worded.
    pub fn words(&self) -> String {
        match self {
            Self::WorkTree(_) => "what lies in the work tree".to_owned(),
            Self::Range(range) => range.clone(),
            Self::Diff(_) => "a difference".to_owned(),
            Self::Files(files) => format!("{} given files", files.len()),
        }
    }
}

/// What the arguments say of it.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    /// Whether the work tree was named.
    pub worktree: bool,
    /// The range.
    pub range: Option<&'a str>,
    /// The difference, as hex.
    pub diff: Option<&'a str>,
    /// The files.
    pub given: &'a [Given],
    /// The folder that the files go into.
    pub into: Option<&'a str>,
    /// Parts of the work tree that are left out.
    pub without: &'a [PathBuf],
}

impl Said<'_> {
    /// Chooses what was said of a repository at a path; the arguments exclude each other.
    pub fn wanted(self, repository: &Path) -> Result<Wanted, CommandError> {
        match (self.range, self.diff, self.given) {
            _ if self.worktree => Ok(Wanted::WorkTree(self.without()?)),
            _ if !self.without.is_empty() => {
                Err(CommandError::usage("only a folder or a work tree is taken without a part")
                    .hint("Give --without with --worktree or --folder."))
            }
            (Some(range), _, _) => Ok(Wanted::Range(range.to_owned())),
            (None, Some(digits), _) => unhex(digits)
                .map(Wanted::Diff)
                .ok_or_else(|| CommandError::usage("diff_given is not lower-case hex")),
            (None, None, [_, ..]) => self.files(repository).map(Wanted::Files),
            (None, None, []) => Err(CommandError::usage("where the change comes from is missing")
                .hint("Give one of --worktree, --range A..B, --diff FILE, or files with --code.")),
        }
    }

    /// Whether nothing was said.
    pub const fn is_nothing(self) -> bool {
        !self.worktree && self.range.is_none() && self.diff.is_none() && self.given.is_empty()
    }

    /// The given files, where no repository is changed: nothing else can be said there.
    pub fn files_alone(self) -> Result<Vec<SourceFile>, CommandError> {
        if self.worktree || self.range.is_some() || self.diff.is_some() {
            return Err(CommandError::usage("this proposal is no change of a repository")
                .hint("Give its files with --code, --tests and --file."));
        }
        submission::files(self.given)
    }

    fn without(self) -> Result<Vec<String>, CommandError> {
        let text = |path: &PathBuf| {
            let text = path.to_str().filter(|text| !text.is_empty()).map(str::to_owned);
            text.ok_or_else(|| CommandError::usage("a path of --without has to be UTF-8"))
        };
        self.without.iter().map(text).collect()
    }

    fn files(self, repository: &Path) -> Result<Vec<(SourcePath, Vec<u8>)>, CommandError> {
        let folder = self.into.map(|folder| folder.trim_matches('/'));
        let placed = |path: SourcePath, given: &Given| match folder {
            Some(folder) => format!("{folder}/{path}").parse(),
            // A file of the repository itself is meant where it lies.
            None => match given.inside(repository) {
                Some(inside) => inside.parse(),
                None => Ok(path),
            },
        };
        let files = submission::files(self.given)?;
        let files = files.into_iter().zip(self.given);
        files.map(|(file, given)| Ok((placed(file.path, given)?, file.content))).collect()
    }
}
