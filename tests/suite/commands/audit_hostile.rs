//! Exports that were tampered with, and exports that never were any.

use std::os::unix::fs::symlink;
use std::path::Path;

use serde_json::Value;
use work::contract::error::ErrorKind;

use super::audit_export::{exported, files, verified};
use crate::support::house::House;

type Tampering = fn(&Path);

fn edit(folder: &Path, name: &str, change: impl FnOnce(String) -> String) {
    let path = folder.join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    let changed = change(text.clone());
    assert_ne!(changed, text, "{name}");
    std::fs::write(path, changed).unwrap();
}

fn lines(folder: &Path, change: impl FnOnce(&mut Vec<String>)) {
    edit(folder, "records.jsonl", |text| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        change(&mut lines);
        lines.join("\n") + "\n"
    });
}

fn flip(folder: &Path, name: &str, at: usize) {
    let path = folder.join(name);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[at] ^= 1;
    std::fs::write(path, bytes).unwrap();
}

fn remove(folder: &Path, name: &str) {
    std::fs::remove_file(folder.join(name)).unwrap();
}

fn copy(folder: &Path, from: &str, to: &str) {
    std::fs::copy(folder.join(from), folder.join(to)).unwrap();
}

/// Each kind of tampering, where it is found, and a word of what is said.
const TAMPERINGS: &[(Tampering, Option<u64>, &str)] = &[
    (
        |folder| lines(folder, |lines| lines[1] = lines[1].replace("adder", "badder")),
        Some(1),
        "altered",
    ),
    (|folder| lines(folder, |lines| drop(lines.remove(3))), Some(3), "missing"),
    (|folder| lines(folder, |lines| lines.swap(2, 5)), Some(2), "missing or out of place"),
    (|folder| lines(folder, |lines| lines.insert(5, lines[4].clone())), Some(5), "inserted"),
    (|folder| lines(folder, |lines| lines.truncate(7)), Some(7), "cut off"),
    (|folder| lines(folder, Vec::clear), Some(0), ""),
    (|folder| edit(folder, "records.jsonl", |text| text.trim_end().to_owned()), Some(9), "cut off"),
    (
        |folder| edit(folder, "decisions/6.json", |text| text.replace("passed", "failed")),
        Some(6),
        "decisions/6.json",
    ),
    (|folder| flip(folder, "decisions/7.sig", 60), Some(7), "decisions/7.sig"),
    (|folder| remove(folder, "decisions/7.sig"), Some(7), "is missing"),
    (|folder| remove(folder, "decisions/8.json"), Some(8), "is missing"),
    (|folder| copy(folder, "decisions/7.sig", "decisions/6.sig"), Some(6), "was never recorded"),
    (|folder| copy(folder, "decisions/7.json", "decisions/5.json"), Some(5), "was never recorded"),
    (|folder| copy(folder, "decisions/7.json", "decisions/07.json"), None, "was never recorded"),
    (|folder| flip(folder, "proofs/7.tlog-proof", 50), Some(7), "proofs/7.tlog-proof"),
    (|folder| copy(folder, "proofs/7.tlog-proof", "proofs/6.tlog-proof"), Some(6), "proofs/6"),
    (
        |folder| copy(folder, "proofs/7.tlog-proof", "proofs/3.tlog-proof"),
        Some(3),
        "never recorded",
    ),
    (|folder| flip(folder, "tile/0/000.p/10", 4 * 32 + 7), Some(4), "tile/0/000.p/10"),
    (|folder| flip(folder, "tile/entries/000.p/10", 900), Some(1), "tile/entries"),
    (|folder| remove(folder, "tile/0/000.p/10"), Some(0), "is missing"),
    (|folder| copy(folder, "tile/0/000.p/10", "tile/0/001"), None, "not part of the log"),
    (|folder| flip(folder, "checkpoint", 46), None, "checkpoint"),
    (|folder| remove(folder, "checkpoint"), None, "no signed checkpoint"),
    (|folder| flip(folder, "signers.vkey", 60), None, "signers.vkey"),
    (
        |folder| edit(folder, "allowed_signers", |text| text.replace("owner", "other")),
        None,
        "allowed_signers",
    ),
    (|folder| edit(folder, "allowed_signers", |_| String::new()), None, "allowed_signers"),
    (|folder| remove(folder, "records.jsonl"), Some(0), "records.jsonl is missing"),
];

fn again(folder: &Path, original: &std::collections::BTreeMap<String, Vec<u8>>) {
    std::fs::remove_dir_all(folder).unwrap();
    for (name, bytes) in original {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

#[tokio::test]
async fn each_tampering_with_an_export_is_found_and_placed() {
    let (house, folder) = exported().await;
    let original = files(&folder);
    for (index, (tamper, seq, word)) in TAMPERINGS.iter().enumerate() {
        again(&folder, &original);
        tamper(&folder);

        let (exit, data) = verified(&house, folder.to_str().unwrap()).await;

        let problem = data["problem"].as_str().unwrap_or("nothing");
        assert_eq!((exit, data["first_bad"].as_u64()), (7, *seq), "case {index}: {problem}");
        assert!(problem.contains(word), "case {index}: {problem}");
    }
    again(&folder, &original);
    assert_eq!(verified(&house, folder.to_str().unwrap()).await.0, 0);
}

#[tokio::test]
async fn another_script_in_the_export_is_said_but_is_no_evidence() {
    let (house, folder) = exported().await;
    edit(&folder, "verify.py", |_| "print('All entries hold.')\n".to_owned());

    let (exit, data) = verified(&house, folder.to_str().unwrap()).await;

    assert_eq!(exit, 0);
    assert!(data["notes"][0].as_str().unwrap().contains("do not run it unseen"), "{data:#}");
}

#[tokio::test]
async fn links_devices_and_folders_in_an_export_are_never_followed() {
    let (house, folder) = exported().await;
    let original = files(&folder);
    let secret = house.file("secret", "a secret");
    for name in [
        "records.jsonl",
        "checkpoint",
        "decisions/7.json",
        "tile/0/000.p/10",
        "proofs/7.tlog-proof",
    ] {
        for target in [secret.as_str(), "/dev/zero", "/dev/stdin"] {
            again(&folder, &original);
            remove(&folder, name);
            symlink(target, folder.join(name)).unwrap();

            let (exit, data) = verified(&house, folder.to_str().unwrap()).await;

            let problem = data["problem"].as_str().unwrap();
            assert!(exit == 7 && problem.contains("is a link"), "{name}: {problem}");
            assert!(!data.to_string().contains("a secret"));
        }
    }
    for part in ["tile", "decisions", "proofs"] {
        again(&folder, &original);
        std::fs::remove_dir_all(folder.join(part)).unwrap();
        symlink("/", folder.join(part)).unwrap();
        assert_eq!(verified(&house, folder.to_str().unwrap()).await.0, 7, "{part}");
    }
    again(&folder, &original);
    remove(&folder, "checkpoint");
    std::fs::create_dir(folder.join("checkpoint")).unwrap();
    assert_eq!(verified(&house, folder.to_str().unwrap()).await.0, 7);
}

#[tokio::test]
async fn what_is_no_export_is_refused_in_words() {
    let (house, folder) = exported().await;
    let kind = async |words: &str| house.line(&format!("/audit verify {words}")).await.refusal().0;
    let text = house.file("text", "not an export");
    let since = folder.join("checkpoint");

    assert_eq!(kind("/nowhere/at/all").await, ErrorKind::NotFound);
    assert_eq!(kind(house.home().to_str().unwrap()).await, ErrorKind::NotFound);
    assert_eq!(kind(&format!("--since {text} {}", folder.display())).await, ErrorKind::Usage);
    assert_eq!(
        kind(&format!("--key {} {}", since.display(), folder.display())).await,
        ErrorKind::Usage
    );
    assert_eq!(kind(&format!("--key /nowhere {}", folder.display())).await, ErrorKind::NotFound);
    assert_eq!(kind("--key /dev/zero").await, ErrorKind::Usage);
    assert_eq!(kind("/dev/null").await, ErrorKind::NotFound);
    assert_eq!(kind(&text).await, ErrorKind::NotFound);
}

#[tokio::test]
async fn an_intact_file_of_another_kind_is_named_and_not_called_broken() {
    let (house, _) = exported().await;
    let path = house.beside("whole.tar");
    house.reading(&format!("/audit export --tar {}", path.display())).await.data();
    let whole = std::fs::read(&path).unwrap();
    let packed = house.file("record.tar.gz", b"\x1f\x8b\x08\0\0\0\0\0".as_slice());
    let database = house.file("other.db", [b"SQLite format 3\0".as_slice(), &[0; 600]].concat());
    let stray = house.file("stray.tar", [whole.as_slice(), b"x"].concat());
    let cut = house.file("short.tar", &whole[..whole.len() - 1_024]);
    let other = [header("src/main.rs", b'0', b"00000000010\0"), vec![0; 512 + 1_024]].concat();
    let other = house.file("other.tar", other);
    let said = async |path: &str| house.line(&format!("/audit verify {path}")).await.refusal();

    assert_eq!(said(&packed).await.0, ErrorKind::NotFound);
    assert!(said(&packed).await.1.contains("packed with gzip"), "{:?}", said(&packed).await);
    assert_eq!(said(&database).await.0, ErrorKind::NotFound);
    assert_eq!(said(&other).await.0, ErrorKind::NotFound);
    assert!(said(&other).await.1.contains("neither records.jsonl nor"), "{:?}", said(&other).await);
    let (exit, data) = verified(&house, &stray).await;
    assert_eq!(exit, 0, "{data:#}");
    assert!(data["notes"].to_string().contains("behind the end of the archive"), "{data:#}");
    assert_eq!(verified(&house, &cut).await.0, 7);
}

/// A tar header with a sum that fits.
fn header(name: &str, kind: u8, size: &[u8]) -> Vec<u8> {
    let mut header = vec![0; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[124..124 + size.len()].copy_from_slice(size);
    header[148..156].fill(b' ');
    header[156] = kind;
    header[257..265].copy_from_slice(b"ustar\x0000");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}

#[tokio::test]
async fn hostile_archives_are_refused_whole() {
    let house = House::new();
    let small = b"00000000010\0".as_slice();
    let huge = [&[0x80, 0, 0, 0], 0x7fff_ffff_ffff_ffff_u64.to_be_bytes().as_slice()].concat();
    let cases: [(&str, u8, &[u8], &str); 12] = [
        ("../../etc/passwd", b'0', small, "is not a name"),
        ("/etc/passwd", b'0', small, "is not a name"),
        ("tile/../../x", b'0', small, "is not a name"),
        ("a\\b", b'0', small, "is not a name"),
        ("a\u{1b}[2J", b'0', small, "is not a name"),
        ("checkpoint", b'2', small, "neither a file nor a folder"),
        ("checkpoint", b'1', small, "neither a file nor a folder"),
        ("checkpoint", b'3', small, "neither a file nor a folder"),
        ("checkpoint", b'x', small, "not a tar file, or a damaged one"),
        ("records.jsonl", b'0', &huge, "is cut off"),
        ("records.jsonl", b'0', b"77777777777\0", "is cut off"),
        ("records.jsonl", b'0', b"not octal!!\0", "not a tar file, or a damaged one"),
    ];
    for (name, kind, size, word) in cases {
        let tar = house.file("hostile.tar", [header(name, kind, size), vec![0; 2_048]].concat());

        let (exit, data) = verified(&house, &tar).await;

        let problem = data["problem"].as_str().unwrap();
        assert!(exit == 7 && problem.contains(word), "{name}: {problem}");
    }
    let twice = [header("checkpoint", b'0', small), vec![0; 512]].concat().repeat(2);
    let tar = house.file("twice.tar", [twice, vec![0; 1_024]].concat());
    let said = verified(&house, &tar).await.1.to_string();
    assert!(said.contains("is there twice"), "{said}");
}

#[tokio::test]
async fn an_archive_cut_off_or_bent_anywhere_is_found() {
    let (house, _) = exported().await;
    let path = house.beside("whole.tar");
    house.reading(&format!("/audit export --tar {}", path.display())).await.data();
    let whole = std::fs::read(&path).unwrap();
    for length in (0..whole.len() - 1_024).step_by(1_777) {
        let tar = house.file("cut.tar", &whole[..length]);
        assert_eq!(verified(&house, &tar).await.0, 7, "cut at {length}");
    }
    // Of a header only name, size, sum, type and magic are read; of the rest, all but the padding and the instructions.
    let names = ["records.jsonl", "checkpoint", "allowed_signers", "decisions/7.sig", "tile/0/"];
    for name in names {
        let at = (0..whole.len())
            .step_by(512)
            .find(|at| whole[*at..].starts_with(name.as_bytes()))
            .unwrap();
        for offset in [0, 124, 150, 156, 258, 512, 540] {
            let mut bent = whole.clone();
            bent[at + offset] ^= 1;
            let tar = house.file("bent.tar", &bent);
            assert_eq!(verified(&house, &tar).await.0, 7, "{name}, byte {offset}");
        }
    }
}

#[tokio::test]
async fn a_huge_line_is_read_no_further_than_a_record_may_be_long() {
    let (house, folder) = exported().await;
    let file = std::fs::File::options().write(true).open(folder.join("records.jsonl")).unwrap();
    file.set_len(0).unwrap();
    file.set_len(1 << 40).unwrap();

    let (exit, data) = verified(&house, folder.to_str().unwrap()).await;

    assert_eq!((exit, &data["first_bad"]), (7, &Value::from(0)), "{data:#}");
}

/// Packs a folder with Python's own tar writer, in the POSIX format with headers of its own.
#[expect(clippy::disallowed_methods, reason = "the test has another program pack")]
fn packed_by_python(folder: &Path, target: &Path, inside: &str) {
    let script = "import sys, tarfile\n\
        with tarfile.open(sys.argv[2], 'w', format=tarfile.PAX_FORMAT, pax_headers={'comment': 'repacked'}) as packed:\n\
        \x20   packed.add(sys.argv[1], arcname=sys.argv[3])";
    let words = [folder.as_os_str(), target.as_os_str(), inside.as_ref()];
    let status = std::process::Command::new("python3").args(["-c", script]).args(words).status();
    assert!(status.unwrap().success());
}

#[tokio::test]
async fn an_export_that_another_tool_packed_holds_with_its_folder_and_without() {
    let (house, folder) = exported().await;
    for inside in [".", "export", "an/export"] {
        let tar = house.beside("repacked.tar");
        packed_by_python(&folder, &tar, inside);

        let exit = house.line(&format!("/audit verify {}", tar.display())).await.exit();

        // One folder is what people pack; deeper ones are no export.
        assert_eq!(exit, if inside == "an/export" { 3 } else { 0 }, "{inside}");
    }
}
