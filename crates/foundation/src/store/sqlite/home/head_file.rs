//! The signed head of the log, in a file outside the database.
//!
//! Two slots are overwritten in turn, so a torn write leaves the other one. It shows an owner that the database was put
//! back to an older state: the file is flushed before a decision is acknowledged, otherwise once a second.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::config::short_file::{self, Links};
use crate::store::error::StoreError;
use crate::store::sqlite::failure::{corrupt, of_file};
use crate::store::sqlite::home::folders::sync_folder;
use record::audit::checkpoint::Checkpoint;
use record::audit::head::{FILE_BYTES, Head, blank, decode, encode_slot};

/// Longest time that a head may stay unflushed.
pub(crate) const FLUSH_EVERY: Duration = Duration::from_secs(1);

/// Names the place of the head of a home.
pub(crate) fn path(home: &Path) -> PathBuf {
    home.join("log.head")
}

/// How many entries a head says there are, whoever signed it.
pub(crate) fn signed_size(head: &Head) -> u64 {
    Checkpoint::parse_unverified(&head.note).map_or(0, |checkpoint| checkpoint.size)
}

/// The newest head of a home; `None` where nothing was ever written.
pub(crate) fn load(home: &Path) -> Result<Option<Head>, StoreError> {
    let path = path(home);
    let bytes = match short_file::read(&path, Links::Refused, FILE_BYTES as u64) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(StoreError::File { path, source }),
    };
    let head = decode(&bytes);
    if head.is_none() && bytes.iter().any(|byte| *byte != 0) {
        return Err(corrupt("neither slot of log.head can be read"));
    }
    Ok(head)
}

/// The file, open for writing in place.
pub(crate) struct HeadFile {
    path: PathBuf,
    file: File,
    generation: u64,
    /// The head that could not be written yet.
    note: Option<String>,
    unflushed_since: Option<Instant>,
}

impl HeadFile {
    /// Opens or preallocates the file; `head` is what it holds.
    pub(crate) fn open(home: &Path, head: Option<&Head>) -> Result<Self, StoreError> {
        let path = path(home);
        let failed = |error| of_file(&path, error);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        options.custom_flags(Links::Refused.flags());
        let opened = options.open(&path).map_err(short_file::linked);
        let mut file = opened.and_then(short_file::regular).map_err(failed)?;
        if file.metadata().map_err(failed)?.len() < FILE_BYTES as u64 {
            file.write_all(&blank()).map_err(failed)?;
            file.sync_all().map_err(failed)?;
            sync_folder(home)?;
        }
        let generation = head.map_or(0, |head| head.generation);
        Ok(Self { path, file, generation, note: None, unflushed_since: None })
    }

    /// Writes a newer head over the older slot; it may still be in memory of the system only.
    pub(crate) fn write(&mut self, note: String) {
        self.note = Some(note);
        self.unflushed_since.get_or_insert_with(Instant::now);
        // What could not be written now is written with the next flush, which reports the failure.
        drop(self.write_slot());
    }

    fn write_slot(&mut self) -> Result<(), StoreError> {
        let Some(note) = &self.note else { return Ok(()) };
        let generation = self.generation + 1;
        let (offset, slot) =
            encode_slot(generation, note).map_err(|error| StoreError::Record(error.to_string()))?;
        self.file.write_all_at(&slot, offset).map_err(|error| of_file(&self.path, error))?;
        self.generation = generation;
        self.note = None;
        Ok(())
    }

    /// Puts what was written on the disk.
    pub(crate) fn flush(&mut self) -> Result<(), StoreError> {
        self.write_slot()?;
        if self.unflushed_since.is_some() {
            self.file.sync_data().map_err(|error| of_file(&self.path, error))?;
            self.unflushed_since = None;
        }
        Ok(())
    }

    /// Tells whether a head has waited for its flush long enough.
    pub(crate) fn is_due(&self) -> bool {
        self.unflushed_since.is_some_and(|since| since.elapsed() >= FLUSH_EVERY)
    }

    /// Tells whether a head waits for its flush.
    pub(crate) const fn is_waiting(&self) -> bool {
        self.unflushed_since.is_some()
    }
}
