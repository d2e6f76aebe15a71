//! What dead engines left is removed, what living ones hold stays.

use std::fs;
use std::path::{Path, PathBuf};

use saraphina::sandbox::linux::sweep::sweep;

use crate::sandbox::support::is_without;

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
    if !nix::unistd::Uid::effective().is_root() || is_without("cgroups") {
        return;
    }
    let left = own_cgroup().join(format!("saraphina-exec_0123456789ab-tests-{DEAD}"));
    fs::create_dir_all(&left).unwrap();
    let home = tempfile::tempdir().unwrap();

    let swept = sweep(home.path());

    assert!(swept.cgroups.contains(&left), "{swept:?}");
    assert!(!left.exists());
}

/// The group of this process in the hierarchy that bounds memory.
fn own_cgroup() -> PathBuf {
    let text = fs::read_to_string("/proc/self/cgroup").unwrap();
    let path =
        |label: &str| text.lines().find_map(|line| line.split_once(label)).map(|(_, path)| path);
    let (mount, path) = match path(":memory:") {
        Some(path) => ("/sys/fs/cgroup/memory", path),
        None => ("/sys/fs/cgroup", path("0::").unwrap()),
    };
    Path::new(mount).join(path.trim_start_matches('/'))
}
