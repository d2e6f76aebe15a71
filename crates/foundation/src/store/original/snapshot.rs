//! Copies a database file aside before it is read.
//!
//! A read-only connection would either ignore the write-ahead log or make files beside somebody else's database. The
//! copy is ours alone, so it can be surveyed to its end before anything is written here.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions, TryLockError};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::store::original::error::{OriginalError, of_file};
use record::domain::digest::Digest;

/// Largest database that is taken, its write-ahead log included, in bytes.
pub const MAX_FILE_BYTES: u64 = 1 << 30;

const MAGIC: &[u8] = b"SQLite format 3\0";
const CHUNK_BYTES: usize = 1 << 20;
const FOLDER: &str = "import.new";

/// A copy that nobody else changes; its folder goes when it is dropped, or with the next import.
#[derive(Debug)]
pub struct Snapshot {
    folder: PathBuf,
    source: PathBuf,
    digest: Digest,
    bytes: u64,
    _lock: File,
}

impl Drop for Snapshot {
    fn drop(&mut self) {
        // What stays behind is removed before the next copy is made.
        drop(fs::remove_dir_all(&self.folder));
    }
}

impl Snapshot {
    /// Copies a database with its write-ahead log into the home; the source itself is only read.
    pub fn take(source: &Path, home: &Path) -> Result<Self, OriginalError> {
        let before = state(source)?;
        refuse(source, &before)?;
        let lock = lock(home)?;
        let folder = empty_folder(home)?;
        let mut snapshot = Self {
            folder,
            source: source.to_path_buf(),
            digest: Digest::ZERO,
            bytes: before.bytes(),
            _lock: lock,
        };
        let mut hasher = Sha256::new();
        copy(source, &snapshot.database(), &mut hasher)?;
        if before.wal.is_some() {
            copy(&wal(source), &wal(&snapshot.database()), &mut hasher)?;
        }
        if state(source)? != before {
            return Err(OriginalError::Changing { path: source.to_path_buf() });
        }
        snapshot.digest = Digest::from_bytes(hasher.finalize().into());
        Ok(snapshot)
    }

    /// The digest of the database's bytes, followed by those of its write-ahead log.
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// Bytes of both.
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The path that was typed.
    pub fn source(&self) -> &Path {
        &self.source
    }

    pub(super) fn database(&self) -> PathBuf {
        self.folder.join("original.db")
    }
}

/// Marks that tell whether a file changed: length, modification, inode; the same of its write-ahead log.
#[derive(PartialEq, Eq)]
struct State {
    database: Stamp,
    wal: Option<Stamp>,
}

impl State {
    fn bytes(&self) -> u64 {
        self.database.bytes.saturating_add(self.wal.as_ref().map_or(0, |wal| wal.bytes))
    }
}

#[derive(PartialEq, Eq)]
struct Stamp {
    bytes: u64,
    inode: u64,
    modified: (i64, i64),
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        Self {
            bytes: metadata.len(),
            inode: metadata.ino(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
        }
    }
}

fn state(source: &Path) -> Result<State, OriginalError> {
    let metadata = fs::metadata(source).map_err(|error| of_file(source, error))?;
    if !metadata.is_file() {
        return Err(OriginalError::NotAFile { path: source.to_path_buf() });
    }
    let wal = fs::metadata(wal(source)).ok().filter(|wal| wal.is_file() && wal.len() > 0);
    Ok(State { database: Stamp::of(&metadata), wal: wal.as_ref().map(Stamp::of) })
}

fn wal(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}

/// Refuses what can be told from size and header alone.
fn refuse(source: &Path, state: &State) -> Result<(), OriginalError> {
    let bytes = state.bytes();
    if bytes > MAX_FILE_BYTES {
        let what = format!("{} has {bytes} bytes", source.display());
        return Err(OriginalError::TooMuch { what, limit: MAX_FILE_BYTES });
    }
    let mut header = [0; 100];
    let file = File::open(source).map_err(|error| of_file(source, error))?;
    let path = || source.to_path_buf();
    if file.read_exact_at(&mut header, 0).is_err() || !header.starts_with(MAGIC) {
        return Err(OriginalError::NotADatabase { path: path() });
    }
    if header.get(68..72) == Some(b"SARA") {
        return Err(OriginalError::OwnHome { path: path() });
    }
    check_length(&header, state)
}

/// A database that is shorter than its header says was cut off.
fn check_length(header: &[u8; 100], state: &State) -> Result<(), OriginalError> {
    let word = |at: usize| header.get(at..at + 4).map_or(0, big_endian);
    let page = match header.get(16..18).map_or(0, big_endian) {
        1 => 65_536,
        bytes => bytes,
    };
    // The number of pages counts only where the writer that noted it was also the last one.
    let is_noted = word(24) == word(92) && state.wal.is_none();
    let wanted = page.saturating_mul(word(28));
    if is_noted && state.database.bytes < wanted {
        let detail = format!("the file has {} bytes of {wanted}", state.database.bytes);
        return Err(OriginalError::Damaged { detail });
    }
    Ok(())
}

fn big_endian(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

fn lock(home: &Path) -> Result<File, OriginalError> {
    let path = home.join("import.lock");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(0o600);
    let file = options.open(&path).map_err(|error| of_file(&path, error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OriginalError::Busy),
        Err(TryLockError::Error(source)) => Err(of_file(&path, source)),
    }
}

/// The folder of the copy, without what a killed import left in it.
fn empty_folder(home: &Path) -> Result<PathBuf, OriginalError> {
    let folder = home.join(FOLDER);
    if folder.symlink_metadata().is_ok() {
        fs::remove_dir_all(&folder).map_err(|error| of_file(&folder, error))?;
    }
    DirBuilder::new().mode(0o700).create(&folder).map_err(|error| of_file(&folder, error))?;
    Ok(folder)
}

/// Copies a file, at most as much as is taken.
fn copy(from: &Path, to: &Path, hasher: &mut Sha256) -> Result<(), OriginalError> {
    let file = File::open(from).map_err(|error| of_file(from, error))?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let mut target = options.open(to).map_err(|error| of_file(to, error))?;
    let mut reader = file.take(MAX_FILE_BYTES);
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let read = reader.read(&mut chunk).map_err(|error| of_file(from, error))?;
        let Some(piece) = chunk.get(..read).filter(|piece| !piece.is_empty()) else {
            return Ok(());
        };
        hasher.update(piece);
        target.write_all(piece).map_err(|error| of_file(to, error))?;
    }
}
