//! Consistent copies and checks of the pages.

use std::fs::{File, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use crate::store::error::StoreError;
use crate::store::sqlite::connection::{Access, open};
use crate::store::sqlite::failure::{corrupt, of_file};
use crate::store::sqlite::home::sync_folder;
use crate::store::sqlite::rows::many;

/// Copies a database as of one moment, checks the copy, and only then gives it its name.
pub(super) fn copy_database(from: &Connection, target: &Path) -> Result<(), StoreError> {
    let failed = |error| of_file(target, error);
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    write_copy(from, file.path())?;
    File::open(file.path()).and_then(|copy| copy.sync_all()).map_err(failed)?;
    file.as_file().set_permissions(Permissions::from_mode(0o600)).map_err(failed)?;
    file.persist_noclobber(target).map_err(|error| failed(error.error))?;
    sync_folder(folder)
}

fn write_copy(from: &Connection, path: &Path) -> Result<(), StoreError> {
    let mut copy = open(path, Access::Write)?;
    {
        let backup = Backup::new(from, &mut copy)?;
        if backup.step(-1)? != StepResult::Done {
            return Err(StoreError::Busy);
        }
    }
    // The copy is one file: no write-ahead log belongs to it.
    copy.pragma_update(None, "journal_mode", "delete")?;
    match problems(&copy)?.into_iter().next() {
        None => Ok(()),
        Some(problem) => Err(corrupt(problem)),
    }
}

/// What SQLite finds wrong with the pages and the references; nothing when sound.
pub(super) fn problems(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let mut found: Vec<String> =
        many(connection, "PRAGMA integrity_check", [], |row| Ok(row.get(0)?))?;
    found.retain(|line| line != "ok");
    found.extend(many(connection, "PRAGMA foreign_key_check", [], |row| {
        let (table, parent): (String, String) = (row.get(0)?, row.get(2)?);
        Ok(format!("a row of {table} refers to no row of {parent}"))
    })?);
    Ok(found)
}
