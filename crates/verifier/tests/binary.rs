//! The executable `saraphina-verify`, run on golden logs and on tampered copies.
//!
//! The golden logs are exports as older versions wrote them; whole exports are tried by `tests/suite/commands/audit_export.rs`,
//! through the same library.

#![expect(clippy::unwrap_used, reason = "a test that fails may end")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use record::audit::key::LogKey;
use serde_json::Value;
use tempfile::TempDir;
use verifier::archive;

/// Every golden log; each is an export of records, checkpoint and key.
const GOLDEN: [&str; 9] =
    ["bound", "decisions", "healing", "history", "kinds", "owners", "recovery", "roles", "small"];

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/golden").join(name)
}

/// A copy of a golden log whose records are changed.
fn tampered(name: &str, change: impl FnOnce(String) -> String) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    for entry in golden(name).read_dir().unwrap().map(Result::unwrap) {
        fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
    }
    let records = copy.path().join("records.jsonl");
    let text = fs::read_to_string(&records).unwrap();
    let changed = change(text.clone());
    assert_ne!(text, changed);
    fs::write(records, changed).unwrap();
    copy
}

#[expect(clippy::disallowed_methods, reason = "the executable is what is tested")]
fn run(path: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_saraphina-verify"));
    command.arg(path).args(words).env_clear().output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn data(output: &Output) -> Value {
    let envelope: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&envelope["command"], &envelope["ok"]), (&"audit".into(), &true.into()));
    envelope["data"].clone()
}

#[test]
fn every_golden_log_holds_with_the_key_beside_it() {
    for name in GOLDEN {
        let folder = golden(name);
        let key = folder.join("vkey");
        let since = folder.join("checkpoint");

        let alone = run(&folder, &[]);
        let held = run(
            &folder,
            &["--key", key.to_str().unwrap(), "--since", since.to_str().unwrap(), "--json"],
        );

        assert_eq!((code(&alone), code(&held)), (0, 0), "{name}: {}", text(&alone.stdout));
        assert!(text(&alone.stdout).contains("The key came with the log"), "{name}");
        let lines = fs::read_to_string(folder.join("records.jsonl")).unwrap().lines().count();
        let data = data(&held);
        assert_eq!((&data["entries"], &data["key"]), (&lines.into(), &"given".into()), "{name}");
    }
}

#[test]
fn a_changed_record_is_found_and_placed() {
    let copy = tampered("small", |text| text.replacen("csv_parser", "csv_qarser", 1));

    let output = run(copy.path(), &["--json"]);

    assert_eq!(code(&output), 7);
    let data = data(&output);
    assert_eq!((&data["ok"], &data["first_bad"]), (&false.into(), &1.into()), "{data:#}");
    assert!(text(&run(copy.path(), &[]).stdout).starts_with("BROKEN at entry 1: "));
}

#[test]
fn a_log_that_was_cut_off_is_found() {
    let copy = tampered("decisions", |text| {
        let lines: Vec<&str> = text.lines().collect();
        lines[..lines.len() - 1].join("\n") + "\n"
    });

    let output = run(copy.path(), &[]);

    assert_eq!(code(&output), 7);
    assert!(text(&output.stdout).contains("cut off"), "{}", text(&output.stdout));
}

#[test]
fn a_tar_file_is_verified_in_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.tar");
    let mut builder = tar::Builder::new(Vec::new());
    for name in ["checkpoint", "records.jsonl", "vkey"] {
        let bytes = fs::read(golden("small").join(name)).unwrap();
        archive::append(&mut builder, name, bytes.len() as u64, bytes.as_slice()).unwrap();
    }
    let packed = builder.into_inner().unwrap();
    fs::write(&path, &packed).unwrap();

    let whole = run(&path, &[]);
    fs::write(&path, &packed[..packed.len() / 2]).unwrap();
    let half = run(&path, &[]);

    assert_eq!((code(&whole), code(&half)), (0, 7), "{}", text(&whole.stdout));
    assert_eq!(whole.stdout, run(&golden("small"), &[]).stdout);
}

#[test]
fn another_key_does_not_verify_it() {
    let foreign = tempfile::tempdir().unwrap();
    let key = foreign.path().join("key");
    let other = LogKey::from_seed("other.example/log", &[7; 32]).unwrap();
    fs::write(&key, other.verifier().vkey()).unwrap();

    let output = run(&golden("small"), &["--key", key.to_str().unwrap()]);

    assert_eq!(code(&output), 7, "{}", text(&output.stderr));
    assert!(text(&output.stdout).starts_with("BROKEN"), "{}", text(&output.stdout));
}

#[test]
fn what_cannot_be_verified_has_its_own_code_and_a_hint() {
    let nothing = tempfile::tempdir().unwrap();
    let records = golden("small").join("records.jsonl");
    let records = records.to_str().unwrap();

    let missing = run(nothing.path(), &[]);
    let no_key = run(&golden("small"), &["--key", records]);
    let no_checkpoint = run(&golden("small"), &["--since", records, "--json"]);
    let no_option = run(&golden("small"), &["--nothing"]);

    let codes = [&missing, &no_key, &no_checkpoint, &no_option].map(code);
    assert_eq!(codes, [3, 2, 2, 2]);
    assert!(text(&missing.stderr).contains("hint: "), "{}", text(&missing.stderr));
    let refused: Value = serde_json::from_slice(&no_checkpoint.stdout).unwrap();
    assert_eq!((&refused["ok"], &refused["error"]["kind"]), (&false.into(), &"usage".into()));
}

/// The dependencies in a manifest.
fn dependencies(manifest: &str) -> Vec<&str> {
    let (_, after) = manifest.split_once("[dependencies]\n").unwrap();
    let section = after.split("\n[").next().unwrap();
    section
        .lines()
        .filter_map(|line| line.split('.').next())
        .filter(|name| !name.is_empty())
        .collect()
}

/// An auditor reads and builds all of these; a runtime or a database among them would be a mistake.
#[test]
fn the_verifier_and_the_record_build_on_little() {
    let verifier = dependencies(include_str!("../Cargo.toml"));
    let record = dependencies(include_str!("../../record/Cargo.toml"));

    assert_eq!(verifier, ["clap", "record", "schemars", "serde", "serde_json", "tar", "thiserror"]);
    let runtimes = ["tokio", "rusqlite", "reqwest", "axum", "sandbox", "repair"];
    assert!(record.iter().all(|name| !runtimes.contains(name)), "{record:?}");
}
