//! Auditors, who cannot write.

use std::os::unix::fs::PermissionsExt as _;

use foundation::store::sqlite::sqlite_store::{Opening, SqliteStore};
use foundation::store::store::Store as _;

use super::audit_export::files;
use crate::surfaces::process::Home;

/// A home that nobody but its owner could write, and not even they by its permissions.
fn sealed() -> Home {
    let home = Home::new();
    home.put("a.py", "def a():\n    return 1\n");
    home.put("test_a.py", "from a import a\n\n\ndef test_a():\n    assert a() == 1\n");
    let proposed =
        home.saraphina(&["propose-code", "--code", "a.py", "--tests", "test_a.py", "one"]);
    assert_eq!(proposed.code, Some(0), "{proposed:?}");
    for entry in home.path().read_dir().unwrap().map(Result::unwrap) {
        let mode = if entry.path().is_dir() { 0o555 } else { 0o444 };
        std::fs::set_permissions(entry.path(), std::fs::Permissions::from_mode(mode)).unwrap();
    }
    let keys = home.path().join("keys");
    for entry in keys.read_dir().unwrap().map(Result::unwrap) {
        std::fs::set_permissions(entry.path(), std::fs::Permissions::from_mode(0o444)).unwrap();
    }
    std::fs::set_permissions(home.path(), std::fs::Permissions::from_mode(0o555)).unwrap();
    home
}

#[test]
fn every_audit_command_works_on_a_home_that_can_only_be_read_and_changes_nothing() {
    let home = sealed();
    let before = files(&home.path());
    let place = home.folder().join("for-nobody");
    std::fs::create_dir(&place).unwrap();
    std::fs::set_permissions(&place, std::fs::Permissions::from_mode(0o777)).unwrap();
    let export = place.join("record").to_str().unwrap().to_owned();

    for words in [
        ["audit", "log"].as_slice(),
        &["audit", "verify"],
        &["audit", "checkpoint"],
        &["audit", "prove", "1"],
        &["audit", "report", "--format", "csv"],
        &["audit", "export", &export, "--json"],
        &["audit", "verify", &export],
    ] {
        let finished = home.as_nobody(words);
        assert_eq!(finished.code, Some(0), "{words:?}: {finished:?}");
        if words.contains(&"export") {
            assert!(finished.out.contains("\"recorded\":null"), "{finished:?}");
        }
    }

    assert!(files(&home.path()) == before);
}

#[tokio::test]
async fn a_store_that_was_opened_to_read_has_no_way_to_write() {
    let home = sealed();
    let clock: std::sync::Arc<dyn Fn() -> _ + Send + Sync> =
        std::sync::Arc::new(|| record::domain::time::Timestamp::from_millis(0));
    let store = SqliteStore::open(&home.path(), Opening::ReadOnly, &clock).unwrap();
    let change = record::domain::change::Change {
        act: record::domain::act::Act::new(
            record::domain::act::ActKind::DaemonStarted,
            record::domain::principal::Principal::owner(),
            record::domain::principal::Via::internal(),
        ),
        consequences: vec![],
        writes: vec![],
        expected: None,
        idempotency: "key".to_owned(),
        at: clock(),
    };

    let refused = store.commit(change).await;

    assert!(
        matches!(refused, Err(foundation::store::error::StoreError::ReadOnly { .. })),
        "{refused:?}"
    );
}

#[test]
fn nothing_is_answered_from_a_home_that_was_rolled_back() {
    let home = Home::new();
    let propose = |request: &str| {
        let made = home.saraphina(&["propose-code", request]);
        assert_eq!(made.code, Some(0), "{made:?}");
    };
    let databases = || {
        let named = |path: &std::path::Path| path.display().to_string().contains("knowledge.db");
        let entries = home.path().read_dir().unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| named(path)).collect::<Vec<_>>()
    };
    propose("a CSV parser that handles quoted fields");
    let older: Vec<_> =
        databases().into_iter().map(|path| (std::fs::read(&path).unwrap(), path)).collect();
    propose("a retry decorator with back-off");
    for path in databases() {
        std::fs::remove_file(path).unwrap();
    }
    for (bytes, path) in older {
        std::fs::write(path, bytes).unwrap();
    }
    let export = home.folder().join("record").to_str().unwrap().to_owned();

    for words in [
        ["audit", "checkpoint"].as_slice(),
        &["audit", "prove", "1"],
        &["audit", "report"],
        &["audit", "export", &export],
        &["code-stats"],
    ] {
        let finished = home.saraphina(words);
        assert_eq!(finished.code, Some(7), "{words:?}: {finished:?}");
    }
}
