//! Every file of an export bent in every way, judged by our verifier and by the script that the export carries.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use super::audit_export::{files, program, verified};
use crate::support::house::House;

/// A house with a key, an approval, a revocation and a change of policy, and an export of it.
async fn exported(house: &House) -> std::path::PathBuf {
    let id = house.approved().await;
    house.line(&format!("/revoke-approval {id} too early")).await.data();
    let folder = house.beside("record");
    house.line(&format!("/audit export {}", folder.display())).await.data();
    folder
}

/// What both say of the folder; they must agree, and the script must not break.
async fn judged(house: &House, folder: &Path, said: &str) -> u8 {
    let (script, words) = program(&["python3", "-B", "verify.py"], folder, None);
    let (own, data) = verified(house, folder.to_str().unwrap()).await;
    assert_eq!(script, Some(i32::from(own)), "{said}: {words}\n{data:#}");
    assert!(!words.contains("Traceback"), "{said}: {words}");
    own
}

type Bend = (&'static str, fn(&[u8]) -> Vec<u8>);

const BENDS: [Bend; 6] = [
    ("emptied", |_| Vec::new()),
    ("a byte more", |bytes| [bytes, b"\n"].concat()),
    ("a byte less", |bytes| bytes[..bytes.len() - 1].to_vec()),
    ("other ends of lines", |bytes| {
        String::from_utf8_lossy(bytes).replace('\n', "\r\n").into_bytes()
    }),
    ("no text", |bytes| [bytes, &[0xff, 0xfe]].concat()),
    ("a mebibyte", |bytes| [bytes, &[b'a'; 1 << 20]].concat()),
];

#[tokio::test]
async fn both_readings_agree_on_every_file_that_is_bent() {
    let house = House::new();
    let folder = exported(&house).await;
    assert_eq!(judged(&house, &folder, "untouched").await, 0);

    // One of each kind; a script that is bent judges nothing.
    let kind = |name: &str| name.replace(|letter: char| letter.is_ascii_digit(), "");
    let mut seen = BTreeSet::from(["verify.py".to_owned()]);
    for (name, whole) in files(&folder) {
        if !seen.insert(kind(&name)) {
            continue;
        }
        let path = folder.join(&name);
        for (said, bend) in BENDS {
            let bent = bend(&whole);
            fs::write(&path, &bent).unwrap();
            let code = judged(&house, &folder, &format!("{name} {said}")).await;
            // Instructions are no evidence.
            let is_same = bent == whole || name == "VERIFY.md";
            assert_eq!(code, 7 * u8::from(!is_same), "{name} {said}");
        }
        fs::remove_file(&path).unwrap();
        symlink("/dev/zero", &path).unwrap();
        judged(&house, &folder, &format!("{name} is a link")).await;
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        judged(&house, &folder, &format!("{name} is a folder")).await;
        fs::remove_dir(&path).unwrap();
        judged(&house, &folder, &format!("{name} is missing")).await;
        fs::write(&path, &whole).unwrap();
    }
    assert_eq!(judged(&house, &folder, "as it was").await, 0);
}

#[tokio::test]
async fn both_readings_refuse_what_is_there_besides() {
    let house = House::new();
    let folder = exported(&house).await;
    let name =
        |start: &str| files(&folder).into_keys().find(|name| name.starts_with(start)).unwrap();
    let (signature, proof) = (name("decisions/"), name("proofs/"));
    let extra = [
        "tile/0/001".to_owned(),
        "tile/1/000.p/1".to_owned(),
        "tile/entries/junk".to_owned(),
        "decisions/99.json".to_owned(),
        "decisions/junk".to_owned(),
        format!("{signature}.bak"),
        format!("{proof}.bak"),
        "proofs/0.tlog-proof".to_owned(),
    ];
    for name in extra {
        let path = folder.join(&name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "x").unwrap();
        assert_eq!(judged(&house, &folder, &name).await, 7, "{name}");
        fs::remove_file(&path).unwrap();
    }
    let signers = fs::read_to_string(folder.join("allowed_signers")).unwrap();
    let line = signers.lines().next().unwrap();
    let renamed = line.replacen("owner", "mallory", 1);
    let authority = line.replacen("namespaces", "cert-authority,namespaces", 1);
    for text in [
        format!("{signers}{renamed}\n"),
        format!("{renamed}\n"),
        format!("{authority}\n"),
        String::new(),
    ] {
        fs::write(folder.join("allowed_signers"), &text).unwrap();
        assert_eq!(judged(&house, &folder, &text).await, 7, "{text}");
    }
    fs::write(folder.join("allowed_signers"), &signers).unwrap();
    assert_eq!(judged(&house, &folder, "as it was").await, 0);
}

/// The entry that the script names.
fn named(words: &str) -> Option<u64> {
    let (_, after) = words.split_once("BROKEN: entry ")?;
    after.split(':').next()?.parse().ok()
}

fn changed(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).unwrap();
    change(&mut bytes);
    fs::write(path, bytes).unwrap();
}

type Break = fn(&Path);

/// Ways to break an export, each at one place, and a word that both readings say.
const BREAKS: [(Break, &str); 11] = [
    (
        |folder| changed(&folder.join("records.jsonl"), |bytes| bytes.truncate(bytes.len() - 1)),
        "the last line of records.jsonl is cut off",
    ),
    (
        |folder| changed(&folder.join("records.jsonl"), |bytes| bytes.truncate(bytes.len() - 40)),
        "the last line of records.jsonl is cut off",
    ),
    (
        |folder| drop(fs::copy(folder.join("../early/checkpoint"), folder.join("checkpoint"))),
        "not covered by the signed checkpoint",
    ),
    (
        |folder| {
            changed(&folder.join("checkpoint"), |bytes| {
                let at = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1;
                bytes[at] = if bytes[at] == b'1' { b'2' } else { b'1' };
            });
        },
        "sign",
    ),
    (|folder| changed(&odd(folder, "tile/0/"), |bytes| bytes.push(0)), "does not fit the records"),
    (|folder| changed(&odd(folder, "tile/0/"), |bytes| bytes[70] ^= 1), "does not fit the records"),
    (
        |folder| changed(&odd(folder, "tile/entries/"), |bytes| bytes.push(0)),
        "does not fit the records",
    ),
    (
        |folder| changed(&folder.join("checkpoint"), |bytes| bytes.push(0xff)),
        "checkpoint is not text",
    ),
    (|folder| fs::remove_file(odd(folder, "tile/entries/")).unwrap(), "is missing"),
    (|folder| fs::remove_file(odd(folder, "proofs/")).unwrap(), "is missing"),
    (|folder| fs::write(folder.join("decisions/3.json"), "{}").unwrap(), "was never recorded"),
];

/// The first file of an export below a folder.
fn odd(folder: &Path, start: &str) -> std::path::PathBuf {
    folder.join(files(folder).into_keys().find(|name| name.starts_with(start)).unwrap())
}

#[tokio::test]
async fn both_readings_name_the_same_entry() {
    let house = House::new();
    house.proposed().await;
    house.line(&format!("/audit export {}", house.beside("early").display())).await.data();
    let folder = exported(&house).await;
    let whole = files(&folder);
    for (number, (bend, word)) in BREAKS.iter().enumerate() {
        bend(&folder);

        let (code, said) = program(&["python3", "-B", "verify.py"], &folder, None);
        let (own, data) = verified(&house, folder.to_str().unwrap()).await;

        let problem = data["problem"].as_str().unwrap();
        assert_eq!((code, own), (Some(7), 7), "{number}: {said}\n{problem}");
        assert_eq!(named(&said), data["first_bad"].as_u64(), "{number}: {said}\n{problem}");
        assert!(said.contains(word) && problem.contains(word), "{number}: {said}\n{problem}");
        let entries = String::from_utf8_lossy(&whole["records.jsonl"]).lines().count();
        assert!(data["first_bad"].as_u64() < Some(entries as u64), "{number}: {problem}");
        fs::remove_dir_all(&folder).unwrap();
        for (name, bytes) in &whole {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
}

#[tokio::test]
async fn both_readings_name_what_is_no_part_of_an_export() {
    let house = House::new();
    let folder = exported(&house).await;
    fs::write(folder.join("evil.txt"), "x").unwrap();

    assert_eq!(judged(&house, &folder, "a stranger").await, 0);
    let (_, said) = program(&["python3", "-B", "verify.py"], &folder, None);
    let (_, data) = verified(&house, folder.to_str().unwrap()).await;

    assert!(said.contains("'evil.txt' is no part of an export"), "{said}");
    assert!(
        data["notes"][0].as_str().unwrap().contains("evil.txt is no part of an export"),
        "{data:#}"
    );
}

#[tokio::test]
async fn both_readings_refuse_what_was_named_and_is_not_there_with_the_same_code() {
    let house = House::new();
    let folder = exported(&house).await;
    let script = |words: &[&str]| {
        program(&[&["python3", "-B", "verify.py"], words].concat(), &folder, None).0
    };
    let text = house.file("text", "no checkpoint");

    for (path, code) in [("/nope", 3_u8), (text.as_str(), 2), ("/dev", 2), ("/dev/zero", 2)] {
        let own = house.line(&format!("/audit verify --since {path} {}", folder.display())).await;
        assert_eq!(
            (script(&["--since", path]), own.exit()),
            (Some(i32::from(code)), code),
            "{path}"
        );
    }
    let (code, said) = program(&["python3", "-B", "verify.py", "/a\u{1b}[31mb"], &folder, None);
    assert_eq!((code, said.contains('\u{1b}')), (Some(3), false), "{said}");
    let tar = house.beside("record.tar");
    house.line(&format!("/audit export --tar {}", tar.display())).await.data();
    let (code, said) =
        program(&["python3", "-B", "verify.py", tar.to_str().unwrap()], &folder, None);
    assert_eq!(code, Some(3));
    assert!(said.contains("unpack it first"), "{said}");
}
