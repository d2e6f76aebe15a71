//! The files of a home: opened, made, checked.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::store::error::StoreError;
use crate::store::sqlite::connection::{Access, open, set_journal};
use crate::store::sqlite::failure::{DATABASE, located, of_file};
use crate::store::sqlite::head_file::{self, HeadFile};
use crate::store::sqlite::header::{Found, inspect};
use crate::store::sqlite::migrate::{KNOWN, back_up, migrate, runner};
use crate::store::sqlite::tail::{Tail, genesis_vkey, stored_root};
use crate::store::sqlite::transaction::{Ledger, append_alone};
use crate::store::sqlite::{key_file, log};
use record::audit::head::Head;
use record::audit::key::LogKey;
use record::domain::act::{Act, ActKind};
use record::domain::digest::Digest;
use record::domain::policy::Policy;
use record::domain::principal::{Principal, Via};
use record::domain::time::Timestamp;

/// Where the database of a home lies.
pub(super) fn database_path(home: &Path) -> PathBuf {
    home.join(DATABASE)
}

/// Everything a writer holds.
pub(super) struct Opened {
    pub(super) database: PathBuf,
    pub(super) ledger: Ledger,
    pub(super) head: HeadFile,
    /// Held until the writer ends; the system lets go of it when the process dies.
    pub(super) lock: File,
}

/// Opens a home for writing: makes, migrates and checks whatever is needed.
pub(super) fn open_for_writing(home: &Path, now: Timestamp) -> Result<Opened, StoreError> {
    let path = database_path(home);
    prepare(home, &path, now).map_err(|error| located(error, &path))
}

fn prepare(home: &Path, path: &Path, now: Timestamp) -> Result<Opened, StoreError> {
    // A file that is not ours, or newer, must be refused before anything is written beside it.
    refuse_unknown(inspect(path)?)?;
    make_folder(home)?;
    let lock = lock(home)?;
    let head = head_file::load(home)?;
    let migration = match inspect(path)? {
        Found::Nothing => {
            create(home, path, head.as_ref(), now)?;
            None
        }
        found @ Found::Database { .. } => {
            refuse_unknown(found)?;
            upgrade(home, path, found, now)?
        }
    };
    let mut ledger = open_ledger(home, path)?;
    check_head(&ledger, head.as_ref())?;
    let mut file = HeadFile::open(home, head.as_ref())?;
    if let Some(act) = migration {
        append_alone(&mut ledger, &act, now)?;
    }
    file.write(ledger.note()?);
    file.flush()?;
    Ok(Opened { database: path.to_path_buf(), ledger, head: file, lock })
}

/// Refuses a database that only a newer program can read.
pub(super) fn refuse_unknown(found: Found) -> Result<(), StoreError> {
    match found {
        Found::Database { schema } if schema > KNOWN => {
            Err(StoreError::NewerSchema { found: schema, known: KNOWN })
        }
        Found::Database { .. } | Found::Nothing => Ok(()),
    }
}

/// Takes the lock of a home; the system lets go of it when the process ends.
pub(super) fn lock(home: &Path) -> Result<File, StoreError> {
    let path = home.join("knowledge.lock");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(0o600);
    let file = options.open(&path).map_err(|error| of_file(&path, error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Busy),
        Err(TryLockError::Error(source)) => Err(of_file(&path, source)),
    }
}

/// Makes the database under another name and moves it into its place when it is whole.
fn create(home: &Path, path: &Path, head: Option<&Head>, now: Timestamp) -> Result<(), StoreError> {
    if let Some(head) = head {
        return Err(StoreError::RolledBack { head: signed_size(head), database: 0 });
    }
    let key = match key_file::load(home)? {
        Some(key) => key,
        None => key_file::create(home, now)?,
    };
    let folder = empty_folder(home.join("knowledge.new"))?;
    let unfinished = folder.join(DATABASE);
    make_database(&unfinished, key, now)?;
    let failed = |error| of_file(path, error);
    File::open(&unfinished).and_then(|file| file.sync_all()).map_err(failed)?;
    std::fs::rename(&unfinished, path).map_err(failed)?;
    std::fs::remove_dir_all(&folder).map_err(failed)?;
    sync_folder(home)
}

/// A folder for an unfinished database; what a killed process left in it is of no use.
pub(super) fn empty_folder(folder: PathBuf) -> Result<PathBuf, StoreError> {
    if folder.is_dir() {
        std::fs::remove_dir_all(&folder).map_err(|error| of_file(&folder, error))?;
    }
    make_folder(&folder)?;
    Ok(folder)
}

fn make_database(path: &Path, key: LogKey, now: Timestamp) -> Result<(), StoreError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    drop(options.open(path).map_err(|error| of_file(path, error))?);
    let mut connection = open(path, Access::Write)?;
    migrate(&mut connection, runner())?;
    let genesis = genesis(&key);
    let mut ledger = Ledger { connection, key, tail: Tail::empty() };
    append_alone(&mut ledger, &genesis, now)
}

fn genesis(key: &LogKey) -> Act {
    Act::new(ActKind::LogGenesis, Principal::system(), Via::internal())
        .with("vkey", key.verifier().vkey())
        .with("version", env!("CARGO_PKG_VERSION"))
        .with("policy_digest", Policy::default().digest().to_string())
}

/// The act of a migration, which names the copy that was left behind.
pub(super) fn migrated(from: i64, backup: Digest) -> Act {
    Act::new(ActKind::StoreMigrated, Principal::system(), Via::internal())
        .with("from", from)
        .with("to", KNOWN)
        .with("backup_digest", backup.to_string())
}

/// The act of the migration, if the database was older.
fn upgrade(
    home: &Path,
    path: &Path,
    found: Found,
    now: Timestamp,
) -> Result<Option<Act>, StoreError> {
    let Found::Database { schema } = found else { return Ok(None) };
    if schema == KNOWN {
        return Ok(None);
    }
    let backup = back_up(home, path, schema, now)?;
    let mut connection = open(path, Access::Write)?;
    migrate(&mut connection, runner())?;
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(Some(migrated(schema, backup)))
}

fn open_ledger(home: &Path, path: &Path) -> Result<Ledger, StoreError> {
    let connection = open(path, Access::Write)?;
    set_journal(&connection)?;
    let unusable = || StoreError::LogKey { path: key_file::path(home) };
    let key = key_file::load(home)?.ok_or_else(unusable)?;
    if genesis_vkey(&connection)? != key.verifier().vkey() {
        return Err(unusable());
    }
    let tail = Tail::load(&connection, key.verifier())?;
    Ok(Ledger { connection, key, tail })
}

/// The head outside may be behind the database, never ahead of it, and both must tell one history.
fn check_head(ledger: &Ledger, head: Option<&Head>) -> Result<(), StoreError> {
    let Some(head) = head else { return Ok(()) };
    let database = ledger.tail.size();
    let opened = ledger.key.verifier().open(&head.note);
    let Ok(checkpoint) = opened else {
        return Err(StoreError::RolledBack { head: signed_size(head), database });
    };
    let same = checkpoint.size <= database
        && stored_root(&ledger.connection, checkpoint.size)? == Some(checkpoint.root);
    if same || is_left_behind(ledger, head)? {
        return Ok(());
    }
    Err(StoreError::RolledBack { head: checkpoint.size, database })
}

/// Whether a whole and signed log says that a restore left this head behind: one that was killed before it could write
/// the new head.
fn is_left_behind(ledger: &Ledger, head: &Head) -> Result<bool, StoreError> {
    let key = Some(ledger.key.verifier().clone());
    Ok(log::verify(&ledger.connection, key, Some(head))?.ok)
}

fn signed_size(head: &Head) -> u64 {
    record::audit::checkpoint::Checkpoint::parse_unverified(&head.note)
        .map_or(0, |checkpoint| checkpoint.size)
}

/// What a reader finds at the place of the database.
pub(super) enum Readable {
    /// No database yet.
    Nothing,
    /// A connection that sees what the writer commits.
    Live(Connection),
}

/// Opens a database for reading, without a lock and without writing.
pub(super) fn open_for_reading(path: &Path) -> Result<Readable, StoreError> {
    let found = inspect(path)?;
    refuse_unknown(found)?;
    match found {
        Found::Nothing => return Ok(Readable::Nothing),
        Found::Database { schema } if schema < KNOWN => {
            return Err(StoreError::OlderSchema { found: schema, known: KNOWN });
        }
        Found::Database { .. } => {}
    }
    let connection = open_reader(path).map_err(|error| located(error, path))?;
    Ok(Readable::Live(connection))
}

/// A write-ahead log needs a file beside it; where none can be made, the database is read as it lies.
fn open_reader(path: &Path) -> Result<Connection, StoreError> {
    let probe = |connection: Connection| -> Result<Connection, StoreError> {
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        Ok(connection)
    };
    let live = open(path, Access::Read).and_then(probe);
    let is_still = crate::store::sqlite::header::wal_bytes(path) == 0;
    match live {
        Err(StoreError::Database(_) | StoreError::ReadOnly { .. }) if is_still => {
            open(path, Access::Immutable).and_then(probe)
        }
        other => other,
    }
}

/// Makes a folder that only its owner can enter, if it is not there.
pub(super) fn make_folder(path: &Path) -> Result<(), StoreError> {
    if path.is_dir() {
        return Ok(());
    }
    let mut builder = DirBuilder::new();
    builder.recursive(true).mode(0o700).create(path).map_err(|error| of_file(path, error))
}

/// Puts the names in a folder on the disk.
pub(super) fn sync_folder(path: &Path) -> Result<(), StoreError> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(|error| of_file(path, error))
}
