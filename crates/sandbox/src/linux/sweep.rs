//! Remains of engines that died, and their removal.
//!
//! An engine that is killed cannot clean up: cgroups with processes in them, half-made toolchains and canary files stay.
//! Each carries the process id of its engine in its name, so that the next engine tells those of the dead from those of the
//! living, and touches only the first.

use std::fs;
use std::path::{Path, PathBuf};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::linux::outside::cgroup::{self, Hierarchy, PREFIX};

/// Remains that were removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Cgroups of dead engines.
    pub cgroups: Vec<PathBuf>,
    /// Half-made folders and files under the home.
    pub folders: Vec<PathBuf>,
    /// Processes that ran on in those cgroups; killed.
    pub processes: Vec<i32>,
}

/// Removes cgroups and half-made folders of engines that live no more; those of living ones stay.
pub fn sweep(home: &Path) -> Swept {
    let hierarchy = Hierarchy::find();
    let cgroups =
        hierarchy.folders().flat_map(|folder| orphans(folder, PREFIX)).collect::<Vec<_>>();
    let toolchains = orphans(&home.join("toolchain"), "partial-");
    let canaries = orphans(home, "canary-");
    let mut swept = Swept::default();
    for folder in cgroups {
        swept.processes.extend(kill_members(&folder));
        if cgroup::remove(&folder) {
            swept.cgroups.push(folder);
        }
    }
    for path in toolchains.into_iter().chain(canaries) {
        let removed =
            if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        if removed.is_ok() {
            swept.folders.push(path);
        }
    }
    swept
}

/// Entries whose name starts so and ends in the process id of an engine that is dead.
fn orphans(folder: &Path, prefix: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let is_orphan = |name: &str| {
        let engine = name.strip_prefix(prefix).and_then(|rest| rest.rsplit('-').next());
        engine
            .and_then(|engine| engine.parse::<u32>().ok())
            .is_some_and(|engine| !Path::new("/proc").join(engine.to_string()).exists())
    };
    entries
        .filter_map(Result::ok)
        .filter(|entry| entry.file_name().to_str().is_some_and(is_orphan))
        .map(|entry| entry.path())
        .collect()
}

/// Kills the processes of a group; gives those that were there.
fn kill_members(folder: &Path) -> Vec<i32> {
    let members = fs::read_to_string(folder.join("cgroup.procs")).unwrap_or_default();
    let members: Vec<i32> = members.lines().filter_map(|line| line.parse().ok()).collect();
    for member in &members {
        // It may have died since.
        kill(Pid::from_raw(*member), Signal::SIGKILL).ok();
    }
    members
}
