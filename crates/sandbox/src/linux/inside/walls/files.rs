//! The files of a job in its box.
//!
//! They lie sealed in a file system of their own, so that what was shown is what runs. Suites of whole projects write beside them (a
//! folder for output, a sample that is written anew); for these a writable layer covers the sealed one (overlayfs), and which
//! of the files are still those of the seal is looked at when all of the box are dead.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{
    MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _, chown, fchown, symlink,
};
use std::path::{Component, Path, PathBuf};

use nix::mount::{MntFlags, MsFlags, mount, umount2};

use crate::frame::Changed;
use crate::linux::boundary::paths::{SOURCES, WORK, below};
use crate::linux::boundary::plan::{Entry, Identity, Plan};
use crate::linux::sys;
use record::domain::digest::Digest;

/// Where the writable layer is put together; gone before anybody of the box runs.
const LAYER: &str = "/box/layer";
/// Inodes of such a file system that are ours.
const OWN_INODES: u64 = 128;
/// Most files that are named, the longest name in bytes, and most files that are looked at.
const MOST_NAMED: usize = 40;
const LONGEST: usize = 200;
const MOST_VISITED: usize = 20_000;
/// Largest file that is read again, in bytes.
const MOST_READ: u64 = 16 << 20;

/// Whose files are written, and whether they may write them too.
#[derive(Clone, Copy)]
struct Owner {
    user: Option<u32>,
    is_writable: bool,
}

/// Files as they were laid out, where a suite may write beside them; empty where nothing can be written.
#[derive(Default)]
pub(crate) struct Laid {
    files: Vec<(PathBuf, Seen)>,
}

/// What tells a file of the seal from one of the layer: nobody in the box can set a time of change.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Seen {
    device: u64,
    inode: u64,
    changed: (i64, i64),
}

impl Seen {
    fn of(path: &Path) -> Option<Self> {
        let found = fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file)?;
        let changed = (found.ctime(), found.ctime_nsec());
        Some(Self { device: found.dev(), inode: found.ino(), changed })
    }
}

/// Lays the files out below a root; the scratch folder holds links to them.
pub(crate) fn lay(
    base: &Path,
    plan: &Plan,
    is_writable: bool,
    entries: &[Entry],
    contents: &[u8],
) -> io::Result<Laid> {
    let (sources, work) = (below(base, SOURCES), below(base, WORK));
    let owner = Owner { user: plan.identity.user(), is_writable };
    fs::create_dir(&sources)?;
    mount_memory(&sources, "size=160m,nr_inodes=32768,mode=755")?;
    write(&sources, owner, entries, contents)?;
    sys::seal_mount(&sources)?;
    // Where the kernel has no such layer they stay sealed, and tests that write there are named.
    let is_covered = is_writable && cover(base, &sources, plan).is_ok();
    for entry in entries {
        let link = work.join(&entry.path);
        make_parents(plan, &work, &link)?;
        symlink(Path::new(SOURCES).join(&entry.path), link)?;
    }
    if !is_covered {
        return Ok(Laid::default());
    }
    let seen = |entry: &Entry| {
        let found = Seen::of(&sources.join(&entry.path)).ok_or(io::ErrorKind::NotFound)?;
        Ok((Path::new(SOURCES).join(&entry.path), found))
    };
    Ok(Laid { files: entries.iter().map(seen).collect::<io::Result<_>>()? })
}

/// Mounts an empty file system in memory, within these bounds, without set-uid programs and devices.
pub(crate) fn mount_memory(target: &Path, options: &str) -> io::Result<()> {
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV;
    mount(Some("tmpfs"), target, Some("tmpfs"), flags, Some(options)).map_err(io::Error::from)
}

/// Bounds of what a suite may write, as a file system in memory takes them.
pub(crate) fn bounds(plan: &Plan, mode: &str) -> String {
    let limits = &plan.limits;
    format!("size={},nr_inodes={},mode={mode}", limits.disk_bytes, limits.disk_files + OWN_INODES)
}

/// Puts a bounded writable layer over the sealed files.
fn cover(base: &Path, sources: &Path, plan: &Plan) -> io::Result<()> {
    let layer = below(base, LAYER);
    let limits = &plan.limits;
    let bounds =
        format!("size={},nr_inodes={},mode=700", limits.disk_bytes, limits.disk_files + OWN_INODES);
    fs::create_dir(&layer)?;
    mount_memory(&layer, &bounds)?;
    let put = || -> io::Result<()> {
        let (upper, spare) = (layer.join("upper"), layer.join("spare"));
        for folder in [&upper, &spare] {
            fs::create_dir(folder)?;
        }
        fs::set_permissions(&upper, Permissions::from_mode(0o755))?;
        chown_to(&upper, plan.identity.user())?;
        let options = format!(
            "lowerdir={},upperdir={},workdir={}{}",
            sources.display(),
            upper.display(),
            spare.display(),
            if plan.identity == Identity::Mapped { ",userxattr" } else { "" }
        );
        let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV;
        mount(Some("overlay"), sources, Some("overlay"), flags, Some(options.as_str()))?;
        Ok(())
    };
    let done = put();
    // The layer is held by what covers; nobody has another way to it.
    umount2(&layer, MntFlags::MNT_DETACH)?;
    fs::remove_dir(&layer)?;
    done
}

impl Laid {
    /// Looks what a suite did to the files and beside them; all of the box must be dead.
    pub(crate) fn changed(&self) -> Changed {
        if self.files.is_empty() {
            return Changed::default();
        }
        let parents: BTreeSet<&Path> =
            self.files.iter().filter_map(|(path, _)| path.parent()).collect();
        let is_moved = |folder: &&&Path| fs::canonicalize(folder).ok().as_deref() != Some(**folder);
        let moved: BTreeSet<&Path> = parents.iter().filter(is_moved).copied().collect();
        let is_changed = |(path, seen): &&(PathBuf, Seen)| {
            path.parent().is_none_or(|parent| moved.contains(parent))
                || Seen::of(path).as_ref() != Some(seen)
        };
        let files: Vec<&PathBuf> =
            self.files.iter().filter(is_changed).map(|(path, _)| path).collect();
        let held = files.iter().filter(|path| path.parent().is_some_and(|at| !moved.contains(at)));
        let held = held.filter_map(|path| Some((named(path), digest(path)?))).collect();
        let files = files.into_iter().map(|path| named(path)).collect();
        Changed { files, held, beside: self.beside() }
    }

    /// Files that nobody submitted; compiled ones too, which interpreters read in the place of a text.
    fn beside(&self) -> Vec<String> {
        let known: BTreeSet<&Path> = self.files.iter().map(|(path, _)| path.as_path()).collect();
        let mut pending = vec![PathBuf::from(SOURCES)];
        let (mut found, mut left) = (Vec::new(), MOST_VISITED);
        while let Some(folder) = pending.pop() {
            let entries: Vec<fs::DirEntry> = fs::read_dir(folder)
                .into_iter()
                .flatten()
                .filter_map(Result::ok)
                .take(left)
                .collect();
            left -= entries.len();
            let is_folder =
                |entry: &&fs::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_dir());
            let (folders, others): (Vec<_>, Vec<_>) = entries.iter().partition(is_folder);
            pending.extend(folders.into_iter().map(fs::DirEntry::path));
            let new = others.into_iter().map(fs::DirEntry::path);
            found.extend(
                new.filter(|path| !known.contains(path.as_path())).map(|path| named(&path)),
            );
        }
        found.truncate(MOST_NAMED);
        found
    }
}

/// The digest of what a file holds now; nothing of what is no plain file, or too large.
fn digest(path: &Path) -> Option<Digest> {
    let found = fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file)?;
    if found.len() > MOST_READ {
        return None;
    }
    fs::read(path).ok().map(|content| Digest::of(&content))
}

/// A path below the sources, as far as it is told.
fn named(path: &Path) -> String {
    let path = path.strip_prefix(SOURCES).unwrap_or(path).to_string_lossy();
    path.chars().take(LONGEST).collect()
}

fn make_parents(plan: &Plan, work: &Path, link: &Path) -> io::Result<()> {
    let parents: Vec<&Path> =
        link.ancestors().skip(1).take_while(|parent| *parent != work).collect();
    for parent in parents.into_iter().rev().filter(|parent| !parent.exists()) {
        fs::create_dir(parent)?;
        chown_to(parent, plan.identity.user())?;
    }
    Ok(())
}

/// Writes files that only their bounds and borders make ours: sealed for everybody.
pub(crate) fn write_sealed(folder: &Path, entries: &[Entry], contents: &[u8]) -> io::Result<()> {
    write(folder, Owner { user: None, is_writable: false }, entries, contents)
}

fn write(folder: &Path, owner: Owner, entries: &[Entry], contents: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut rest = contents;
    let mut folders = BTreeSet::new();
    for entry in entries {
        let (content, after) =
            rest.split_at_checked(entry.bytes).ok_or(io::ErrorKind::InvalidData)?;
        rest = after;
        let path = Path::new(&entry.path);
        if !path.components().all(|part| matches!(part, Component::Normal(_))) {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let path = folder.join(path);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        let mode = mode_of(content, owner.is_writable);
        let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(&path)?;
        file.write_all(content)?;
        if owner.is_writable {
            give(&file, owner.user)?;
            folders.extend(
                path.ancestors().skip(1).take_while(|at| *at != folder).map(Path::to_path_buf),
            );
        }
    }
    folders.iter().try_for_each(|folder| chown_to(folder, owner.user))
}

/// The mode of a file. A proposal holds no modes, so what names its interpreter counts as a program.
fn mode_of(content: &[u8], is_writable: bool) -> u32 {
    let readable = if is_writable { 0o644 } else { 0o444 };
    let program = if content.starts_with(b"#!") { 0o111 } else { 0 };
    readable | program
}

fn give(file: &File, user: Option<u32>) -> io::Result<()> {
    user.map_or(Ok(()), |id| fchown(file, Some(id), Some(id)))
}

/// In a user namespace everything belongs to the only user there is.
pub(crate) fn chown_to(path: &Path, user: Option<u32>) -> io::Result<()> {
    user.map_or(Ok(()), |id| chown(path, Some(id), Some(id)))
}
