//! The file lock that makes one process the writer of a home.
//!
//! The kernel gives the lock back when its holder ends in any way, so that nothing stale is left behind. The file says who
//! holds it, for messages only; its time of change is a pulse that tells those who wait that the holder is alive and merely
//! slow.

use std::fs::{DirBuilder, File, Metadata, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::surfaces::writer::protocol::VERSION;
use foundation::config::short_file::{self, Links};
use record::domain::time::Timestamp;
use work::contract::error::{CommandError, ErrorKind};

/// The lock file in the home; it is never removed, so that all processes lock the same file.
const FILE: &str = "writer.lock";
/// Most bytes of a lock file that are read.
const MAX_BYTES: u64 = 4096;
/// Pause between two beats of a pulse: a small part of what those who wait put up with.
const BEAT: Duration = Duration::from_millis(500);

/// The life a writer means to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Until it is stopped.
    Daemon,
    /// As long as its session.
    Session,
}

/// The holder as the lock file names it; only true while the file is locked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Writer {
    /// Its process.
    pub pid: u32,
    /// When it took the lock.
    pub started_at: Timestamp,
    /// The program's version.
    pub version: String,
    /// The life it means to have.
    pub mode: Mode,
}

impl Writer {
    /// Describes this process, from now on.
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

/// The outcome of trying to take the lock.
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

    /// Finds the holder of a home's lock; `None` when nobody holds it, an inner `None` when its words cannot be read.
    pub fn holder(home: &Path) -> Option<Option<Writer>> {
        let mut file = short_file::open(&home.join(FILE), Links::Followed).ok()?;
        // A shared lock, so that several who look do not take each other for a writer.
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => Some(read(&mut file)),
            Ok(()) | Err(TryLockError::Error(_)) => None,
        }
    }

    /// Shows that this writer lives, while it cannot answer anyone, until the guard is dropped.
    ///
    /// Opening and closing a store wait for the disk, and a busy disk takes its time.
    pub fn pulse(&self) -> Pulse<'_> {
        let (guard, ended) = channel::<()>();
        let thread = serde_json::to_string(&self.writer)
            .map_err(std::io::Error::from)
            .and_then(|text| Ok((text, self.file.try_clone()?)))
            .and_then(|(text, file)| {
                let work = move || beat(&file, &text, &ended);
                std::thread::Builder::new().name("writer-pulse".to_owned()).spawn(work)
            })
            .inspect_err(|error| tracing::debug!(failure = %error, "those who wait hear no pulse"));
        Pulse { _lock: self, guard: Some(guard), thread: thread.ok() }
    }

    /// Tells whether the home still has this very lock; a home that was deleted or replaced has not.
    pub fn is_in(&self, home: &Path) -> bool {
        let place = |metadata: Metadata| (metadata.dev(), metadata.ino());
        let there = std::fs::metadata(home.join(FILE)).map(place);
        there.is_ok_and(|there| self.file.metadata().is_ok_and(|own| place(own) == there))
    }

    /// Tells when the lock of a home was last taken, or showed a pulse.
    pub fn turn(home: &Path) -> Option<SystemTime> {
        std::fs::metadata(home.join(FILE)).ok()?.modified().ok()
    }

    /// Returns the holder as this lock names it.
    pub const fn writer(&self) -> &Writer {
        &self.writer
    }
}

/// A writer's sign of life; it ends before the lock can.
#[derive(Debug)]
pub struct Pulse<'a> {
    _lock: &'a WriterLock,
    guard: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Pulse<'_> {
    fn drop(&mut self) {
        // Without the sender the thread ends at once; the next writer's words must not be written over.
        drop(self.guard.take());
        self.thread.take().map(JoinHandle::join).transpose().unwrap_or_default();
    }
}

impl Drop for WriterLock {
    fn drop(&mut self) {
        if let Err(error) = self.file.unlock() {
            tracing::debug!(failure = %error, "the writer lock ends with its file");
        }
    }
}

/// Writes the same words again, so that only the time of the file changes, until the sender is gone.
fn beat(file: &File, text: &str, ended: &Receiver<()>) {
    while ended.recv_timeout(BEAT) == Err(RecvTimeoutError::Timeout) {
        if let Err(error) = file.write_all_at(text.as_bytes(), 0) {
            tracing::debug!(failure = %error, "the lock file was not touched");
        }
    }
}

fn make_home(home: &Path) -> Result<(), CommandError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(home);
    made.map_err(|error| refused(home, &error))
}

fn open(path: &PathBuf) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600);
    options.custom_flags(Links::Followed.flags()).open(path).and_then(short_file::regular)
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
    fn a_pulse_moves_the_time_of_the_lock_and_nothing_else() {
        let home = tempfile::tempdir().unwrap();
        let Taken::Ours(lock) = WriterLock::take(home.path(), writer()).unwrap() else { panic!() };
        let taken = WriterLock::turn(home.path());

        let pulse = lock.pulse();
        while WriterLock::turn(home.path()) == taken {
            std::thread::yield_now();
        }
        drop(pulse);

        assert_eq!(WriterLock::holder(home.path()), Some(Some(writer())));
    }

    #[test]
    fn a_lock_is_in_its_home_until_that_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("home");
        let Taken::Ours(lock) = WriterLock::take(&home, writer()).unwrap() else { panic!() };

        let before = lock.is_in(&home);
        std::fs::remove_dir_all(&home).unwrap();
        let gone = lock.is_in(&home);
        let other = WriterLock::take(&home, writer()).unwrap();

        assert_eq!((before, gone, lock.is_in(&home)), (true, false, false));
        drop(other);
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
