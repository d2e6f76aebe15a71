//! The schema this program knows, and its migrations.
//!
//! Migrations are compiled in and never edited after a release; `PRAGMA user_version` says which of them a file has. All
//! missing ones are applied in one transaction, so no database is ever half migrated.

use refinery::Runner;
use rusqlite::Connection;

use crate::store::error::StoreError;
use crate::store::sqlite::home::header::Found;

/// The newest schema known here.
pub(crate) const KNOWN: i64 = 4;

mod embedded {
    //! The migrations, compiled in.
    refinery::embed_migrations!("migrations/sqlite");
}

/// The migrations of this program.
pub(crate) fn runner() -> Runner {
    embedded::migrations::runner()
}

/// Applies what is missing, all of it or nothing.
pub(crate) fn migrate(connection: &mut Connection, runner: Runner) -> Result<(), StoreError> {
    runner
        .set_grouped(true)
        .run(connection)
        .map(|_| ())
        .map_err(|error| StoreError::Database(Box::new(error)))
}

/// Refuses a database that only a newer program can read.
pub(crate) fn refuse_unknown(found: Found) -> Result<(), StoreError> {
    match found {
        Found::Database { schema } if schema > KNOWN => {
            Err(StoreError::NewerSchema { found: schema, known: KNOWN })
        }
        Found::Database { .. } | Found::Nothing => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use refinery::Migration;

    use super::*;
    use crate::store::sqlite::connection::open_in_memory;

    #[test]
    fn the_newest_migration_is_the_known_schema() {
        let mut connection = open_in_memory().unwrap();

        migrate(&mut connection, runner()).unwrap();

        let schema: i64 =
            connection.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
        let newest = runner().get_migrations().iter().map(Migration::version).max().unwrap();
        assert_eq!((schema, i64::from(newest)), (KNOWN, KNOWN));
    }
}
