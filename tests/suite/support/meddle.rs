//! A forger's hand on a database.

use std::path::Path;

use rusqlite::Connection;

/// Changes a database; its triggers are put back, so that nothing but the change is there to be noticed.
#[expect(clippy::disallowed_methods, reason = "a forger does not ask the store")]
pub(crate) fn meddle(database: &Path, sql: &str) {
    let connection = Connection::open(database).unwrap();
    let triggers = unguarded(&connection);
    connection.execute_batch(sql).unwrap();
    for trigger in &triggers {
        connection.execute_batch(trigger).unwrap();
    }
}

/// Drops the triggers, and tells how to make them again.
pub(crate) fn unguarded(connection: &Connection) -> Vec<String> {
    let triggers: Vec<(String, String)> = connection
        .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    for (trigger, _) in &triggers {
        connection.execute_batch(&format!("DROP TRIGGER {trigger}")).unwrap();
    }
    triggers.into_iter().map(|(_, sql)| sql).collect()
}
