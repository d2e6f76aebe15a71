//! The schema this program knows, and its migrations.
//!
//! Migrations are compiled in and never edited after a release; `PRAGMA user_version` says which of them a file has. All
//! missing ones are applied in one transaction, so no database is ever half migrated.

use std::collections::BTreeSet;

use refinery::Runner;
use rusqlite::Connection;

use crate::store::error::StoreError;
use crate::store::sqlite::connection::open_in_memory;
use crate::store::sqlite::failure::corrupt;
use crate::store::sqlite::home::header::Found;
use crate::store::sqlite::rows::many;

/// The newest schema known here.
pub(crate) const KNOWN: i64 = 15;

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

/// Refuses a number that the migrations in a database do not bear out: it would have them made once more.
pub(crate) fn check_number(connection: &Connection, schema: i64) -> Result<(), StoreError> {
    let sql = "SELECT max(version) FROM refinery_schema_history";
    let made: Option<i64> = connection.query_row(sql, [], |row| row.get(0))?;
    if made == Some(schema) {
        return Ok(());
    }
    let made = made.map_or_else(|| "none".to_owned(), |made| made.to_string());
    Err(corrupt(format!(
        "user_version: it says {schema}, and the newest migration made here is {made}"
    )))
}

/// Refuses tables, indexes, views or triggers that are not ours: whoever can write the file could have planted one.
pub(crate) fn check_objects(connection: &Connection) -> Result<(), StoreError> {
    match foreign_object(connection)? {
        None => Ok(()),
        Some(name) => Err(corrupt(format!(
            "sqlite_schema: {name} is missing, changed or not of this program"
        ))),
    }
}

/// Names the first object of the schema that is missing, foreign or another one.
pub(crate) fn foreign_object(connection: &Connection) -> Result<Option<String>, StoreError> {
    let mut ours = open_in_memory()?;
    migrate(&mut ours, runner())?;
    let (found, wanted) = (objects(connection)?, objects(&ours)?);
    let odd = found.symmetric_difference(&wanted).next();
    Ok(odd.map(|(name, _, _)| name.clone()))
}

type Object = (String, String, Option<String>);

fn objects(connection: &Connection) -> Result<BTreeSet<Object>, StoreError> {
    let sql = "SELECT name, type || ' of ' || tbl_name, sql FROM sqlite_schema";
    let objects = many(connection, sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(objects.into_iter().collect())
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
