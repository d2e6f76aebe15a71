//! `/export`: a proposal as one file, and its way into another home.

use std::path::{Path, PathBuf};

use record::audit::record::Record;
use record::domain::digest::Digest;
use saraphina::commands::bundling::tar::{Packed, pack, unpack};
use serde_json::{Value, json};
use work::contract::error::ErrorKind;

use crate::support::house::House;

/// Exports an approved proposal of a refined adder.
async fn exported(house: &House) -> (String, PathBuf, Value) {
    let id = house.approved().await;
    let data = house.line(&format!("/export {id}")).await.data();
    (id, PathBuf::from(data["file"].as_str().unwrap()), data)
}

fn files(bundle: &Path) -> Vec<Packed> {
    unpack(&std::fs::read(bundle).unwrap()).unwrap()
}

fn content<'a>(files: &'a [Packed], name: &str) -> &'a [u8] {
    &files.iter().find(|(found, _)| found == name).unwrap().1
}

async fn import(house: &House, file: &Path) -> Value {
    house.line(&format!("/import {}", file.display())).await.data()
}

/// Imports a bundle that is refused, with nothing written.
async fn refused(house: &House, file: &Path) -> (ErrorKind, String) {
    let before = house.records().await.len();
    let reply = house.line(&format!("/import {}", file.display())).await;
    assert_eq!(reply.exit(), 7, "{:?}", reply.result);
    let refusal = reply.refusal();
    assert_eq!(house.records().await.len(), before);
    refusal
}

/// Asks with Python's own tar reader.
#[expect(clippy::disallowed_methods, reason = "the test asks another program")]
fn names_by_python(bundle: &Path) -> Vec<String> {
    let script = "import json, sys, tarfile\n\
        print(json.dumps([member.name for member in tarfile.open(sys.argv[1]) if member.isreg()]))";
    let output = std::process::Command::new("python3")
        .args(["-c", script, bundle.to_str().unwrap()])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[tokio::test]
async fn a_bundle_holds_everything_about_one_proposal() {
    let house = House::new();
    house.proposed().await;

    let (id, file, data) = exported(&house).await;

    let execution = house.line(&format!("/report-code {id}")).await.data()["execution_id"].clone();
    let execution = execution.as_str().unwrap();
    let decision = house.show(&id).await["reviews"][0]["seq"].as_u64().unwrap();
    assert_eq!(
        names_by_python(&file),
        [
            "bundle.json",
            "bundle.sha256",
            "README.md",
            "checkpoint",
            "signers.vkey",
            "records.jsonl",
            "proofs.json",
            "revisions/1/adder_two_numbers.py",
            "revisions/1/test_adder_two_numbers.py",
            &format!("evidence/{execution}.json"),
            &format!("attestations/{execution}.json"),
            &format!("decisions/{decision}.json"),
            &format!("decisions/{decision}.sig"),
            &format!("decisions/{decision}.page.txt"),
            &format!("decisions/{decision}.policy.json"),
        ]
        .map(str::to_owned)
    );
    assert_eq!(
        (&data["revisions"], &data["executions"], &data["decisions"]),
        (&json!(1), &json!(1), &json!(1))
    );
    assert_eq!(data["file_digest"], Digest::of(&std::fs::read(&file).unwrap()).to_string());
}

#[tokio::test]
async fn evidence_statement_and_attestation_are_the_recorded_ones() {
    let house = House::new();

    let (id, file, _) = exported(&house).await;

    let files = files(&file);
    let records: Vec<Record> = content(&files, "records.jsonl")
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| Record::parse(line).unwrap())
        .collect();
    let verdict = records.iter().find(|one| one.kind.word() == "execution.verdict").unwrap();
    let execution = verdict.subject.execution.as_ref().unwrap();
    let evidence = content(&files, &format!("evidence/{execution}.json"));
    assert_eq!(verdict.data["evidence_digest"], Digest::of(evidence).to_string());
    let decision = records.iter().find(|one| one.stmt.is_some()).unwrap();
    let statement = content(&files, &format!("decisions/{}.json", decision.seq));
    assert_eq!(decision.stmt.as_deref(), str::from_utf8(statement).ok());
    let said: Value = serde_json::from_slice(statement).unwrap();
    for (file, digest) in [("page.txt", "shownDigest"), ("policy.json", "policyDigest")] {
        let named = content(&files, &format!("decisions/{}.{file}", decision.seq));
        assert_eq!(said["predicate"][digest], Digest::of(named).to_string(), "{file}");
    }
    let attestation: Value =
        serde_json::from_slice(content(&files, &format!("attestations/{execution}.json"))).unwrap();
    assert_eq!(attestation["predicateType"], "https://in-toto.io/attestation/test-result/v0.1");
    assert_eq!(
        attestation["subject"],
        json!([{"name": format!("{id}/r1"), "digest": {"sha256": house.hash(&id).await}}])
    );
    assert_eq!(attestation["predicate"]["result"], "PASSED");
    assert_eq!(
        attestation["predicate"]["passedTests"],
        json!(["test_adder.py::test_one", "test_adder.py::test_two"])
    );
}

#[tokio::test]
async fn another_home_takes_it_as_pending_with_its_history() {
    let (house, other) = (House::new(), House::new());
    let (id, file, _) = exported(&house).await;

    let data = import(&other, &file).await;

    assert_eq!(data["proposals"], json!({"found": 1, "new": 1, "known": 0, "skipped": 0}));
    let (there, here) = (house.show(&id).await, other.show(&id).await);
    assert_eq!(here["status"], "pending");
    assert_eq!(here["reviews"], json!([]));
    for same in ["content_hash", "code", "tests", "spec", "explanation", "module"] {
        assert_eq!(here[same], there[same], "{same}");
    }
    let history: Vec<(&Value, &Value, &Value)> = here["imported"]["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (&item["kind"], &item["action"], &item["revision"]))
        .collect();
    assert_eq!(
        history,
        [
            (&json!("execution"), &json!("passed"), &json!(1)),
            (&json!("review"), &json!("approved"), &json!(1)),
        ]
    );
    assert_eq!(here["imported"]["claimed_status"], "approved");
    assert_eq!(here["imported"]["history"][0]["result"]["coverage_percent"], 80.0);
    let hash = other.hash(&id).await;
    let approval = other.line(&format!("/approve-code {id} --yes --expect {hash}")).await;
    assert_eq!(approval.refusal().0, ErrorKind::State);
    assert_eq!(other.line("/audit verify").await.data()["ok"], true);
}

#[tokio::test]
async fn it_comes_once_however_often_it_is_exported_and_imported() {
    let (house, other) = (House::new(), House::new());
    let (id, file, _) = exported(&house).await;
    let second = house.line(&format!("/export {id}")).await.data();
    import(&other, &file).await;
    let records = other.records().await.len();

    let again = import(&other, &file).await;
    let newer = import(&other, Path::new(second["file"].as_str().unwrap())).await;
    let own = import(&house, &file).await;

    for data in [again, newer, own] {
        assert_eq!(data["proposals"], json!({"found": 1, "new": 0, "known": 1, "skipped": 0}));
    }
    assert_eq!(other.records().await.len(), records);
}

#[tokio::test]
async fn a_bundle_of_a_later_state_changes_nothing_that_is_here() {
    let (house, other) = (House::new(), House::new());
    let (id, file, _) = exported(&house).await;
    import(&other, &file).await;
    house.line(&format!("/revoke-approval {id} it is wrong")).await.data();
    let later = house.line(&format!("/export {id}")).await.data();

    let reply = other.line(&format!("/import {}", later["file"].as_str().unwrap())).await;

    assert_eq!(reply.exit(), 1);
    assert_eq!(
        reply.data()["skipped"][0]["reason"],
        format!("{id} came with an earlier bundle; an import changes nothing that is here")
    );
}

#[tokio::test]
async fn a_name_that_is_taken_gets_another() {
    let (house, other) = (House::new(), House::new());
    let (id, file, _) = exported(&house).await;
    let taken = other.proposed().await;

    let data = import(&other, &file).await;

    assert_eq!(taken, id, "both houses name their first proposal alike");
    assert_ne!(data["imported"][0]["proposal_id"], json!(id));
    assert_eq!(other.show(&id).await["imported"], Value::Null);
}

#[tokio::test]
async fn every_flipped_bit_is_refused() {
    let (house, other) = (House::new(), House::new());
    let (_, file, _) = exported(&house).await;
    let bytes = std::fs::read(&file).unwrap();
    let altered = other.file("altered.tar", "");

    for at in (12..bytes.len()).step_by(bytes.len() / 97) {
        let mut bytes = bytes.clone();
        bytes[at] ^= 1 << (at % 8);
        std::fs::write(&altered, &bytes).unwrap();
        assert_eq!(refused(&other, Path::new(&altered)).await.0, ErrorKind::Integrity, "byte {at}");
    }
    std::fs::write(&altered, &bytes[..bytes.len() / 2]).unwrap();
    assert_eq!(refused(&other, Path::new(&altered)).await.0, ErrorKind::Integrity);
}

/// Changes files of a bundle, and the list of digests with them, as a forger would.
fn forge(bundle: &[Packed], change: impl Fn(&mut Vec<Packed>)) -> Vec<u8> {
    let mut files = bundle.to_vec();
    change(&mut files);
    let mut manifest: Value = serde_json::from_slice(&files[0].1).unwrap();
    let listed = files.iter().skip(2).map(|(name, content)| {
        json!({"name": name, "digest": Digest::of(content).to_string(), "size": content.len()})
    });
    manifest["files"] = listed.collect();
    files[0].1 = serde_json::to_vec(&manifest).unwrap();
    files[1].1 = format!("{}  bundle.json\n", Digest::of(&files[0].1).hex()).into_bytes();
    pack(&files).unwrap()
}

fn replace(files: &mut [Packed], name: &str, from: &str, to: &str) {
    let (_, content) = files.iter_mut().find(|(found, _)| found.contains(name)).unwrap();
    let text = String::from_utf8(content.clone()).unwrap();
    assert!(text.contains(from), "{name}: {text}");
    *content = text.replace(from, to).into_bytes();
}

/// One text of one file exchanged for another, and what is found to be altered.
const FORGERIES: &[(&str, &str, &str, &str)] = &[
    ("revisions/1/adder", "a + b", "a - b", "revision 1"),
    ("bundle.json", "an adder", "an actor", "the proposal"),
    ("bundle.json", "It adds.", "It subtracts.", "revision 1"),
    ("bundle.json", ": \"passed\"", ": \"failed\"", "the evidence"),
    ("bundle.json", ": \"generated\"", ": \"submitted\"", "revision 1"),
    ("evidence/", "\"passed\":2", "\"passed\":9", "the evidence"),
    ("attestations/", "PASSED", "FAILED", "attestations/"),
    ("records.jsonl", "\"verdict\":\"passed\"", "\"verdict\":\"failed\"", "record"),
    ("decisions/", "approved", "rejected", "the decision"),
    (".page.txt", "Request", "request", "decisions/"),
    (".policy.json", "\"quorum\":1", "\"quorum\":0", "decisions/"),
    ("checkpoint", "saraphina/", "saraphina/0", ""),
];

fn without_first_line(files: &mut [Packed]) {
    let (_, content) = files.iter_mut().find(|(name, _)| name == "records.jsonl").unwrap();
    let end = content.iter().position(|byte| *byte == b'\n').unwrap();
    content.drain(..=end);
}

#[tokio::test]
async fn a_forger_who_mends_the_digests_is_caught_by_the_record() {
    let (house, other) = (House::new(), House::new());
    let (_, file, _) = exported(&house).await;
    let whole = files(&file);
    let texts = FORGERIES.iter().map(|(name, from, to, what)| {
        (forge(&whole, |files| replace(files, name, from, to)), *what)
    });
    let notes = ("notes.txt".to_owned(), b"hello".to_vec());
    let is_kept = |file: &Packed| !file.0.starts_with("decisions/");
    let others = [
        (forge(&whole, |files| files.push(notes.clone())), "\"notes.txt\""),
        (forge(&whole, |files| files.retain(is_kept)), "decisions/"),
        (forge(&whole, |files| without_first_line(files)), "the proofs"),
    ];

    let target = other.file("forged.tar", "");
    for (bytes, what) in texts.chain(others) {
        std::fs::write(&target, bytes).unwrap();
        let (kind, message) = refused(&other, Path::new(&target)).await;
        assert_eq!(kind, ErrorKind::Integrity);
        assert!(message.starts_with(&format!("the bundle was altered: {what}")), "{message}");
    }
    // Older bundles have no pages and no policies.
    let is_old = |file: &Packed| !file.0.contains(".page.") && !file.0.contains(".policy.");
    let older = forge(&whole, |files| {
        files.retain(is_old);
        replace(files, "bundle.json", "\"v\": 2", "\"v\": 1");
    });
    std::fs::write(&target, older).unwrap();
    assert_eq!(import(&other, Path::new(&target)).await["proposals"]["new"], 1);
    std::fs::write(&target, forge(&whole, |_| {})).unwrap();
    assert_eq!(import(&other, Path::new(&target)).await["proposals"]["new"], 0);
}

#[tokio::test]
async fn nothing_is_overwritten() {
    let house = House::new();
    let id = house.proposed().await;
    let there = house.file("there.tar", "precious");
    let link = house.home().parent().unwrap().join("link.tar");
    std::os::unix::fs::symlink("/nowhere/at/all", &link).unwrap();
    let before = house.records().await.len();

    for path in [&there, link.to_str().unwrap()] {
        let refused = house.line(&format!("/export --to {path} {id}")).await.refusal();
        assert_eq!(refused, (ErrorKind::State, format!("{path} exists already")));
    }

    assert_eq!(std::fs::read_to_string(&there).unwrap(), "precious");
    assert_eq!(house.records().await.len(), before);
    let folder = house.home().parent().unwrap().to_path_buf();
    let data = house.line(&format!("/export --to {} {id}", folder.display())).await.data();
    assert_eq!(Path::new(data["file"].as_str().unwrap()).parent(), Some(folder.as_path()));
}

#[tokio::test]
async fn an_agent_exports_into_the_home_and_nowhere_else() {
    let house = House::new();
    let id = house.proposed().await;
    let house = house.agent();
    let elsewhere = house.home().parent().unwrap().join("mine.tar");

    let refused = house.line(&format!("/export --to {} {id}", elsewhere.display())).await.refusal();
    let data = house.line(&format!("/export {id}")).await.data();

    assert_eq!(
        refused,
        (ErrorKind::Forbidden, "only the owner says where a bundle goes".to_owned())
    );
    assert!(!elsewhere.exists());
    assert!(Path::new(data["file"].as_str().unwrap()).starts_with(house.home().join("exports")));
    let last = house.records().await.pop().unwrap();
    assert_eq!((last.kind.word(), &last.data["target"]), ("export.created", &json!("bundle")));
}

#[tokio::test]
async fn long_and_foreign_names_survive_the_way() {
    let (house, other) = (House::new(), House::new());
    let code = house.file("adder.py", crate::support::house::CODE);
    let tests = house.file("test_adder.py", crate::support::house::TESTS);
    let long = format!("{}é.txt", "long_".repeat(30));
    let support = house.file(&long, [0xff, 0x00, 0x01]);
    let line = format!("/propose-code --code {code} --tests {tests} --file {support} an adder");
    let id = house.line(&line).await.data()["proposal_id"].as_str().unwrap().to_owned();
    let data = house.line(&format!("/export {id}")).await.data();
    let file = PathBuf::from(data["file"].as_str().unwrap());

    import(&other, &file).await;

    assert!(names_by_python(&file).iter().any(|name| name.ends_with(&long)));
    assert_eq!(other.hash(&id).await, house.hash(&id).await);
}

#[tokio::test]
async fn an_imported_proposal_can_be_exported_again() {
    let (first, second, third) = (House::new(), House::new(), House::new());
    let (id, file, _) = exported(&first).await;
    import(&second, &file).await;
    let again = second.line(&format!("/export {id}")).await.data();

    let data = import(&third, Path::new(again["file"].as_str().unwrap())).await;

    assert_eq!(data["imported"][0]["claimed_status"], "pending");
    assert_eq!(
        data["imported"][0]["remarks"][1],
        "it was imported there too; that history is not in the bundle"
    );
}

#[tokio::test]
async fn a_bundle_is_no_broken_record_but_another_kind_of_file() {
    let house = House::new();
    let (_, file, _) = exported(&house).await;

    let refused = house.line(&format!("/audit verify {}", file.display())).await.error();

    assert_eq!(refused.kind, ErrorKind::NotFound, "{refused:?}");
    assert!(refused.message.contains("is a bundle of one proposal"), "{refused:?}");
}
