//! A repository to look at, made with git in a folder that vanishes.
//!
//! Dates, names and settings are fixed, so that ids are the same on every machine.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use foundation::repository::delta::Delta;
use foundation::repository::error::RepositoryError;
use foundation::repository::range::Difference;
use foundation::repository::repository::Repository;
use record::domain::changeset::{Changeset, GitId, Mode, RepositoryName, Side, Touched};
use record::domain::role::Role;
use record::domain::source_path::SourcePath;

/// A repository, and a home that keeps of it.
pub(crate) struct Sample {
    folder: tempfile::TempDir,
}

impl Sample {
    /// An empty repository.
    pub(crate) fn new() -> Self {
        Self::of_kind(&[])
    }

    /// An empty repository, made with some words more.
    pub(crate) fn of_kind(words: &[&str]) -> Self {
        let sample = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(sample.root()).unwrap();
        sample.git(&[&["init", "--quiet", "--initial-branch=main"], words].concat());
        sample
    }

    /// A repository with one commit of some files.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let sample = Self::new();
        for (path, content) in files {
            sample.write(path, content);
        }
        sample.commit("first");
        sample
    }

    /// The folder around all of it.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The work tree.
    pub(crate) fn root(&self) -> PathBuf {
        self.folder().join("target")
    }

    /// What keeps of it.
    pub(crate) fn home(&self) -> PathBuf {
        self.folder().join("home/repositories")
    }

    /// Runs git, which has to succeed.
    pub(crate) fn git(&self, words: &[&str]) -> String {
        git_in(&self.root(), words)
    }

    /// Writes a file.
    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let file = self.root().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
    }

    /// Makes a file one that can be run.
    pub(crate) fn make_executable(&self, path: &str) {
        fs::set_permissions(self.root().join(path), fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Makes a link.
    pub(crate) fn link(&self, path: &str, target: &str) {
        let file = self.root().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        symlink(target, file).unwrap();
    }

    /// Removes a file.
    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.root().join(path)).unwrap();
    }

    /// Commits everything.
    pub(crate) fn commit(&self, message: &str) -> GitId {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "-m", message]);
        self.id("HEAD")
    }

    /// The id of a revision, as git says.
    pub(crate) fn id(&self, revision: &str) -> GitId {
        self.git(&["rev-parse", "--verify", revision]).parse().unwrap()
    }

    /// Opens it as the product does.
    pub(crate) fn open(&self) -> Repository {
        self.open_at(&self.root())
    }

    /// Opens another place of it.
    pub(crate) fn open_at(&self, path: &Path) -> Repository {
        Repository::open(&self.home(), &name(), path).unwrap()
    }
}

/// The name of every sample.
pub(crate) fn name() -> RepositoryName {
    "sample".parse().unwrap()
}

/// Runs git in a folder; it has to succeed.
pub(crate) fn git_in(folder: &Path, words: &[&str]) -> String {
    let output = try_git_in(folder, words);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {words:?}: {complaint}");
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

/// Runs git in a folder, whatever comes of it.
#[expect(clippy::disallowed_methods, reason = "a sample is made by git itself")]
pub(crate) fn try_git_in(folder: &Path, words: &[&str]) -> Output {
    Command::new("git")
        .current_dir(folder)
        .args(["-c", "core.protectNTFS=false"])
        .args(words)
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_ALLOW_PROTOCOL", "file")
        .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_NAME"), "Ada")))
        .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_EMAIL"), "ada@example.org")))
        .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_DATE"), "@1700000000 +0000")))
        .output()
        .unwrap()
}

/// The path and both sides of deltas, as text.
pub(crate) fn told(deltas: &[Delta]) -> Vec<String> {
    let side = |side: &Option<Side>| match side {
        None => "-".to_owned(),
        Some(side) => {
            format!("{} {:?}", side.mode, String::from_utf8_lossy(&side.content))
        }
    };
    deltas
        .iter()
        .map(|delta| format!("{}: {} > {}", delta.path, side(&delta.before), side(&delta.after)))
        .collect()
}

/// The path and both sides of a difference, or what is wrong with it.
pub(crate) fn said(difference: Result<Difference, RepositoryError>) -> Result<Vec<String>, String> {
    match difference {
        Ok(difference) => Ok(told(&difference.deltas)),
        Err(error) => Err(error.to_string()),
    }
}

/// A change of the sample.
pub(crate) fn changeset(difference: Difference) -> Changeset {
    let touched = difference.deltas.into_iter().map(|Delta { path, before, after }| Touched {
        path,
        role: Role::Code,
        before,
        after,
    });
    Changeset::new(name(), difference.base, touched.collect()).unwrap()
}

pub(crate) fn path(text: &str) -> SourcePath {
    text.parse().unwrap()
}

/// A side of some text.
pub(crate) fn side(mode: Mode, content: &str) -> Side {
    Side { mode, content: content.as_bytes().into() }
}
