//! What opening does to a home's files.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use foundation::store::error::StoreError;
use foundation::store::query::{ListQuery, LogState, StatsQuery};
use foundation::store::sqlite::sqlite_store::{Opening, SqliteStore};
use foundation::store::store::Store as _;
use record::domain::digest::Digest;
use rusqlite::Connection;

use super::records::verify;
use super::sample::{at, created, proposal_id, ticking};
use super::sqlite::{Home, open_database, reader, writer};

fn open(home: &Path, opening: Opening) -> Result<SqliteStore, StoreError> {
    SqliteStore::open(home, opening, &ticking())
}

/// A home with some content and nothing in the write-ahead log.
async fn settled() -> Home {
    let home = Home::new();
    for n in 0..20 {
        home.store.commit(created(n, at(0))).await.unwrap();
    }
    home.store.close().await.unwrap();
    home
}

/// Both ways of opening are refused and leave the file as it is.
fn assert_untouched(home: &Path, is_refusal: impl Fn(&StoreError) -> bool) {
    let database = home.join("knowledge.db");
    let before = fs::read(&database).unwrap();
    for opening in [Opening::Writer, Opening::ReadOnly] {
        let error = open(home, opening).err().unwrap();
        assert!(is_refusal(&error), "{opening:?}: {error:?}");
        assert_eq!(fs::read(&database).unwrap(), before);
    }
}

#[tokio::test]
async fn files_are_for_their_owner_only() {
    let home = Home::new();
    let inner = home.path().join("deep/home");
    let store = writer(&inner);
    store.commit(created(1, at(0))).await.unwrap();
    store.index().await.unwrap();

    let mode = |path: &str| fs::metadata(inner.join(path)).unwrap().permissions().mode() & 0o777;
    let files =
        ["knowledge.db", "knowledge.db-wal", "knowledge.db-shm", "log.head", "knowledge.lock"];
    assert_eq!(files.map(mode), [0o600; 5]);
    assert_eq!(["", "keys"].map(mode), [0o700; 2]);
    assert_eq!(mode("keys/log.key"), 0o600);
}

#[test]
fn a_foreign_file_is_refused_untouched() {
    let home = tempfile::tempdir().unwrap();
    let database = home.path().join("knowledge.db");
    let is_foreign = |error: &StoreError| matches!(error, StoreError::Foreign { .. });

    fs::write(&database, "a letter, not a database").unwrap();
    assert_untouched(home.path(), is_foreign);
    fs::write(&database, vec![7; 8_192]).unwrap();
    assert_untouched(home.path(), is_foreign);
    fs::remove_file(&database).unwrap();
    open_database(&database).execute_batch("CREATE TABLE songs (title)").unwrap();
    assert_untouched(home.path(), is_foreign);
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn a_newer_database_is_refused_untouched() {
    let home = settled().await;
    let connection = open_database(&home.path().join("knowledge.db"));
    connection.execute_batch("PRAGMA user_version = 999").unwrap();
    drop(connection);

    let is_newer = |error: &StoreError| matches!(error, StoreError::NewerSchema { found: 999, .. });
    assert_untouched(home.path(), is_newer);
}

#[tokio::test]
async fn an_older_database_waits_for_a_writer() {
    let home = settled().await;
    let connection = open_database(&home.path().join("knowledge.db"));
    let older = "PRAGMA user_version = 8; DELETE FROM refinery_schema_history WHERE version > 8";
    connection.execute_batch(older).unwrap();
    drop(connection);

    let refused = open(home.path(), Opening::ReadOnly).err().unwrap();

    assert!(matches!(refused, StoreError::OlderSchema { found: 8, .. }), "{refused}");
}

#[tokio::test]
async fn a_damaged_database_is_named_and_left_alone() {
    let home = settled().await;
    let database = home.path().join("knowledge.db");
    let whole = fs::read(&database).unwrap();
    let is_corrupt = |error: &StoreError| matches!(error, StoreError::Corrupt { .. });

    fs::write(&database, &whole[..whole.len() - 4_096]).unwrap();
    assert_untouched(home.path(), is_corrupt);
    let mut schema_page = whole.clone();
    schema_page[100..4_000].fill(0xff);
    fs::write(&database, schema_page).unwrap();
    assert_untouched(home.path(), is_corrupt);
}

#[tokio::test]
async fn damage_deep_inside_is_found_by_the_check() {
    let home = settled().await;
    let database = home.path().join("knowledge.db");
    let connection = open_database(&database);
    let root: i64 = connection
        .query_row(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'proposals_by_state'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    drop(connection);
    let mut bytes = fs::read(&database).unwrap();
    let page = usize::try_from(root - 1).unwrap() * 4_096;
    bytes[page + 8..page + 64].fill(0xee);
    fs::write(&database, bytes).unwrap();

    let problems = reader(home.path()).check().await;

    assert!(matches!(problems, Err(StoreError::Corrupt { .. })) || !problems.unwrap().is_empty());
}

#[tokio::test]
async fn a_home_without_a_database_reads_as_empty_and_stays_so() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing");
    let store = reader(&missing);

    let page = store.list(&ListQuery { limit: 5, ..ListQuery::default() }).await.unwrap();
    let stats = store.stats(&StatsQuery::default()).await.unwrap();
    let log = store.log_state().await.unwrap();

    assert_eq!((page.rows.len(), page.total), (0, Some(0)));
    assert_eq!(stats.total, record::domain::stats::Tally::default());
    assert_eq!(log, LogState { size: 0, checkpoint: String::new() });
    assert!(matches!(store.commit(created(1, at(0))).await, Err(StoreError::ReadOnly { .. })));
    assert!(!missing.exists());
    let live = writer(&missing);
    live.commit(created(1, at(0))).await.unwrap();
    assert!(store.proposal(&proposal_id(1)).await.unwrap().is_some());
}

#[tokio::test]
async fn only_one_process_writes() {
    let home = Home::new();

    assert!(matches!(open(home.path(), Opening::Writer), Err(StoreError::Busy)));
    home.store.close().await.unwrap();
    let closed = home.store.commit(created(1, at(0))).await;
    assert!(matches!(closed, Err(StoreError::Closed)));
    drop(home.store);
    writer(home.folder.path()).commit(created(1, at(0))).await.unwrap();
}

#[tokio::test]
async fn an_older_copy_of_the_database_is_noticed() {
    let home = settled().await;
    let database = home.path().join("knowledge.db");
    let older = fs::read(&database).unwrap();
    let store = writer(home.path());
    store.commit(created(50, at(1))).await.unwrap();
    drop(store);
    fs::write(&database, older).unwrap();

    let refused = open(home.path(), Opening::Writer).err().unwrap();

    assert!(matches!(refused, StoreError::RolledBack { head: 22, database: 21 }), "{refused:?}");
    fs::remove_file(&database).unwrap();
    let refused = open(home.path(), Opening::Writer).err().unwrap();
    assert!(matches!(refused, StoreError::RolledBack { head: 22, database: 0 }), "{refused:?}");
}

#[tokio::test]
async fn another_history_of_the_same_length_is_noticed() {
    let home = settled().await;
    let database = home.path().join("knowledge.db");
    let common = fs::read(&database).unwrap();
    let store = writer(home.path());
    store.commit(created(50, at(1))).await.unwrap();
    drop(store);
    let head = fs::read(home.path().join("log.head")).unwrap();
    fs::write(&database, common).unwrap();
    fs::remove_file(home.path().join("log.head")).unwrap();
    // Nothing is committed: that the head was gone is an entry by itself.
    drop(writer(home.path()));
    fs::write(home.path().join("log.head"), head).unwrap();

    let refused = open(home.path(), Opening::Writer).err().unwrap();

    assert!(matches!(refused, StoreError::OtherHistory { head: 22, database: 22 }), "{refused:?}");
}

#[tokio::test]
async fn a_missing_or_foreign_key_is_refused() {
    let home = settled().await;
    let other = Home::new();
    let key = |home: &Home| home.path().join("keys/log.key");

    fs::copy(key(&other), key(&home)).unwrap();
    assert!(matches!(open(home.path(), Opening::Writer), Err(StoreError::LogKey { .. })));
    fs::write(key(&home), [0xff, 0xfe]).unwrap();
    assert!(matches!(open(home.path(), Opening::Writer), Err(StoreError::LogKey { .. })));
    fs::remove_file(key(&home)).unwrap();
    assert!(matches!(open(home.path(), Opening::Writer), Err(StoreError::LogKey { .. })));
    assert_eq!(verify(&reader(home.path())).await, 21);
}

#[tokio::test]
async fn a_backup_is_one_sound_file_of_one_moment() {
    let home = Home::new();
    for n in 0..50 {
        home.store.commit(created(n, at(0))).await.unwrap();
    }
    let target = home.path().join("copy.db");

    let facts = home.store.backup(&target).await.unwrap();
    let again = home.store.backup(&target).await;

    assert!(matches!(again, Err(StoreError::File { .. })));
    assert_eq!((facts.entries, facts.digest), (51, Digest::of(&fs::read(&target).unwrap())));
    let restored = tempfile::tempdir().unwrap();
    fs::copy(&target, restored.path().join("knowledge.db")).unwrap();
    let copy = reader(restored.path());
    assert_eq!(verify(&copy).await, 51);
    assert_eq!(copy.check().await.unwrap(), Vec::<String>::new());
    assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn the_log_resists_our_own_mistakes() {
    let home = settled().await;
    let connection: Connection = open_database(&home.path().join("knowledge.db"));
    connection.execute_batch("PRAGMA recursive_triggers = on").unwrap();

    for sql in [
        "UPDATE audit_log SET record = x'00' WHERE seq = 3",
        "DELETE FROM audit_log WHERE seq = 3",
        "INSERT OR REPLACE INTO audit_log (seq, record) VALUES (3, x'00')",
        "INSERT INTO audit_log (seq, record) VALUES (99, x'00')",
        "UPDATE audit_node SET hash = zeroblob(32)",
        "DELETE FROM audit_node",
        "INSERT OR REPLACE INTO audit_node (leaf, level, hash) VALUES (0, 0, zeroblob(32))",
        "UPDATE audit_checkpoint SET note = ''",
        "DELETE FROM audit_checkpoint",
        "INSERT INTO audit_checkpoint (size, note) VALUES (1, '')",
    ] {
        assert!(connection.execute_batch(sql).is_err(), "{sql}");
    }
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the other program is no part of ours")]
async fn another_program_that_looks_leaves_the_write_ahead_log_where_it_is() {
    const LOOK: &str = "import sqlite3, sys\nhere = sqlite3.connect(sys.argv[1])\nprint(here.execute('SELECT count(*) FROM code_proposals').fetchone()[0])\nhere.close()\n";
    let home = Home::new();
    home.store.commit(created(1, at(0))).await.unwrap();
    // A reader that is opened, and closed again, beside the writer.
    let early = reader(home.path());
    assert!(early.proposal(&proposal_id(1)).await.unwrap().is_some());
    drop(early);
    let database = home.path().join("knowledge.db");

    let look = std::process::Command::new("python3").args(["-c", LOOK]).arg(&database).output();

    let look = look.unwrap();
    assert_eq!(String::from_utf8_lossy(&look.stdout), "1\n", "{look:?}");
    home.store.commit(created(2, at(1))).await.unwrap();
    let late = reader(home.path());
    assert!(late.proposal(&proposal_id(2)).await.unwrap().is_some());
}
