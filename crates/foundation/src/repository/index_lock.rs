//! git's own lock of an index, held with our name in it.
//!
//! git leaves an index alone while `index.lock` lies beside it, and so does everybody else. Ours says whose it is from the moment that
//! it is there, so that a lock that a dead engine left is told from that of a git at work. The new index lies in a file of its own.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::config::short_file::{self, Links};
use crate::repository::error::{RepositoryError, at};

/// The name of git's lock.
const NAME: &str = "index.lock";
/// Longest lock of ours.
const MAX_MARK_BYTES: u64 = 256;

/// The lock of an index for as long as it lives.
#[derive(Debug)]
pub struct IndexLock {
    folder: PathBuf,
    holder: String,
}

impl IndexLock {
    /// Takes the lock in a git folder for a holder; one that the same holder left is taken over.
    pub(super) fn take(folder: &Path, holder: &str) -> Result<Self, RepositoryError> {
        let path = folder.join(NAME);
        let aside = aside(folder, holder, "lock");
        let content = mark(holder);
        write_new(&aside, content.as_bytes()).map_err(at(&aside))?;
        // A second name for a whole file: nobody sees a lock of ours that does not say so yet.
        let is_made = match fs::hard_link(&aside, &path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            Err(_) => create(&path, content.as_bytes()),
        };
        drop(fs::remove_file(&aside));
        if is_made? || is_marked(&path, holder) {
            return Ok(Self { folder: folder.to_owned(), holder: holder.to_owned() });
        }
        Err(RepositoryError::IndexHeld { path })
    }

    /// Refuses where somebody holds the index.
    pub(super) fn check_free(folder: &Path) -> Result<(), RepositoryError> {
        let path = folder.join(NAME);
        if path.symlink_metadata().is_ok() {
            return Err(RepositoryError::IndexHeld { path });
        }
        Ok(())
    }

    /// Takes away what a dead holder left; what others hold stays.
    pub(super) fn release(folder: &Path, holder: &str) {
        drop(Self { folder: folder.to_owned(), holder: holder.to_owned() });
    }

    /// Writes the new index beside the old one.
    pub(super) fn prepare(&self, content: &[u8]) -> Result<(), RepositoryError> {
        let prepared = self.aside("index");
        write_new(&prepared, content).map_err(at(&prepared))
    }

    /// Puts the index that was prepared in the place of the old one; nothing where none was.
    pub fn put(&self) -> Result<(), RepositoryError> {
        let (prepared, index) = (self.aside("index"), self.folder.join("index"));
        if !prepared.is_file() {
            return Ok(());
        }
        fs::rename(&prepared, &index).map_err(at(&index))
    }

    fn aside(&self, what: &str) -> PathBuf {
        aside(&self.folder, &self.holder, what)
    }
}

impl Drop for IndexLock {
    fn drop(&mut self) {
        for what in ["index", "lock"] {
            drop(fs::remove_file(self.aside(what)));
        }
        let path = self.folder.join(NAME);
        if is_marked(&path, &self.holder) && fs::remove_file(&path).is_err() {
            tracing::warn!(index.lock = %path.display(), "the lock of an index stays behind");
        }
    }
}

/// A file of ours beside the index.
fn aside(folder: &Path, holder: &str, what: &str) -> PathBuf {
    folder.join(format!("saraphina-{holder}.{what}"))
}

/// What a lock of ours holds.
fn mark(holder: &str) -> String {
    format!("held by saraphina, {holder}\n")
}

fn is_marked(path: &Path, holder: &str) -> bool {
    let held = short_file::read(path, Links::Refused, MAX_MARK_BYTES);
    held.is_ok_and(|held| held == mark(holder).as_bytes())
}

/// Makes the lock where a file has one name only; false where it is there.
fn create(path: &Path, content: &[u8]) -> Result<bool, RepositoryError> {
    match write_created(path, content) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        written => written.map(|()| true).map_err(at(path)),
    }
}

/// Writes a file of ours anew.
fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    write_created(path, content)
}

fn write_created(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(content)?;
    file.sync_all()
}
