//! Puts a backup in the place of a database.
//!
//! A private copy of the backup is checked first (pages, schema, every record, signatures, triggers), then takes the
//! next record of its own log, and only then the name of the database. Whatever moment a kill hits, the home has one
//! whole database, and the replaced one is kept aside. Of a restore that is refused or asks first, nothing stays.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::store::error::StoreError;
use crate::store::query::BackupFacts;
use crate::store::sqlite::connection::{Access, open, set_journal};
use crate::store::sqlite::failure::{DATABASE, of_file};
use crate::store::sqlite::home::backup::{digest_of, examine};
use crate::store::sqlite::home::folders::{database_path, empty_folder, make_folder, sync_folder};
use crate::store::sqlite::home::head_file::{self, HeadFile};
use crate::store::sqlite::home::header::{Found, inspect, wal_bytes, wal_path};
use crate::store::sqlite::home::key_file;
use crate::store::sqlite::home::lock::lock;
use crate::store::sqlite::home::open_writer::{Opened, open_for_writing};
use crate::store::sqlite::home::schema::{KNOWN, check_objects, migrate, runner};
use crate::store::sqlite::home::upgrade::migrated;
use crate::store::sqlite::log::ledger::Ledger;
use crate::store::sqlite::sqlite_store::{Opening, SqliteStore};
use record::audit::checkpoint::Checkpoint;
use record::domain::act::Act;
use record::domain::digest::Digest;
use record::domain::time::Timestamp;

/// A checked copy of a backup beside the database it is to replace; the home has no other writer while this lives.
pub struct Restoration {
    home: PathBuf,
    folder: CopyFolder,
    _lock: File,
    facts: BackupFacts,
    present: Option<Checkpoint>,
}

/// The folder of the copy; it goes with the restoration, whatever became of it.
struct CopyFolder(PathBuf);

impl Drop for CopyFolder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            tracing::warn!(failure = %error, "the copy of a backup stays in the home");
        }
    }
}

/// The outcome of a restore.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// Sequence of the record of the restore.
    pub seq: u64,
    /// Its leaf hash.
    pub hash: Digest,
    /// The new place of the replaced database; absent where there was none.
    pub aside: Option<PathBuf>,
}

impl Restoration {
    /// Takes the home and checks a copy of the backup: pages, schema, every record, the signature, whose log it is.
    ///
    /// Nothing that is in use is changed. The rows are of the caller to compare with the record, see
    /// [`Restoration::reader`].
    pub fn prepare(home: &Path, backup: &Path, now: Timestamp) -> Result<Self, StoreError> {
        // What is no database is named as the owner named it, and not copied.
        inspect(backup)?;
        make_folder(home)?;
        let (lock, present) = hold(home, now)?;
        let folder = CopyFolder(empty_folder(home.join("knowledge.restore"))?);
        let copy = folder.0.join(DATABASE);
        take_copy(backup, &copy)?;
        let facts = BackupFacts { digest: digest_of(backup)?, ..examine(&copy)? };
        let unusable = || StoreError::LogKey { path: key_file::path(home) };
        let key = key_file::load(home)?.ok_or_else(unusable)?;
        if facts.vkey != key.verifier().vkey() {
            return Err(unusable());
        }
        let mut connection = open(&copy, Access::Write)?;
        migrate(&mut connection, runner())?;
        check_objects(&connection)?;
        Ok(Self { home: home.to_path_buf(), folder, _lock: lock, facts, present })
    }

    /// The contents of the backup.
    pub const fn facts(&self) -> &BackupFacts {
        &self.facts
    }

    /// The newest signed head that the home knows, in the database or outside of it; what the restore leaves behind.
    pub const fn present(&self) -> Option<&Checkpoint> {
        self.present.as_ref()
    }

    /// The copy as a store to read from.
    pub fn reader(
        &self,
        clock: &std::sync::Arc<dyn Fn() -> Timestamp + Send + Sync>,
    ) -> Result<SqliteStore, StoreError> {
        SqliteStore::open(&self.folder.0, Opening::ReadOnly, clock)
    }

    /// Records the restore as the next entry of the backup's log, then puts it in the place of the database, which is
    /// kept aside.
    ///
    /// Whatever moment this is killed at, the home has one of the two databases, or the record says which head it left
    /// behind.
    pub fn finish(self, act: &Act, now: Timestamp) -> Result<Restored, StoreError> {
        let (note, restored) = self.record(act, now)?;
        let aside = self.put_aside(now)?;
        let place = database_path(&self.home);
        let failed = |error| of_file(&place, error);
        let copy = self.folder.0.join(DATABASE);
        File::open(&copy).and_then(|file| file.sync_all()).map_err(failed)?;
        fs::rename(&copy, &place).map_err(failed)?;
        sync_folder(&self.home)?;
        let outside = head_file::load(&self.home).ok().flatten();
        let mut head = HeadFile::open(&self.home, outside.as_ref())?;
        head.write(note);
        head.flush()?;
        Ok(Restored { aside, ..restored })
    }

    fn record(&self, act: &Act, now: Timestamp) -> Result<(String, Restored), StoreError> {
        let unusable = || StoreError::LogKey { path: key_file::path(&self.home) };
        let key = key_file::load(&self.home)?.ok_or_else(unusable)?;
        let connection = open(&self.folder.0.join(DATABASE), Access::Write)?;
        set_journal(&connection)?;
        let mut ledger = Ledger::load(connection, key)?;
        ledger.append_alone(act, now)?;
        let (seq, hash) = (ledger.tail.size() - 1, ledger.tail.last());
        if self.facts.schema < KNOWN {
            ledger.append_alone(&migrated(self.facts.schema, self.facts.digest), now)?;
        }
        let note = ledger.note()?;
        truncate_wal(&ledger.connection)?;
        Ok((note, Restored { seq, hash, aside: None }))
    }

    /// Keeps the present files under another name; the database also stays in its place until the new one takes it.
    fn put_aside(&self, now: Timestamp) -> Result<Option<PathBuf>, StoreError> {
        let place = database_path(&self.home);
        if !place.exists() {
            return Ok(None);
        }
        let time: String = now.to_string().chars().filter(char::is_ascii_alphanumeric).collect();
        let aside = self.home.join("backups").join(format!("replaced-{time}"));
        make_folder(&aside)?;
        let kept = aside.join(DATABASE);
        let failed = |error| of_file(&kept, error);
        if fs::hard_link(&place, &kept).is_err() {
            fs::copy(&place, &kept).map_err(failed)?;
            File::open(&kept).and_then(|file| file.sync_all()).map_err(failed)?;
        }
        let head = head_file::path(&self.home);
        if head.exists() {
            fs::copy(&head, aside.join("log.head")).map_err(failed)?;
        }
        // A log of the old database beside the new one would be taken for its own.
        for (from, to) in [(wal_path(&place), wal_path(&kept)), (shared(&place), shared(&kept))] {
            if from.exists() {
                fs::rename(&from, to).map_err(failed)?;
            }
        }
        sync_folder(&aside)?;
        sync_folder(&self.home.join("backups"))?;
        Ok(Some(aside))
    }
}

/// The lock of a home and the newest head it knows, whatever state its database is in.
fn hold(home: &Path, now: Timestamp) -> Result<(File, Option<Checkpoint>), StoreError> {
    let database = database_path(home);
    if inspect(&database).is_ok_and(|found| found == Found::Database { schema: KNOWN }) {
        match open_for_writing(home, now) {
            Ok(opened) => return release(opened),
            Err(StoreError::Busy) => return Err(StoreError::Busy),
            Err(error) => {
                tracing::warn!(failure = %error, "the database to be replaced is not sound");
            }
        }
    }
    let lock = lock(home)?;
    let head = head_file::load(home).ok().flatten();
    let key = key_file::load(home)?;
    let present = head.zip(key).and_then(|(head, key)| key.verifier().open(&head.note).ok());
    Ok((lock, present))
}

/// A sound database: everything goes into its one file, and its head is the newest.
fn release(opened: Opened) -> Result<(File, Option<Checkpoint>), StoreError> {
    let Opened { ledger, lock, .. } = opened;
    truncate_wal(&ledger.connection)?;
    let present = ledger.key.verifier().open(&ledger.note()?);
    Ok((lock, present.ok()))
}

fn truncate_wal(connection: &Connection) -> Result<(), StoreError> {
    Ok(connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?)
}

/// A copy of our own, so that what was checked is what is used; a write-ahead log beside the backup belongs to it.
pub(super) fn take_copy(backup: &Path, copy: &Path) -> Result<(), StoreError> {
    fs::copy(backup, copy).map_err(|error| of_file(backup, error))?;
    if wal_bytes(backup) == 0 {
        return Ok(());
    }
    let log = wal_path(backup);
    fs::copy(&log, wal_path(copy)).map_err(|error| of_file(&log, error))?;
    inspect(copy)?;
    truncate_wal(&open(copy, Access::Write)?)
}

fn shared(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push("-shm");
    PathBuf::from(name)
}
