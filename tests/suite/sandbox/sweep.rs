//! What dead engines left is removed, what living ones hold stays.

use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};

use sandbox::linux::sweep::sweep;

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
    let bait = home.path().join(format!("canary-40000-escaped-{DEAD}"));
    fs::write(&canary, "x").unwrap();
    fs::write(&bait, "x").unwrap();
    // A slot is held by the kernel's lock alone, so the one of a dead engine is free without a sweep.
    let slot = home.path().join("slots/0");
    fs::create_dir_all(slot.parent().unwrap()).unwrap();
    fs::write(&slot, "").unwrap();

    let mut swept = sweep(home.path());

    swept.folders.sort();
    assert_eq!(swept.folders, vec![bait, canary, dead]);
    assert!(alive.exists() && ready.exists() && slot.exists());
}

#[test]
fn the_cgroup_of_a_dead_engine_is_swept_and_what_runs_on_in_it_is_killed() {
    if !nix::unistd::Uid::effective().is_root() || is_without("cgroups") {
        return;
    }
    let left = own_cgroup().join(format!("saraphina-exec_0123456789ab-tests-{DEAD}"));
    fs::create_dir_all(&left).unwrap();
    let mut sleeper = sleeper();
    fs::write(left.join("cgroup.procs"), sleeper.id().to_string()).unwrap();
    let home = tempfile::tempdir().unwrap();

    let swept = sweep(home.path());

    assert!(swept.cgroups.contains(&left), "{swept:?}");
    assert!(swept.processes.contains(&i32::try_from(sleeper.id()).unwrap()), "{swept:?}");
    assert_eq!(sleeper.wait().unwrap().signal(), Some(9));
    assert!(!left.exists());
}

#[expect(clippy::disallowed_methods, reason = "a process that an engine left")]
fn sleeper() -> std::process::Child {
    std::process::Command::new("sleep").arg("600").spawn().unwrap()
}

/// The group of this process in the hierarchy that bounds memory.
pub(crate) fn own_cgroup() -> PathBuf {
    let text = fs::read_to_string("/proc/self/cgroup").unwrap();
    let path =
        |label: &str| text.lines().find_map(|line| line.split_once(label)).map(|(_, path)| path);
    let (mount, path) = match path(":memory:") {
        Some(path) => ("/sys/fs/cgroup/memory", path),
        None => ("/sys/fs/cgroup", path("0::").unwrap()),
    };
    Path::new(mount).join(path.trim_start_matches('/'))
}
