//! What is left out of a work tree.
//!
//! Parts that were named are, and what its user ignores everywhere. Of the settings of a user one alone is read, the list of what git
//! ignores for them: without it files that their git never shows would be proposed, such as one with a token in it.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::config::read;
use crate::config::short_file::{self, Links};
use crate::repository::error::{RepositoryError, at};
use crate::repository::git::Git;
use crate::repository::scratch::Scratch;

/// Longest list of what a user ignores.
const MAX_EXCLUDES_BYTES: u64 = 1 << 20;
/// The settings of the machine.
const OF_MACHINE: &str = "/etc/gitconfig";
/// The setting that names the list.
const SETTING: &str = "core.excludesFile";

/// The folders that git finds the settings of a user in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Their home.
    pub home: PathBuf,
    /// Their folder of settings, usually `~/.config`.
    pub settings: PathBuf,
    /// The one file of settings, where the environment names one.
    pub only: Option<PathBuf>,
}

impl User {
    /// The user of this process, as git finds them.
    pub fn of_process() -> Option<Self> {
        let home = read::user_folder()?;
        let folder = |name: &str| read::variable(name).map(PathBuf::from);
        let settings = folder("XDG_CONFIG_HOME").filter(|path| path.is_absolute());
        let settings = settings.unwrap_or_else(|| home.join(".config"));
        Some(Self { home, settings, only: folder("GIT_CONFIG_GLOBAL") })
    }

    /// Files of settings, those that count more last.
    fn files(&self) -> Vec<PathBuf> {
        let own = match &self.only {
            Some(only) => vec![only.clone()],
            None => vec![self.settings.join("git/config"), self.home.join(".gitconfig")],
        };
        [PathBuf::from(OF_MACHINE)].into_iter().chain(own).collect()
    }

    /// Where the list is; git says so, since the settings of a user may include others.
    async fn list(&self, git: &Git) -> Result<PathBuf, RepositoryError> {
        let said = self.setting(git, (SETTING, "path")).await?;
        Ok(said.map_or_else(|| self.settings.join("git/ignore"), PathBuf::from))
    }

    /// Reads one setting of the user, as a value of a kind that `git config --type` knows.
    pub(super) async fn setting(
        &self,
        git: &Git,
        wanted: (&str, &str),
    ) -> Result<Option<String>, RepositoryError> {
        let git = git.clone().with("HOME", &self.home);
        for file in self.files().into_iter().rev().filter(|file| file.is_file()) {
            let Some(file) = file.to_str() else { continue };
            let said = git.setting((file, &[]), wanted).await?;
            if said.is_some() {
                return Ok(said);
            }
        }
        Ok(None)
    }
}

/// What is left out of a work tree.
#[derive(Clone, Debug, Default)]
pub struct Leaving {
    /// Files and folders that were named, from the root of the work tree.
    pub without: Vec<String>,
    /// Whose git ignores some more.
    pub user: Option<User>,
}

/// The parts that were named, and which of them were met.
pub(super) struct Parts {
    named: Vec<Vec<u8>>,
    met: RefCell<BTreeSet<usize>>,
}

impl Leaving {
    /// The parts that were named, as paths of the work tree.
    pub(super) fn parts(&self, root: &Path) -> Parts {
        let part = |named: &String| {
            let path = Path::new(named);
            let path = path.strip_prefix(root).unwrap_or(path);
            let path: PathBuf = path.components().collect();
            path.to_string_lossy().trim_start_matches("./").as_bytes().to_owned()
        };
        Parts { named: self.without.iter().map(part).collect(), met: RefCell::default() }
    }

    /// Copies the list of what the user ignores into a folder of ours; nothing where there is none.
    pub(super) async fn excludes(
        &self,
        git: &Git,
        scratch: &Scratch,
    ) -> Result<Option<PathBuf>, RepositoryError> {
        let Some(user) = &self.user else { return Ok(None) };
        let list = user.list(git).await?;
        if !list.is_absolute() || !list.is_file() {
            return Ok(None);
        }
        let content =
            short_file::read(&list, Links::Followed, MAX_EXCLUDES_BYTES).map_err(at(&list))?;
        let copy = scratch.path().join("user-excludes");
        std::fs::write(&copy, content).map_err(at(&copy))?;
        Ok(Some(copy))
    }
}

impl Parts {
    /// Tells whether a path is left out.
    pub(super) fn hold(&self, path: &[u8]) -> bool {
        let path = path.strip_suffix(b"/").unwrap_or(path);
        let is_in = |named: &Vec<u8>| {
            let rest = path.strip_prefix(named.as_slice());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
        };
        let Some(at) = self.named.iter().position(is_in) else { return false };
        self.met.borrow_mut().insert(at);
        true
    }

    /// Refuses a part that nothing lies in: whoever named it meant another.
    pub(super) fn check_met(&self) -> Result<(), RepositoryError> {
        let met = self.met.borrow();
        let missed = self.named.iter().enumerate().find(|(at, _)| !met.contains(at));
        match missed {
            None => Ok(()),
            Some((_, named)) => Err(RepositoryError::NothingThere {
                path: String::from_utf8_lossy(named).into_owned(),
            }),
        }
    }
}
