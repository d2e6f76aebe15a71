//! `/audit export`, and who verifies it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use record::domain::digest::Digest;
use serde_json::Value;
use work::contract::error::ErrorKind;

use crate::support::house::House;
use crate::support::meddle::meddle;
use crate::surfaces::process::Home;

/// A house with an unsigned decision (6), its key (7) and two signed decisions (8, 9), and an export of it.
pub(super) async fn exported() -> (House, PathBuf) {
    let house = House::new();
    house.tested().await;
    house.append_unsigned().await;
    house.enrol().await;
    house.sign_approval().await;
    house.sign_approval().await;
    let folder = house.beside("record");
    house.line(&format!("/audit export {}", folder.display())).await.data();
    (house, folder)
}

pub(super) async fn verified(house: &House, words: &str) -> (u8, Value) {
    let reply = house.line(&format!("/audit verify {words}")).await;
    (reply.exit(), reply.data())
}

/// Every file below a folder, by its path.
pub(super) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(top: &Path, folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in folder.read_dir().unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                walk(top, &entry.path(), found);
            } else {
                let path = entry.path();
                let name = path.strip_prefix(top).unwrap().to_str().unwrap().to_owned();
                found.insert(name, std::fs::read(path).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(folder, folder, &mut found);
    found
}

#[expect(clippy::disallowed_methods, reason = "verifiers that are not ours are programs")]
pub(super) fn program(
    words: &[&str],
    folder: &Path,
    input: Option<&Path>,
) -> (Option<i32>, String) {
    let input = input.map_or_else(Stdio::null, |path| std::fs::File::open(path).unwrap().into());
    let mut command = Command::new(words[0]);
    let output = command.args(&words[1..]).current_dir(folder).stdin(input).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&text).into_owned())
}

#[tokio::test]
async fn an_export_holds_everything_and_verifies_without_the_home() {
    let (house, folder) = exported().await;

    let names: Vec<String> = files(&folder).into_keys().collect();
    let (exit, data) = verified(&house, folder.to_str().unwrap()).await;

    let wanted = "VERIFY.md allowed_signers checkpoint decisions/6.json decisions/7.json decisions/7.sig decisions/8.json \
        decisions/8.sig decisions/9.json decisions/9.sig proofs/6.tlog-proof proofs/7.tlog-proof proofs/8.tlog-proof \
        proofs/9.tlog-proof records.jsonl signers.vkey tile/0/000.p/10 tile/entries/000.p/10 verify.py";
    assert_eq!(names.join(" "), wanted);
    assert_eq!((exit, &data["problem"], &data["entries"]), (0, &Value::Null, &10.into()));
    assert_eq!(
        data["decisions"],
        serde_json::json!({ "signed": 2, "unsigned": 1, "first_unsigned": [6] })
    );
    assert_eq!(
        (data["key"].as_str(), data["notes"].as_array().map(Vec::len)),
        (Some("export"), Some(0))
    );
}

#[tokio::test]
async fn the_export_is_recorded_and_a_home_that_is_only_read_says_why_not() {
    let (house, _) = exported().await;

    let kinds = house.kinds().await;
    let record = house.records().await.pop().unwrap();
    let target = house.beside("again");
    let read = house.reading(&format!("/audit export {}", target.display())).await.data();

    assert_eq!(kinds.last(), Some(&"export.created"));
    assert_eq!((&record.data["entries"], &record.data["target"]), (&10.into(), &"folder".into()));
    assert_eq!(
        (&read["recorded"], read["unrecorded"].as_str()),
        (&Value::Null, Some("the home is only read"))
    );
    assert_eq!(verified(&house, target.to_str().unwrap()).await.0, 0);
}

#[tokio::test]
async fn one_file_is_the_same_and_comes_out_alike_each_time() {
    let (house, _) = exported().await;
    let [folder, one, two] = ["folder", "one.tar", "two.tar"].map(|name| house.beside(name));
    house.reading(&format!("/audit export {}", folder.display())).await.data();
    for tar in [&one, &two] {
        house.reading(&format!("/audit export --tar {}", tar.display())).await.data();
    }

    let unpacked = house.beside("unpacked");
    std::fs::create_dir(&unpacked).unwrap();
    let (code, text) = program(&["tar", "xf", one.to_str().unwrap()], &unpacked, None);

    assert!(std::fs::read(&one).unwrap() == std::fs::read(&two).unwrap());
    assert_eq!(code, Some(0), "{text}");
    assert!(files(&unpacked) == files(&folder));
    let (exit, data) = verified(&house, one.to_str().unwrap()).await;
    assert_eq!((exit, data["entries"].as_u64()), (0, Some(11)), "{data:#}");
    let (code, text) = program(&["tar", "cf", "../three.tar", "."], &folder, None);
    assert_eq!(code, Some(0), "{text}");
    assert_eq!(verified(&house, house.beside("three.tar").to_str().unwrap()).await.0, 0);
}

#[tokio::test]
async fn an_export_never_writes_over_anything_and_leaves_nothing_half_done() {
    let (house, folder) = exported().await;
    std::fs::create_dir(house.beside("empty")).unwrap();
    std::os::unix::fs::symlink("nowhere", house.beside("link")).unwrap();
    let before = files(&folder);

    let refusal = async |option: &str, name: &str| {
        let line = format!("/audit export {option} {}", house.beside(name).display());
        house.line(&line).await.refusal().0
    };
    for name in ["record", "empty", "link"] {
        assert_eq!(refusal("", name).await, ErrorKind::State, "{name}");
        assert_eq!(refusal("--tar", name).await, ErrorKind::State, "{name}");
    }
    assert_eq!(refusal("", "nowhere/deep").await, ErrorKind::NotFound);
    assert_eq!(refusal("--tar", "nowhere/deep").await, ErrorKind::NotFound);
    house.tamper("UPDATE audit_log SET record = CAST(record || ' ' AS BLOB) WHERE seq = 4").await;
    let line = format!("/audit export {}", house.beside("broken").display());
    assert_eq!(house.reading(&line).await.refusal().0, ErrorKind::Integrity);

    assert!(files(&folder) == before);
    let left: Vec<String> = house
        .beside("")
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !["home", "record", "empty", "link"].contains(&name.as_str()))
        .collect();
    assert_eq!(left, Vec::<String>::new());
}

#[tokio::test]
async fn python_and_openssh_agree_about_a_good_export_and_an_altered_one() {
    let (_house, folder) = exported().await;
    let python = || program(&["python3", "verify.py", "."], &folder, None);
    let ssh = |seq: u64| {
        let signature = format!("decisions/{seq}.sig");
        let words = ["ssh-keygen", "-Y", "verify", "-f", "allowed_signers", "-I", "owner"];
        let rest = ["-n", "decision@saraphina", "-Overify-time=20261120084700Z", "-s", &signature];
        let input = folder.join(format!("decisions/{seq}.json"));
        program(&[words.as_slice(), &rest].concat(), &folder, Some(&input))
    };

    let (code, text) = python();
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("All 10 entries hold; 2 decisions are signed"), "{text}");
    assert!(text.contains("1 decisions are UNSIGNED, first at entry 6"), "{text}");
    for seq in [7, 8, 9] {
        let (code, text) = ssh(seq);
        assert_eq!(code, Some(0), "{text}");
        assert!(text.starts_with("Good \"decision@saraphina\" signature for owner"), "{text}");
    }

    let path = folder.join("decisions/8.json");
    let statement = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, statement.replacen("passed", "failed", 1)).unwrap();
    assert_eq!((python().0, ssh(8).0), (Some(7), Some(255)));
}

#[tokio::test]
async fn the_page_in_the_export_names_unsigned_decisions_and_the_commands_of_signed_ones() {
    let (_house, folder) = exported().await;

    let page = std::fs::read_to_string(folder.join("VERIFY.md")).unwrap();

    assert!(page.contains("1 decisions carry no owner's signature"), "{page}");
    assert!(page.contains("Entries 6."), "{page}");
    assert!(page.contains("-I owner -n decision@saraphina -Overify-time=20261120084700Z -s decisions/8.sig < decisions/8.json"));
    let keys = std::fs::read_to_string(folder.join("allowed_signers")).unwrap();
    assert!(keys.lines().all(|line| !line.starts_with('#')) && keys.lines().count() == 1, "{keys}");
}

#[tokio::test]
async fn the_kept_key_and_checkpoint_tell_a_fork_and_a_rollback() {
    let (house, folder) = exported().await;
    let kept = folder.join("checkpoint");
    let [newer, other] = ["newer", "other"].map(|name| house.beside(name));
    house.line(&format!("/audit export {}", newer.display())).await.data();
    let foreign = House::new();
    foreign.approved().await;
    foreign.line(&format!("/audit export {}", other.display())).await.data();
    let check = async |export: &Path, options: &str| {
        verified(&house, &format!("{options} {}", export.display())).await
    };

    let good = check(&newer, &format!("--since {}", kept.display())).await;
    let back = check(&folder, &format!("--since {}", newer.join("checkpoint").display())).await;
    let key = check(&newer, &format!("--key {}", folder.join("signers.vkey").display())).await;
    let foreign_key =
        check(&other, &format!("--key {}", folder.join("signers.vkey").display())).await;
    let home = verified(&house, &format!("--since {}", kept.display())).await;
    let foreign_kept = check(&other, &format!("--since {}", kept.display())).await;

    assert_eq!((good.0, &good.1["since"]), (0, &10.into()), "{:#}", good.1);
    assert_eq!((back.0, &back.1["first_bad"]), (7, &10.into()), "{:#}", back.1);
    assert!(back.1["problem"].as_str().unwrap().contains("rolled back"), "{:#}", back.1);
    assert_eq!((key.0, key.1["key"].as_str()), (0, Some("given")));
    assert_eq!((foreign_key.0, &foreign_key.1["first_bad"]), (7, &0.into()));
    assert_eq!((home.0, &home.1["since"]), (7, &10.into()), "made-up approvals have no rows");
    assert!(foreign_kept.1["problem"].as_str().unwrap().contains("the kept checkpoint"));
}

#[tokio::test]
async fn an_export_needs_exactly_one_place_to_go_to() {
    let house = House::new();

    assert_eq!(house.line("/audit export").await.refusal().0, ErrorKind::Usage);
    assert_eq!(house.line("/audit export a --tar b").await.refusal().0, ErrorKind::Usage);
    assert_eq!(house.line("/audit log --tar b").await.refusal().0, ErrorKind::Usage);
}

#[test]
fn a_home_that_was_never_begun_has_nothing_to_export_and_stays_so() {
    let home = Home::new();

    let refused = home.saraphina(&["audit", "export", "record"]);

    assert_eq!(refused.code, Some(3), "{refused:?}");
    assert!(!home.path().exists());
}

#[tokio::test]
async fn the_page_and_the_evidence_of_a_decision_are_exported_and_held_against_it() {
    let house = House::new();
    house.approved().await;
    let decided = house.records().await.pop().unwrap();
    let folder = house.beside("record");
    house.line(&format!("/audit export {}", folder.display())).await.data();
    let seq = decided.seq;
    let [page, evidence] =
        ["page.txt", "evidence.json"].map(|end| folder.join(format!("decisions/{seq}.{end}")));

    let digest = |path: &Path| Digest::of(&std::fs::read(path).unwrap()).to_string();
    assert_eq!(decided.data["shown_digest"], digest(&page));
    assert_eq!(decided.data["evidence_digest"], digest(&evidence));
    assert!(std::fs::read_to_string(&page).unwrap().starts_with("Approve proposal_"));
    let judged = async || {
        let script = program(&["python3", "verify.py"], &folder, None);
        let ours = verified(&house, folder.to_str().unwrap()).await;
        assert_eq!(i32::from(ours.0), script.0.unwrap(), "{script:?} {ours:?}");
        ours.0
    };
    assert_eq!(judged().await, 0);
    for path in [&page, &evidence] {
        let whole = std::fs::read(path).unwrap();
        std::fs::write(path, [whole.as_slice(), b" "].concat()).unwrap();
        assert_eq!(judged().await, 7, "{}", path.display());
        std::fs::write(path, &whole).unwrap();
    }
    // The statement that enrolled the key names neither.
    let foreign = folder.join(format!("decisions/{}.page.txt", seq - 1));
    std::fs::copy(&page, &foreign).unwrap();
    assert_eq!(judged().await, 7);
    std::fs::remove_file(&foreign).unwrap();
    std::fs::remove_file(&page).unwrap();
    std::fs::remove_file(&evidence).unwrap();
    assert_eq!(judged().await, 0);
}

#[tokio::test]
async fn an_export_says_what_the_home_no_longer_has() {
    let house = House::new();
    house.approved().await;
    let decided = house.records().await.pop().unwrap();
    let shown = decided.data["shown_digest"].as_str().unwrap().trim_start_matches("sha256:");
    meddle(&house.database(), &format!("DELETE FROM blobs WHERE digest = x'{shown}'"));

    let line = format!("/audit export {}", house.beside("record").display());
    let page = house.line(&line).await.page();

    let told = "Not in the home any more as it was, so not in the export: 1 page.";
    assert!(page.contains(told), "{page}");
}
