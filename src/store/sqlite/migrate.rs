//! Brings a database to our schema.

use std::path::Path;

use refinery::Runner;
use rusqlite::Connection;

use crate::store::error::StoreError;
use crate::store::sqlite::backup::{copy_database, digest_of};
use crate::store::sqlite::connection::{Access, open};
use crate::store::sqlite::home::make_folder;
use record::domain::digest::Digest;
use record::domain::time::Timestamp;

/// The newest schema known here.
pub(super) const KNOWN: i64 = 4;

mod embedded {
    //! The migrations, compiled in.
    refinery::embed_migrations!("migrations/sqlite");
}

/// The migrations of this program.
pub(super) fn runner() -> Runner {
    embedded::migrations::runner()
}

/// Applies what is missing, all of it or nothing.
pub(super) fn migrate(connection: &mut Connection, runner: Runner) -> Result<(), StoreError> {
    runner
        .set_grouped(true)
        .run(connection)
        .map(|_| ())
        .map_err(|error| StoreError::Database(Box::new(error)))
}

/// Copies a database of an older schema aside and checks the copy, before a migration touches the original.
pub(super) fn back_up(
    home: &Path,
    database: &Path,
    schema: i64,
    now: Timestamp,
) -> Result<Digest, StoreError> {
    let folder = home.join("backups");
    make_folder(&folder)?;
    let time: String = now.to_string().chars().filter(char::is_ascii_alphanumeric).collect();
    let copy = folder.join(format!("knowledge-v{schema}-{time}.db"));
    copy_database(&open(database, Access::Read)?, &copy)?;
    digest_of(&copy)
}

#[cfg(test)]
mod tests {
    use refinery::Migration;

    use super::*;
    use crate::store::sqlite::connection::open_in_memory;

    fn newer_runner() -> Runner {
        let mut migrations = runner().get_migrations().clone();
        let sql = "ALTER TABLE calls ADD COLUMN note TEXT; PRAGMA user_version = 999;";
        migrations.push(Migration::unapplied("V999__note", sql).unwrap());
        Runner::new(&migrations)
    }

    #[test]
    fn the_newest_migration_is_the_known_schema() {
        let mut connection = open_in_memory().unwrap();

        migrate(&mut connection, runner()).unwrap();

        let schema: i64 =
            connection.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
        let newest = runner().get_migrations().iter().map(Migration::version).max().unwrap();
        assert_eq!((schema, i64::from(newest)), (KNOWN, KNOWN));
    }

    #[test]
    fn a_verified_copy_stays_behind_an_upgrade() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("knowledge.db");
        let mut connection = open(&path, Access::Write).unwrap();
        migrate(&mut connection, runner()).unwrap();

        let digest = back_up(home.path(), &path, 1, Timestamp::from_millis(0)).unwrap();
        migrate(&mut connection, newer_runner()).unwrap();

        let schema = |connection: &Connection| -> i64 {
            connection.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap()
        };
        let copy = home.path().join("backups/knowledge-v1-19700101T000000000Z.db");
        assert_eq!(digest, Digest::of(&std::fs::read(&copy).unwrap()));
        assert_eq!(schema(&connection), 999);
        assert_eq!(schema(&open(&copy, Access::Immutable).unwrap()), KNOWN);
    }
}
