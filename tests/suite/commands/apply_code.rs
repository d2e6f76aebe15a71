//! `/apply-code`.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use work::contract::confirmation::Wanted;
use work::contract::error::ErrorKind;

use crate::applying::trees::{Node, Tree};
use crate::support::fakes::{Doing, failing};
use crate::support::house::{CODE, House, TESTS};

/// A folder beside the home, where an approved module goes.
pub(crate) fn target(house: &House) -> PathBuf {
    let folder = house.beside("shop");
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Applies a proposal to a folder without being asked.
pub(crate) async fn apply(house: &House, id: &str, folder: &Path) -> Value {
    house.line(&line(house, id, folder).await).await.data()
}

pub(crate) async fn line(house: &House, id: &str, folder: &Path) -> String {
    let (hash, folder) = (house.hash(id).await, folder.display());
    format!("/apply-code {id} --folder {folder} --yes --expect {hash}")
}

fn plain(files: &[(&str, &str)]) -> BTreeMap<String, Node> {
    let file = |(path, text): &(&str, &str)| {
        ((*path).to_owned(), Node::File(0o644, text.as_bytes().to_vec()))
    };
    files.iter().map(file).collect()
}

const MODULE: &str = "adder_two_numbers.py";
const SUITE: &str = "test_adder_two_numbers.py";

#[tokio::test]
async fn an_approved_module_is_written_and_on_record_before_and_after() {
    let house = House::new();
    let id = house.approved().await;
    let folder = target(&house);

    let data = apply(&house, &id, &folder).await;

    assert_eq!(Tree::of(&folder).nodes, plain(&[(MODULE, CODE), (SUITE, TESTS)]));
    assert_eq!(data["outcome"], "applied");
    assert_eq!(data["target"]["kind"], "folder");
    let deeds: Vec<&Value> =
        data["files"].as_array().unwrap().iter().map(|file| &file["deed"]).collect();
    assert_eq!(deeds, ["created", "created"]);
    assert_eq!(data["evidence"]["covers_result"], true);
    let records = house.records().await;
    let [.., started, finished] = &records[..] else { panic!("too few records") };
    assert_eq!((started.kind.word(), finished.kind.word()), ("apply.started", "apply.finished"));
    assert_eq!(
        Value::from(finished.data.clone()),
        json!({"started": started.seq, "outcome": "applied"})
    );
    assert_eq!((&started.data["target"], &started.data["paths"]), (&json!("folder"), &json!(2)));
    assert_eq!(data["audit"]["seq"], finished.seq);
    assert!(house.line("/audit verify").await.data()["ok"].as_bool().unwrap());
}

#[tokio::test]
async fn nothing_is_written_without_the_exact_word() {
    let house = House::new();
    let id = house.approved().await;
    let folder = target(&house);
    let hash = house.hash(&id).await;
    let base = format!("/apply-code {id} --folder {}", folder.display());

    let asked = house.line(&base).await.error();
    let mut exits = Vec::new();
    for rest in [
        format!("--yes --expect {}", &hash[..11]),
        format!("--yes --expect {}", "0".repeat(12)),
        "--yes".to_owned(),
    ] {
        exits.push(house.line(&format!("{base} {rest}")).await.exit());
    }
    let planned = house.line(&format!("{base} --dry-run")).await.data();

    assert_eq!(
        (asked.kind, asked.confirmation.unwrap().wanted),
        (ErrorKind::NeedsOwner, Wanted::Yes)
    );
    assert_eq!(exits, [2, 4, 5]);
    assert_eq!((&planned["outcome"], &planned["audit"]), (&json!("planned"), &Value::Null));
    assert_eq!(Tree::of(&folder), Tree::default());
    assert!(!house.kinds().await.contains(&"apply.started"));
}

#[tokio::test]
async fn only_an_approval_that_counts_lets_anything_in() {
    let house = House::new();
    let folder = target(&house);
    let tested = house.tested().await;
    let untested = house.line(&line(&house, &tested, &folder).await).await.refusal();
    let revoked = house.approved().await;
    house.line(&format!("/revoke-approval {revoked} too early")).await.data();
    let taken_back = house.line(&line(&house, &revoked, &folder).await).await.refusal();
    let contested = house.approved().await;
    house.doing(Doing::Give(Box::new(failing("assert 1 == 2"))));
    house.line(&format!("/sandbox-code {contested}")).await.data();
    let disputed = house.line(&line(&house, &contested, &folder).await).await.refusal();

    assert_eq!(untested, (ErrorKind::State, format!("{tested} is tested, not approved")));
    assert_eq!(taken_back, (ErrorKind::State, format!("{revoked} is tested, not approved")));
    assert_eq!(
        disputed,
        (ErrorKind::State, format!("an execution disagrees with the approval of {contested}"))
    );
    assert_eq!(Tree::of(&folder), Tree::default());
}

#[tokio::test]
async fn a_row_that_says_approved_lets_nothing_in() {
    let house = House::new();
    let id = house.tested().await;
    let folder = target(&house);
    house.tamper("UPDATE proposals SET status = 'approved'").await;

    let refused = house.line(&line(&house, &id, &folder).await).await.refusal();

    assert_eq!(refused.0, ErrorKind::Integrity, "{}", refused.1);
    assert_eq!(Tree::of(&folder), Tree::default());
}

#[tokio::test]
async fn the_same_key_writes_once() {
    let house = House::new();
    let id = house.approved().await;
    let folder = target(&house);
    let line = line(&house, &id, &folder).await;

    let first = house.keyed("k", &line).await.data();
    fs::remove_file(folder.join(MODULE)).unwrap();
    let again = house.keyed("k", &line).await.data();
    let other = house.line(&line).await.data();

    assert_eq!(first, again);
    assert_eq!(other["files"].as_array().unwrap().len(), 1);
    let kinds = house.kinds().await;
    assert_eq!(kinds.iter().filter(|kind| **kind == "apply.finished").count(), 2);
}

#[tokio::test]
async fn what_is_there_already_needs_no_writing() {
    let house = House::new();
    let id = house.approved().await;
    let folder = target(&house);
    apply(&house, &id, &folder).await;

    let again = house.line(&line(&house, &id, &folder).await).await.refusal();

    let message = "everything is there already, byte for byte".to_owned();
    assert_eq!(again, (ErrorKind::State, message));
}

#[tokio::test]
async fn folders_that_are_no_target_are_refused() {
    let house = House::new();
    let id = house.approved().await;
    let git = house.beside("shop/.git/hooks");
    fs::create_dir_all(&git).unwrap();
    let keys = house.home().join("keys");
    let missing = house.beside("nowhere");
    let mut refused = Vec::new();
    for folder in [&git, &keys, &house.home(), &missing] {
        refused.push(house.line(&line(&house, &id, folder).await).await.refusal().0);
    }
    let none = house.line(&format!("/apply-code {id}")).await.refusal();

    assert_eq!(
        refused,
        [ErrorKind::State, ErrorKind::State, ErrorKind::State, ErrorKind::NotFound]
    );
    assert_eq!(
        none,
        (ErrorKind::Usage, "a target is needed: this is no change of a repository".to_owned())
    );
}

#[tokio::test]
async fn a_failure_on_the_way_is_recorded_as_undone() {
    let house = House::new();
    let id = house.approved().await;
    let folder = target(&house);
    // A folder where a file is wanted cannot be planned for; one that comes after the plan fails on the way.
    let stage = folder.join(format!(".saraphina-apply-{}", stage_of("k")));
    fs::write(&stage, "in the way").unwrap();
    let line = line(&house, &id, &folder).await;

    let failed = house.keyed("k", &line).await.error();

    assert_eq!(failed.kind, ErrorKind::Unavailable);
    assert_eq!(Tree::of(&folder).nodes.len(), 1);
    let last = house.records().await.pop().unwrap();
    assert_eq!((last.kind.word(), &last.data["outcome"]), ("apply.finished", &json!("undone")));
    assert!(house.line("/audit verify").await.data()["ok"].as_bool().unwrap());
}

fn stage_of(key: &str) -> String {
    let job = record::domain::id::JobId::derived(key);
    job.as_str().trim_start_matches("job_").to_owned()
}

#[tokio::test]
async fn too_little_space_is_told_before_anything_begins() {
    let house = House::new();
    let id = house.approved().await;
    let folder = target(&house);
    let line = line(&house, &id, &folder).await;
    house.free.store((64 << 20) - 1, std::sync::atomic::Ordering::Relaxed);
    house.line(&format!("{line} --dry-run")).await;
    house.free.store(1 << 20, std::sync::atomic::Ordering::Relaxed);

    let refused = house.line(&line).await.refusal();

    assert_eq!(refused.0, ErrorKind::Unavailable);
    assert_eq!(Tree::of(&folder), Tree::default());
}

#[tokio::test]
async fn an_agent_applies_nothing() {
    let house = House::new();
    let id = house.approved().await;
    let folder = target(&house);
    let line = line(&house, &id, &folder).await;
    let house = house.agent();

    let refused = house.line(&line).await.refusal();

    assert_eq!(refused.0, ErrorKind::Forbidden);
    assert_eq!(Tree::of(&folder), Tree::default());
}

#[tokio::test]
async fn what_is_replaced_keeps_its_permissions_for_the_way_back() {
    let house = House::new();
    let id = house.approved().await;
    let folder = target(&house);
    fs::write(folder.join(MODULE), b"\0\xff old").unwrap();
    fs::set_permissions(folder.join(MODULE), fs::Permissions::from_mode(0o600)).unwrap();
    let before = Tree::of(&folder);

    let data = apply(&house, &id, &folder).await;
    let now = Tree::of(&folder);
    assert_eq!(now.nodes[MODULE], Node::File(0o600, CODE.as_bytes().to_vec()), "still private");
    let hash = house.hash(&id).await;
    house.line(&format!("/rollback-code {id} --yes --expect {hash}")).await.data();

    assert_eq!(data["files"][0], json!({"path": MODULE, "deed": "replaced", "bytes": CODE.len()}));
    assert_eq!(Tree::of(&folder), before);
    assert!(house.line("/audit verify").await.data()["ok"].as_bool().unwrap());
}

#[tokio::test]
async fn what_could_be_run_can_be_run_afterwards() {
    let house = House::new();
    let id = house.approved().await;
    let folder = target(&house);
    fs::write(folder.join(MODULE), "#!/usr/bin/env python3\n").unwrap();
    fs::set_permissions(folder.join(MODULE), fs::Permissions::from_mode(0o4750)).unwrap();

    apply(&house, &id, &folder).await;

    // Whose rights it has is not carried over to other content.
    let now = Tree::of(&folder);
    assert_eq!(now.nodes[MODULE], Node::File(0o750, CODE.as_bytes().to_vec()));
    assert!(house.line("/audit verify").await.data()["ok"].as_bool().unwrap());
}
