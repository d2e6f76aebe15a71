//! A forger's hand on a database.

use std::path::Path;

#[expect(clippy::disallowed_methods, reason = "a forger does not ask the store")]
pub(crate) fn meddle(database: &Path, sql: &str) {
    let connection = rusqlite::Connection::open(database).unwrap();
    let triggers: Vec<String> = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    for trigger in triggers {
        connection.execute_batch(&format!("DROP TRIGGER {trigger}")).unwrap();
    }
    connection.execute_batch(sql).unwrap();
}
