//! Patches of the guest where they were tried on other versions only.
//!
//! No other version is installed for this: a patch is told that it was tried on version 0 of all that it touches, which
//! is how it finds out about a release that nobody knows yet.

use std::path::Path;

use serde_json::Value;

use crate::sandbox::guest::{guest, interpreter, laid_out, printed};

const DRIVER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/suite/sandbox/patches.py");

/// What a run of a kind says with these patches switched off: those that are off, and its frames.
fn said(kind: &str, folder: &Path, off: &[&str]) -> (Vec<String>, Value) {
    let folder = folder.display().to_string();
    let words = [&[DRIVER, kind, &folder], off].concat();
    let mut told: Value = serde_json::from_str(&printed(&interpreter(), &words)).unwrap();
    (serde_json::from_value(told["off"].take()).unwrap(), told["frames"].take())
}

/// The rows of the table in the guest: name, what is touched, what is done instead, and the versions.
fn table() -> Vec<[String; 4]> {
    let folder = laid_out("patches-table").display().to_string();
    let program = "\
import json, sys
sys.path.insert(0, sys.argv[1])
import _saraphina_server_patches as patches
names = {'cpython': 'CPython'}
print(json.dumps([
    [name, patch.touches, patch.otherwise, '; '.join(
        f'{names.get(tool, tool)} {\", \".join(versions)}' for tool, versions in patch.tried.items())]
    for name, patch in patches.PATCHES.items()
]))";
    let python = Path::new("python3");
    serde_json::from_str(&printed(python, &["-c", program, &folder])).unwrap()
}

#[test]
fn every_patch_switches_itself_off_elsewhere_and_the_suite_says_the_same() {
    let folder = laid_out("patches-tests");
    let (off_here, usual) = said("tests", &folder, &[]);
    assert!(usual.as_array().is_some_and(|frames| frames.len() > 20), "{usual}");
    let rows = table();
    let all: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
    let alone = all.iter().filter(|name| **name != "linter").map(std::slice::from_ref);

    for off in alone.chain([all.as_slice()]) {
        let (told, frames) = said("tests", &folder, off);

        assert!(off.iter().all(|name| told.iter().any(|other| other == name)), "{off:?}: {told:?}");
        assert!(told.len() <= off_here.len() + off.len(), "{off:?}: {told:?}");
        assert_eq!(frames, usual, "without {off:?}");
    }
}

#[test]
fn pylint_says_the_same_where_it_is_not_set_up_beforehand() {
    let folder = laid_out("patches-lint");

    let (_, usual) = said("lint", &folder, &[]);
    let (off, frames) = said("lint", &folder, &["linter"]);

    assert!(off.contains(&"linter".to_owned()), "{off:?}");
    assert_eq!(frames, usual);
    assert!(usual.to_string().contains("unused-import"), "{usual}");
}

#[test]
fn the_page_about_the_guest_lists_every_patch() {
    let page = guest().join("../../../../docs/design/guest.md");
    let page = std::fs::read_to_string(page).unwrap();

    let expected: Vec<String> = table()
        .into_iter()
        .map(|[name, touches, otherwise, tried]| {
            format!("| {name} | {touches} | {tried} | {otherwise} |")
        })
        .collect();

    let rows = page.lines().skip_while(|line| !line.starts_with("| patch |")).skip(2);
    let found: Vec<&str> = rows.take_while(|line| line.starts_with('|')).collect();
    assert_eq!(found, expected);
}
