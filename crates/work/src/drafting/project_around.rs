//! Finds the project that a file or folder lies in, and reads it.
//!
//! Whether a name is used or a function tested is told by the whole project alone. A root is a repository, or a folder with the
//! description of a package in any of the languages that are looked into.

use std::path::{Path, PathBuf};

use crate::contract::command::Surroundings;
use crate::drafting::folder;
use crate::drafting::submission::Given;

/// What lies in the root of a project.
const ROOT: [&str; 7] =
    [".git", "pyproject.toml", "setup.cfg", "setup.py", "package.json", "go.mod", "Cargo.toml"];
/// Most folders above a file that are looked at for it.
const MAX_ABOVE: usize = 8;

/// A project as it was read.
#[derive(Clone, Debug)]
pub struct Around {
    /// Its folder.
    pub root: PathBuf,
    /// Its files.
    pub given: Vec<Given>,
    /// What was left out.
    pub left_out: Vec<String>,
}

/// The project of a folder, by its whole path; nothing where there is none, or one that is too large to be taken.
pub fn project_around(folder: &Path, surroundings: &dyn Surroundings) -> Option<Around> {
    let is_root = |folder: &&Path| {
        let entries = surroundings.list(folder).unwrap_or_default();
        entries.iter().any(|entry| ROOT.contains(&entry.name.as_str()))
    };
    let root = folder.ancestors().take(MAX_ABOVE).find(is_root)?;
    let (given, left_out) = folder::read_to_look(root, &[], surroundings).ok()?;
    Some(Around { root: root.to_owned(), given, left_out })
}
