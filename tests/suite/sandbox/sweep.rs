//! What dead engines left is removed, what living ones hold stays.

use std::fs;

use saraphina::sandbox::linux::sweep::sweep;

/// A process id beyond what the kernel gives out.
const DEAD: u32 = 99_999_999;

#[test]
fn leftovers_of_dead_engines_are_swept_and_others_stay() {
    let home = tempfile::tempdir().unwrap();
    let toolchain = home.path().join("toolchain");
    let dead = toolchain.join(format!("partial-py311-0123456789ab-{DEAD}"));
    let alive = toolchain.join(format!("partial-py311-0123456789ab-{}", std::process::id()));
    let ready = toolchain.join("py311-0123456789ab");
    for folder in [&dead, &alive, &ready] {
        fs::create_dir_all(folder).unwrap();
    }
    let canary = home.path().join(format!("canary-{DEAD}"));
    fs::write(&canary, "x").unwrap();

    let swept = sweep(home.path());

    assert_eq!(swept.folders, vec![dead, canary]);
    assert!(alive.exists() && ready.exists());
}

#[test]
fn the_cgroup_of_a_dead_engine_is_swept() {
    let parent = std::path::Path::new("/sys/fs/cgroup/memory");
    let left = parent.join(format!("saraphina-exec_0123456789ab-tests-{DEAD}"));
    if fs::create_dir(&left).is_err() {
        // Without a writable hierarchy there is never anything to sweep.
        return;
    }
    let home = tempfile::tempdir().unwrap();

    sweep(home.path());

    assert!(!left.exists());
}
