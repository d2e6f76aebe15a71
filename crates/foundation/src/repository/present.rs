//! What lies in a work tree, path by path, without following links.
//!
//! Only names, kinds and sizes are looked at here. What is too large to be taken is found before anything reads it.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read as _};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use record::domain::digest::hex;
use sha2::{Digest as _, Sha256};

use crate::config::short_file::{self, Links};

/// Bytes of a large file that are held at once.
const PART_BYTES: usize = 64 << 10;

/// What lies at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Present {
    /// A file of some bytes.
    File(u64),
    /// A link.
    Link,
    /// A folder.
    Folder,
    /// Something else, such as a pipe.
    Special,
    /// Nothing; or a folder above it is a link or no folder.
    Nothing,
}

/// A work tree that is looked at; folders are looked at once.
pub(super) struct WorkTree {
    root: PathBuf,
    folders: BTreeMap<Vec<u8>, bool>,
}

impl WorkTree {
    /// The work tree below a folder.
    pub(super) fn new(root: &Path) -> Self {
        Self { root: root.to_owned(), folders: BTreeMap::new() }
    }

    /// Where a path lies.
    pub(super) fn place(&self, path: &[u8]) -> PathBuf {
        self.root.join(OsStr::from_bytes(path))
    }

    /// Looks at a path.
    pub(super) fn look(&mut self, path: &[u8]) -> Present {
        if !self.is_below_folders(path) {
            return Present::Nothing;
        }
        match fs::symlink_metadata(self.place(path)) {
            Err(_) => Present::Nothing,
            Ok(found) if found.is_file() => Present::File(found.len()),
            Ok(found) if found.is_symlink() => Present::Link,
            Ok(found) if found.is_dir() => Present::Folder,
            Ok(_) => Present::Special,
        }
    }

    /// Tells whether everything above a path is a folder, and no link to one.
    fn is_below_folders(&mut self, path: &[u8]) -> bool {
        let Some(end) = path.iter().rposition(|byte| *byte == b'/') else { return true };
        let Some(above) = path.get(..end) else { return false };
        if let Some(known) = self.folders.get(above) {
            return *known;
        }
        let is_folder = self.is_below_folders(above)
            && fs::symlink_metadata(self.place(above)).is_ok_and(|found| found.is_dir());
        self.folders.insert(above.to_owned(), is_folder);
        is_folder
    }
}

/// Tells whether a file is the one that a pointer of git-lfs stands for.
pub(super) fn is_large_file(file: &Path, pointer: &[u8]) -> io::Result<bool> {
    let mut opened = short_file::open(file, Links::Refused)?;
    let mut hasher = Sha256::new();
    let mut part = vec![0; PART_BYTES];
    loop {
        let count = opened.read(&mut part)?;
        if count == 0 {
            break;
        }
        hasher.update(part.get(..count).unwrap_or_default());
    }
    let digest = format!("oid sha256:{}", hex(&hasher.finalize()));
    Ok(pointer.split(|byte| *byte == b'\n').any(|line| line == digest.as_bytes()))
}
