//! Cgroups that bound a run, of version 1 or 2.
//!
//! They bound memory and processes of the whole tree and count what they refused, which tells a suite that ran out of
//! memory from one that crashed. Where this process may make none, a run does without, and the guarantees say so.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use nix::poll::{PollTimeout, poll};

use crate::linux::boundary::plan::Plan;
use crate::linux::inside::walls::confine::own_processes;

/// The first part of the name of every cgroup of ours.
pub(crate) const PREFIX: &str = "saraphina-";
/// Number of times that removal is tried, and the pause between; the kernel lets go of a dead group a moment late.
const REMOVALS: u32 = 100;
const REMOVAL_PAUSE_MS: u16 = 5;

/// Which interface holds a controller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    /// One hierarchy for each controller.
    One,
    /// One hierarchy for all.
    Two,
}

/// Places where groups can be made: a folder for each controller, or one for both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Hierarchy {
    memory: Option<(Version, PathBuf)>,
    pids: Option<(Version, PathBuf)>,
}

impl Hierarchy {
    /// Looks where this process may make groups; a folder that cannot be written counts as none.
    pub(crate) fn find() -> Self {
        let mounts = fs::read_to_string("/proc/self/mounts").unwrap_or_default();
        let own = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
        if let Some(parent) = unified(&mounts, &own) {
            let both = Some((Version::Two, parent));
            return Self { memory: both.clone(), pids: both };
        }
        let find = |controller| legacy(&mounts, &own, controller).map(|path| (Version::One, path));
        Self { memory: find("memory"), pids: find("pids") }
    }

    /// The version that bounds memory.
    pub(crate) fn memory(&self) -> Option<Version> {
        self.memory.as_ref().map(|(version, _)| *version)
    }

    /// The version that bounds processes.
    pub(crate) fn pids(&self) -> Option<Version> {
        self.pids.as_ref().map(|(version, _)| *version)
    }

    /// Every folder in which groups of ours may lie.
    pub(crate) fn folders(&self) -> impl Iterator<Item = &Path> {
        self.memory.iter().chain(&self.pids).map(|(_, path)| path.as_path())
    }

    /// Makes the groups of one run; what cannot be made is left out.
    pub(crate) fn make(&self, plan: &Plan) -> Groups {
        let make = |place: &Option<(Version, PathBuf)>, set: fn(Version, &Path, &Plan) -> bool| {
            let (version, parent) = place.as_ref()?;
            let folder = parent.join(format!("{PREFIX}{}", plan.name));
            if !folder.is_dir() {
                fs::create_dir(&folder).ok()?;
            }
            if set(*version, &folder, plan) {
                return Some(folder);
            }
            fs::remove_dir(&folder).ok();
            None
        };
        Groups { memory: make(&self.memory, bound_memory), pids: make(&self.pids, bound_pids) }
    }
}

fn bound_memory(version: Version, folder: &Path, plan: &Plan) -> bool {
    let bytes = plan.limits.memory_bytes.to_string();
    match version {
        Version::One => {
            let held = fs::write(folder.join("memory.limit_in_bytes"), &bytes).is_ok();
            // Absent where the kernel does not account for swap; then there is none to bound.
            fs::write(folder.join("memory.memsw.limit_in_bytes"), &bytes).ok();
            held
        }
        Version::Two => {
            fs::write(folder.join("memory.swap.max"), "0").ok();
            fs::write(folder.join("memory.max"), &bytes).is_ok()
        }
    }
}

/// Its rlimit counts fewer of the worker's processes, so that the group refuses first and counts it.
fn bound_pids(_: Version, folder: &Path, plan: &Plan) -> bool {
    let most = plan.limits.processes + own_processes(&plan.work);
    fs::write(folder.join("pids.max"), most.to_string()).is_ok()
}

fn unified(mounts: &str, own: &str) -> Option<PathBuf> {
    let mount = mount_point(mounts, |kind, _| kind == "cgroup2")?;
    let path = own.lines().find_map(|line| line.strip_prefix("0::"))?;
    let place = mount.join(path.trim_start_matches('/'));
    // A group that holds processes cannot pass controllers on, unless it is the root; its parent can.
    let candidates = [Some(place.as_path()), place.parent()];
    let candidates = candidates.into_iter().flatten().filter(|place| place.starts_with(&mount));
    candidates.map(Path::to_path_buf).find(|place| {
        fs::write(place.join("cgroup.subtree_control"), "+memory +pids").ok();
        can_make(place, "memory.max")
    })
}

fn legacy(mounts: &str, own: &str, controller: &str) -> Option<PathBuf> {
    let has = |options: &str| options.split(',').any(|option| option == controller);
    let mount = mount_point(mounts, |kind, options| kind == "cgroup" && has(options))?;
    let path = own.lines().find_map(|line| {
        let mut parts = line.splitn(3, ':');
        let controllers = parts.nth(1)?;
        has(controllers).then(|| parts.next()).flatten()
    })?;
    let place = mount.join(path.trim_start_matches('/'));
    let limit = if controller == "memory" { "memory.limit_in_bytes" } else { "pids.max" };
    [place, mount].into_iter().find(|place| can_make(place, limit))
}

fn mount_point(mounts: &str, fits: impl Fn(&str, &str) -> bool) -> Option<PathBuf> {
    mounts.lines().find_map(|line| {
        let mut fields = line.split(' ').skip(1);
        let (path, kind, options) = (fields.next()?, fields.next()?, fields.next()?);
        fits(kind, options).then(|| PathBuf::from(path))
    })
}

/// Whether a group with this limit can be made here, found by making one.
fn can_make(place: &Path, limit: &str) -> bool {
    let folder = place.join(format!("{PREFIX}trial-{}", std::process::id()));
    let made = fs::create_dir(&folder).is_ok() && folder.join(limit).exists();
    fs::remove_dir(&folder).ok();
    made
}

/// The groups of one run.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    memory: Option<PathBuf>,
    pids: Option<PathBuf>,
}

impl Groups {
    /// The folders to join, each once.
    pub(crate) fn folders(&self) -> Vec<PathBuf> {
        let mut folders: Vec<PathBuf> = self.memory.iter().chain(&self.pids).cloned().collect();
        folders.dedup();
        folders
    }

    /// The doors of the groups, for a process that joins from where they cannot be seen.
    pub(crate) fn open(&self) -> io::Result<Vec<File>> {
        let door = |folder: PathBuf| File::options().write(true).open(folder.join("cgroup.procs"));
        self.folders().into_iter().map(door).collect()
    }

    /// Whether the kernel bounds the memory.
    pub(crate) fn bounds_memory(&self) -> bool {
        self.memory.is_some()
    }

    /// Counts the processes that the kernel killed for want of memory.
    pub(crate) fn memory_kills(&self) -> u64 {
        let count = |name| counter(self.memory.as_deref(), name, "oom_kill");
        count("memory.oom_control").max(count("memory.events"))
    }

    /// Counts how often a process could not be made.
    pub(crate) fn process_refusals(&self) -> u64 {
        counter(self.pids.as_deref(), "pids.events", "max")
    }
}

/// The groups go with the last interest in them; their processes are dead by then.
impl Drop for Groups {
    fn drop(&mut self) {
        for folder in self.folders() {
            remove(&folder);
        }
    }
}

fn counter(folder: Option<&Path>, file: &str, name: &str) -> u64 {
    let text =
        folder.and_then(|folder| fs::read_to_string(folder.join(file)).ok()).unwrap_or_default();
    let value = |line: &str| {
        let (label, value) = line.split_once(' ')?;
        (label == name).then(|| value.trim().parse().ok()).flatten()
    };
    text.lines().find_map(value).unwrap_or(0)
}

/// Removes a group once its processes are gone; whether it is gone then.
pub(crate) fn remove(folder: &Path) -> bool {
    (0..REMOVALS).any(|_| {
        let is_gone = fs::remove_dir(folder).is_ok() || !folder.exists();
        if !is_gone {
            poll(&mut [], PollTimeout::from(REMOVAL_PAUSE_MS)).ok();
        }
        is_gone
    })
}
