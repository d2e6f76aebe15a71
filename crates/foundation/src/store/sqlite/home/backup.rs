//! Consistent copies of a database, and checks of its pages.
//!
//! A copy gets its name only after its pages, and for backups its whole log, were found sound: a file with the name of
//! a backup is one.

use std::fs::{File, Permissions};
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use sha2::{Digest as _, Sha256};

use crate::store::error::StoreError;
use crate::store::query::BackupFacts;
use crate::store::sqlite::connection::{Access, open};
use crate::store::sqlite::failure::{corrupt, of_file};
use crate::store::sqlite::home::folders::sync_folder;
use crate::store::sqlite::home::header::{Found, inspect};
use crate::store::sqlite::home::held;
use crate::store::sqlite::home::schema::{KNOWN, check_objects, refuse_unknown};
use crate::store::sqlite::log::records;
use crate::store::sqlite::log::tail::genesis_vkey;
use crate::store::sqlite::rows::{many, one};
use record::audit::key::VerifierKey;
use record::audit::verification::SignedHead;
use record::domain::digest::Digest;

/// Bytes of a file that are read at once.
const READ_AT_ONCE: usize = 1 << 20;

/// Copies a database as of one moment, checks the pages of the copy, and only then gives it its name.
pub(crate) fn copy_database(from: &Connection, target: &Path) -> Result<(), StoreError> {
    copy_checked(from, target, |_| Ok(()))
}

/// The same with every record and signature of the copy's log checked, too.
pub(crate) fn back_up(from: &Connection, target: &Path) -> Result<BackupFacts, StoreError> {
    copy_checked(from, target, examine)
}

fn copy_checked<T>(
    from: &Connection,
    target: &Path,
    check: impl FnOnce(&Path) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let failed = |error| of_file(target, error);
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    write_copy(from, file.path())?;
    let checked = check(file.path())?;
    File::open(file.path()).and_then(|copy| copy.sync_all()).map_err(failed)?;
    file.as_file().set_permissions(Permissions::from_mode(0o600)).map_err(failed)?;
    file.persist_noclobber(target).map_err(|error| failed(error.error))?;
    sync_folder(folder)?;
    Ok(checked)
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

/// Checks a database that lies still: its kind, its pages, every record of its log and the signature over them.
pub(crate) fn examine(path: &Path) -> Result<BackupFacts, StoreError> {
    let found = inspect(path)?;
    refuse_unknown(found)?;
    let Found::Database { schema } = found else {
        return Err(StoreError::Foreign { path: path.to_path_buf() });
    };
    let connection = open(path, Access::Immutable)?;
    if let Some(problem) = problems(&connection)?.into_iter().next() {
        return Err(corrupt(problem));
    }
    let vkey = genesis_vkey(&connection)?;
    let head = signed_head(&connection, &vkey)?;
    let bytes = std::fs::metadata(path).map_err(|error| of_file(path, error))?.len();
    let digest = digest_of(path)?;
    Ok(BackupFacts { bytes, digest, schema, entries: head.size, root: head.root, vkey })
}

fn signed_head(connection: &Connection, vkey: &str) -> Result<SignedHead, StoreError> {
    let key = VerifierKey::parse(vkey).map_err(|error| corrupt(error.to_string()))?;
    let verified = records::verify(connection, Some(key), None)?;
    let problem = verified.problem.map(|problem| match verified.first_bad {
        Some(seq) => format!("entry {seq}: {problem}"),
        None => problem.to_string(),
    });
    match (problem, verified.checkpoint) {
        (None, Some(head)) => Ok(head),
        (problem, _) => Err(corrupt(problem.unwrap_or_else(|| "the log is empty".to_owned()))),
    }
}

/// Lists faults that SQLite finds in the pages and the references; nothing when sound.
pub(crate) fn problems(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let mut found: Vec<String> =
        many(connection, "PRAGMA integrity_check", [], |row| Ok(row.get(0)?))?;
    found.retain(|line| line != "ok");
    found.extend(many(connection, "PRAGMA foreign_key_check", [], |row| {
        let (table, parent): (String, String) = (row.get(0)?, row.get(2)?);
        Ok(format!("a row of {table} refers to no row of {parent}"))
    })?);
    Ok(found)
}

/// The same, and the first object of the schema that is not ours, where the schema is that of today.
pub(crate) fn all_problems(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let mut found = problems(connection)?;
    let schema: Option<i64> = one(connection, "PRAGMA user_version", [], |row| Ok(row.get(0)?))?;
    if schema == Some(KNOWN)
        && let Err(error) = check_objects(connection)
    {
        found.push(error.to_string());
    }
    Ok(found)
}

/// The digest of a file too large to hold in memory; it may be the database that this process has open.
pub(crate) fn digest_of(path: &Path) -> Result<Digest, StoreError> {
    let failed = |error| of_file(path, error);
    let mut hasher = Sha256::new();
    let mut reader = BufReader::with_capacity(READ_AT_ONCE, held::look(path).map_err(failed)?);
    loop {
        let chunk = reader.fill_buf().map_err(failed)?;
        if chunk.is_empty() {
            break;
        }
        hasher.update(chunk);
        let length = chunk.len();
        reader.consume(length);
    }
    Ok(Digest::from_bytes(hasher.finalize().into()))
}
