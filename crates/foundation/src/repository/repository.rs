//! A repository together with what the home keeps of it.
//!
//! Whoever reads references, a work tree or histories, or writes into the repository, needs both; whoever needs only what is kept takes
//! the `Shadow` alone.

use std::path::{Path, PathBuf};

use record::domain::changeset::RepositoryName;

use crate::repository::error::RepositoryError;
use crate::repository::git::Git;
use crate::repository::scratch::Scratch;
use crate::repository::shadow::Shadow;
use crate::repository::target::Target;

/// A repository, and what is kept of it.
#[derive(Clone, Debug)]
pub struct Repository {
    /// Where it lies.
    pub target: Target,
    /// What is kept of it.
    pub shadow: Shadow,
}

impl Repository {
    /// Finds the repository of a path, and opens what `folder` keeps of it under a name.
    pub fn open(
        folder: &Path,
        name: &RepositoryName,
        path: &Path,
    ) -> Result<Self, RepositoryError> {
        let target = Target::find(path)?;
        let shadow = Shadow::open(folder, name, &target)?;
        Ok(Self { target, shadow })
    }

    /// Sees the objects of one more folder, such as those of a push that is not taken yet.
    #[must_use]
    pub fn seeing(mut self, objects: Option<PathBuf>) -> Self {
        self.shadow = self.shadow.seeing(objects);
        self
    }

    /// A folder for one piece of work that sees the references of the repository.
    pub(super) fn scratch(&self) -> Result<Scratch, RepositoryError> {
        Scratch::of(&self.shadow.work(), &self.target)
    }

    /// Calls git with new objects written into the repository itself.
    pub(super) fn writing(&self, scratch: &Scratch) -> Git {
        scratch.git_into(&self.target.objects(), &[self.shadow.objects()]).lasting()
    }
}
