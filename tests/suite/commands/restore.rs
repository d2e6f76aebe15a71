//! `/restore`.

use std::fs;
use std::path::{Path, PathBuf};

use saraphina::commands::error::ErrorKind;
use saraphina::domain::act::ActKind;
use serde_json::Value;

use crate::support::house::House;
use crate::support::meddle::meddle;

/// A house with an approval, a backup of it, and a rejection after the backup.
async fn moved_on() -> (House, String, PathBuf) {
    let house = House::new();
    let id = house.approved().await;
    let file = house.home().with_file_name("monday.db");
    house.line(&format!("/backup {}", file.display())).await.data();
    house.line(&format!("/revoke-approval {id} a mistake")).await.data();
    house.close().await;
    (house, id, file)
}

async fn restore(house: &House, file: &Path) -> Value {
    let line = format!("/restore --reason \"the disk failed\" --yes {}", file.display());
    house.line(&line).await.data()
}

#[tokio::test]
async fn a_restored_backup_is_in_use_and_on_record() {
    let (mut house, id, file) = moved_on().await;
    let before = house.records().await.len();

    let data = restore(&house, &file).await;
    house.reopen();

    assert_eq!(house.show(&id).await["status"], "approved");
    let record = house.records().await.pop().unwrap();
    assert_eq!(record.kind, ActKind::LogRestored);
    assert_eq!(record.data["reason"], "the disk failed");
    assert_eq!(record.data["from_size"], before);
    assert_eq!(record.data["size"], data["entries"]);
    assert_eq!(
        record.data["backup_digest"],
        format!("sha256:{}", data["digest"].as_str().unwrap())
    );
    assert_eq!(
        (data["left_behind"].as_u64(), data["audit"]["seq"].as_u64()),
        (Some(before as u64), Some(record.seq))
    );
    let verified = house.line("/audit verify").await;
    assert_eq!(verified.exit(), 0);
    assert_eq!(verified.data()["entries"], record.seq + 1);
    house.line(&format!("/revoke-approval {id} again")).await.data();
    assert_eq!(house.line("/audit verify").await.exit(), 0);
}

#[tokio::test]
async fn the_replaced_database_is_kept_whole() {
    let (house, _, file) = moved_on().await;
    let replaced = fs::read(house.database()).unwrap();

    let data = restore(&house, &file).await;

    let aside = PathBuf::from(data["aside"].as_str().unwrap());
    assert!(fs::read(aside.join("knowledge.db")).unwrap() == replaced);
    assert!(aside.join("log.head").exists());
    // And it can be put back the same way.
    restore(&house, &aside.join("knowledge.db")).await;
    assert_eq!(house.line("/audit verify").await.exit(), 0);
}

#[tokio::test]
async fn a_silent_rollback_stays_one() {
    let (house, _, file) = moved_on().await;
    fs::copy(&file, house.database()).unwrap();

    let verified = house.line("/audit verify").await;

    assert_eq!(verified.exit(), 7);
    assert!(verified.data()["problem"].as_str().unwrap().contains("rolled back"));
}

#[tokio::test]
async fn a_restore_killed_before_the_new_head_is_no_silent_rollback() {
    let (mut house, id, file) = moved_on().await;
    let old_head = fs::read(house.home().join("log.head")).unwrap();
    restore(&house, &file).await;
    fs::write(house.home().join("log.head"), &old_head).unwrap();

    let verified = house.line("/audit verify").await.exit();
    house.reopen();

    assert_eq!(verified, 0);
    assert_eq!(house.show(&id).await["status"], "approved");
    assert_ne!(fs::read(house.home().join("log.head")).unwrap(), old_head);
}

#[tokio::test]
async fn a_planted_restore_record_excuses_nothing() {
    let (house, _, file) = moved_on().await;
    let head = house.records().await.len();
    let note = house.line("/audit checkpoint").await.data();
    let root = note["root"].as_str().unwrap();
    fs::copy(&file, house.database()).unwrap();
    let planted = format!(
        "UPDATE audit_log SET record = CAST(replace(replace(CAST(record AS TEXT), '\"kind\":\"llm.call\"', '\"kind\":\"log.restored\"'), \
        '\"data\":{{', '\"data\":{{\"from_root\":\"sha256:{root}\",\"from_size\":{head},') AS BLOB) WHERE seq = 2"
    );
    meddle(&house.database(), &planted);

    let opened = house.open().err().unwrap();

    assert_eq!(house.line("/audit verify").await.exit(), 7);
    assert!(opened.to_string().contains("rolled back"), "{opened}");
}

#[tokio::test]
async fn the_owner_is_asked_and_sees_what_is_lost() {
    let (house, _, file) = moved_on().await;
    let before = fs::read(house.database()).unwrap();

    let error = house.line(&format!("/restore {}", file.display())).await.error();

    assert_eq!(error.kind, ErrorKind::NeedsOwner);
    let page = error.confirmation.unwrap().page.plain();
    assert!(page.contains("Left behind: at least 1 records"), "{page}");
    let other = house.line(&format!("/restore --yes --expect 00 {}", file.display())).await.error();
    assert_eq!(other.kind, ErrorKind::State);
    assert!(fs::read(house.database()).unwrap() == before);
}

#[tokio::test]
async fn nothing_is_replaced_by_what_is_no_sound_backup_of_this_home() {
    let (house, _, file) = moved_on().await;
    let (other, _, foreign) = moved_on().await;
    let before = fs::read(house.database()).unwrap();
    let whole = fs::read(&file).unwrap();
    let bent = |name: &str, sql: &str| {
        let path = house.file(name, &whole);
        meddle(path.as_ref(), sql);
        path
    };
    let cases = [
        (house.file("letter.db", "a letter"), ErrorKind::Integrity),
        (house.file("cut.db", &whole[..whole.len() - 4_096]), ErrorKind::Integrity),
        (house.file("empty.db", ""), ErrorKind::Integrity),
        (foreign.to_str().unwrap().to_owned(), ErrorKind::Integrity),
        (
            bent(
                "record.db",
                "UPDATE audit_log SET record = CAST(replace(CAST(record AS TEXT), 'a', 'b') AS BLOB) WHERE seq = 3",
            ),
            ErrorKind::Integrity,
        ),
        (
            bent("row.db", "UPDATE revision_files SET text = 'evil' WHERE role = 'code'"),
            ErrorKind::Integrity,
        ),
        (bent("trigger.db", "SELECT 1"), ErrorKind::Integrity),
        (bent("newer.db", "PRAGMA user_version = 999"), ErrorKind::State),
        (house.home().join("nowhere.db").to_str().unwrap().to_owned(), ErrorKind::NotFound),
    ];

    for (path, kind) in cases {
        let error = house.line(&format!("/restore --yes {path}")).await.error();
        assert_eq!(error.kind, kind, "{path}: {error}");
        assert!(fs::read(house.database()).unwrap() == before, "{path}");
    }
    assert_eq!(house.line("/audit verify").await.exit(), 0);
    drop(other);
}

#[tokio::test]
async fn another_writer_keeps_its_home() {
    let (mut house, _, file) = moved_on().await;
    house.reopen();

    let error = house.line(&format!("/restore --yes {}", file.display())).await.error();

    assert_eq!(error.kind, ErrorKind::Unavailable);
    assert!(error.hints[0].contains("daemon stop"), "{error:?}");
}

#[tokio::test]
async fn a_home_without_a_sound_database_is_restored_too() {
    let (mut house, id, file) = moved_on().await;
    let head = house.records().await.len();
    fs::write(house.database(), "garbage").unwrap();

    let data = restore(&house, &file).await;
    house.reopen();

    assert_eq!(data["left_behind"], head);
    assert_eq!(house.show(&id).await["status"], "approved");
    house.close().await;
    for name in ["knowledge.db", "log.head"] {
        fs::remove_file(house.home().join(name)).unwrap();
    }
    let data = restore(&house, &file).await;
    assert_eq!((data["left_behind"].as_u64(), data["aside"].as_str()), (None, None));
}

#[tokio::test]
async fn without_the_log_key_nothing_is_restored() {
    let (house, _, file) = moved_on().await;
    fs::remove_file(house.home().join("keys/log.key")).unwrap();

    let error = house.line(&format!("/restore --yes {}", file.display())).await.error();

    assert_eq!(error.kind, ErrorKind::Integrity);
    assert!(error.message.contains("log key"), "{error}");
}

#[tokio::test]
async fn an_agent_restores_nothing() {
    let (house, _, file) = moved_on().await;
    let house = house.agent();

    let refused = house.line(&format!("/restore --yes {}", file.display())).await.refusal();

    assert_eq!(refused.0, ErrorKind::Forbidden);
}
