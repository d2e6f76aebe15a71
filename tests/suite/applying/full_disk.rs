//! A disk that fills up in the middle: everything is as before.

use std::path::{Path, PathBuf};
use std::process::Command;

use work::applying::contents::Contents;
use work::applying::error::{ApplyError, Failure};
use work::applying::folder::file_state;
use work::applying::plan::{Expected, Manner, Wanted};
use work::applying::preparing::prepare;

use super::trees::{Tree, carry_out, job};

/// Names the folder of a small disk when this binary is started again inside one.
const FOLDER: &str = "SARAPHINA_TEST_SMALL_DISK";
/// What is written onto a disk of 256 KiB, by file.
const BYTES: usize = 40 << 10;

#[test]
fn playing() {
    let folder = std::env::vars().find_map(|(key, value)| (key == FOLDER).then_some(value));
    let Some(folder) = folder.map(PathBuf::from) else { return };
    std::fs::write(folder.join("a"), "old").unwrap();
    std::fs::write(folder.join("gone"), "old").unwrap();
    let before = Tree::of(&folder);
    let mut seen = Vec::new();
    for files in 1..8 {
        seen.push(fill(&folder, files));
        assert_eq!(Tree::of(&folder), before, "{files} files");
    }
    assert!(seen.iter().any(|is_full| !is_full) && seen.iter().any(|is_full| *is_full), "{seen:?}");
    println!("filled");
}

/// Writes so many files and takes them out again; whether the disk was full.
fn fill(folder: &Path, files: usize) -> bool {
    let mut contents = Contents::default();
    let old = file_state(0o644, b"old");
    contents.add(b"old".as_slice());
    let content = |number: usize| vec![u8::try_from(number).unwrap(); BYTES];
    let mut wanted = vec![Wanted {
        path: "gone".parse().unwrap(),
        before: Expected::Exactly(Some(old)),
        after: None,
    }];
    for number in 0..files {
        contents.add(content(number));
        let (path, before) = match number {
            0 => ("a".to_owned(), Some(old)),
            _ => (format!("new/{number}"), None),
        };
        wanted.push(Wanted {
            path: path.parse().unwrap(),
            before: Expected::Exactly(before),
            after: Some(file_state(0o644, &content(number))),
        });
    }
    let prepared = prepare((folder, &job()), (&wanted, contents), Manner::Apply).unwrap();
    match carry_out(&prepared) {
        Ok(()) => {
            let order = &prepared.files;
            let manner = Manner::Rollback { made: &order.made, removed: &order.removed };
            let back = work::applying::wanted::of_order(order);
            let back = prepare((folder, &job()), (&back, prepared.contents.clone()), manner);
            carry_out(&back.unwrap()).unwrap();
            false
        }
        Err(Failure::Undone(ApplyError::File(error))) => {
            assert_eq!(error.source.raw_os_error(), Some(nix::libc::ENOSPC));
            true
        }
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test starts itself on a small disk")]
fn a_disk_that_fills_up_leaves_everything_as_before() {
    let folder = tempfile::tempdir().unwrap();
    let script = "mount -t tmpfs -o size=256k small \"$1\" && exec \"$2\" --exact \
        applying::full_disk::playing --nocapture --test-threads=1";
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "sh", "-c", script, "sh"]);
    command.arg(folder.path()).arg(std::env::current_exe().unwrap());
    command.env(FOLDER, folder.path());

    let output = command.output().unwrap();

    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let trouble = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && said.contains("filled"), "{said}{trouble}");
}
