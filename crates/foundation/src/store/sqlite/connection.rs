//! Opens databases, all with the same settings.
//!
//! Every connection of the program comes from here: what must hold for all of them (no extension of the schema by
//! others, bounded values, foreign keys, no memory map) is set in one place.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

use crate::store::error::StoreError;
use crate::store::sqlite::file_layer::chosen;

/// The oldest SQLite without the bug that could lose committed pages of a write-ahead log.
const OLDEST_SQLITE: i32 = 3_051_003;
/// Longest wait for a lock that another process holds.
const BUSY: Duration = Duration::from_secs(5);
/// Longest text or blob, in bytes.
const LONGEST_VALUE: i32 = 64 << 20;
/// Longest statement, in bytes.
const LONGEST_SQL: i32 = 1 << 20;
/// Memory for pages of the writer, negative for KiB: enough for the inner pages of every index at a million proposals.
const WRITER_CACHE_KIB: i64 = -8_192;
/// Longest path of a database in bytes: SQLite takes 512, with the names of the files beside it.
const LONGEST_PATH: usize = 480;
/// Prepared statements kept by each connection.
const STATEMENTS: usize = 96;

/// The rights of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Everything; the writer's.
    Write,
    /// Looks; sees what others commit.
    Read,
    /// Looks at a file that cannot change, for media where no lock can be taken.
    Immutable,
}

/// Refuses a path that SQLite cannot take.
pub(crate) fn check_length(path: &Path) -> Result<(), StoreError> {
    let bytes = path.as_os_str().len();
    if bytes <= LONGEST_PATH {
        return Ok(());
    }
    Err(StoreError::LongPath { bytes, most: LONGEST_PATH })
}

/// Opens a database file; creates it for `Access::Write`.
pub(crate) fn open(path: &Path, access: Access) -> Result<Connection, StoreError> {
    check_version()?;
    check_length(path)?;
    let connection = match access {
        Access::Write => {
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
            through(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?
        }
        Access::Read => {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            through(path, flags)?
        }
        Access::Immutable => {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
                | OpenFlags::SQLITE_OPEN_NO_MUTEX
                | OpenFlags::SQLITE_OPEN_URI;
            through(Path::new(&immutable_uri(path)), flags)?
        }
    };
    configure(&connection)?;
    if access != Access::Write {
        connection.pragma_update(None, "query_only", true)?;
    }
    Ok(connection)
}

/// Opens through the file layer that was chosen for this process.
fn through(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    match chosen() {
        None => Connection::open_with_flags(path, flags),
        Some(layer) => Connection::open_with_flags_and_vfs(path, flags, layer),
    }
}

/// A database that lives in memory only.
pub(super) fn open_in_memory() -> Result<Connection, StoreError> {
    check_version()?;
    let connection = Connection::open_in_memory()?;
    configure(&connection)?;
    Ok(connection)
}

/// The writer's journal: each commit is on the disk before it is acknowledged.
pub(super) fn set_journal(connection: &Connection) -> Result<(), StoreError> {
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "wal_autocheckpoint", 1_000)?;
    connection.pragma_update(None, "journal_size_limit", 64 << 20)?;
    // What undoes one change of a group; it would go through a file otherwise, and a kill needs neither.
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.pragma_update(None, "cache_size", WRITER_CACHE_KIB)?;
    Ok(())
}

fn configure(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    // Otherwise a join is planned anew each time it is run, in case the values it is given matter.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, LONGEST_VALUE)?;
    connection.set_limit(Limit::SQLITE_LIMIT_SQL_LENGTH, LONGEST_SQL)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "recursive_triggers", true)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "mmap_size", 0)?;
    Ok(())
}

fn check_version() -> Result<(), StoreError> {
    if rusqlite::version_number() >= OLDEST_SQLITE {
        return Ok(());
    }
    let text = format!("SQLite {} is older than 3.51.3", rusqlite::version());
    Err(StoreError::Database(text.into()))
}

/// A URI that names the file whatever characters its path has.
fn immutable_uri(path: &Path) -> String {
    use std::os::unix::ffi::OsStrExt as _;
    let mut uri = "file:".to_owned();
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'/' | b'-' | b'_' | b'.' => uri.push(char::from(*byte)),
            byte if byte.is_ascii_alphanumeric() => uri.push(char::from(*byte)),
            // Writing to a `String` cannot fail.
            byte => write!(uri, "%{byte:02X}").unwrap_or_default(),
        }
    }
    uri + "?mode=ro&immutable=1"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_path_becomes_a_uri_that_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a b?c#d%e.db");
        open(&path, Access::Write).unwrap().execute_batch("CREATE TABLE t (a)").unwrap();

        let reader = open(&path, Access::Immutable).unwrap();

        let tables: i64 =
            reader.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).unwrap();
        assert_eq!(tables, 1);
    }

    #[test]
    fn a_join_is_planned_once_for_all_values() {
        let connection = open_in_memory().unwrap();
        let tables = "CREATE TABLE a (row INTEGER PRIMARY KEY, id TEXT UNIQUE);\
            CREATE TABLE b (row INTEGER PRIMARY KEY, a INTEGER, number INTEGER, UNIQUE (a, number))";
        connection.execute_batch(tables).unwrap();
        let sql = "SELECT b.row FROM b JOIN a ON a.row = b.a WHERE a.id = ?1 AND b.number = ?2";
        let mut statement = connection.prepare(sql).unwrap();

        for number in 0..3 {
            assert!(!statement.exists(("a", number)).unwrap());
        }

        assert_eq!(statement.get_status(rusqlite::StatementStatus::RePrepare), 0);
    }

    #[test]
    fn readers_cannot_write() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        open(&path, Access::Write).unwrap().execute_batch("CREATE TABLE t (a)").unwrap();

        let refused = open(&path, Access::Read).unwrap().execute_batch("INSERT INTO t VALUES (1)");

        assert!(refused.is_err());
    }
}
