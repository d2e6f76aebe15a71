//! The lock that makes one process the writer.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::commands::error::{CommandError, ErrorKind};
use crate::domain::time::Timestamp;
use crate::surfaces::protocol::VERSION;

/// The lock file in the home; it is never removed, so that all processes lock the same file.
const FILE: &str = "writer.lock";
/// What of a lock file is read at most.
const MAX_BYTES: u64 = 4096;

/// How long a writer means to live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Until it is stopped.
    Daemon,
    /// As long as its session.
    Session,
}

/// Who writes, as the lock file says; only true while the file is locked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Writer {
    /// Its process.
    pub pid: u32,
    /// When it took the lock.
    pub started_at: Timestamp,
    /// The program's version.
    pub version: String,
    /// How long it means to live.
    pub mode: Mode,
}

impl Writer {
    /// This process, from now on.
    pub fn here(mode: Mode, now: Timestamp) -> Self {
        Self { pid: std::process::id(), started_at: now, version: VERSION.to_owned(), mode }
    }
}

/// The lock, held until this is dropped or the process ends in any way.
#[derive(Debug)]
pub struct WriterLock {
    file: File,
    writer: Writer,
}

/// What came of trying to take the lock.
#[derive(Debug)]
pub enum Taken {
    /// It is ours.
    Ours(WriterLock),
    /// Another process holds it; what the file says of it, when that can be read.
    Theirs(Option<Writer>),
}

impl WriterLock {
    /// Takes the lock of a home unless another process has it; makes the home when there is none.
    pub fn take(home: &Path, writer: Writer) -> Result<Taken, CommandError> {
        make_home(home)?;
        let path = home.join(FILE);
        let mut file = open(&path).map_err(|error| refused(&path, &error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(Taken::Theirs(read(&mut file))),
            Err(TryLockError::Error(error)) => return Err(refused(&path, &error)),
        }
        write(&mut file, &writer).map_err(|error| refused(&path, &error))?;
        Ok(Taken::Ours(Self { file, writer }))
    }

    /// Who holds the lock of a home now; `None` when nobody does.
    pub fn holder(home: &Path) -> Option<Option<Writer>> {
        let mut file = File::open(home.join(FILE)).ok()?;
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => Some(read(&mut file)),
            Ok(()) | Err(TryLockError::Error(_)) => None,
        }
    }

    /// When the lock of a home was taken last: it changes with every turn of the writers.
    pub fn turn(home: &Path) -> Option<SystemTime> {
        std::fs::metadata(home.join(FILE)).ok()?.modified().ok()
    }

    /// What this lock says of its holder.
    pub const fn writer(&self) -> &Writer {
        &self.writer
    }
}

impl Drop for WriterLock {
    fn drop(&mut self) {
        if let Err(error) = self.file.unlock() {
            tracing::debug!(failure = %error, "the writer lock ends with its file");
        }
    }
}

fn make_home(home: &Path) -> Result<(), CommandError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(home);
    made.map_err(|error| refused(home, &error))
}

fn open(path: &PathBuf) -> std::io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)
}

fn write(file: &mut File, writer: &Writer) -> std::io::Result<()> {
    let text = serde_json::to_string(writer)?;
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(text.as_bytes())
}

fn read(file: &mut File) -> Option<Writer> {
    let mut text = String::new();
    file.take(MAX_BYTES).read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

fn refused(path: &Path, error: &std::io::Error) -> CommandError {
    let message = format!("{} cannot be written: {error}", path.display());
    CommandError::new(ErrorKind::Unavailable, message).hint(
        "Make the home writable, or set SARAPHINA_HOME to a folder that is; reading commands still work.",
    )
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn writer() -> Writer {
        Writer::here(Mode::Session, Timestamp::from_millis(1_795_000_000_000))
    }

    #[test]
    fn the_second_taker_learns_who_was_first() {
        let home = tempfile::tempdir().unwrap();
        let first = WriterLock::take(home.path(), writer()).unwrap();

        let second = WriterLock::take(home.path(), writer()).unwrap();

        assert!(matches!(first, Taken::Ours(_)));
        assert!(matches!(second, Taken::Theirs(Some(holder)) if holder == writer()));
        assert_eq!(WriterLock::holder(home.path()), Some(Some(writer())));
    }

    #[test]
    fn a_released_lock_is_free_although_its_file_stays() {
        let home = tempfile::tempdir().unwrap();
        drop(WriterLock::take(home.path(), writer()).unwrap());

        let again = WriterLock::take(home.path(), writer()).unwrap();

        assert!(matches!(again, Taken::Ours(_)));
        drop(again);
        assert_eq!(WriterLock::holder(home.path()), None);
    }

    #[test]
    fn a_garbled_lock_file_is_no_obstacle() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join(FILE), [0xff, 0x00, b'{']).unwrap();

        assert!(matches!(WriterLock::take(home.path(), writer()).unwrap(), Taken::Ours(_)));
    }

    #[test]
    fn home_and_lock_are_for_their_user_alone() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("deep/home");

        let lock = WriterLock::take(&home, writer()).unwrap();

        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&home), mode(&home.join(FILE))), (0o700, 0o600));
        drop(lock);
    }
}
