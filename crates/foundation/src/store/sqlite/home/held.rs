//! Database files whose first bytes were read, and which stay open from then on.
//!
//! SQLite keeps others from a database with locks of POSIX, and a process loses all of its locks on a file as soon as it closes any
//! descriptor of that file (`fcntl(2)`). Were the file of a home opened and closed beside SQLite, another program that looks at the
//! database would take itself for the last one, and take the write-ahead log away under the engine.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::config::short_file::{self, Links};

static HELD: Mutex<Vec<Held>> = Mutex::new(Vec::new());

struct Held {
    path: PathBuf,
    file: Arc<File>,
    identity: (u64, u64),
}

/// A file while it is read. Its place is its own, because the descriptor may be others' too.
pub(crate) struct Reading {
    file: Arc<File>,
    at: u64,
}

impl Read for Reading {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.file.read_at(buffer, self.at)?;
        self.at += length as u64;
        Ok(length)
    }
}

/// Opens a file to read it; one that is held already is not opened again.
pub(crate) fn look(path: &Path) -> io::Result<Reading> {
    let known = known(&HELD.lock().unwrap_or_else(PoisonError::into_inner), path)?;
    let file = match known {
        Some(known) => known,
        None => Arc::new(short_file::open(path, Links::Followed)?),
    };
    Ok(Reading { file, at: 0 })
}

/// Opens the database of a home to read it, and keeps it open; of one that was replaced since, the older file is let go.
pub(crate) fn hold(path: &Path) -> io::Result<Reading> {
    // Two at a time would open it twice, and close one again.
    let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(file) = known(&held, path)? {
        return Ok(Reading { file, at: 0 });
    }
    let file = Arc::new(short_file::open(path, Links::Followed)?);
    let identity = identity(&file.metadata()?);
    held.retain(|held| held.path != path);
    held.push(Held { path: path.to_path_buf(), file: Arc::clone(&file), identity });
    drop(held);
    Ok(Reading { file, at: 0 })
}

fn known(held: &[Held], path: &Path) -> io::Result<Option<Arc<File>>> {
    let identity = identity(&std::fs::metadata(path)?);
    let known = held.iter().find(|held| held.identity == identity);
    Ok(known.map(|known| Arc::clone(&known.file)))
}

fn identity(metadata: &Metadata) -> (u64, u64) {
    (metadata.dev(), metadata.ino())
}
