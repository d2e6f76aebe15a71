//! Opens a backup to look at it.
//!
//! A backup may be of an older schema, or lie where no lock can be taken; so a private copy is read, which is brought to today's
//! schema and goes away with its reader. The pages and the schema are checked here; entries and rows are of the caller to verify.

use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;

use crate::store::error::StoreError;
use crate::store::sqlite::connection::{Access, open};
use crate::store::sqlite::failure::{DATABASE, corrupt, of_file};
use crate::store::sqlite::home::backup::problems;
use crate::store::sqlite::home::header::{Found, inspect};
use crate::store::sqlite::home::schema::{check_objects, migrate, refuse_unknown, runner};
use crate::store::sqlite::restore::take_copy;
use crate::store::sqlite::sqlite_store::{Opening, SqliteStore};
use record::domain::time::Timestamp;

/// A copy of a backup, as a store that is read only.
pub struct BackupReader {
    store: Arc<SqliteStore>,
    _folder: TempDir,
}

impl BackupReader {
    /// Copies a backup and opens the copy; the backup stays as it is.
    pub fn open(
        backup: &Path,
        clock: &Arc<dyn Fn() -> Timestamp + Send + Sync>,
    ) -> Result<Self, StoreError> {
        let found = inspect(backup)?;
        refuse_unknown(found)?;
        if found == Found::Nothing {
            return Err(StoreError::Foreign { path: backup.to_path_buf() });
        }
        let folder = tempfile::tempdir().map_err(|error| of_file(&std::env::temp_dir(), error))?;
        let copy = folder.path().join(DATABASE);
        take_copy(backup, &copy)?;
        let mut connection = open(&copy, Access::Write)?;
        if let Some(problem) = problems(&connection)?.into_iter().next() {
            return Err(corrupt(problem));
        }
        migrate(&mut connection, runner())?;
        check_objects(&connection)?;
        drop(connection);
        let store = Arc::new(SqliteStore::open(folder.path(), Opening::ReadOnly, clock)?);
        Ok(Self { store, _folder: folder })
    }

    /// The copy.
    pub fn store(&self) -> Arc<SqliteStore> {
        Arc::clone(&self.store)
    }
}
