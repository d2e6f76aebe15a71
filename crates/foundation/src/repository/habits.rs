//! What git would do beside at a commit: run hooks, sign.
//!
//! Commits of ours do neither: a hook is a program of the repository, and a key is its owner's. Whoever relies on them is told, so what
//! there is gets read here; nothing of it is run.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use crate::repository::error::RepositoryError;
use crate::repository::git::Git;
use crate::repository::leaving::User;
use crate::repository::repository::Repository;

/// The hooks of a commit (githooks(5)), in the order in which git runs them.
const OF_A_COMMIT: [&str; 4] = ["pre-commit", "prepare-commit-msg", "commit-msg", "post-commit"];
/// Permissions to run a file, of anybody.
const RUN: u32 = 0o111;

/// What git would do beside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Habits {
    /// The hooks that it would run.
    pub hooks: Vec<&'static str>,
    /// Whether it would sign the commit.
    pub is_signed: bool,
}

impl Repository {
    /// Reads what git would do at a commit of this user.
    pub async fn habits(&self, user: Option<&User>) -> Result<Habits, RepositoryError> {
        let scratch = self.scratch()?;
        let git = scratch.git(&[]);
        let own = self.target.settings();
        let settings = Settings { git: &git, own: &own, user };
        let named = settings.get("core.hooksPath", "path").await?.map(PathBuf::from);
        let beside = self.target.work_tree.as_deref().unwrap_or(&self.target.common);
        // A relative folder counts from where git runs hooks.
        let folder =
            named.map_or_else(|| self.target.common.join("hooks"), |path| beside.join(path));
        let is_run = |name: &&str| {
            let found = folder.join(name).metadata();
            found.is_ok_and(|file| file.is_file() && file.permissions().mode() & RUN != 0)
        };
        let hooks = OF_A_COMMIT.into_iter().filter(is_run).collect();
        let is_signed = settings.get("commit.gpgSign", "bool").await?.as_deref() == Some("true");
        Ok(Habits { hooks, is_signed })
    }
}

/// The settings that count in a repository.
struct Settings<'a> {
    git: &'a Git,
    own: &'a str,
    user: Option<&'a User>,
}

impl Settings<'_> {
    /// Reads one setting: the repository's own goes before its user's.
    async fn get(&self, name: &str, kind: &str) -> Result<Option<String>, RepositoryError> {
        if let Some(said) = self.git.setting(("-", self.own.as_bytes()), (name, kind)).await? {
            return Ok(Some(said));
        }
        match self.user {
            Some(user) => user.setting(self.git, (name, kind)).await,
            None => Ok(None),
        }
    }
}
