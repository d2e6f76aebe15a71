//! Database files whose first bytes were read, and which stay open from then on.
//!
//! SQLite keeps others from a database with locks of POSIX, and a process loses all of its locks on a file as soon as it closes any
//! descriptor of that file (`fcntl(2)`). Were the file of a home opened and closed beside SQLite, another program that looks at the
//! database would take itself for the last one, and take the write-ahead log away under the engine.

use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::config::short_file::{self, Links};

static HELD: Mutex<Vec<Held>> = Mutex::new(Vec::new());

struct Held {
    path: PathBuf,
    file: Arc<File>,
    identity: (u64, u64),
}

/// Opens a file to read it; one that is held already is not opened again.
pub(crate) fn look(path: &Path) -> io::Result<Arc<File>> {
    let identity = identity(&std::fs::metadata(path)?);
    let held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
    let known = held.iter().find(|held| held.identity == identity);
    match known {
        Some(known) => Ok(Arc::clone(&known.file)),
        None => short_file::open(path, Links::Followed).map(Arc::new),
    }
}

/// Opens the database of a home to read it, and keeps it open; of one that was replaced since, the older file is let go.
pub(crate) fn hold(path: &Path) -> io::Result<Arc<File>> {
    let file = look(path)?;
    let identity = identity(&file.metadata()?);
    let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
    if !held.iter().any(|held| held.identity == identity) {
        held.retain(|held| held.path != path);
        held.push(Held { path: path.to_path_buf(), file: Arc::clone(&file), identity });
    }
    Ok(file)
}

fn identity(metadata: &Metadata) -> (u64, u64) {
    (metadata.dev(), metadata.ino())
}
