//! Heads at anchors: kept, required, contradicting.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use foundation::anchors::anchor::{Anchor, AnchorError, SignedHead};
use foundation::anchors::anchors::Anchors;
use foundation::anchors::file::FileAnchor;
use foundation::anchors::git::GitAnchor;
use foundation::anchors::witness::Witness;
use foundation::providers::transport;
use record::audit::checkpoint::Checkpoint;
use record::audit::proof::{TreeHead, verify_consistency};
use record::domain::digest::Digest;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};
use work::contract::error::ErrorKind;

use crate::support::house::House;
use crate::support::restoring::restoring;

fn anchors(list: Vec<Arc<dyn Anchor>>, required: usize) -> Anchors {
    Anchors { list, required, unreadable: Vec::new() }
}

fn in_file(path: &Path) -> Anchors {
    anchors(vec![Arc::new(FileAnchor::new(path))], 1)
}

/// What lies in a home that a thief of backups could put back: the database and the head beside it.
fn copy_home(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_home(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[tokio::test]
async fn a_home_that_is_put_back_as_a_whole_is_recognised() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("heads");
    let house = House::anchored(&[], in_file(&file));
    house.approved().await;
    let older = folder.path().join("older");
    copy_home(&house.home(), &older);
    let id = house.tested().await;
    house.line(&format!("/reject-code {id} no")).await.data();
    let clean = house.line("/audit verify").await.exit();
    house.close().await;
    std::fs::remove_dir_all(house.home()).unwrap();
    copy_home(&older, &house.home());
    let house = house.reopened();

    let verified = house.line("/audit verify").await;
    let id = house.tested().await;
    let refused = house.line(&format!("/reject-code {id} no")).await.refusal();

    assert_eq!((clean, verified.exit()), (0, 7));
    let problem = verified.data()["problem"].as_str().unwrap().to_owned();
    assert!(problem.contains("the home was rolled back"), "{problem}");
    assert_eq!(refused.0, ErrorKind::Integrity);
    assert!(
        refused.1.contains("another history") || refused.1.contains("rolled back"),
        "{}",
        refused.1
    );
}

/// An anchored house with a backup, and a rejection after it; the house is closed.
async fn moved_on(file: &Path) -> (House, String, PathBuf) {
    let house = House::anchored(&[], in_file(file));
    let id = house.approved().await;
    let backup = house.beside("monday.db");
    house.line(&format!("/backup {}", backup.display())).await.data();
    house.line(&format!("/revoke-approval {id} a mistake")).await.data();
    house.close().await;
    (house, id, backup)
}

#[tokio::test]
async fn heads_that_a_restore_left_behind_are_explained_by_its_record() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("heads");
    let (mut house, id, backup) = moved_on(&file).await;

    let data = house.line(&restoring(&backup)).await.data();
    house.reopen();

    let seq = data["audit"]["seq"].as_u64().unwrap();
    assert_eq!(data["anchored"]["kept_by"].as_array().unwrap().len(), 1);
    let record = house.records().await.pop().unwrap();
    assert_eq!(record.data["anchored"][0]["size"], record.data["from_size"]);
    let verified = house.line("/audit verify").await;
    assert_eq!(verified.exit(), 0);
    let note = verified.data()["notes"][0].as_str().unwrap().to_owned();
    let wanted = format!("heads of a history that the restore of entry {seq} left behind");
    assert!(note.contains(&wanted) && note.contains("rolled back, on record"), "{note}");
    // Work goes on, and its heads are kept.
    house.line(&format!("/revoke-approval {id} again")).await.data();
    assert_eq!(house.line("/audit verify").await.exit(), 0);
}

#[tokio::test]
async fn a_restore_on_record_excuses_no_later_rollback() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("heads");
    let (mut house, id, backup) = moved_on(&file).await;
    house.line(&restoring(&backup)).await.data();
    let older = folder.path().join("older");
    copy_home(&house.home(), &older);
    house.reopen();
    house.line(&format!("/revoke-approval {id} again")).await.data();
    house.close().await;
    std::fs::remove_dir_all(house.home()).unwrap();
    copy_home(&older, &house.home());
    house.reopen();

    let verified = house.line("/audit verify").await;
    let refused = house.line(&format!("/revoke-approval {id} again")).await.error();

    assert_eq!((verified.exit(), refused.kind), (7, ErrorKind::Integrity));
    let problem = verified.data()["problem"].as_str().unwrap().to_owned();
    assert!(problem.contains("the home was rolled back"), "{problem}");
    // What its owner can do who has nothing newer: put the rollback on record.
    assert!(refused.hints[1].contains("`/backup FILE` of this home, then `/restore FILE`"));
    let present = house.beside("present.db");
    house.line(&format!("/backup {}", present.display())).await.data();
    house.close().await;
    house.line(&restoring(&present)).await.data();
    house.reopen();
    assert_eq!(house.line("/audit verify").await.exit(), 0);
    house.line(&format!("/revoke-approval {id} again")).await.data();
}

#[tokio::test]
async fn a_home_lost_with_its_disk_is_restored_under_what_the_anchors_saw() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("heads");
    let (mut house, _, backup) = moved_on(&file).await;
    let head = std::fs::read_to_string(&file).unwrap();
    let last: String = serde_json::from_str(head.lines().last().unwrap()).unwrap();
    let last = Checkpoint::parse_unverified(&last).unwrap();
    for name in ["knowledge.db", "log.head"] {
        std::fs::remove_file(house.home().join(name)).unwrap();
    }

    let data = house.line(&restoring(&backup)).await.data();
    house.reopen();

    assert_eq!((data["left_behind"].as_u64(), data["aside"].as_str()), (Some(last.size), None));
    let record = house.records().await.pop().unwrap();
    let anchored = serde_json::json!([{"root": last.root.to_string(), "size": last.size}]);
    assert_eq!((record.data.get("from_size"), &record.data["anchored"]), (None, &anchored));
    assert_eq!(house.line("/audit verify").await.exit(), 0);
}

#[tokio::test]
async fn of_two_homes_with_one_log_only_the_first_decides() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("heads");
    let mut house = House::anchored(&[], in_file(&file));
    let id = house.approved().await;
    house.close().await;
    let twin = folder.path().join("twin");
    copy_home(&house.home(), &twin);
    house.reopen();
    house.line(&format!("/revoke-approval {id} a mistake")).await.data();
    house.close().await;
    std::fs::remove_dir_all(house.home()).unwrap();
    copy_home(&twin, &house.home());
    house.reopen();
    for _ in 0..3 {
        house.tested().await;
    }
    let before = house.records().await.len();

    let verified = house.line("/audit verify").await;
    let refused = house.line(&format!("/revoke-approval {id} otherwise")).await.refusal();

    assert_eq!((verified.exit(), refused.0), (7, ErrorKind::Integrity));
    assert!(
        refused.1.contains("another history") && refused.1.contains("rewritten"),
        "{refused:?}"
    );
    assert_eq!(house.records().await.len(), before);
}

/// An anchor that hangs while it is told to.
struct Moody {
    hangs: AtomicBool,
}

#[async_trait]
impl Anchor for Moody {
    fn name(&self) -> &'static str {
        "moody"
    }

    fn can_be_asked(&self) -> bool {
        false
    }

    async fn keep(&self, _head: SignedHead<'_>) -> Result<(), AnchorError> {
        if self.hangs.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
        Ok(())
    }

    async fn kept(&self, _origin: &str) -> Result<Vec<String>, AnchorError> {
        Ok(Vec::new())
    }
}

#[tokio::test]
async fn a_hung_anchor_stops_decisions_and_nothing_else() {
    let moody = Arc::new(Moody { hangs: AtomicBool::new(false) });
    let house = House::anchored(&[], anchors(vec![Arc::clone(&moody) as Arc<dyn Anchor>], 1));
    house.approved().await;
    let id = house.tested().await;
    moody.hangs.store(true, Ordering::Relaxed);

    let refused = house.line(&format!("/reject-code {id} no")).await.error();
    let reading = house.line(&format!("/show-code {id}")).await.exit();
    let running = house.line(&format!("/sandbox-code {id}")).await.exit();
    moody.hangs.store(false, Ordering::Relaxed);
    let again = house.line(&format!("/reject-code {id} no")).await.data();

    assert_eq!(refused.kind, ErrorKind::Unavailable);
    assert_eq!(
        refused.message,
        "0 of 1 anchors keep the record, 1 are required; nothing was decided"
    );
    assert_eq!(refused.causes, ["moody cannot be used: no answer within 2 s"]);
    assert_eq!((reading, running), (0, 0));
    assert_eq!(again["anchored"]["kept_by"][0], "moody");
}

#[expect(clippy::disallowed_methods, reason = "the repository of an owner")]
fn git(folder: &Path, words: &[&str]) -> String {
    let output = std::process::Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["-c", "user.name=a", "-c", "user.email=a@example.org"])
        .args(words)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn heads_become_commits() {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "--quiet"]);
    git(folder.path(), &["config", "user.name", "an owner"]);
    git(folder.path(), &["config", "user.email", "owner@example.org"]);
    let anchor: Arc<dyn Anchor> = Arc::new(GitAnchor::new(folder.path()));
    let house = House::anchored(&[], anchors(vec![anchor], 1));

    house.approved().await;

    let log = git(folder.path(), &["log", "--format=%s"]);
    assert!(log.lines().count() >= 2 && log.contains("entries of saraphina/"), "{log}");
    assert_eq!(house.line("/audit verify").await.exit(), 0);
    git(folder.path(), &["checkout", "--quiet", "--orphan", "other"]);
    std::fs::remove_dir_all(folder.path().join(".git")).unwrap();
    let id = house.tested().await;
    let refused = house.line(&format!("/reject-code {id} no")).await.refusal();
    assert_eq!(refused.0, ErrorKind::Unavailable);
}

/// Cosigns what follows from the head it has, as the protocol says.
struct Cosigner {
    seen: std::sync::Mutex<(u64, Digest)>,
}

impl Respond for Cosigner {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let body = String::from_utf8(request.body.clone()).unwrap();
        let (proof, note) = body.split_once("\n\n").unwrap();
        let mut lines = proof.lines();
        let old: u64 = lines.next().unwrap().strip_prefix("old ").unwrap().parse().unwrap();
        let head = Checkpoint::parse_unverified(note).unwrap();
        let mut seen = self.seen.lock().unwrap();
        if old != seen.0 {
            return ResponseTemplate::new(409).set_body_string(format!("{}\n", seen.0));
        }
        let hash =
            |line: &str| Digest::from_bytes(STANDARD.decode(line).unwrap().try_into().unwrap());
        let path: Vec<Digest> = lines.map(hash).collect();
        let new = TreeHead { size: head.size, root: head.root };
        let before = TreeHead { size: old, root: seen.1 };
        let follows = old == 0 || verify_consistency(before, new, &path).is_ok();
        if !follows {
            return ResponseTemplate::new(422);
        }
        *seen = (head.size, head.root);
        ResponseTemplate::new(200).set_body_string("— witness.example AAAA\n")
    }
}

fn witnessed(server: &MockServer) -> Anchors {
    let client = transport::client(&server.uri().parse().unwrap(), Duration::from_secs(1)).unwrap();
    let anchor = Witness::new(&server.uri(), client);
    anchors(vec![Arc::new(anchor)], 1)
}

#[tokio::test]
async fn a_witness_gets_proofs_and_notices_a_rollback() {
    let server = MockServer::start().await;
    let cosigner = Cosigner { seen: std::sync::Mutex::new((0, Digest::ZERO)) };
    Mock::given(method("POST"))
        .and(path("/add-checkpoint"))
        .respond_with(cosigner)
        .mount(&server)
        .await;
    let house = House::anchored(&[], witnessed(&server));
    house.approved().await;
    let id = house.tested().await;
    house.line(&format!("/reject-code {id} no")).await.data();

    // A younger log of the same witness has fewer entries than it has seen.
    let other = House::anchored(&[], witnessed(&server));
    let file = other.file("own.pub", other.public().to_string());
    let refused = other.line(&format!("/keys add --key {file}")).await.refusal();

    assert_eq!(refused.0, ErrorKind::Integrity);
    assert!(refused.1.contains("the log was rolled back"), "{}", refused.1);
}

#[tokio::test]
async fn an_anchor_that_lost_its_heads_is_missed() {
    for lose in [
        (|file: &Path| std::fs::remove_file(file).unwrap()) as fn(&Path),
        |file| std::fs::write(file, "").unwrap(),
        |file| {
            let text = std::fs::read_to_string(file).unwrap();
            let first = text.lines().next().unwrap().to_owned() + "\n";
            std::fs::write(file, first).unwrap();
        },
    ] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("heads");
        let house = House::anchored(&[], in_file(&file));
        house.approved().await;
        let id = house.tested().await;
        let before = house.line("/audit verify").await.exit();
        lose(&file);

        let verified = house.line("/audit verify").await;
        let refused = house.line(&format!("/reject-code {id} no")).await.refusal();

        assert_eq!((before, verified.exit(), refused.0), (0, 7, ErrorKind::Integrity));
        let problem = verified.data()["problem"].as_str().unwrap().to_owned();
        assert!(problem.contains("and has it no more"), "{problem}");
        // Whoever did it on purpose says so, and the next decision gives the head again.
        std::fs::remove_file(house.home().join("anchors.json")).unwrap();
        std::fs::remove_file(&file).ok();
        house.line(&format!("/reject-code {id} no")).await.data();
        assert_eq!(house.line("/audit verify").await.exit(), 0);
    }
}

#[tokio::test]
async fn an_anchor_without_a_head_and_one_out_of_reach_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("gone").join("heads");
    std::fs::create_dir(folder.path().join("gone")).unwrap();
    let house = House::anchored(&[], in_file(&file));
    let id = house.tested().await;

    let early = house.line("/audit verify").await.data();
    house.line(&format!("/reject-code {id} no")).await.data();
    std::fs::remove_dir_all(folder.path().join("gone")).unwrap();
    std::os::unix::fs::symlink("/dev/null", folder.path().join("gone")).unwrap();
    let late = house.line("/audit verify").await.exit();
    let refused = house.line(&format!("/reopen-code {id} again")).await.refusal();

    let notes = early["notes"].to_string();
    assert!(early["ok"] == true && notes.contains("keeps no head of this log yet"), "{notes}");
    assert_eq!((late, refused.0), (7, ErrorKind::Unavailable));
}
