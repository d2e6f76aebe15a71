//! A forger's hand on a database.

use std::path::Path;

#[expect(clippy::disallowed_methods, reason = "a forger does not ask the store")]
pub(crate) fn meddle(database: &Path, sql: &str) {
    let connection = rusqlite::Connection::open(database).unwrap();
    // Put back afterwards, so that nothing but the change is there to be noticed.
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
    connection.execute_batch(sql).unwrap();
    for (_, trigger) in &triggers {
        connection.execute_batch(trigger).unwrap();
    }
}
