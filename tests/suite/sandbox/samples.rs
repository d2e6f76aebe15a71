//! The doctor's samples through the real sandbox.

use serde_json::Value;

use crate::docs::readme::home_with_toolchain;

#[test]
fn every_sample_is_seen_through_by_the_real_sandbox() {
    let home = home_with_toolchain();

    let finished = home.saraphina(&["doctor", "--samples", "--json"]);

    let answer: Value = serde_json::from_str(&finished.out).unwrap();
    let checks = answer["data"]["samples"].as_array().unwrap();
    let proofs: Vec<(&str, &str)> = checks
        .iter()
        .map(|check| (check["sample"].as_str().unwrap(), check["proof"].as_str().unwrap()))
        .collect();
    let held = [
        "honest suite of sound code",
        "honest suite of wrong code",
        "forgery: leaves with status 0",
        "forgery: equals everything",
        "forgery: reads the expected value",
        "escape: reads a file of the home",
        "escape: connects to a port of this machine",
        "escape: writes outside of the box",
        "escape: sees the engine",
        "escape: traces its parent",
        "escape: mounts",
        "escape: makes a user namespace",
    ];
    assert_eq!(proofs, held.map(|sample| (sample, "held")), "{answer:#}");
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let left: Vec<String> = std::fs::read_dir(home.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("canary-"))
        .collect();
    assert_eq!(left, Vec::<String>::new());
}
