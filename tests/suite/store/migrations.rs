//! Released migrations never change, and homes of every released schema open.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use foundation::store::error::StoreError;
use foundation::store::history::HistoryStore as _;
use foundation::store::query::ListQuery;
use foundation::store::sqlite::sqlite_store::{Opening, SqliteStore};
use foundation::store::store::Store as _;
use record::domain::digest::Digest;
use record::domain::history::SourceKind;
use record::domain::status::Status;

use super::records::verify;
use super::sample::{Clock, at, ticking};
use super::sqlite::open_database;
use crate::support::meddle::meddle;
use crate::surfaces::process::Home;

/// Every released file with its digest; a new schema is a new line, and no line is ever edited.
const RELEASED: &[(&str, &str)] = &[
    ("V1__foundation.sql", "660b9a7d0408b03e0f3596e4b0995e5bf5732a745abae188907bec19adfe2a33"),
    ("V2__history.sql", "044c22597235119d40fe587e8d7acd5d4b478a5e1a527bb2df7d63df4b364672"),
    ("V3__owners.sql", "9f183ef67412615e705333294c239e5e6599f07eac6b64386e63d0793d45c1e8"),
    ("V4__healing.sql", "5623a587f03099a9b142af8972666a7f7b9e1ffc48d85eb1027c7b6e3645eb98"),
    ("V5__chains.sql", "d6ec8bd5dc6ccc7d05f124c25889e304bcdc4d38d0f7ba3012d6532f9ae10956"),
    ("V6__calls_of_models.sql", "cf05a2062f65676ab6aa69210b136cff970825391e8f8b1e9bde7ad087fa73af"),
    (
        "V7__changes_of_repositories.sql",
        "0a56107f1337f9706406ec6bbde0fc972cbfa347967c2eea12001ea3214d56db",
    ),
    ("V8__applications.sql", "5cbc8516cc113ca7db44a70d6bbe4f1cef077833191e3ae2b1dc7a88fce17bf3"),
    (
        "V10__memory_of_repositories.sql",
        "60de60eea093f09212f413351ca93115f4d7ce7322698a7fe80cded49673c9c2",
    ),
    (
        "V11__notices_and_kept_answers.sql",
        "000032da63a3c204b30e334ec93c0515bf326eeb3d11171dc3ee0af2334b9ea9",
    ),
    (
        "V12__memory_beside_the_history.sql",
        "fc84427bb5bb7c8e3fa393e56817c4de689ccc6978aebbb01b205a29016ea7b8",
    ),
    ("V13__uses_of_names.sql", "fb49f7312cce23bd513acdea40ae2748bd89053dfeea49a6f986209d2bccd19f"),
    (
        "V14__runs_of_the_same_bytes.sql",
        "3f1f223a6021c548ba14102119bf37f732af1e932ff2dc1e74e1382314a162eb",
    ),
    ("V15__roots_of_uses.sql", "392d97c23ad13b9da8fe658c075b5f4f60b6c973a443835560a1853d1101b734"),
];

#[test]
fn released_migrations_are_byte_identical() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/foundation/migrations/sqlite");
    let files: BTreeMap<String, String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, Digest::of(&fs::read(path).unwrap()).hex())
        })
        .collect();

    let released = RELEASED.iter().map(|(name, digest)| ((*name).to_owned(), (*digest).to_owned()));
    assert_eq!(files, released.collect());
}

/// The schema of this program.
fn newest_schema() -> i64 {
    let number = |name: &str| name.trim_start_matches('V').split("__").next()?.parse().ok();
    RELEASED.iter().filter_map(|(name, _)| number(name)).max().unwrap()
}

/// A home as the program of schema 1 left it: one proposal approved, one rejected, a concept learned, ten records.
fn home_of_schema_1() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/databases/v1");
    let packed = fs::read(fixtures.join("knowledge.db.zst")).unwrap();
    let database = zstd::bulk::decompress(&packed, 1 << 20).unwrap();
    fs::write(home.path().join("knowledge.db"), database).unwrap();
    fs::create_dir(home.path().join("keys")).unwrap();
    fs::copy(fixtures.join("log.key"), home.path().join("keys/log.key")).unwrap();
    fs::copy(fixtures.join("log.head"), home.path().join("log.head")).unwrap();
    home
}

/// A writer on the day after the home was left.
fn writer(home: &Path) -> SqliteStore {
    let clock: Clock = Arc::new(|| at(86_400_000));
    SqliteStore::open(home, Opening::Writer, &clock).unwrap()
}

#[tokio::test]
async fn a_home_of_schema_1_opens_with_everything_in_it() {
    let home = home_of_schema_1();

    let store = writer(home.path());

    assert_eq!(verify(&store).await, 11);
    assert_eq!(store.usage().await.unwrap().schema, newest_schema());
    let page = store.list(&ListQuery { limit: 9, ..ListQuery::default() }).await.unwrap();
    let shown: Vec<(Status, Option<SourceKind>)> =
        page.rows.iter().map(|row| (row.status, row.source)).collect();
    assert_eq!(shown, [(Status::Rejected, None), (Status::Approved, None)]);
    let approved = &page.rows[1].id;
    assert_eq!(store.reviews(approved).await.unwrap().len(), 1);
    assert_eq!(store.provenance(approved).await.unwrap(), None);
    assert_eq!(store.concepts().await.unwrap().len(), 1);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn the_copy_of_a_migrated_database_is_the_one_that_its_record_names() {
    let home = home_of_schema_1();
    let store = writer(home.path());

    let backups: Vec<PathBuf> = fs::read_dir(home.path().join("backups"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();

    let [backup] = &backups[..] else { panic!("{backups:?}") };
    let newest = store.log_from(10, 1).await.unwrap().remove(0);
    let record: serde_json::Value = serde_json::from_slice(&newest.bytes).unwrap();
    assert_eq!(
        (&record["data"]["from"], &record["data"]["to"]),
        (&1.into(), &newest_schema().into())
    );
    let digest = Digest::of(&fs::read(backup).unwrap()).to_string();
    assert_eq!(record["data"]["backup_digest"], digest);
    let schema: i64 =
        open_database(backup).query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    assert_eq!(schema, 1);
}

#[test]
fn a_reader_leaves_an_older_home_to_a_writer() {
    let home = home_of_schema_1();

    let refused = SqliteStore::open(home.path(), Opening::ReadOnly, &ticking()).err().unwrap();

    assert!(matches!(refused, StoreError::OlderSchema { found: 1, .. }));
}

/// The tables of the memory of repositories, those first that refer to others.
const MEMORY: [&str; 16] = [
    "notes",
    "issues",
    "covers",
    "mended",
    "hunks",
    "blames",
    "links",
    "uses",
    "imports",
    "calls",
    "symbols",
    "blobs",
    "changes",
    "files",
    "commits",
    "repositories",
];

#[test]
fn what_the_library_retrieved_leaves_the_sums_of_an_older_home() {
    let home = Home::new();
    home.saraphina(&["propose-code", "a CSV parser that handles quoted fields"]);
    let database = home.path().join("knowledge.db");
    // As a program before this schema left it: one call of the library in every sum.
    let before = "UPDATE rollups SET calls = 1, unknown_usage_calls = 1 \
        WHERE dimension = 'all' OR (dimension = 'language' AND name = 'python') \
        OR (dimension = 'model' AND name = 'library'); \
        DELETE FROM refinery_schema_history WHERE version >= 6; DROP TABLE revision_sides; \
        DROP TABLE revision_bases; DROP VIEW application_contents; DROP TABLE applications; PRAGMA user_version = 5";
    let later = MEMORY.map(|table| format!("DROP TABLE memory_{table};")).concat();
    let later = format!(
        "{later} DROP TABLE notice_failures; DROP TABLE notice_channels; DROP TABLE kept_answers; \
        DROP INDEX executions_not_passed;"
    );
    meddle(&database, &format!("{later} {before}"));
    let calls = |database: &Path| -> i64 {
        let sql = "SELECT sum(calls) + sum(unknown_usage_calls) FROM rollups";
        open_database(database).query_row(sql, [], |row| row.get(0)).unwrap()
    };
    let counted = calls(&database);

    let set_up = home.saraphina(&["learn-code", "recursion"]);
    let verified = home.saraphina(&["audit", "verify"]);

    assert_eq!((counted, calls(&database)), (12, 0), "{set_up:?}");
    assert_eq!(verified.code, Some(0), "{verified:?}");
}
