//! `/restore`.

use std::fs;
use std::path::{Path, PathBuf};

use record::audit::sshsig::SshSig;
use record::domain::act::ActKind;
use saraphina::commands::registry;
use serde_json::{Value, json};
use work::contract::catalogue;
use work::contract::error::ErrorKind;

use super::audit_export::program;
use crate::support::house::House;
use crate::support::meddle::meddle;
use crate::support::reply::with_signature;
use crate::support::restoring::{expected, restoring};

/// A house with an approval, a backup of it, and a rejection after the backup.
pub(super) async fn moved_on() -> (House, String, PathBuf) {
    let house = House::new();
    let id = house.approved().await;
    let file = house.home().with_file_name("monday.db");
    house.line(&format!("/backup {}", file.display())).await.data();
    house.line(&format!("/revoke-approval {id} a mistake")).await.data();
    house.close().await;
    (house, id, file)
}

pub(super) async fn restore(house: &House, file: &Path) -> Value {
    let line = format!(
        "/restore --reason \"the disk failed\" --yes --expect {} {}",
        expected(file),
        file.display()
    );
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
async fn a_restore_is_signed_by_a_key_that_the_backup_knows() {
    let (mut house, _, file) = moved_on().await;
    let before = fs::read(house.database()).unwrap();
    let restore = catalogue::find_in(registry::ENTRIES, "restore").unwrap();
    let args = json!({"file": file, "yes": true, "expect": expected(&file)});
    let asked = house.ask(restore, args.clone(), "ask").await.unwrap_err();
    let wanted = asked.signing.unwrap();
    house.sign_with(0x99);
    let stranger = with_signature(args.clone(), &house.sign(&wanted));
    let stranger = house.ask(restore, stranger, "stranger").await.unwrap_err();
    house.sign_with(0x51);
    let other = json!({"file": file, "yes": true, "expect": expected(&file), "reason": "another"});
    let other = with_signature(other, &house.sign(&wanted));
    let other = house.ask(restore, other, "other").await.unwrap_err();
    let untouched = fs::read(house.database()).unwrap() == before;

    let data = house.ask(restore, with_signature(args, &house.sign(&wanted)), "own").await.unwrap();
    house.reopen();

    assert_eq!((asked.kind, stranger.kind), (ErrorKind::NeedsOwner, ErrorKind::Forbidden));
    assert!(stranger.hints[0].contains("The backup knows other keys"), "{stranger:?}");
    assert_eq!(other.message, "what was signed is not what would be recorded now");
    assert!(untouched);
    let record = house.records().await.pop().unwrap();
    let signature = SshSig::parse(record.sig.as_ref().unwrap()).unwrap();
    assert_eq!(signature.verify(record.stmt.as_ref().unwrap().as_bytes()), Ok(()));
    assert_eq!(record.actor.key, Some(house.public().fingerprint()));
    assert_eq!(data["key"], house.public().fingerprint());
    let verified = house.line("/audit verify").await;
    assert_eq!(verified.exit(), 0);
    let page = verified.page();
    assert!(page.contains("puts a restore on record, signed by SHA256:"), "{page}");
}

#[tokio::test]
async fn an_export_of_a_restored_log_says_so_to_every_verifier() {
    let (mut house, _, file) = moved_on().await;
    house.reopen();
    let old = house.beside("old");
    house.line(&format!("/audit export {}", old.display())).await.data();
    house.close().await;
    let seq = restore(&house, &file).await["audit"]["seq"].as_u64().unwrap();
    house.reopen();
    let new = house.beside("new");
    house.line(&format!("/audit export {}", new.display())).await.data();
    let verify =
        format!("/audit verify --since {} {}", old.join("checkpoint").display(), new.display());

    let plain = house.line(&format!("/audit verify {}", new.display())).await;
    let since = house.line(&verify).await;
    let python = program(&["python3", "verify.py", "."], &new, None);
    let kept = old.join("checkpoint");
    let python_since =
        program(&["python3", "verify.py", ".", "--since", kept.to_str().unwrap()], &new, None);
    let signature = format!("decisions/{seq}.sig");
    let statement = new.join(format!("decisions/{seq}.json"));
    let ssh = program(
        &[
            "ssh-keygen",
            "-Y",
            "verify",
            "-f",
            "allowed_signers",
            "-I",
            "owner",
            "-n",
            "decision@saraphina",
            "-Overify-time=20261120084700Z",
            "-s",
            &signature,
        ],
        &new,
        Some(&statement),
    );

    assert_eq!((plain.exit(), python.0, ssh.0), (0, Some(0), Some(0)), "{python:?} {ssh:?}");
    assert_eq!(plain.data()["restores"][0]["seq"], seq);
    assert!(python.1.contains(&format!("Entry {seq} puts a restore on record")), "{}", python.1);
    // The checkpoint of the export is older than the head that the restore names: nothing in the log proves it.
    assert_eq!((since.exit(), python_since.0), (7, Some(7)), "{python_since:?}");
    assert!(
        python_since.1.contains(&format!("restores on record: entries {seq}")),
        "{python_since:?}"
    );
}

#[tokio::test]
async fn a_kept_checkpoint_that_the_restore_names_is_explained() {
    let (mut house, _, file) = moved_on().await;
    house.reopen();
    let note = house.line("/audit checkpoint").await.data()["note"].as_str().unwrap().to_owned();
    let kept = house.file("kept", note);
    house.close().await;
    restore(&house, &file).await;
    house.reopen();
    let new = house.beside("new");
    house.line(&format!("/audit export {}", new.display())).await.data();

    let home = house.line(&format!("/audit verify --since {kept}")).await;
    let export = house.line(&format!("/audit verify --since {kept} {}", new.display())).await;
    let python = program(&["python3", "verify.py", ".", "--since", &kept], &new, None);

    assert_eq!((home.exit(), export.exit(), python.0), (0, 0, Some(0)), "{python:?}");
    for notes in [home.data()["notes"].to_string(), export.data()["notes"].to_string(), python.1] {
        assert!(notes.contains("rolled back, on record"), "{notes}");
    }
}

#[tokio::test]
async fn a_backup_that_knows_no_key_is_restored_unsigned_and_that_is_said() {
    let mut house = House::new();
    house.tested().await;
    let file = house.beside("early.db");
    house.line(&format!("/backup {}", file.display())).await.data();
    house.close().await;

    let reply = house.line(&restoring(&file)).await;
    house.reopen();

    assert!(reply.page().contains("Signed by: UNSIGNED"));
    let record = house.records().await.pop().unwrap();
    assert_eq!((record.kind, record.stmt, record.sig), (ActKind::LogRestored, None, None));
    let page = house.line("/audit verify").await.page();
    assert!(page.contains("puts a restore on record, UNSIGNED"), "{page}");
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
    let told =
        "Left behind: at least 1 record\nTakes back, as if it had never happened: 1 revocation.";
    assert!(page.ends_with(told), "{page}");
    let hasty = house.line(&format!("/restore --yes {}", file.display())).await.error();
    assert_eq!(hasty.kind, ErrorKind::NeedsOwner, "a yes to no backup in particular");
    for (digits, kind) in [("0", ErrorKind::Usage), ("000000000000", ErrorKind::State)] {
        let line = format!("/restore --yes --expect {digits} {}", file.display());
        assert_eq!(house.line(&line).await.error().kind, kind);
    }
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
        (bent("view.db", "DROP VIEW proposal_reviews"), ErrorKind::Integrity),
        (
            bent(
                "trigger.db",
                "CREATE TRIGGER planted AFTER INSERT ON reviews BEGIN SELECT 1; END",
            ),
            ErrorKind::Integrity,
        ),
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

    let error = house.line(&restoring(&file)).await.error();

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

    let error = house.line(&restoring(&file)).await.error();

    assert_eq!(error.kind, ErrorKind::Integrity);
    assert!(error.message.contains("log key"), "{error}");
}

#[tokio::test]
async fn an_agent_restores_nothing() {
    let (house, _, file) = moved_on().await;
    let house = house.agent();

    let refused = house.line(&restoring(&file)).await.refusal();

    assert_eq!(refused.0, ErrorKind::Forbidden);
}
