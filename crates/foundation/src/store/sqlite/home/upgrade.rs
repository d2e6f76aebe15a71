//! Migrates a database of an older schema, after a checked copy was put aside.
//!
//! The copy is made before the first statement of a migration runs, and its digest enters the log with the act of the
//! migration: whoever doubts an upgrade can go back to the bytes from before.

use std::path::Path;

use crate::store::error::StoreError;
use crate::store::sqlite::connection::{Access, open};
use crate::store::sqlite::home::backup::{copy_database, digest_of};
use crate::store::sqlite::home::folders::make_folder;
use crate::store::sqlite::home::header::Found;
use crate::store::sqlite::home::schema::{KNOWN, check_number, migrate, runner};
use record::audit::quorum::{QUORUM_RULE, QUORUM_RULE_FIELD};
use record::domain::act::{Act, ActKind};
use record::domain::digest::Digest;
use record::domain::principal::{Principal, Via};
use record::domain::time::Timestamp;

/// Migrates an older database; the act of the migration, or `None` where the schema is ours.
pub(crate) fn upgrade(
    home: &Path,
    path: &Path,
    found: Found,
    now: Timestamp,
) -> Result<Option<Act>, StoreError> {
    let Found::Database { schema } = found else { return Ok(None) };
    if schema == KNOWN {
        return Ok(None);
    }
    check_number(&open(path, Access::Read)?, schema)?;
    let backup = back_up(home, path, schema, now)?;
    let mut connection = open(path, Access::Write)?;
    migrate(&mut connection, runner())?;
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(Some(migrated(schema, backup)))
}

/// The act of a migration, which names the copy that was left behind.
pub(crate) fn migrated(from: i64, backup: Digest) -> Act {
    Act::new(ActKind::StoreMigrated, Principal::system(), Via::internal())
        .with("from", from)
        .with("to", KNOWN)
        .with("backup_digest", backup.to_string())
        .with(QUORUM_RULE_FIELD, QUORUM_RULE)
}

/// Copies a database of an older schema aside and checks the copy, before a migration touches the original.
fn back_up(
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
    use refinery::{Migration, Runner};
    use rusqlite::Connection;

    use super::*;

    fn newer_runner() -> Runner {
        let mut migrations = runner().get_migrations().clone();
        let sql = "ALTER TABLE calls ADD COLUMN note TEXT; PRAGMA user_version = 999;";
        migrations.push(Migration::unapplied("V999__note", sql).unwrap());
        Runner::new(&migrations)
    }

    #[test]
    fn a_number_that_its_migrations_do_not_bear_out_is_refused_before_a_copy() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("knowledge.db");
        let mut connection = open(&path, Access::Write).unwrap();
        migrate(&mut connection, runner()).unwrap();
        connection.execute_batch("PRAGMA user_version = 3").unwrap();

        let found = Found::Database { schema: 3 };
        let refused = upgrade(home.path(), &path, found, Timestamp::from_millis(0));

        assert!(refused.is_err_and(|error| error.to_string().contains("it says 3")));
        assert!(!home.path().join("backups").exists());
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
