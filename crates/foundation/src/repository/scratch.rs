//! A git folder of our own for one piece of work, gone when it is done.
//!
//! It has settings of ours, an empty index and no hooks. What it sees of a repository is linked in: its references, its logs, what it
//! ignores. So git can be asked about a repository without ever reading its settings.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use nix::fcntl::{Flock, FlockArg};
use tempfile::TempDir;

use crate::config::short_file::{self, Links};
use crate::repository::error::{RepositoryError, at};
use crate::repository::git::Git;
use crate::repository::target::{Format, Ids, References, Target};

/// Longest file of a repository that is copied: a HEAD, or its own list of what is ignored.
const MAX_COPIED_BYTES: u64 = 1 << 20;
/// Longest list of the ends of a shallow clone.
const MAX_SHALLOW_BYTES: u64 = 16 << 20;
/// The file that is held as long as a folder is in use.
const IN_USE: &str = "in-use";

/// A git folder for one piece of work.
#[derive(Debug)]
pub(super) struct Scratch {
    folder: TempDir,
    /// Held until the end, so that nobody takes the folder for one left behind.
    _in_use: Flock<File>,
}

impl Scratch {
    /// A folder that sees no references.
    pub(super) fn new(parent: &Path, ids: Ids) -> Result<Self, RepositoryError> {
        let format = Format { ids, references: References::Files };
        let scratch = Self::empty(parent, format)?;
        scratch.make("refs/heads")?;
        scratch.write("HEAD", b"ref: refs/heads/none\n")?;
        Ok(scratch)
    }

    /// A folder that sees the references of a repository, and reaches them when it writes.
    pub(super) fn of(parent: &Path, target: &Target) -> Result<Self, RepositoryError> {
        let scratch = Self::empty(parent, target.format)?;
        match target.format.references {
            References::Files => scratch.link(&target.common, "refs")?,
            References::Tables => {
                scratch.make("refs/heads")?;
                scratch.link(&target.common, "reftable")?;
            }
        }
        scratch.link(&target.common, "packed-refs")?;
        scratch.make("logs")?;
        // A repository without logs gets none: what is logged then vanishes with this folder.
        for (from, name) in [(&target.common, "logs/refs"), (&target.own, "logs/HEAD")] {
            if from.join(name).exists() {
                scratch.link(from, name)?;
            }
        }
        scratch.copy(&target.own, "HEAD", MAX_COPIED_BYTES)?;
        for name in ["ORIG_HEAD", "FETCH_HEAD"] {
            scratch.copy_if_there(&target.own, name, MAX_COPIED_BYTES)?;
        }
        scratch.copy_if_there(&target.common, "shallow", MAX_SHALLOW_BYTES)?;
        scratch.make("info")?;
        for name in ["info/exclude", "info/attributes"] {
            scratch.copy_if_there(&target.common, name, MAX_COPIED_BYTES)?;
        }
        Ok(scratch)
    }

    fn empty(parent: &Path, format: Format) -> Result<Self, RepositoryError> {
        fs::create_dir_all(parent).map_err(at(parent))?;
        let gate = locked(&parent.join("lock"), FlockArg::LockShared)?;
        let folder = tempfile::Builder::new().prefix("git-").tempdir_in(parent);
        let folder = folder.map_err(at(parent))?;
        let in_use = locked(&folder.path().join(IN_USE), FlockArg::LockExclusive)?;
        drop(gate);
        let scratch = Self { folder, _in_use: in_use };
        scratch.make("objects/pack")?;
        scratch.write("config", settings(format).as_bytes())?;
        Ok(scratch)
    }

    /// Where it lies.
    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Calls git here; new objects vanish with the folder.
    pub(super) fn git(&self, objects: &[PathBuf]) -> Git {
        self.git_into(&self.path().join("objects"), objects)
    }

    /// Calls git here; new objects are kept in a folder of objects.
    pub(super) fn git_into(&self, objects: &Path, others: &[PathBuf]) -> Git {
        Git::new(self.path(), objects, others).with("GIT_INDEX_FILE", self.path().join("index"))
    }

    fn make(&self, name: &str) -> Result<(), RepositoryError> {
        let path = self.path().join(name);
        fs::create_dir_all(&path).map_err(at(&path))
    }

    fn write(&self, name: &str, content: &[u8]) -> Result<(), RepositoryError> {
        let path = self.path().join(name);
        fs::write(&path, content).map_err(at(&path))
    }

    /// Links a file or folder that may not be there yet.
    fn link(&self, from: &Path, name: &str) -> Result<(), RepositoryError> {
        let path = self.path().join(name);
        symlink(from.join(name), &path).map_err(at(&path))
    }

    fn copy(&self, from: &Path, name: &str, limit: u64) -> Result<(), RepositoryError> {
        let path = from.join(name);
        let content = short_file::read(&path, Links::Followed, limit).map_err(at(&path))?;
        self.write(name, &content)
    }

    fn copy_if_there(&self, from: &Path, name: &str, limit: u64) -> Result<(), RepositoryError> {
        match self.copy(from, name, limit) {
            Err(RepositoryError::File { source, .. })
                if source.kind() == io::ErrorKind::NotFound =>
            {
                Ok(())
            }
            other => other,
        }
    }
}

/// Removes folders that a killed process left behind; does nothing while others begin.
pub(super) fn sweep(parent: &Path) -> Result<(), RepositoryError> {
    let Ok(gate) = locked(&parent.join("lock"), FlockArg::LockExclusiveNonblock) else {
        return Ok(());
    };
    for entry in fs::read_dir(parent).map_err(at(parent))? {
        let folder = entry.map_err(at(parent))?.path();
        let in_use = folder.join(IN_USE);
        let is_left = in_use.exists() && locked(&in_use, FlockArg::LockExclusiveNonblock).is_ok();
        if is_left {
            fs::remove_dir_all(&folder).map_err(at(&folder))?;
        }
    }
    drop(gate);
    Ok(())
}

fn locked(path: &Path, how: FlockArg) -> Result<Flock<File>, RepositoryError> {
    let file = File::options().create(true).truncate(false).write(true).open(path);
    Flock::lock(file.map_err(at(path))?, how).map_err(|(_, error)| at(path)(error.into()))
}

/// The settings of a git folder of ours.
pub(super) fn settings(format: Format) -> String {
    let mut extensions = String::new();
    if format.ids == Ids::Sha256 {
        extensions.push_str("\tobjectFormat = sha256\n");
    }
    if format.references == References::Tables {
        extensions.push_str("\trefStorage = reftable\n");
    }
    let version = u8::from(!extensions.is_empty());
    let mut text = format!(
        "[core]\n\trepositoryFormatVersion = {version}\n\tbare = true\n\tlogAllRefUpdates = true\n"
    );
    if version > 0 {
        text.push_str("[extensions]\n");
        text.push_str(&extensions);
    }
    text
}
