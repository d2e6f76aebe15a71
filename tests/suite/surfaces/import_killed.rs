//! An import that is killed and started again.

use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

use super::process::Home;
use crate::support::originals;

const PROPOSALS: u64 = 240;

/// An original with so many proposals that an import takes a while.
fn original(home: &Home) -> PathBuf {
    let file = home.folder().join("original.db");
    let connection = originals::whole(&file);
    connection.execute_batch("BEGIN").unwrap();
    for n in 5..PROPOSALS {
        let sql = format!(
            "INSERT INTO code_proposals VALUES ('proposal_{n:012x}', 'request {n}', 'python',
                'x = {n}', 'y', NULL, NULL, 'approved', '2025-12-01', '2025-12-01');
            INSERT INTO proposal_reviews (proposal_id, reviewed_at, action, reviewer)
                VALUES ('proposal_{n:012x}', '2025-12-01', 'approved', 'owner')"
        );
        connection.execute_batch(&sql).unwrap();
    }
    connection.execute_batch("COMMIT").unwrap();
    file
}

/// How many proposals another process has imported so far.
fn imported(database: &Path) -> u64 {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let Ok(connection) = Connection::open_with_flags(database, flags) else { return 0 };
    let sql = "SELECT count(*) FROM provenance";
    let count = connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    count.unwrap_or_default().unsigned_abs()
}

/// Kills an import as soon as it has brought so many proposals.
fn kill_at(home: &Home, file: &Path, wanted: u64) -> u64 {
    let mut command = home.command(env!("CARGO_BIN_EXE_saraphina"));
    command.arg("import").arg(file).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child: Child = command.spawn().unwrap();
    let database = home.path().join("knowledge.db");
    let (_keep, never) = std::sync::mpsc::channel::<()>();
    while imported(&database) < wanted && child.try_wait().unwrap().is_none() {
        never.recv_timeout(Duration::from_millis(2)).unwrap_err();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    imported(&database)
}

fn json(home: &Home, words: &[&str]) -> Value {
    let finished = home.saraphina(&[words, &["--json"]].concat());
    serde_json::from_str(&finished.out).unwrap_or_else(|_| panic!("{finished:?}"))
}

/// What is in a home in the end: the kinds and details of its records, and its list.
fn result(home: &Home) -> (Vec<Value>, Vec<Value>) {
    let log = json(home, &["audit", "log", "--limit", "100000"]);
    let records = log["data"]["records"].as_array().unwrap().iter().rev().skip(1);
    let told = records.map(|shown| {
        let mut record = shown["record"].clone();
        let record = record.as_object_mut().unwrap();
        for own in ["log", "prev", "ts", "via", "idem"] {
            record.remove(own);
        }
        // It covers when the row was made.
        record["data"].as_object_mut().unwrap().remove("row_digest");
        Value::Object(record.clone())
    });
    let told = told.collect();
    let list = json(home, &["list-proposals", "--limit", "1000"]);
    let rows = list["data"]["proposals"].as_array().unwrap().iter();
    (told, rows.map(|row| row["proposal_id"].clone()).collect())
}

#[test]
fn an_import_that_was_killed_ends_with_the_same_when_it_is_run_again() {
    let (undisturbed, killed) = (Home::new(), Home::new());
    let file = original(&undisturbed);
    let path = file.to_str().unwrap();
    let whole = json(&undisturbed, &["import", path]);

    let seen: Vec<u64> = [1, 60, 160].map(|wanted| kill_at(&killed, &file, wanted)).into();
    let last = json(&killed, &["import", path]);
    let again = json(&killed, &["import", path]);

    assert!(seen.iter().any(|count| (1..PROPOSALS - 1).contains(count)), "{seen:?}");
    assert_eq!(whole["data"]["proposals"]["new"], PROPOSALS - 1);
    let (new, known) = (&last["data"]["proposals"]["new"], &last["data"]["proposals"]["known"]);
    assert_eq!(new.as_u64().unwrap() + known.as_u64().unwrap(), PROPOSALS - 1);
    assert_eq!(again["data"]["proposals"]["new"], 0);
    assert_eq!(result(&killed), result(&undisturbed));
    assert_eq!(json(&killed, &["audit", "verify"])["data"]["ok"], true);
    assert!(!killed.path().join("import.new").exists());
}
