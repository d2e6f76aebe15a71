//! The minimal read-only root of a jail.
//!
//! It is put together on a stage and becomes the root by `pivot_root`, after which nothing of the host is left but what
//! was bound: system folders and the toolchain, read-only. `files.rs` lays the sources out; one small file
//! system with bounds on bytes and files holds all that a suite may write.

use std::fs::{self, File, Permissions};
use std::io;
use std::ops::RangeInclusive;
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use nix::fcntl::{OFlag, open};
use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::sys::stat::Mode;
use nix::unistd::{chdir, pivot_root};

use crate::linux::boundary::paths::{GUEST, SOURCES, WORK, below};
use crate::linux::boundary::plan::{Delivery, Entry, Identity, Plan, Work};
use crate::linux::boundary::slot;
use crate::linux::inside::walls::files::{self, Laid, chown_to, mount_memory, write_sealed};
use crate::linux::inside::walls::namespaces::MAPPED_UID;
use crate::linux::sys;

/// The folder in which the new root is put together before it becomes the root.
const STAGE: &str = "/tmp";
/// Folders of the host that are links or folders, depending on the distribution.
const SYSTEM: [&str; 6] = ["usr", "bin", "sbin", "lib", "lib32", "lib64"];
/// Files that programs expect in `/etc`; nothing of it is secret.
const ETC: [&str; 8] = [
    "etc/ld.so.cache",
    "etc/localtime",
    "etc/timezone",
    "etc/alternatives",
    "etc/mime.types",
    "etc/os-release",
    "etc/protocols",
    "etc/services",
];
/// Folders that every box mounts for itself.
const COVERED: [&str; 3] = ["/box", "/tmp", "/dev/shm"];
/// Pseudo-terminals of the box alone; no more than one process may have open handles.
const TERMINALS: &str = "newinstance,ptmxmode=0666,mode=0600,max=256";
const DEVICES: [&str; 5] = ["dev/null", "dev/zero", "dev/full", "dev/random", "dev/urandom"];

/// Makes the root, fills it and moves into it; everything of the host but the binds is gone afterwards.
pub(crate) fn build(plan: &Plan, contents: &[u8]) -> Result<Laid, String> {
    let stage = Path::new(STAGE);
    detach()?;
    let sources = Sources::open(plan);
    mount_memory(stage, "size=16m,nr_inodes=4096,mode=755").map_err(told("make a root"))?;
    let (guest, files) = contents.split_at_checked(size(&plan.guest)).ok_or("the plan is short")?;
    make_box(stage, plan).map_err(told("make the box"))?;
    sources.bind(stage).map_err(told("show the system"))?;
    make_devices().map_err(told("make devices"))?;
    make_etc(plan).map_err(told("write etc"))?;
    mount_proc(stage).map_err(told("mount proc"))?;
    write_sealed(&staged(GUEST), &plan.guest, guest).map_err(told("write the harness"))?;
    let laid = if matches!(plan.work, Work::Serve(_)) {
        fs::create_dir(staged(SOURCES)).map_err(told("make the source folder"))?;
        Laid::default()
    } else {
        let laid = files::lay(stage, plan, plan.is_writable, &plan.sources, files);
        laid.map_err(told("write the sources"))?
    };
    enter().map_err(told("enter the root"))?;
    Ok(laid)
}

/// Makes a box of its own within the root of a fork server; the sources come with the job.
pub(crate) fn nest(plan: &Plan) -> Result<(), String> {
    let base = Path::new("/");
    detach()?;
    let hidden = Sources::hidden(plan);
    make_box(base, plan).map_err(told("make the box"))?;
    hidden.bind(base).map_err(told("show the system"))?;
    mount_proc(base).map_err(told("mount proc"))?;
    chdir(WORK).map_err(|error| format!("enter the box: {error}"))
}

/// Puts the sources of a job into the box that waited for it.
pub(crate) fn deliver(plan: &Plan, job: &Delivery, contents: &[u8]) -> Result<Laid, String> {
    let laid = files::lay(Path::new("/"), plan, job.is_writable, &job.sources, contents);
    laid.map_err(told("write the sources"))
}

fn told(step: &'static str) -> impl Fn(io::Error) -> String {
    move |error| format!("{step}: {error}")
}

/// Hides from everybody else what is mounted from here on.
fn detach() -> Result<(), String> {
    let nothing = None::<&str>;
    mount(nothing, "/", nothing, MsFlags::MS_REC | MsFlags::MS_PRIVATE, nothing)
        .map_err(|error| format!("detach the mounts: {error}"))
}

fn size(entries: &[Entry]) -> usize {
    entries.iter().map(|entry| entry.bytes).sum()
}

fn staged(path: impl AsRef<Path>) -> PathBuf {
    below(Path::new(STAGE), path)
}

/// Handles on what will be bound, taken before the stage hides anything.
struct Sources {
    binds: Vec<(PathBuf, OwnedFd)>,
    links: Vec<(PathBuf, PathBuf)>,
}

impl Sources {
    fn open(plan: &Plan) -> Self {
        let mut sources = Self { binds: Vec::new(), links: Vec::new() };
        for name in SYSTEM {
            let path = Path::new("/").join(name);
            match fs::read_link(&path) {
                Ok(target) => sources.links.push((path, target)),
                Err(_) => sources.add(path),
            }
        }
        ETC.iter().chain(&DEVICES).for_each(|name| sources.add(Path::new("/").join(name)));
        // A folder below another bind is there already, and binding it twice would need a mount point in it.
        let covered = |path: &Path| path.starts_with("/usr");
        let binds = plan.binds.iter().filter(|path| !covered(path));
        binds.for_each(|path| sources.add(path.clone()));
        sources
    }

    /// Binds that would vanish under what a box mounts for itself.
    fn hidden(plan: &Plan) -> Self {
        let mut sources = Self { binds: Vec::new(), links: Vec::new() };
        let is_hidden = |path: &&PathBuf| COVERED.iter().any(|folder| path.starts_with(folder));
        plan.binds.iter().filter(is_hidden).for_each(|path| sources.add(path.clone()));
        sources
    }

    fn add(&mut self, path: PathBuf) {
        if let Ok(handle) = open(&path, OFlag::O_PATH | OFlag::O_CLOEXEC, Mode::empty()) {
            self.binds.push((path, handle));
        }
    }

    fn bind(self, base: &Path) -> io::Result<()> {
        for (path, target) in self.links {
            symlink(target, below(base, path))?;
        }
        for (path, handle) in self.binds {
            let target = below(base, &path);
            let source = PathBuf::from(format!("/proc/self/fd/{}", handle.as_raw_fd()));
            make_mount_point(&source, &target)?;
            let nothing = None::<&str>;
            mount(Some(&source), &target, nothing, MsFlags::MS_BIND | MsFlags::MS_REC, nothing)?;
            if !path.starts_with("/dev") {
                sys::seal_mount(&target)?;
            }
        }
        Ok(())
    }
}

fn make_mount_point(source: &Path, target: &Path) -> io::Result<()> {
    if fs::metadata(source)?.is_dir() {
        return fs::create_dir_all(target);
    }
    target.parent().map_or(Ok(()), fs::create_dir_all)?;
    File::create(target).map(drop)
}

/// One bounded file system holds scratch, temporary and shared-memory files alike.
fn make_box(base: &Path, plan: &Plan) -> io::Result<()> {
    let options = files::bounds(plan, "755");
    let (inside, user) = (below(base, "/box"), plan.identity.user());
    fs::create_dir_all(&inside)?;
    mount_memory(&inside, &options)?;
    chown_to(&inside, user)?;
    for (folder, mode) in [("work", 0o755), ("tmp", 0o1777), ("shm", 0o1777)] {
        let folder = inside.join(folder);
        fs::create_dir(&folder)?;
        fs::set_permissions(&folder, Permissions::from_mode(mode))?;
        chown_to(&folder, user)?;
    }
    for (folder, place) in [("tmp", "/tmp"), ("shm", "/dev/shm")] {
        let place = below(base, place);
        fs::create_dir_all(&place)?;
        let nothing = None::<&str>;
        mount(Some(&inside.join(folder)), &place, nothing, MsFlags::MS_BIND, nothing)?;
    }
    make_terminals(base)
}

fn make_terminals(base: &Path) -> io::Result<()> {
    let place = below(base, "/dev/pts");
    fs::create_dir_all(&place)?;
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NOEXEC;
    mount(Some("devpts"), &place, Some("devpts"), flags, Some(TERMINALS)).map_err(io::Error::from)
}

fn make_devices() -> io::Result<()> {
    symlink("pts/ptmx", staged("/dev/ptmx"))?;
    for (name, target) in [("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")] {
        symlink(format!("/proc/self/fd{target}"), staged("/dev").join(name))?;
    }
    Ok(())
}

fn make_etc(plan: &Plan) -> io::Result<()> {
    let etc = staged("/etc");
    fs::create_dir_all(&etc)?;
    let (users, groups): (String, String) = users(plan)
        .map(|id| (format!("sandbox:x:{id}:{id}::{WORK}:/bin/sh\n"), format!("sandbox:x:{id}:\n")))
        .unzip();
    let texts = [
        ("passwd", format!("root:x:0:0::/root:/bin/false\n{users}")),
        ("group", format!("root:x:0:\n{groups}")),
        ("hosts", "127.0.0.1 localhost sandbox\n::1 localhost\n".to_owned()),
        // Without it the system's library takes the first address of a name only.
        ("host.conf", "multi on\n".to_owned()),
        ("hostname", "sandbox\n".to_owned()),
        ("nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n".to_owned()),
    ];
    texts.iter().try_for_each(|(name, text)| fs::write(etc.join(name), text))
}

/// Whom the worker may be; a fork server does not know yet.
fn users(plan: &Plan) -> RangeInclusive<u32> {
    match (&plan.work, plan.identity) {
        (Work::Serve(_), Identity::Slot(_)) => slot::FIRST..=slot::LAST,
        (_, Identity::Slot(id)) => id..=id,
        (_, Identity::Mapped) => MAPPED_UID..=MAPPED_UID,
    }
}

fn mount_proc(base: &Path) -> io::Result<()> {
    let target = below(base, "/proc");
    fs::create_dir_all(&target)?;
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_NOEXEC;
    mount(Some("proc"), &target, Some("proc"), flags, None::<&str>).map_err(io::Error::from)
}

/// Swaps the stage for the root and lets go of the old one.
fn enter() -> io::Result<()> {
    chdir(STAGE)?;
    pivot_root(".", ".")?;
    umount2(".", MntFlags::MNT_DETACH)?;
    let nothing = None::<&str>;
    let flags = MsFlags::MS_REMOUNT | MsFlags::MS_BIND | MsFlags::MS_RDONLY;
    mount(nothing, "/", nothing, flags | MsFlags::MS_NOSUID | MsFlags::MS_NODEV, nothing)?;
    chdir(WORK)?;
    Ok(())
}
